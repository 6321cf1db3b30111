// What a page shows of free time changes under it: the times of the day and the counts of the calendar, in a
// running demo. Nobody touches the page that is watched:
//
//   BASE=http://127.0.0.1:8080 OUT=FOLDER node live.mjs

import * as steps from "./steps.mjs";
import { base, faults, launch, Visitor } from "./visitor.mjs";

/** Free places of the chosen day as the calendar has them. */
const count = (page) => page.locator("a.day[aria-current=date] small").innerText().then(parseInt);

const browser = await launch();
const watcher = await Visitor.come(browser, "live", { width: 1280 });
const { page } = watcher;
const times = await steps.timesAddress(watcher);
await watcher.open(times);
await watcher.go(() => page.locator("a.day").last().click());
const before = await count(page);
const offered = await page.locator(".slot-pick").count();
const day = page.locator("a.day[aria-current=date]");
await day.focus();
let asked = 0;
page.on("request", (request) => (asked += request.headers()["x-fragment"] === "times" ? 1 : 0));

const taker = await Visitor.come(browser, "live-taker", { width: 1280 });
await steps.quickSignIn(taker);
await taker.open(times);
await steps.chooseTime(taker);
await steps.hold(taker);

try {
  await page.waitForFunction((was) => {
    const now = document.querySelector("a.day[aria-current=date] small");
    return now && parseInt(now.innerText, 10) === was - 1;
  }, before, { timeout: 20_000 });
} catch {
  watcher.fault(`the day still has ${await count(page)} places of ${before}`);
}
if ((await page.locator(".slot-pick").count()) >= offered) watcher.fault("the times are as before");
if (!(await day.evaluate((x) => x === document.activeElement))) watcher.fault("the calendar lost the focus");
if (asked > 2) watcher.fault(`asked ${asked} times for one change`);
await watcher.look("live");
await watcher.leave();
await taker.leave();
await browser.close();
for (const fault of faults) console.log(fault);
console.log(`${base}: ${faults.length} faults`);
process.exit(faults.length ? 1 : 0);
