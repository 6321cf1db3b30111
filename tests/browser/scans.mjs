// Sends scans of papers from a phone in a running demo, and compares them at a desk:
//
//   BASE=http://127.0.0.1:8080 OUT=FOLDER node scans.mjs
//
// Brings wrong files first. Pages are looked at as in walk.mjs.

import { deflateSync, crc32 } from "node:zlib";
import * as steps from "./steps.mjs";
import { base, faults, launch, Visitor } from "./visitor.mjs";

const HERE = "/account/level/scans";
const boris = { name: "boris@example.org" };
const centre = { name: "centre@example.org" };

/** A picture of grey and lines, or only its head when it says that it is bigger than anybody draws. */
function png(width, height, drawn = true) {
  const chunk = (kind, content) => {
    const named = Buffer.concat([Buffer.from(kind), content]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(content.length);
    sum.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 8;
  const lines = Buffer.alloc(drawn ? (width + 1) * height : 1, 0xdd);
  for (let y = 0; drawn && y < height; y++) {
    lines[y * (width + 1)] = 0;
    if (y % 40 < 6) lines.fill(0x55, y * (width + 1) + 40, (y + 1) * (width + 1) - 40);
  }
  const magic = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const parts = [chunk("IHDR", head), chunk("IDAT", deflateSync(lines)), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([magic, ...parts]);
}

function pdf(object) {
  const body = `%PDF-1.4\n1 0 obj\n<</Type/Page>>\nendobj\n${object}\n`;
  return Buffer.from(`${body}xref\n0 1\ntrailer\n<</Root 1 0 R>>\nstartxref\n${body.length}\n%%EOF\n`);
}

const jpeg = { name: "photo.jpg", mimeType: "image/jpeg" };
const WRONG = [
  ["passport.jpg", Buffer.from("MZ\x90\0\x03\0\0\0\x04\0\0\0"), "Подходят только JPEG, PNG и PDF"],
  ["empty.jpg", Buffer.alloc(0), "Файл пустой"],
  ["big.png", Buffer.concat([png(900, 600), Buffer.alloc(11 << 20)]), "повреждён"],
  ["bigger.jpg", Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xfe, 0xff, 0xff]), Buffer.alloc(11 << 20)]), /повреждён|больше 10 МБ/],
  ["huge.png", png(20_000, 20_000, false), "Картинка слишком большая"],
  ["secret.pdf", pdf("2 0 obj\n<</Encrypt 3 0 R>>\nendobj"), "защищён паролем"],
];

/** Brings files of one paper, as somebody with a telephone does. */
async function bring(visitor, part, files) {
  const form = visitor.page.locator(`#${part} form.upload`);
  await form.locator("input[type=file]").setInputFiles(files);
  await visitor.go(() => form.locator("button").click());
}

async function send(browser, scripts) {
  const visitor = await Visitor.come(browser, scripts ? "scans" : "scans-plain", {
    scripts,
    schemes: scripts ? ["light", "dark"] : ["light"],
  });
  await steps.quickSignIn(visitor, boris);
  await visitor.open("/account/level");
  await visitor.look("level");
  await visitor.follow("Загрузить сканы");
  await visitor.heading("Сканы документов");
  for (const [name, buffer, says] of WRONG) {
    await bring(visitor, "passport", [{ name, mimeType: jpeg.mimeType, buffer }]);
    const words = await visitor.page.locator("#passport .error").innerText();
    if (!words.match(says)) visitor.fault(`${name}: ${words}`);
  }
  await visitor.look("refused", 422);
  const page = (name) => ({ name, mimeType: "image/png", buffer: png(900, 600) });
  await bring(visitor, "passport", [page("паспорт, разворот.png"), page("паспорт, регистрация.png")]);
  await bring(visitor, "snils", [{ name: "снилс.pdf", mimeType: "application/pdf", buffer: pdf("") }]);
  await visitor.look("gathered");
  await visitor.press("Получить код");
  await visitor.look("code");
  await visitor.page.locator("#code").fill(await steps.demoCode(visitor.context));
  await visitor.page.locator("#consent").check();
  await visitor.press("Отправить на проверку");
  await visitor.look("queued");
  return visitor;
}

/** At the desk: opens what waits and decides. */
async function compare(browser, accept) {
  const visitor = await Visitor.come(browser, accept ? "desk" : "desk-refuses", {
    width: accept ? 1280 : 360,
  });
  await steps.quickSignIn(visitor, centre);
  await visitor.open("/staff/scans");
  await visitor.look("queue");
  await visitor.follow("Открыть");
  await visitor.look("before");
  await visitor.press("Открыть сканы");
  await visitor.page.locator("figure.scan img").first().evaluate(async (x) => {
    x.scrollIntoView();
    await x.decode();
  });
  const wide = await visitor.page.locator("figure.scan img").first().evaluate((x) => x.naturalWidth);
  if (wide !== 900) visitor.fault(`a picture of ${wide} px`);
  await visitor.look("sheet");
  if (accept) return visitor.press("Подтвердить личность").then(() => visitor);
  await visitor.page.getByLabel("Плохо видно").check();
  await visitor.page.locator("#words").fill("Снимите разворот ещё раз без вспышки");
  await visitor.press("Отказать");
  await visitor.look("decided");
  return visitor;
}

const browser = await launch();
for (const walk of [
  () => send(browser, true),
  () => compare(browser, false),
  () => send(browser, false),
  () => compare(browser, true),
]) {
  const visitor = await walk();
  await visitor.context.close();
}
const visitor = await Visitor.come(browser, "scans-end");
await steps.quickSignIn(visitor, boris);
await visitor.open("/account/level");
await visitor.look("verified");
if (!(await visitor.page.innerText("main")).includes("Подтверждённая")) visitor.fault("not verified");
await browser.close();
for (const fault of faults) console.log(fault);
console.log(`${base}: ${faults.length} faults`);
process.exit(faults.length ? 1 : 0);
