// Walks through a running demo with a real browser. Starts and seeds nothing itself:
//
//   BASE=http://127.0.0.1:8080 OUT=FOLDER [SHOTS=FOLDER] node walk.mjs [part of a walk's name …]
//
// Every page that is seen: no error in the console, no request to anybody else, nothing wider than
// the screen, axe silent in light and dark. OUT/html gets the documents as they were sent. Ends
// with 1 and a line a fault when anything was wrong.

import * as steps from "./steps.mjs";
import { base, faults, launch, Visitor } from "./visitor.mjs";

const BOTH = ["light", "dark"];

/** The whole journey of a citizen. */
function journey(purpose, look, before) {
  return async (browser, name) => {
    const visitor = await Visitor.come(browser, name, look);
    if (before) await before(visitor);
    await steps.findTimes(visitor);
    await steps.chooseTime(visitor);
    await steps.hold(visitor);
    await steps.fillForm(visitor, purpose);
    const booking = await steps.confirm(visitor);
    await steps.myBookings(visitor, booking);
    await steps.acting(visitor, booking);
    await steps.move(visitor);
    await steps.cancel(visitor);
    await again(visitor, booking, purpose);
    return visitor;
  };
}

/** A cancelled booking is booked again with everything that was typed, and cancelled for good. */
async function again(visitor, booking, purpose) {
  await visitor.open(booking);
  await visitor.press("Записаться снова");
  await visitor.heading("Когда вам удобно прийти");
  await steps.chooseTime(visitor, 1);
  await visitor.press("Занять это время");
  const kept = await visitor.page.getByLabel("Кратко о вопросе").inputValue();
  if (!kept.includes("не горит свет")) visitor.fault("booking again lost what was typed");
  const choice = visitor.page.locator(".choice", { hasText: purpose }).first();
  if (!(await choice.locator("input").isChecked())) visitor.fault("booking again lost the purpose");
  await visitor.page.locator("#consent").check();
  await visitor.go(() => visitor.page.locator("#booking-form button").click());
  await steps.confirm(visitor);
  await steps.cancel(visitor);
}

async function forWeakEyes(visitor) {
  await visitor.open("/");
  await visitor.go(() => visitor.page.locator("button[name=vision][value=large]").click());
  if (!(await visitor.page.locator("html[data-vision]").count())) {
    visitor.fault("the version for weak eyes does not switch on");
  }
}

/** Somebody who was never here makes an account. */
async function registration(browser, name) {
  const visitor = await Visitor.come(browser, name, { width: 360, schemes: BOTH });
  await steps.register(visitor);
  return visitor;
}

/** Every step by keyboard alone, from the search to the cancelled booking. */
async function byKeyboard(browser, name) {
  const visitor = await Visitor.come(browser, name, { width: 1280, schemes: [] });
  const { page } = visitor;
  const key = (name) => page.keyboard.press(name);
  const enter = (target) => visitor.tabTo(target).then(() => visitor.go(() => key("Enter")));
  await steps.quickSignIn(visitor);
  const times = await steps.timesAddress(visitor);
  await visitor.open(times);
  await key("Tab");
  if (!(await page.evaluate(() => document.activeElement.matches("a.skip")))) {
    visitor.fault("the first stop is not «К содержанию»");
  }
  await key("Enter");
  await enter(page.locator("a.day").last());
  await visitor.tabTo(page.locator("input[name=start]").first());
  await key("Space");
  await enter(visitor.button("Занять это время"));
  await visitor.tabTo(page.locator("input[name=purpose]").first());
  await key("Space");
  for (const group of ["participant", "format"]) {
    const first = page.locator(`input[name=${group}]`).first();
    if ((await first.count()) && !(await page.locator(`input[name=${group}]:checked`).count())) {
      await visitor.tabTo(first);
      await key("Space");
    }
  }
  await visitor.tabTo(page.getByLabel("Кратко о вопросе"));
  await page.keyboard.type("Вопрос о бюджете на дороги.");
  await visitor.tabTo(page.locator("#consent"));
  await key("Space");
  await enter(page.locator("#booking-form button"));
  await visitor.heading("Проверьте");
  await enter(page.locator("form[action$='/confirm'] button"));
  await visitor.look("ticket");
  await enter(visitor.link(/^Отменить/));
  const reason = page.locator("#reason");
  if (await reason.count()) {
    await visitor.tabTo(reason);
    await page.keyboard.type("Передумал");
  }
  await enter(page.locator("form[action$='/cancel'] button"));
  await visitor.look("cancelled");
  return visitor;
}

/** The back button and a second tab do no harm: nothing is booked twice, nothing is an error. */
async function backAndTwoTabs(browser, name) {
  const first = await Visitor.come(browser, name, { width: 1280, schemes: [] });
  await steps.quickSignIn(first);
  const times = await steps.timesAddress(first);
  const second = await first.tab();
  await first.open(times);
  await second.open(times);
  // The same time in both tabs.
  await steps.chooseTime(first);
  await steps.chooseTime(second);
  await steps.hold(first);
  // Whoever asks last holds it; the first tab loses nothing that was typed, and says why.
  await steps.hold(second);
  await first.page.getByLabel("Кратко о вопросе").fill("Напечатано в первой вкладке.");
  await first.go(() => first.page.locator("#booking-form button").click());
  await first.look("hold-is-elsewhere", first.document.status());
  const typed = await first.page.getByLabel("Кратко о вопросе").inputValue();
  if (!typed.includes("первой вкладке")) first.fault("the first tab lost what was typed");
  await first.page.close();
  // Back from the form and forth again: the held time is still there.
  await second.go(() => second.page.goBack());
  await second.look("back-at-times");
  await second.go(() => second.page.goForward());
  await steps.fillForm(second, "Другой вопрос");
  const booking = await steps.confirm(second);
  // Back at the review, once more «записаться»: the same booking, not a second one.
  await second.go(() => second.page.goBack());
  const more = second.page.locator("form[action$='/confirm'] button");
  if (await more.count()) {
    await second.go(() => more.click());
    await second.look("confirmed-twice", second.document.status());
  }
  await second.open("/bookings?state=active");
  const same = second.page.locator("main h2", { hasText: "Приём главы администрации" });
  if ((await same.count()) !== 1) second.fault(`booked ${await same.count()} times`);
  await second.open(booking);
  await steps.cancel(second);
  return second;
}

/** The demo's opening: count down, join the line, be let in, take a time. */
function opening(look) {
  return async (browser, name) => {
    const visitor = await Visitor.come(browser, name, look);
    await steps.quickSignIn(visitor);
    await steps.findOpening(visitor);
    await steps.joinLine(visitor);
    await steps.comeIn(visitor);
    return visitor;
  };
}

/** The same pages without scripts and for weak eyes: they stand still long enough to be looked at. */
async function openingAtRest(browser, name) {
  const visitor = await Visitor.come(browser, name, { width: 360, scripts: false });
  await steps.findOpening(visitor);
  await visitor.follow(/^Не обновлять/);
  await visitor.look("opening-still");
  await forWeakEyes(visitor);
  await steps.findOpening(visitor);
  return visitor;
}

/** Everything a visitor can reach by links, one page of a kind: nothing is broken. */
async function everyPage(browser, name) {
  const visitor = await Visitor.come(browser, name, { width: 360, schemes: BOTH });
  await steps.quickSignIn(visitor);
  const kinds = new Set();
  const queue = ["/", "/register", "/services?q=абракадабра", "/accessibility"];
  const seen = new Set(queue);
  while (queue.length) {
    const path = queue.shift();
    await visitor.open(path);
    const word = path.replace(/[^a-z]+/g, "-").replace(/^-|-$/g, "").slice(0, 40) || "home";
    await visitor.look(word);
    const links = await visitor.page.locator("a[href]").evaluateAll((all) =>
      all.filter((x) => x.protocol.startsWith("http") && x.origin === location.origin && !x.download)
        .map((x) => x.pathname + x.search));
    for (const link of links.filter((x) => !seen.has(x) && !/\.(pdf|ics|json)$/.test(x))) {
      // Pages with the same head and the same questions are of a kind.
      const [head, query = ""] = link.split("?");
      const kind = `${head.split("/").slice(0, 2).join("/")}/${head.split("/").length}?${query.replace(/=[^&]*/g, "")}`;
      seen.add(link);
      if (!kinds.has(kind)) queue.push(link);
      kinds.add(kind);
    }
  }
  await visitor.open("/no-such-page");
  await visitor.look("not-found", 404);
  return visitor;
}

const WALKS = {
  "a journey on a phone": journey("Жалоба", { width: 360, schemes: BOTH }),
  "a journey on a desktop": journey("Использование земли", { width: 1280, schemes: BOTH }),
  "a journey on a phone without scripts":
    journey("Муниципальный бюджет", { width: 360, scripts: false }),
  "a journey on a desktop without scripts":
    journey("Предложения по социальной", { width: 1280, scripts: false }),
  "a journey with weak eyes": journey("Разъяснение нормативных", { width: 1280 }, forWeakEyes),
  "a registration on a phone": registration,
  "by keyboard alone": byKeyboard,
  "the back button and two tabs": backAndTwoTabs,
  "an opening on a phone": opening({ width: 360, schemes: BOTH }),
  "an opening without scripts": openingAtRest,
  "every page that links lead to": everyPage,
};

const wanted = process.argv.slice(2);
const browser = await launch();
for (const [name, walk] of Object.entries(WALKS)) {
  if (wanted.length && !wanted.some((x) => name.includes(x))) continue;
  const [began, before] = [Date.now(), faults.length];
  let pages = 0;
  try {
    const visitor = await walk(browser, name.replaceAll(" ", "-"));
    pages = visitor.count;
    await visitor.leave();
  } catch (error) {
    faults.push(`${name}: ${error.stack}`);
  }
  const verdict = faults.length === before ? "ok" : "FAILED";
  console.log(`${verdict}: ${name}, ${pages} pages, ${((Date.now() - began) / 1000).toFixed(1)} s`);
}
await browser.close();
for (const fault of faults) console.log(fault);
console.log(`${faults.length} faults at ${base}`);
process.exit(faults.length ? 1 : 0);
