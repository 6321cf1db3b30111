//! What sites are told of a person.

use base::{Fault, Id, Instant, Outcome, Pii, Tx};
use serde_json::{Map, Value, json};

use super::client::Client;
use super::grant::{self, Good, Tokens};
use super::jwt::seconds;
use super::keys::{self, Ring};
use super::{Scope, Scopes, acr, secret};
use crate::accounts::{self, Account, Level};

/// How long an ID token is good.
const ID: i64 = 10 * Instant::MINUTE;

/// Who `account` is at the sites of `sector`: nobody can tell from it who it is at others, and it
/// never changes.
///
/// # Errors
/// A fault of the engine.
pub fn subject(tx: &mut Tx<'_>, sector: &str, account: &Id) -> Outcome<String> {
    keys::digest(tx, ["subject", sector, account])
}

/// The ID token that goes with `tokens`.
///
/// # Errors
/// A fault of the engine, or when no key signs.
pub fn id_token(
    tx: &mut Tx<'_>,
    now: Instant,
    (issuer, ring): (&str, &Ring),
    (client, tokens): (&Client, &Tokens),
) -> Outcome<String> {
    let grant = &tokens.grant;
    let level = level(tx, &grant.account)?;
    let mut claims = json!({
        "iss": issuer,
        "sub": subject(tx, &client.sector, &grant.account)?,
        "aud": client.id,
        "iat": seconds(now),
        "exp": seconds(now.plus(ID)),
        "auth_time": seconds(grant.auth_time),
        "acr": acr(level),
        "amr": [if grant.factor { "mfa" } else { "pwd" }],
        "sid": grant.sid,
        "at_hash": secret::encoded(&secret::digest(&tokens.access)[..16]),
    });
    if let Some(nonce) = &tokens.nonce {
        claims["nonce"] = json!(nonce);
    }
    Ok(ring.sign(now, "JWT", &claims)?)
}

fn level(tx: &mut Tx<'_>, account: &Id) -> Outcome<Level> {
    let found = accounts::read::account(tx, account)?;
    Ok(found.ok_or_else(grant::gone)?.level)
}

/// What the bearer of a good token reads.
///
/// # Errors
/// A fault of the engine.
pub fn userinfo(tx: &mut Tx<'_>, good: &Good) -> Outcome<Pii<Value>> {
    let account = accounts::read::account(tx, &good.grant.account)?.ok_or_else(grant::gone)?;
    let mut claims = of_person(&account, good.scopes);
    let sub = subject(tx, &good.client.sector, &account.id)?;
    claims.insert("sub".into(), json!(sub));
    claims.insert("acr".into(), json!(acr(account.level)));
    Ok(Value::Object(claims).into())
}

fn of_person(account: &Account, scopes: Scopes) -> Map<String, Value> {
    let mut claims = Map::new();
    let mut tell = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    if scopes.has(Scope::Profile) {
        let (given, middle) = (account.name.reveal(), account.patronymic.reveal());
        tell("name", json!(account.full_name().reveal()));
        let parts = [
            ("given_name", given),
            ("family_name", account.surname.reveal()),
            ("middle_name", middle),
        ];
        // A part that somebody has not is not told, rather than told to be nothing.
        for (claim, part) in parts.into_iter().filter(|x| !x.1.is_empty()) {
            tell(claim, json!(part));
        }
        tell("locale", json!(account.lang.code()));
    }
    if let Some(email) = account.email.as_ref().filter(|_| scopes.has(Scope::Email)) {
        tell("email", json!(email.reveal()));
        tell("email_verified", json!(account.email_verified));
    }
    if scopes.has(Scope::Phone) {
        tell("phone_number", json!(account.phone.reveal()));
        // Nobody has an account without a proved phone.
        tell("phone_number_verified", json!(true));
    }
    claims
}

/// What a site hears about one of its own tokens (RFC 7662); of another's, and of one that is over,
/// only that it is no good.
///
/// # Errors
/// A fault of the engine.
pub fn introspection(
    tx: &mut Tx<'_>,
    issuer: &str,
    client: &Client,
    good: Option<&Good>,
) -> Outcome<Value> {
    let Some(good) = good.filter(|x| x.client.id == client.id) else {
        return Ok(json!({"active": false}));
    };
    Ok(json!({
        "active": true,
        "iss": issuer,
        "client_id": client.id,
        "sub": subject(tx, &client.sector, &good.grant.account)?,
        "scope": good.scopes.to_string(),
        "token_type": if good.refresh { "refresh_token" } else { "Bearer" },
        "iat": seconds(good.since),
        "exp": seconds(good.until),
        "auth_time": seconds(good.grant.auth_time),
    }))
}

/// Whom and which site an ID token of ours was made for: of a person who signs out from there, or is to
/// sign in. Its time may be over.
///
/// # Errors
/// A fault of the engine.
pub fn hinted(tx: &mut Tx<'_>, issuer: &str, token: &str) -> Outcome<Option<Hinted>> {
    let ring = super::keys::ring(tx)?;
    let claims = ring.and_then(|ring| ring.read(token)).filter(|x| x["iss"] == issuer);
    let text = |name: &str| Some(claims.as_ref()?[name].as_str()?.to_owned());
    Ok(text("aud").zip(text("sub")).map(|(client, subject)| Hinted { client, subject }))
}

/// What [`hinted`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hinted {
    /// The site's `client_id`.
    pub client: String,
    /// Who the person is there.
    pub subject: String,
}

/// What tells a site that a session, or all sessions of a person, have ended (Back-Channel Logout).
pub(super) fn logout_token(
    (issuer, ring): (&str, &Ring),
    (client, subject, sid): (&str, &str, Option<&str>),
    (jti, now): (&str, Instant),
) -> Result<String, Fault> {
    let mut claims = json!({
        "iss": issuer,
        "sub": subject,
        "aud": client,
        "iat": seconds(now),
        "exp": seconds(now.plus(2 * Instant::MINUTE)),
        "jti": jti,
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    });
    if let Some(sid) = sid {
        claims["sid"] = json!(sid);
    }
    ring.sign(now, "logout+jwt", &claims)
}
