// Pages work without this file and bring every text in data attributes.
// Contract: docs/develop/ui.md.

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const fill = (text, values) => (text ?? "").replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
const on = (target, type, act) => target?.addEventListener(type, act);
const make = (tag, values) => Object.assign(document.createElement(tag), values);
const lang = document.documentElement.lang;
const clock = (date) => date.toLocaleTimeString(lang, { hour: "2-digit", minute: "2-digit" });

/** Runs `act` after `quiet` ms without another call. */
function debounce(act, quiet) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, quiet);
  };
}

/** What becomes a page or a program: answers and files of this portal, and nothing else (Trusted Types). */
const plain = {
  createHTML: (text) => text,
  createScriptURL: (url) => {
    if (new URL(url, location.href).origin !== location.origin) throw new TypeError(url);
    return url;
  },
};
const own = window.trustedTypes?.createPolicy("okno", plain) ?? plain;

/** A GET that the next one aborts; null when aborted, offline, refused. */
function fetcher(kind) {
  let flight;
  return async (url) => {
    flight?.abort();
    flight = new AbortController();
    try {
      const answer = await fetch(url, { signal: flight.signal, headers: { "X-Fragment": kind } });
      if (!answer.ok) return null;
      return new DOMParser().parseFromString(own.createHTML(await answer.text()), "text/html");
    } catch {
      return null; // what is shown stays
    }
  };
}

const voice = make("div", { className: "vh" });
voice.setAttribute("role", "status");
document.body.append(voice);
/** Says a text politely; the same text twice is heard twice. */
function say(text) {
  voice.textContent = "";
  if (text) setTimeout(() => (voice.textContent = text), 50);
}

// Suggestions: the search input becomes a combobox over the list beside it.
function suggestions(form) {
  const input = $("input[type=search]", form);
  const list = $('[role="listbox"]', form);
  const get = fetcher("suggest");
  let options = [];
  let active = -1;
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);

  function show(items) {
    options = items;
    list.replaceChildren(...items);
    list.hidden = !items.length;
    input.setAttribute("aria-expanded", !list.hidden);
    mark(-1);
  }
  function mark(index) {
    active = index;
    options.forEach((option, i) => option.setAttribute("aria-selected", i === index));
    options[index]?.scrollIntoView({ block: "nearest" });
    if (index < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", options[index].id);
  }
  /** An ARIA option may not hold a link, so it takes the link's address and content. */
  function option(item, index) {
    const link = $("a[href]", item);
    item.id = `${list.id}-${index}`;
    item.dataset.href = link.getAttribute("href");
    link.replaceWith(...link.childNodes);
    return item;
  }
  const close = () => show([]);
  const ask = debounce(async () => {
    if (input.value.trim().length < 2) return close();
    const url = new URL(form.dataset.suggest, location.href);
    new FormData(form).forEach((value, key) => url.searchParams.set(key, value));
    const page = await get(url);
    if (!page || document.activeElement !== input) return;
    show($$('[role="option"]', page).map(option));
    say($("[data-status]", page)?.textContent);
  }, 180);
  const follow = (chosen) => chosen && location.assign(chosen.dataset.href);

  on(input, "input", ask);
  on(input, "blur", close);
  on(input, "keydown", (event) => {
    const count = options.length;
    if (event.key === "ArrowDown") count ? mark((active + 1) % count) : ask();
    else if (event.key === "ArrowUp" && count) mark((active <= 0 ? count : active) - 1);
    else if (event.key === "Escape" && count) close();
    else if (event.key === "Enter" && active >= 0) follow(options[active]);
    else return;
    event.preventDefault();
  });
  on(list, "pointerdown", (event) => event.preventDefault()); // keeps focus in the input
  on(list, "click", (event) => follow(event.target.closest('[role="option"]')));
  show([]);
}

// Calendar keys walk over the free days; at the edge the month turns.
function calendarKeys(event) {
  const day = event.target.closest?.("table[data-calendar] [data-date]");
  if (!day || event.altKey || event.ctrlKey || event.metaKey) return;
  const days = $$("[data-date]", day.closest("table"));
  const week = $$("[data-date]", day.closest("tr"));
  const at = days.indexOf(day);
  const turn = (rel) => $(`[data-calendar-nav] a[rel="${rel}"]`);
  const shifted = (by) => {
    const date = new Date(`${day.dataset.date}T00:00:00Z`);
    date.setUTCDate(date.getUTCDate() + by);
    return date.toISOString().slice(0, 10);
  };
  const target = {
    ArrowRight: () => days[at + 1] ?? turn("next"),
    ArrowLeft: () => days[at - 1] ?? turn("prev"),
    ArrowDown: () => days.find((other) => other.dataset.date >= shifted(7)) ?? turn("next"),
    ArrowUp: () => days.filter((other) => other.dataset.date <= shifted(-7)).pop() ?? turn("prev"),
    Home: () => week[0],
    End: () => week[week.length - 1],
    PageDown: () => turn("next"),
    PageUp: () => turn("prev"),
  }[event.key]?.();
  if (!target) return;
  event.preventDefault();
  if (event.key.startsWith("Page")) target.click();
  else target.focus();
}

/** Finds in new content what `node` was in the old. */
function twin(root, node) {
  const name = ["id", "data-date", "name", "href"].find((key) => node.hasAttribute(key));
  return name && $$(`[${name}="${CSS.escape(node.getAttribute(name))}"]`, root)
    .find((other) => other.value === node.value);
}
/** Replaces a fragment, keeps focus and ticks; true when a tick was lost. */
function swap(old, fresh) {
  const focused = old.contains(document.activeElement) && document.activeElement;
  const lost = $$("input:checked", old).filter((input) => {
    const same = twin(fresh, input);
    if (same) same.checked = !same.disabled;
    return !same?.checked;
  });
  old.replaceWith(fresh);
  if (focused) {
    fresh.tabIndex = -1;
    (twin(fresh, focused) || fresh).focus({ preventScroll: true });
  }
  enhance(fresh);
  return lost.length > 0;
}

// Live times: an event says that something changed, the page is fetched anew; from it come the times and the
// counts of the calendar's days.
function live(root) {
  const texts = root.dataset;
  const button = $("[data-live-toggle]", root);
  const get = fetcher("times");
  const find = (page, name) => $(`[data-fragment="${name}"]`, page);
  const seen = { days: "", times: "" };
  for (const name in seen) seen[name] = find(document, name).innerHTML;
  let source = null;

  const refresh = debounce(async () => {
    if (document.hidden || !source) return;
    const page = await get(texts.page);
    if (!source || !page) return;
    for (const name in seen) {
      const fresh = find(page, name);
      if (!fresh || fresh.innerHTML === seen[name]) continue;
      seen[name] = fresh.innerHTML;
      const lost = swap(find(document, name), document.adoptNode(fresh));
      if (name === "times") say(lost ? texts.textGone : texts.textUpdated);
    }
  }, 600);

  function run(go) {
    source?.close();
    source = go ? new EventSource(texts.live) : null;
    on(source, "changed", refresh);
    on(source, "message", (event) => event.data === "changed" && refresh());
    $(".live", root).classList.toggle("is-paused", !go);
    $("[data-live-status]", root).textContent = go ? texts.textLive : texts.textPaused;
    $("[data-label]", button).textContent = go ? button.dataset.textPause : button.dataset.textResume;
  }
  button.hidden = false;
  on(button, "click", () => {
    run(!source);
    refresh();
  });
  on(document, "visibilitychange", refresh);
  on(window, "pagehide", () => source?.close());
  on(window, "pageshow", (event) => event.persisted && source && (run(true), refresh()));
  run(true);
}

// Hold: by the server's clock; speaks at 5, 2, 1 minutes and at the end.
function countdown(box) {
  const answered = performance.getEntriesByType("navigation")[0]?.responseStart ?? 0;
  const came = Number(box.dataset.came) || performance.timeOrigin + answered;
  const skew = came - Number(box.dataset.serverNow);
  const ends = Number(box.dataset.countdown) + skew;
  let before = 0;

  function tick() {
    if (!box.isConnected) return clearInterval(timer);
    const left = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
    const time = new Date(left * 1000).toISOString().slice(left < 3600 ? 14 : 11, 19);
    $("[data-countdown-text]", box).textContent = time;
    const share = Math.min(1, (left * 1000) / box.dataset.total);
    $("[data-countdown-bar]", box).style.transform = `scaleX(${share})`;
    box.classList.toggle("is-short", left <= 120);
    const passed = [1, 2, 5].find((minutes) => left <= minutes * 60 && before > minutes * 60);
    if (passed) say(box.dataset[`say-${passed}`]);
    before = left;
    if (left > 0) return;
    clearInterval(timer);
    const notice = $("[data-countdown-over]", box);
    box.classList.add("is-over");
    $$("[data-countdown-running]", box).forEach((part) => (part.hidden = true));
    notice.hidden = false;
    $$("[data-countdown-then]", box.parentElement).forEach((part) => (part.hidden = false));
    say(notice.textContent.trim());
  }
  const timer = setInterval(tick, 1000);
  tick();
}

// Session: warns two minutes before it ends, on the server's word alone: other tabs may have been active
// meanwhile. Asking prolongs nothing.
function session(bar) {
  const texts = bar.dataset;
  const words = $("[data-session-text]", bar);
  const [stay, enter] = [$("[data-session-stay]", bar), $("[data-session-in]", bar)];
  const [soon, again] = [120_000, 15_000];
  let next = Date.now() + texts.left * 1000 - soon;
  let stage = "quiet";
  let busy = false;
  let before = null;

  function show(now, text) {
    words.textContent = text;
    if (stage === now) return;
    const focused = bar.contains(document.activeElement);
    stage = now;
    bar.hidden = now === "quiet";
    stay.hidden = now !== "soon";
    enter.hidden = now !== "over";
    if (focused) [enter, before, $("#main")].find((x) => x?.checkVisibility()).focus({ preventScroll: true });
    say(text);
  }
  function learn({ left, more, kept }) {
    const ends = Date.now() + left * 1000;
    const time = clock(new Date(ends));
    const typed = $("main form[method=post] :is(input:not([type=hidden]), textarea, select)");
    next = Math.max(ends - soon, Math.min(ends, Date.now() + again));
    if (left * 1000 > soon) show("quiet", stage === "quiet" ? "" : texts.textStayed);
    else if (left > 0) show(more ? "soon" : "last", fill(more ? texts.textSoon : texts.textLast, { time }));
    else {
      next = Infinity;
      if (kept && typed) show("over-kept", texts.textKept);
      else show("over", texts.textOver);
    }
  }
  async function ask(method) {
    if (busy) return;
    busy = true;
    next = Date.now() + again; // while there is no answer nothing is claimed
    try {
      const answer = await fetch(texts.session, { method, cache: "no-store" });
      if (!answer.ok) throw new Error(answer.status);
      learn(await answer.json());
    } catch {
      if (method === "POST") say((words.textContent = texts.textFailed));
    }
    busy = false;
  }
  const look = () => !document.hidden && stage !== "quiet" && ask("GET");
  on(stay, "focus", (event) => (before = event.relatedTarget));
  on(stay, "click", () => ask("POST"));
  on(document, "visibilitychange", look);
  on(window, "pageshow", (event) => event.persisted && ask("GET"));
  setInterval(() => Date.now() >= next && ask("GET"), 1000);
}

// A place in line: asks again when the server said, and says aloud only what is new.
function line(root) {
  const get = fetcher("line");
  const part = () => $('[data-fragment="line"]', root);
  const wait = () => Number(part().dataset.poll) && setTimeout(ask, part().dataset.poll * 1000);

  async function ask() {
    const page = await get(location.href);
    const fresh = page && $('[data-fragment="line"]', page);
    const old = part();
    if (fresh && fresh.innerHTML !== old.innerHTML) {
      const came = Date.now();
      $$("[data-countdown]", fresh).forEach((box) => (box.dataset.came = came));
      const news = fresh.dataset.stage !== old.dataset.stage;
      swap(old, document.adoptNode(fresh));
      if (news) say($("h2", fresh).textContent);
    }
    wait();
  }
  wait();
}

// Draft: posts the hidden and the changed fields after typing and on leaving a field.
function autosave(form) {
  const status = $("[data-autosave-status]", form);
  const changed = new Set();
  const show = (text, time) => (status.textContent = fill(text, { time }));

  async function send() {
    if (!changed.size) return;
    const names = [...changed];
    const body = new URLSearchParams();
    changed.clear();
    for (const [name, value] of new FormData(form)) {
      if (names.includes(name) || form.elements[name].type === "hidden") body.append(name, value);
    }
    names.forEach((name) => body.has(name) || body.append(name, "")); // a cleared box is news too
    show(form.dataset.textSaving);
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body, keepalive: true });
      if (!answer.ok) throw new Error(answer.status);
      show(form.dataset.textSaved, clock(new Date()));
    } catch {
      names.forEach((name) => changed.add(name));
      show(form.dataset.textUnsaved);
    }
  }
  const later = debounce(send, 1000);
  on(form, "input", ({ target }) => {
    if (!target.name || ["password", "file"].includes(target.type)) return;
    changed.add(target.name);
    later();
  });
  on(form, "focusout", send);
  on(form, "submit", () => changed.clear());
  on(window, "pagehide", send);
}

// One submit only; a page from the back cache is usable again.
function busy(form, sent) {
  form.toggleAttribute("data-sent", sent);
  $$("button", form).forEach((button) => button.setAttribute("aria-disabled", sent));
}
function guardSubmit(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.hasAttribute("data-sent")) return event.preventDefault();
  busy(form, true);
  say(event.submitter?.dataset.textBusy);
  // An answer that is a file leaves this page as it is.
  if ("file" in form.dataset) setTimeout(() => busy(form, false), 3000);
}
const releaseSubmit = () => $$("form[data-sent]").forEach((form) => busy(form, false));

function printing(button) {
  button.hidden = false;
  on(button, "click", () => print());
}
function copying(button) {
  button.hidden = !navigator.clipboard;
  on(button, "click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    $("[data-label]", button).textContent = button.dataset.textCopied;
    say(button.dataset.textCopied);
  });
}

/** Adds the visitor's own time where it differs. */
function localTime(time) {
  const at = new Date(time.dateTime);
  const own = new Date(at - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  if (time.dateTime.startsWith(own) || $(".local-time", time)) return;
  const date = at.toLocaleDateString(lang, { day: "numeric", month: "long" });
  const sameDay = time.dateTime.startsWith(own.slice(0, 10));
  const text = sameDay ? time.dataset.instant : time.dataset.textOtherDay;
  const textContent = fill(text, { time: clock(at), date });
  time.append(" ", make("small", { className: "local-time soft", textContent }));
}

/** Works for a sign-in in the background; a form that is sent earlier goes as soon as it is done. */
function work(box) {
  const form = box.closest("form");
  const status = $("[data-work-status]", box);
  const answer = $("[name=work_answer]", box);
  const patience = status.textContent; // waiting does as well, where the worker does not run
  let wanted = false;
  const worker = new Worker(own.createScriptURL(box.dataset.worker), { type: "module" });
  worker.onmessage = ({ data }) => {
    answer.value = data;
    status.textContent = box.dataset.textDone;
    worker.terminate();
    if (wanted) form.requestSubmit();
  };
  worker.onerror = () => {
    answer.value = "0";
    status.textContent = patience;
  };
  status.textContent = box.dataset.textBusy;
  worker.postMessage({ token: box.dataset.work, bits: Number(box.dataset.bits) });
  on(form, "submit", (event) => {
    if (answer.value) return;
    event.preventDefault();
    event.stopPropagation();
    wanted = true;
  });
}

// A new password: what it needs is ticked off while it is typed.
function passwordChecks(list) {
  const input = document.getElementById(list.dataset.checks);
  const named = ["surname", "name", "patronymic", "phone", "email"];
  const own = named.map((name) => input.form.elements.namedItem(name)).filter(Boolean);
  if (!own.length) $('[data-rule="own"]', list)?.remove();
  const words = () =>
    own.flatMap((field) => field.value.toLowerCase().split(/[^\p{L}\p{N}]+/u)).filter((x) => x.length > 2);
  // Beside a name letters alone count.
  const around = (text, word) =>
    (/^\p{L}+$/u.test(word) ? text.replace(/\P{L}/gu, "") : text).length;
  const rules = {
    length: (text) => [...text].length >= 8,
    case: (text) => /\p{Ll}/u.test(text) && /\p{Lu}/u.test(text),
    digit: (text) => /[0-9]/.test(text),
    sign: (text) => /[^\p{L}\p{N}]/u.test(text),
    own: (text) =>
      text !== "" &&
      !words().some((x) => x.length * 2 >= around(text, x) && text.toLowerCase().includes(x)),
  };
  const rows = $$("[data-rule]", list).map((row) => {
    const mark = make("span", { className: "vh" });
    row.append(mark);
    return { row, mark, holds: rules[row.dataset.rule] };
  });
  let all = false;
  function look() {
    for (const { row, mark, holds } of rows) {
      row.toggleAttribute("data-done", Boolean(holds(input.value)));
      mark.textContent = row.hasAttribute("data-done") ? `, ${list.dataset.textDone}` : "";
    }
    const now = rows.every(({ row }) => row.hasAttribute("data-done"));
    if (now && !all) say(list.dataset.textAll);
    all = now;
  }
  for (const field of [input, ...own]) on(field, "input", look);
  list.hidden = false;
  look();
}

const ISLANDS = [
  ["[data-checks]", passwordChecks],
  ["[data-work]", work],
  ["form[data-suggest]", suggestions],
  ["[data-live]", live],
  ["[data-countdown]", countdown],
  ["[data-line]", line],
  ["[data-session]", session],
  ["form[data-autosave]", autosave],
  ["[data-print]", printing],
  ["[data-copy]", copying],
  ["time[data-instant]", localTime],
];
function enhance(root) {
  for (const [selector, island] of ISLANDS) $$(selector, root).forEach(island);
}

on(document, "keydown", calendarKeys);
on(document, "submit", guardSubmit);
on(window, "pageshow", releaseSubmit);
enhance(document);
