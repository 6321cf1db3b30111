// The administrator of a running demo connects a site, changes it, switches it off and on:
//
//   BASE=http://127.0.0.1:8080 OUT=FOLDER node sites.mjs
//
// Types wrong things first. Pages are looked at as in walk.mjs.

import * as steps from "./steps.mjs";
import { base, faults, launch, Visitor } from "./visitor.mjs";

const HERE = "/staff/sites";
const admin = { name: "admin@example.org" };
/** A field of the form of a site. */
const field = (visitor, name) => visitor.page.locator(`#${name}`);

/** Words of the two languages. */
const RU = {
  connect: "Подключить", once: "Секрет показан один раз", kept: "Секрет записан", on: "Подключён",
  edit: "Изменить сайт", save: "Сохранить", wrong: "не подходит", keys: "закрытый ключ",
  change: "Сделать новый секрет", later: /ещё сутки/, off: "Отключить", again: "Подключить снова",
};
const EN = {
  connect: "Connect", once: "The secret is shown once", kept: "I have written it down", on: "Connected",
  edit: "Change the site", save: "Save", wrong: "cannot be used", keys: "private key",
  change: "Make a new secret", later: /one more day/, off: "Switch off", again: "Connect again",
};

async function says(visitor, words) {
  if (!(await visitor.page.innerText("main")).includes(words)) visitor.fault(`does not say «${words}»`);
}

async function keep(browser, name, look, words) {
  const visitor = await Visitor.come(browser, name, look);
  await steps.quickSignIn(visitor, admin);
  if (look.english) await visitor.open(`${HERE}?lang=en`);
  await visitor.open(HERE);
  await visitor.look("sites");
  await visitor.open(`${HERE}/new`);
  await field(visitor, "name_ru").fill(`Налоговая служба ${name}`);
  await field(visitor, "redirects").fill("http://nalog.example.org/cb\nhttps://nalog.example.org/cb");
  await visitor.page.locator("input[name=auth][value=keys]").check();
  await field(visitor, "keys").fill('{"kty":"EC","crv":"P-256","x":"AQ","y":"AQ","d":"AQ"}');
  await visitor.press(words.connect);
  await visitor.look("refused", 422);
  await says(visitor, words.wrong);
  await says(visitor, words.keys);
  await field(visitor, "redirects").fill("https://nalog.example.org/oidc/callback?from=okno-portal-of-the-region");
  await field(visitor, "after_logout").fill("https://nalog.example.org/");
  await field(visitor, "logout_uri").fill("https://nalog.example.org/oidc/logout");
  await visitor.page.locator("input[name=auth][value=secret]").check();
  await visitor.press(words.connect);
  // Who connects a second site at a host is told with whom it shares what people are called.
  const seen = visitor.page.locator("input[name=seen]");
  if (await seen.count()) {
    await visitor.look("shared", 422);
    await seen.check();
    await visitor.press(words.connect);
  }
  await visitor.look("secret");
  await says(visitor, words.once);
  await visitor.follow(words.kept);
  await visitor.look("site");
  await visitor.follow(words.edit);
  await field(visitor, "name_en").fill("Tax Service");
  await visitor.press(words.save);
  await visitor.look("changed");
  await visitor.page.getByLabel(words.later).check();
  await visitor.press(words.change);
  await visitor.follow(words.kept);
  await visitor.press(words.off);
  await visitor.look("off");
  await visitor.press(words.again);
  await visitor.open(HERE);
  await visitor.look("list");
  await says(visitor, words.on);
  await visitor.open("/staff/checks");
  await visitor.look("checks");
  await visitor.context.close();
}

const browser = await launch();
await keep(browser, "sites", { schemes: ["light", "dark"] }, RU);
await keep(browser, "sites-wide", { width: 1280, scripts: false }, RU);
await keep(browser, "sites-english", { locale: "en-GB", english: true }, EN);
await browser.close();
for (const fault of faults) console.log(fault);
console.log(`${base}: ${faults.length} faults`);
process.exit(faults.length ? 1 : 0);
