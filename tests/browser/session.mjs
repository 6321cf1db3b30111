// Before a session ends the page of a running demo says so, and one stays with a button. The page's clock is
// turned; how much is left the portal says, and where it would take half an hour to hear it, this file:
//
//   BASE=http://127.0.0.1:8080 OUT=FOLDER node session.mjs

import * as steps from "./steps.mjs";
import { base, faults, launch, Visitor } from "./visitor.mjs";

const admin = { name: "admin@example.org" };
/** Words of the two languages. */
const RU = {
  soon: /В \d\d:\d\d сессия закончится. Чтобы продолжить, нажмите «Остаться»/, last: "дольше она длиться не может",
  stay: "Остаться", stayed: "Сессия продлена", lost: "Нет связи", over: "Сессия закончилась", kept: "не пропадёт",
};
const EN = {
  soon: /Your session ends at \d\d:\d\d(\s[AP]M)?. To go on, press “Stay”/, last: "cannot last any longer",
  stay: "Stay", stayed: "Your session goes on", lost: "cannot be reached", over: "has ended", kept: "is not lost",
};

/** Until what the page is waiting for has happened; a fault when it does not. */
async function until(visitor, what, look) {
  try {
    await visitor.page.waitForFunction(look[0], look[1], { timeout: 10_000 });
  } catch {
    visitor.fault(`not so: ${what}`);
  }
}

/** The bar is there and says `words`, or it is not. */
const bar = (visitor, words) => until(visitor, `the bar says ${words}`, [({ source, plain }) => {
  const box = document.querySelector("[data-session]");
  if (!source && !plain) return box.hidden;
  return !box.hidden && (plain ? box.innerText.includes(plain) : new RegExp(source).test(box.innerText));
}, { source: words?.source, plain: typeof words === "string" ? words : "" }]);

const heard = (visitor, words) => until(visitor, `«${words}» is said aloud`, [
  (x) => [...document.querySelectorAll("[role=status]")].some((y) => y.textContent.includes(x)), words]);

async function warned(browser, name, look, words, { path, field, person }) {
  const visitor = await Visitor.come(browser, name, look);
  const { page } = visitor;
  await steps.quickSignIn(visitor, person);
  if (look.english) await visitor.open("/?lang=en");
  await page.clock.install();
  await visitor.open(path);
  let asked = 0;
  let said = null; // what stands in for the portal; nothing: it answers itself
  await page.route("**/session", async (route) => {
    if (route.request().method() === "GET") asked += 1;
    if (!said || route.request().method() === "POST" && said !== "lost") return route.continue();
    if (said === "lost") return route.abort();
    await route.fulfill({ json: said });
  });
  /** The page's clock goes on until the portal was asked once more. */
  const pass = async (time) => {
    const before = asked;
    await page.clock.fastForward(time);
    for (let tries = 0; asked === before && tries < 20; tries++) await page.clock.runFor(1000);
    if (asked === before) visitor.fault(`the portal was not asked after ${time}`);
  };
  await page.locator(field).focus();
  const focused = () => page.locator(field).evaluate((x) => x === document.activeElement);

  // Another tab was active meanwhile: there is nothing to warn of.
  await pass("29:00");
  await page.clock.runFor(500);
  await bar(visitor, null);
  said = { left: 115, more: true, kept: false };
  await pass("29:00");
  await bar(visitor, words.soon);
  await page.clock.runFor(100);
  await heard(visitor, words.stay);
  if (!(await focused())) visitor.fault("the warning took the focus");
  await visitor.look("warned");

  // By keyboard: back to the field after staying.
  said = null;
  const stay = page.getByRole("button", { name: words.stay, exact: true });
  await stay.focus();
  await page.keyboard.press("Enter");
  await bar(visitor, null);
  await page.clock.runFor(100);
  await heard(visitor, words.stayed);
  if (!(await focused())) visitor.fault("the focus is lost after staying");

  // Without a connection nothing is claimed; then there is one, and the time has run out.
  said = { left: 60, more: true, kept: false };
  await pass("29:00");
  await bar(visitor, words.soon);
  said = "lost";
  await stay.click();
  await bar(visitor, words.lost);
  said = { left: 60, more: false, kept: false };
  await pass("00:20");
  await bar(visitor, words.last);
  if (await stay.isVisible()) visitor.fault("a button that does nothing");
  said = { left: 0, more: false, kept: true };
  await pass("01:00");
  await bar(visitor, words.kept);
  await visitor.look("over");
  await visitor.leave();
}

/** Without scripts there is no bar. */
async function plain(browser, name) {
  const visitor = await Visitor.come(browser, name, { scripts: false });
  await steps.quickSignIn(visitor);
  await visitor.open("/account/name");
  if (await visitor.page.locator("[data-session]").isVisible()) visitor.fault("a bar without scripts");
  await visitor.look("plain");
  await visitor.leave();
}

const citizen = { path: "/account/contact/phone", field: "#phone" };
const clerk = { path: "/staff/trail", field: "a.brand", person: admin };
const browser = await launch();
await warned(browser, "session", { schemes: ["light", "dark"] }, RU, citizen);
await warned(browser, "session-english", { width: 1280, locale: "en-GB", english: true }, EN, citizen);
await warned(browser, "session-staff", { width: 1280 }, { ...RU, kept: RU.over }, clerk);
await plain(browser, "session-plain");
await browser.close();
for (const fault of faults) console.log(fault);
console.log(`${base}: ${faults.length} faults`);
process.exit(faults.length ? 1 : 0);
