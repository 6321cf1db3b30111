// The administrator of a running demo reads the trail: the list, the filter, what is typed wrong, nothing
// found, the file. Pages are looked at as in walk.mjs:
//
//   BASE=http://127.0.0.1:8080 OUT=FOLDER node trail.mjs

import { readFileSync } from "node:fs";

import * as steps from "./steps.mjs";
import { base, faults, launch, Visitor } from "./visitor.mjs";

const HERE = "/staff/trail";
const admin = { name: "admin@example.org" };

/** Words of the two languages. */
const RU = {
  filter: "Отбор", show: "Показать", all: "Показать всё", opened: "Открытие данных посетителя",
  none: "Ничего не нашлось", wrong: "26 цифр", file: "Скачать файл", taken: "Скачивание журнала",
};
const EN = {
  filter: "Filter", show: "Show", all: "Show everything", opened: "Opening a visitor’s data",
  none: "Nothing was found", wrong: "26 digits", file: "Download the file", taken: "Downloading the trail",
};

async function says(visitor, words) {
  if (!(await visitor.page.innerText("main")).includes(words)) visitor.fault(`does not say «${words}»`);
}

async function read(browser, name, look, words) {
  const visitor = await Visitor.come(browser, name, look);
  await steps.quickSignIn(visitor, admin);
  if (look.english) await visitor.open(`${HERE}?lang=en`);
  await visitor.open(HERE);
  await visitor.look("trail");
  await says(visitor, words.opened);
  await visitor.page.locator("summary", { hasText: words.filter }).click();
  await visitor.page.locator("#deed").selectOption("open_visitor");
  await visitor.press(words.show);
  await visitor.look("filtered");
  const op = await visitor.page.locator("td a[href*='?op=']").first().innerText();
  await visitor.page.locator("#op").fill("01m8");
  await visitor.press(words.show);
  await visitor.look("refused", 422);
  await says(visitor, words.wrong);
  await visitor.page.locator("#op").fill(` ${op.toUpperCase()} `);
  await visitor.press(words.show);
  await visitor.look("one");
  await says(visitor, op);
  await visitor.page.locator("#deed").selectOption("set_level");
  await visitor.press(words.show);
  await visitor.look("nothing");
  await says(visitor, words.none);
  await visitor.follow(words.all);
  const download = visitor.page.waitForEvent("download");
  await visitor.button(words.file).click();
  const file = readFileSync(await (await download).path(), "utf8");
  if (!file.startsWith("\ufeff\"") || !file.includes(op)) visitor.fault("the file is no table of the trail");
  await visitor.open(HERE);
  await says(visitor, words.taken);
  await visitor.context.close();
}

const browser = await launch();
await read(browser, "trail", { schemes: ["light", "dark"] }, RU);
await read(browser, "trail-wide", { width: 1280, scripts: false }, RU);
await read(browser, "trail-english", { locale: "en-GB", english: true }, EN);
await browser.close();
for (const fault of faults) console.log(fault);
console.log(`${base}: ${faults.length} faults`);
process.exit(faults.length ? 1 : 0);
