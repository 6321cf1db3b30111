// What a citizen does, one step a function. Each begins on the page where the step begins.

import { base } from "./visitor.mjs";

export const anna = { name: "anna@example.org", password: "okno-demo-Vesna-2026!" };
const SERVICE = "Приём главы администрации";

/** Home → search → service → region → city → office → official: the page with free times. */
export async function findTimes(visitor) {
  await visitor.open("/");
  await visitor.look("home");
  const search = visitor.page.locator("main input[type=search]").first();
  await search.fill("глава");
  await visitor.go(() => visitor.page.locator("main form[role=search] button").first().click());
  await visitor.look("search");
  await visitor.follow(SERVICE);
  await visitor.heading(SERVICE);
  await visitor.look("service");
  await visitor.follow(/^Записаться$/);
  await choosePlace(visitor);
}

/** Region → city → office → official, as many of them as are asked. */
export async function choosePlace(visitor) {
  for (const [name, words] of [["region", "Томская область"], ["city", /^Томск$/]]) {
    if (await visitor.link(words).count()) {
      await visitor.look(name);
      await visitor.follow(words);
    }
  }
  while (await visitor.page.locator("main .card-link").count()) {
    await visitor.look("office");
    await visitor.go(() => visitor.page.locator("main .card-link").first().click());
  }
  await visitor.heading("Когда вам удобно прийти");
  await visitor.look("month");
}

/** Chooses the last free day of the month and its last time, or an earlier one: far enough away to
 * be moved and cancelled even when a walk takes a while. */
export async function chooseTime(visitor, earlier = 0) {
  await visitor.go(() => visitor.page.locator("a.day").last().click());
  await visitor.look("day", visitor.document.status());
  await visitor.page.locator(".slot-pick").nth(-1 - earlier).click();
}

/** Codes that walks have typed. */
const typed = new Set();

const SIGN_IN = /(?:код|code) (\d{6}) (?:для входа|для нового пароля|для отправки сканов|to sign in|for a new password)/g;
const REGISTRATION = /код (\d{6})\. Действует/g;

/** The code that the demo would have sent: from its page of messages. */
export async function demoCode(context, words = SIGN_IN) {
  const page = await context.newPage();
  for (let tries = 0; tries < 20; tries++) {
    await page.goto(`${base}/demo/messages`);
    const codes = [...(await page.innerText("main")).matchAll(words)].map((x) => x[1]);
    // The newest message comes a moment after the page that asks for it: an old code is no answer.
    const fresh = codes.find((x) => !typed.has(x));
    if (fresh) {
      typed.add(fresh);
      await page.close();
      return fresh;
    }
    await page.waitForTimeout(500);
  }
  throw new Error("no code came");
}

/** Types a password letter by letter; the rules that are ticked off then are those of `met`. */
async function typePassword({ page }, text, met) {
  await page.locator("#password").fill("");
  await page.locator("#password").pressSequentially(text);
  const done = page.locator("[data-rule][data-done]");
  const seen = await done.evaluateAll((rows) => rows.map((x) => x.dataset.rule).join(" "));
  if (seen !== met) throw new Error(`«${text}» meets «${seen}» instead of «${met}»`);
}

/** A new account, with each mistake that is usual; ends on the page it was begun for. */
export async function register(visitor) {
  const { page } = visitor;
  await visitor.open("/register?next=%2Fbookings");
  await visitor.press("Получить код");
  await visitor.look("register-empty", 422);
  const typed = { surname: "Сорокина", name: "Вера", phone: "+7 900 555-12-34" };
  for (const [field, text] of Object.entries(typed)) await page.locator(`#${field}`).fill(text);
  await typePassword(visitor, "зимой", "own");
  await typePassword(visitor, "сорокина1", "length digit");
  await typePassword(visitor, "Зимой-снег-27", "length case digit sign own");
  await page.locator("#agreement").check();
  await visitor.press("Получить код");
  await visitor.look("register-no-consent", 422);
  const kept = await page.locator("#surname").inputValue();
  if (kept !== typed.surname) visitor.fault(`a refused registration kept «${kept}»`);
  await page.locator("#password").fill("Зимой-снег-27");
  await page.locator("#privacy").check();
  await visitor.press("Получить код");
  await visitor.look("register-code");
  await page.locator("#code").fill("000 000");
  await visitor.press("Подтвердить");
  await visitor.look("register-wrong-code", 422);
  const code = await demoCode(visitor.context, REGISTRATION);
  // As it is read aloud: in two halves.
  await page.locator("#code").fill(`${code.slice(0, 3)} ${code.slice(3)}`);
  await visitor.press("Подтвердить");
  await visitor.look("registered");
}

/** A phone gets so many codes in ten minutes; whoever signs in later takes the demo's button. */
const CODES = 3;
let signIns = 0;

/** The second factor, where it is asked: on a device that is new. */
async function secondFactor(visitor) {
  if (visitor.path() !== "/signin/factor") return;
  await visitor.look("factor");
  await visitor.page.locator("#code").fill(await demoCode(visitor.context));
  await visitor.press("Подтвердить");
}

/** Signs in on the page that asks for it. */
export async function signIn(visitor, person = anna) {
  await visitor.look("signin");
  await visitor.page.locator("#identifier").fill(person.name);
  await visitor.page.locator("#password").fill("не тот пароль");
  await visitor.press("Войти");
  await visitor.look("signin-refused", visitor.document.status());
  if (signIns++ >= CODES) return demoSignIn(visitor, person);
  await visitor.page.locator("#identifier").fill(person.name);
  await visitor.page.locator("#password").fill(person.password);
  await visitor.press("Войти");
  await secondFactor(visitor);
}

/** Signs in by the demo's button. */
async function demoSignIn(visitor, person) {
  const button = visitor.page.locator(`button[name=who][value="${person.name}"]`);
  await visitor.go(() => button.click());
}

/** Holds the chosen time; signs in on the way when nobody is. */
export async function hold(visitor) {
  await visitor.press("Занять это время");
  if (visitor.path() === "/signin") await signIn(visitor);
  if (!visitor.path().endsWith("/form")) {
    await visitor.press("Занять это время");
  }
  await visitor.look("form");
}

/** Fills the form, first with two mistakes, and comes to the review. */
export async function fillForm(visitor, purpose) {
  const { page } = visitor;
  const choice = (name) => page.locator(".choice", { hasText: name }).first();
  await choice(purpose).click();
  for (const name of ["participant", "format"]) {
    const first = page.locator(`.choice:has(input[name=${name}])`).first();
    if (await first.count()) await first.click();
  }
  await page.getByLabel("Кратко о вопросе").fill("Во дворе второй месяц не горит свет.");
  await page.locator("#phone").fill("12");
  await visitor.go(() => page.locator("#booking-form button").click());
  await visitor.look("form-refused", visitor.document.status());
  const said = await page.locator(".errors li").allInnerTexts();
  if (said.length !== 2) visitor.fault(`two mistakes were made; named: ${said.join(" | ")}`);
  const kept = await page.getByLabel("Кратко о вопросе").inputValue();
  if (!kept.includes("не горит свет")) visitor.fault("the refused form lost what was typed");
  await page.locator("#phone").fill("+7 900 000-00-01");
  await page.locator("#consent").check();
  await visitor.go(() => page.locator("#booking-form button").click());
  await visitor.heading("Проверьте");
  await visitor.look("review");
}

/** From the review to the ticket; the booking's address. */
export async function confirm(visitor) {
  await visitor.go(() => visitor.page.locator("form[action$='/confirm'] button").click());
  await visitor.look("ticket");
  if (!(await visitor.page.locator(".ticket").count())) throw new Error("no ticket");
  return visitor.path();
}

/** «Мои записи»: the booking is there. */
export async function myBookings(visitor, booking) {
  const menu = visitor.page.getByRole("navigation", { name: "Главное меню" });
  await visitor.go(() => menu.getByRole("link", { name: "Мои записи" }).click());
  await visitor.look("bookings");
  const own = visitor.page.locator(`main h2 a[href='${booking}']`);
  if (!(await own.count())) throw new Error(`${booking} is not in the list`);
  await visitor.go(() => own.click());
}

/** «За кого вы действуете»: the list, and the longest of its forms. */
export async function acting(visitor, booking) {
  await visitor.open("/account/acting");
  await visitor.look("acting");
  await visitor.follow(/^Добавить доверителя/);
  await visitor.look("acting-form");
  await visitor.open(booking);
}

/** Moves the booking to another time; it keeps its address. */
export async function move(visitor) {
  const before = await visitor.page.locator(".ticket-when time").getAttribute("datetime");
  await visitor.follow(/^Перенести/);
  await visitor.look("move");
  await chooseTime(visitor, 1);
  const reason = visitor.page.locator("#reason");
  if (await reason.count()) await reason.fill("Заболел ребёнок");
  await visitor.press("Перенести");
  await visitor.look("moved");
  const after = await visitor.page.locator(".ticket-when time").getAttribute("datetime");
  if (before === after) visitor.fault("the move left the time as it was");
}

/** Cancels the booking whose page is open. */
export async function cancel(visitor) {
  await visitor.follow(/^Отменить/);
  await visitor.look("cancel");
  const reason = visitor.page.locator("#reason");
  if (await reason.count()) await reason.fill("Вопрос решился");
  await visitor.go(() => visitor.page.locator("form[action$='/cancel'] button").click());
  await visitor.look("cancelled");
}

/** Signs in without looking, for walks about something else. */
export async function quickSignIn(visitor, person = anna) {
  await visitor.open("/signin");
  await demoSignIn(visitor, person);
}

/** The address of the times at the head's desk in Tomsk, found by a visitor without scripts. */
export async function timesAddress(visitor) {
  await visitor.open("/book/head-reception?region=70");
  for (const words of [/^Томск$/]) await visitor.follow(words);
  while (await visitor.page.locator("main .card-link").count()) {
    await visitor.go(() => visitor.page.locator("main .card-link").first().click());
  }
  return visitor.page.url().slice(base.length);
}

/** The demo's announced opening. */
export async function findOpening(visitor) {
  await visitor.open("/demo");
  await visitor.follow("Посмотреть открытия записи");
  await visitor.look("openings");
  await visitor.go(() => visitor.page.locator("main .card-link").first().click());
  await visitor.heading("Открытие записи");
  await visitor.look("opening");
}

/** Waits until the line can be joined, and joins it. */
export async function joinLine(visitor) {
  const join = visitor.page.locator("form[action$='/join'] button");
  await join.waitFor({ timeout: 300_000 });
  await visitor.look("opening-joinable");
  await visitor.go(() => join.click());
  await visitor.look("line");
}

/** Waits for the turn, which the page tells by itself, and takes a time. */
export async function comeIn(visitor) {
  const { page } = visitor;
  await page.locator("[data-stage=inside]").waitFor({ timeout: 300_000 });
  await visitor.look("line-inside");
  await visitor.follow("Выбрать время");
  while (await page.locator("main .card-link").count()) {
    await visitor.go(() => page.locator("main .card-link").first().click());
  }
  await visitor.look("line-month");
  await page.locator(".slot-pick").first().click();
  await hold(visitor);
}
