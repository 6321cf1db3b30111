// A bank with which people sign in at Okno, made with the certified `oidc-provider`, and a person who
// does so, over HTTP and without scripts.
//
//   BASE=http://127.0.0.1:8081 DEMO=http://127.0.0.1:8080 PORT=9100 SECRET=… node provider.mjs
//
// BASE is a node whose configuration names the provider `bank` at PORT; DEMO a node of the demo on the
// same data, which shows the messages and signs people in by a button.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';

import { Provider } from 'oidc-provider';

const { BASE, DEMO, PORT, SECRET } = process.env;
const ISSUER = `http://127.0.0.1:${PORT}`;
const PEOPLE = {
  42: { family_name: 'Ершов', given_name: 'Борис', email: 'anna@example.org' },
  43: { family_name: 'Чужой', given_name: 'Пётр' },
};
/** Who sits at the bank now. */
let customer = '42';

const provider = new Provider(ISSUER, {
  clients: [{
    client_id: 'okno',
    client_secret: SECRET,
    redirect_uris: [`${BASE}/signin/back/bank`],
    response_types: ['code'],
    grant_types: ['authorization_code'],
  }],
  acrValues: ['urn:bank:in-person'],
  claims: { openid: ['sub'], acr: null, profile: ['family_name', 'given_name'], email: ['email'], phone: [] },
  scopes: ['openid', 'profile', 'email', 'phone'],
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `/enter/${interaction.uid}` },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...PEOPLE[id] }) }),
  cookies: { keys: ['only for this test'] },
});
// The bank knows who sits there and asks nothing.
const server = createServer(async (request, response) => {
  if (!request.url.startsWith('/enter/')) return provider.callback()(request, response);
  const { params } = await provider.interactionDetails(request, response);
  const grant = new provider.Grant({ accountId: customer, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const grantId = await grant.save();
  const login = { accountId: customer, acr: 'urn:bank:in-person', remember: false };
  return provider.interactionFinished(request, response, { login, consent: { grantId } });
});
server.listen(PORT, '127.0.0.1');
await once(server, 'listening');

/** A browser as far as addresses, cookies and forms go. */
class Browser {
  cookies = new Map();

  /** Leaves the bank, whose cookies begin so. */
  forget() {
    for (const name of this.cookies.keys()) if (name.startsWith('_')) this.cookies.delete(name);
  }

  async send(url, form) {
    const response = await fetch(url, {
      method: form ? 'POST' : 'GET',
      body: form && new URLSearchParams(form),
      redirect: 'manual',
      headers: { cookie: [...this.cookies].map(x => x.join('=')).join('; '), 'accept-language': 'ru' },
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [name, value] = cookie.split(';')[0].split(/=(.*)/s);
      if (value && !/max-age=0|expires=thu, 01 jan 1970/i.test(cookie)) this.cookies.set(name, value);
      else this.cookies.delete(name);
    }
    const to = response.headers.get('location');
    return { url, status: response.status, to: to && new URL(to, url).href, text: await response.text() };
  }

  /** Follows until there is a page; `change` sees every address before it is followed. */
  async go(url, form, change = x => x) {
    let answer = await this.send(url, form);
    for (let i = 0; answer.to && i < 20; i += 1) answer = await this.send(change(answer.to));
    return answer;
  }
}

const rows = async () => {
  const page = await new Browser().go(`${DEMO}/demo/messages`);
  return page.text;
};

/** The newest code that was sent. */
async function code(before) {
  for (let i = 0; i < 100; i += 1) {
    const found = (await rows()).match(/код (\d{6})/)?.[1];
    if (found && found !== before) return found;
    await new Promise(done => setTimeout(done, 100));
  }
  throw new Error('no code came');
}

const withBank = next => `${BASE}/signin/with/bank?next=${encodeURIComponent(next)}`;

// 1. Nobody knows this customer: the equal e-mail of Anna's account links nothing.
const guest = new Browser();
const asked = await guest.go(withBank('/account'));
assert.equal(asked.url, `${BASE}/signin/elsewhere`, asked.text.slice(0, 3000));
assert.doesNotMatch(asked.text, /Борис|Ершов/, 'who comes next to this browser learns nothing');
const filled = await guest.go(`${BASE}/signin/elsewhere/go`, { to: 'register' });
assert.match(filled.text, /value="Ершов"/, 'what the bank tells need not be typed');

// 2. Boris signs in with his own account and says that both are his.
const boris = new Browser();
await boris.go(`${DEMO}/demo/signin`, { who: 'boris@example.org', next: '/accessibility' });
const whose = await boris.go(withBank('/account'));
assert.match(whose.text, /Связать/, whose.text.slice(0, 3000));
const linked = await boris.go(`${BASE}/signin/elsewhere`, { consent: '1' });
assert.match(linked.text, /Связали/, linked.text.slice(0, 3000));
const account = await boris.go(`${BASE}/account`);
assert.match(account.text, /Ершов Борис/);
assert.match(account.text, /<strong>[Пп]одтвержд/, 'the proof of the bank raised the level');

// 3. From now on the bank opens his account, twice the same, also in a browser that is new.
for (let i = 0; i < 2; i += 1) {
  const fresh = new Browser();
  const before = i && (await code());
  const factor = await fresh.go(withBank('/account'));
  assert.match(factor.url, /\/signin\/factor/, 'a device that is not known meets the second factor');
  const by = factor.text.match(/name="by" value="(\w+)"/)[1];
  const typed = { code: await code(before), by, next: '/account' };
  const inside = await fresh.go(`${BASE}/signin/factor`, typed);
  assert.match(inside.text, /Ершов Борис/, inside.text.slice(0, 3000));
}

// 4. An answer that was changed on its way opens nothing.
const altered = async change => (await new Browser().go(withBank('/account'), undefined, change)).text;
const swap = (path, name, value) => address => {
  const url = new URL(address);
  if (url.pathname === path && url.searchParams.has(name)) url.searchParams.set(name, value);
  return url.href;
};
assert.match(await altered(swap('/signin/back/bank', 'state', 'x'.repeat(43))), /E-SSO-32/);
assert.match(await altered(swap('/signin/back/bank', 'iss', 'https://evil.example')), /E-SSO-30/);
assert.match(await altered(swap('/auth', 'nonce', 'another')), /E-SSO-30/);
assert.match(await altered(swap('/signin/back/bank', 'code', 'another')), /E-SSO-31/);
// Another browser cannot end what this one began, and nobody can end it twice.
const [begins, steals] = [new Browser(), new Browser()];
let stop;
await begins.go(withBank('/account'), undefined, address => {
  if (new URL(address).pathname !== '/signin/back/bank') return address;
  stop = address;
  return `${BASE}/accessibility`;
});
assert.match((await steals.go(stop)).text, /E-SSO-32/);
assert.match((await begins.go(stop)).url, /\/signin\/factor/);
assert.match((await begins.go(stop)).text, /E-SSO-32/);

// 5. An account has one identity of a provider: Boris cannot link that of another customer, too.
customer = '43';
boris.forget();
await boris.go(withBank('/account'));
const second = await boris.send(`${BASE}/signin/elsewhere`, {});
assert.match(second.text, /уже связан другой вход/, second.text.slice(0, 3000));

// 6. What is unlinked opens nothing.
const unlinked = await boris.go(`${BASE}/account/providers/bank/unlink`, {});
assert.match(unlinked.text, /Отвязали/);
customer = '42';
const nobody = await new Browser().go(withBank('/account'));
assert.equal(nobody.url, `${BASE}/signin/elsewhere`);

console.log('oidc-provider: linked, signed in, refused, unlinked, all as it must be');
server.close();
process.exit(0);
