// A site that lets people in through Okno, made with the certified library `openid-client`; the person
// sits at a real Chromium.
//
//   BASE=http://127.0.0.1:8080 CLIENT_ID=… CLIENT_SECRET=… PORT=9000 WHO=anna@example.org \
//   KEYED_ID=… KEY='{"kty":"EC",…}' node client.mjs
//
// The site must be connected with `--redirect http://127.0.0.1:PORT/cb`,
// `--after-logout http://127.0.0.1:PORT/bye`, `--logout http://127.0.0.1:PORT/gone` and all scopes; another one,
// whose id is KEYED_ID, with the same `--redirect` and `--jwks` of the public half of KEY.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';

import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import { chromium } from 'playwright-core';

const { BASE, CLIENT_ID, CLIENT_SECRET, KEYED_ID, KEY, PORT, WHO } = process.env;
const SITE = `http://127.0.0.1:${PORT}`;
const BACK = `${SITE}/cb`;
const LEVEL = 'urn:okno:level:';

/** The site's own server: where people come back, and where it hears that they have left. */
function site() {
  const came = [];
  const left = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', part => (body += part));
    request.on('end', () => {
      if (request.method === 'POST' && request.url === '/gone') left.push(body);
      if (request.url.startsWith('/cb?')) came.push(new URL(request.url, SITE));
      // As sites do: from the address that takes the code to another one of another host.
      const moves = request.url.startsWith('/cb?');
      response.writeHead(moves ? 302 : 200, {
        'content-type': 'text/html',
        ...(moves ? { location: `http://localhost:${PORT}/home` } : {}),
      });
      response.end('<!doctype html><title>Site</title><h1>Site</h1>');
    });
  });
  return { server, came, left };
}

async function until(what, ready) {
  for (let i = 0; i < 150; i += 1) {
    const found = ready();
    if (found) return found;
    await new Promise(done => setTimeout(done, 100));
  }
  throw new Error(`waited in vain: ${what}`);
}

const { server, came, left } = site();
server.listen(PORT, '127.0.0.1');
await once(server, 'listening');

// Plain http is for this machine only.
const config = await oidc.discovery(new URL(BASE), CLIENT_ID, CLIENT_SECRET, undefined, {
  execute: [oidc.allowInsecureRequests],
});
assert.equal(config.serverMetadata().issuer, BASE);

/** A question with its secrets. */
async function question(more = {}, by = config) {
  const verifier = oidc.randomPKCECodeVerifier();
  const [state, nonce] = [oidc.randomState(), oidc.randomNonce()];
  const url = oidc.buildAuthorizationUrl(by, {
    redirect_uri: BACK,
    scope: 'openid profile email phone offline_access',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    ...more,
  });
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce };
  return { url, checks };
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
});
const context = await browser.newContext({ locale: 'ru-RU', javaScriptEnabled: process.env.SCRIPTS !== '0' });
const page = await context.newPage();
const complaints = [];
page.on('console', line => {
  if (line.text().includes('Content Security Policy')) complaints.push(line.text());
});

/** Sends the browser with a question; gives the address at which it comes back. */
async function answered(url, act = async () => {}) {
  const before = came.length;
  await page.goto(url.href);
  await act();
  await until('the browser comes back', () => came.length > before);
  // It goes on from there, and must not be sent elsewhere meanwhile.
  await page.waitForURL('**/home');
  return came.at(-1);
}

// 1. A person who has never been at the site signs in, is asked, and arrives.
const first = await question();
const back = await answered(first.url, async () => {
  await page.getByRole('heading', { level: 1 }).waitFor();
  assert.match(await page.content(), /Проверочный сайт/, 'the sign-in page says for which site it is');
  await page.locator(`button[name=who][value="${WHO}"]`).click();
  await page.getByRole('button', { name: 'Разрешить и войти' }).click();
});
await page.waitForURL(`http://localhost:${PORT}/home`);
const tokens = await oidc.authorizationCodeGrant(config, back, first.checks);
const claims = tokens.claims();
assert.ok(claims.acr.startsWith(LEVEL) && claims.sid && claims.auth_time, JSON.stringify(claims));
const person = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub);
assert.ok(person.family_name && person.email === WHO && person.phone_number_verified === true);
const looked = await oidc.tokenIntrospection(config, tokens.access_token);
assert.equal(looked.active, true);

// 2. A refresh token changes with every use.
const fresh = await oidc.refreshTokenGrant(config, tokens.refresh_token);
assert.equal(fresh.claims().sub, claims.sub);
assert.notEqual(fresh.refresh_token, tokens.refresh_token);

// 3. The code once more is refused, and ends all that it gave.
const refused = error => error.error === 'invalid_grant';
await assert.rejects(oidc.authorizationCodeGrant(config, back, first.checks), refused);
await assert.rejects(oidc.fetchUserInfo(config, fresh.access_token, claims.sub));
await assert.rejects(oidc.refreshTokenGrant(config, fresh.refresh_token), refused);

// 4. The next time nothing is shown, and the person is the same. A wrong proof is refused.
const second = await question({ prompt: 'none' });
const silent = await answered(second.url);
const again = await oidc.authorizationCodeGrant(config, silent, second.checks);
assert.equal(again.claims().sub, claims.sub);
const third = await question({ prompt: 'none' });
const stolen = await answered(third.url);
const guess = { ...third.checks, pkceCodeVerifier: oidc.randomPKCECodeVerifier() };
await assert.rejects(oidc.authorizationCodeGrant(config, stolen, guess), refused);

// 5. An address that is not registered, or a code of long ago, leads nowhere.
const evil = await question({ redirect_uri: `${SITE}/cb/` });
const answer = await page.goto(evil.url.href);
assert.equal(answer.status(), 400);
assert.match(await page.content(), /E-SSO-02/);

// 6. A revoked token reads nothing.
await oidc.tokenRevocation(config, again.access_token);
await assert.rejects(oidc.fetchUserInfo(config, again.access_token, claims.sub));

// 7. The person sees the site in the account.
await page.goto(`${BASE}/account/sites`);
assert.match(await page.content(), /Проверочный сайт/);

// 8. A site that proves itself by a signature gets its tokens; with another key it is nobody.
const alg = { name: 'ECDSA', namedCurve: 'P-256' };
const jwk = JSON.parse(KEY);
const signing = await crypto.subtle.importKey('jwk', jwk, alg, false, ['sign']);
const { privateKey: other } = await crypto.subtle.generateKey(alg, false, ['sign']);
const keyed = (key) => oidc.discovery(
  new URL(BASE), KEYED_ID, undefined, oidc.PrivateKeyJwt({ key, kid: jwk.kid }),
  { execute: [oidc.allowInsecureRequests] },
);
const [own, foreign] = [await keyed(signing), await keyed(other)];
const asked = await question({ scope: 'openid profile offline_access' }, own);
const signed = await answered(asked.url, async () => {
  await page.getByRole('button', { name: 'Разрешить и войти' }).click();
});
await assert.rejects(
  oidc.authorizationCodeGrant(foreign, signed, asked.checks),
  error => error.status === 401,
);
const given = await oidc.authorizationCodeGrant(own, signed, asked.checks);
assert.ok(given.claims().sub);
assert.equal((await oidc.tokenIntrospection(own, given.access_token)).active, true);
const renewed = await oidc.refreshTokenGrant(own, given.refresh_token);
await oidc.tokenRevocation(own, renewed.access_token);
assert.equal((await oidc.tokenIntrospection(own, renewed.access_token)).active, false);

// 9. Who signs out through the site comes back, and the site hears of it on the back channel.
const end = oidc.buildEndSessionUrl(config, {
  id_token_hint: again.id_token,
  post_logout_redirect_uri: `${SITE}/bye`,
  state: 'gone',
});
await page.goto(end.href);
await page.getByRole('button', { name: 'Выйти и здесь' }).click();
await page.waitForURL(`${SITE}/bye?state=gone`);
const told = await until('the site hears it', () => left.at(0));
const keys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri));
const { payload } = await jwtVerify(new URLSearchParams(told).get('logout_token'), keys, {
  issuer: BASE,
  audience: CLIENT_ID,
  typ: 'logout+jwt',
});
assert.equal(payload.sid, again.claims().sid);
assert.ok(payload.events['http://schemas.openid.net/event/backchannel-logout']);
const fourth = await question({ prompt: 'none' });
const nobody = await answered(fourth.url);
assert.equal(nobody.searchParams.get('error'), 'login_required');

assert.deepEqual(complaints, [], 'the browser held its policy against us');
console.log(`openid-client: ${came.length} answers, all as they must be`);
await browser.close();
server.close();
