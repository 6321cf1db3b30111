// Walks through the life of a passkey in a running demo, with an authenticator that Chromium plays:
//
//   BASE=http://localhost:8080 OUT=FOLDER node passkeys.mjs
//
// Registers one, signs in with it alone, by the button and by the browser's own suggestion, proves it
// once more before a change, meets a copy of it, removes it. Pages are looked at as in walk.mjs.

import * as steps from "./steps.mjs";
import { faults, launch, Visitor } from "./visitor.mjs";

const HERE = "/account/security";

/** An authenticator in the visitor's device; `present`: somebody touches it at once. */
async function authenticator({ context, page }) {
  const cdp = await context.newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: false,
    },
  });
  const send = (what, more) => cdp.send(`WebAuthn.${what}`, { authenticatorId, ...more });
  return {
    present: (enabled) => send("setAutomaticPresenceSimulation", { enabled }),
    verified: (isUserVerified) => send("setUserVerified", { isUserVerified }),
    keys: async () => (await send("getCredentials")).credentials,
    /** The same key, as it was when it had been used `signCount` times: what a copy would show. */
    copy: async (key, signCount) => {
      await send("removeCredential", { credentialId: key.credentialId });
      await send("addCredential", { credential: { ...key, signCount } });
    },
  };
}

/** Does `act` while somebody is there to touch the key. */
async function touching(visitor, key, act) {
  await visitor.go(async () => {
    await key.present(true);
    await act();
  });
  await key.present(false);
}

async function add(visitor, key) {
  await visitor.open(`${HERE}/key`);
  await visitor.heading("Добавить ключ");
  await visitor.look("key-new");
  await visitor.page.locator("#name").fill("Ноутбук");
  const button = visitor.page.getByRole("button", { name: "Создать ключ" });
  await touching(visitor, key, () => button.click());
  await visitor.heading("Ваши коды на крайний случай");
  await visitor.look("key-added");
  if ((await key.keys()).length !== 1) visitor.fault("the authenticator holds no key");
}

const byKey = (visitor) => visitor.page.getByRole("button", { name: "Войти с ключом" });

async function signOut(visitor) {
  await visitor.open("/account");
  await visitor.press("Выйти");
}

async function arrived(visitor, where) {
  if (visitor.path() !== where) visitor.fault(`${visitor.path()} in place of ${where}`);
}

async function life(browser) {
  const visitor = await Visitor.come(browser, "passkeys", { schemes: ["light", "dark"] });
  await steps.quickSignIn(visitor);
  const key = await authenticator(visitor);
  await add(visitor, key);

  await signOut(visitor);
  await visitor.open(`/signin?next=${HERE}`);
  await visitor.look("signin-key");
  await touching(visitor, key, () => byKey(visitor).click());
  await arrived(visitor, HERE);
  await visitor.look("key-listed");

  // Somebody who cannot prove to the device who they are stays outside.
  await signOut(visitor);
  await key.verified(false);
  await visitor.open("/signin");
  await key.present(true);
  await byKey(visitor).click();
  await visitor.page.getByText("Не получилось").waitFor();
  await key.present(false);
  await key.verified(true);

  // The browser offers the key by itself: nobody presses anything.
  await key.present(true);
  // It may be gone before its page is whole.
  await visitor.open("/signin?next=/account", { waitUntil: "commit" });
  await visitor.page.waitForURL((url) => url.pathname === "/account");

  // A key that counts less than before was copied: it opens nothing any more.
  const [copied] = await key.keys();
  await signOut(visitor);
  await key.copy(copied, 0);
  await visitor.open("/signin");
  await visitor.page.getByText("есть чужая копия").first().waitFor();
  await visitor.look("key-copied", visitor.document.status());

  await steps.quickSignIn(visitor);
  await visitor.open(HERE);
  await visitor.look("key-shut");
  await visitor.page.getByRole("button", { name: /^Удалить.*Ноутбук/ }).click();
  await visitor.page.getByText("Ключ удалён").waitFor();
  return visitor;
}

/** Without scripts the pages say what else there is. */
async function words(browser) {
  const visitor = await Visitor.come(browser, "passkeys-words", { scripts: false });
  await visitor.open("/signin");
  const sent = await visitor.document.text();
  if (!sent.includes("включите в браузере JavaScript")) visitor.fault("no words without scripts");
  if (await byKey(visitor).count()) visitor.fault("a button that does nothing");
  return visitor;
}

const browser = await launch();
for (const walk of [life, words]) {
  const visitor = await walk(browser);
  await visitor.context.close();
}
await browser.close();
faults.forEach((fault) => console.log(fault));
process.exit(faults.length ? 1 : 0);
