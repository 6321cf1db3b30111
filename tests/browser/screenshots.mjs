// Takes the pictures of the README from a fresh demo. Starts nothing itself:
//
//   BASE=http://127.0.0.1:8080 node screenshots.mjs ../../docs/screenshots

import { join } from "node:path";
import { anna, demoCode } from "./steps.mjs";
import { base, launch } from "./visitor.mjs";

const [folder] = process.argv.slice(2);
if (!folder) throw new Error("where to?");
const WIDTH = 1280;

const browser = await launch();
const context = await browser.newContext({
  viewport: { width: WIDTH, height: 1240 },
  locale: "ru-RU",
  reducedMotion: "reduce",
  timezoneId: "Asia/Tomsk",
});
const page = await context.newPage();

/** A picture of the top of what is open, in both schemes. */
async function take(name, height) {
  await page.evaluate(() => scrollTo(0, 0));
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(() => document.fonts.ready);
    const path = join(folder, `${name}-${colorScheme}.png`);
    await page.screenshot({ path, clip: { x: 0, y: 0, width: WIDTH, height } });
  }
}

await page.goto(`${base}/signin`);
await page.locator("#identifier").fill(anna.name);
await page.locator("#password").fill(anna.password);
await page.locator("main form.form button").first().click();
await page.waitForURL(`${base}/signin/factor?next=/`);
await page.locator("#code").fill(await demoCode(context));
await page.locator("main form.form button").first().click();
await page.waitForURL(`${base}/`);
await take("home", 860);

await page.goto(`${base}/book/head-reception?resource=tomsk-admin-main-01`);
const later = page.locator("a[rel=next]");
while ((await page.locator("a.day").count()) < 3) await later.click();
await take("month", 1240);

await page.goto(`${base}/bookings?state=active`);
await page.locator(".booking:has(.tag-success) h2 a").first().click();
await page.locator(".ticket").waitFor();
await take("ticket", 860);
await browser.close();
