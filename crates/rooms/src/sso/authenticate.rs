//! Who a site says it is, proved: by its secret, or by a word that it has signed (RFC 7523).

use base::{Instant, Kind, Outcome, Refusal, Tx, args};
use serde_json::Value;

use super::client::{self, Auth, Client};
use super::secret;

/// How long a signed word may be good, from now.
const LASTS: i64 = 5 * Instant::MINUTE;
/// By how much the clocks of two servers may differ.
const SKEW: i64 = 30 * Instant::SECOND;
/// Kinds of token that such a word may call itself.
const KINDS: [&str; 2] = ["JWT", "client-authentication+jwt"];
/// What is said beside a signed word.
pub const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Who a site says it is, and how it proves that.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Its `client_id`; a signed word says it, too.
    pub id: Option<String>,
    /// What it shows.
    pub shown: Shown,
}

/// What a site shows.
#[derive(Clone, Debug)]
pub enum Shown {
    /// Nothing: a program that can keep no secret.
    Nothing,
    /// Its secret.
    Secret(String),
    /// A word that it has signed.
    Assertion(String),
}

/// The site that has proved who it is to the portal called `issuer`. A signed word is spent with the
/// transaction.
///
/// # Errors
/// `E-SSO-11` when there is no such site, or what it shows does not prove it.
pub fn authenticate(
    tx: &mut Tx<'_>,
    (now, issuer): (Instant, &str),
    who: &Credentials,
) -> Outcome<Client> {
    let named = match (&who.id, &who.shown) {
        (Some(id), _) => Some(id.clone()),
        (None, Shown::Assertion(token)) => subject(token),
        (None, _) => None,
    };
    // No name of ours has control characters, and a database may stumble over them.
    let named = named.filter(|x| !x.contains(char::is_control));
    let client = match &named {
        Some(id) => client::find(tx, id)?.ok_or_else(wrong)?,
        None => return Err(wrong().into()),
    };
    let right = match (&who.shown, client.auth) {
        (Shown::Nothing, Auth::Nothing) => true,
        (Shown::Secret(secret), Auth::Secret) => client.knows(now, secret),
        (Shown::Assertion(token), Auth::Keys) => match proved(&client, (now, issuer), token) {
            Some(word) => spend(tx, &client, &word)?,
            None => false,
        },
        _ => false,
    };
    if right { Ok(client) } else { Err(wrong().into()) }
}

fn wrong() -> Refusal {
    Refusal::new(Kind::Unauthenticated, "E-SSO-11")
}

/// Whom an unproved word names.
fn subject(token: &str) -> Option<String> {
    let claims = secret::decoded(token.split('.').nth(1)?)?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    claims["sub"].as_str().map(str::to_owned)
}

/// A signed word that fits: its name, and until when it could come again.
struct Word {
    jti: String,
    until: Instant,
}

fn proved(client: &Client, (now, issuer): (Instant, &str), token: &str) -> Option<Word> {
    let (head, claims) = client.keys()?.read(token)?;
    let kind = head["typ"].as_str();
    let known = kind.is_none_or(|kind| KINDS.iter().any(|x| x.eq_ignore_ascii_case(kind)));
    let own = claims["iss"] == *client.id && claims["sub"] == *client.id;
    // A word for several could be carried from one of them to another.
    let audience = match &claims["aud"] {
        Value::Array(one) if one.len() == 1 => one[0].as_str(),
        one => one.as_str(),
    };
    let endpoint = format!("{issuer}/sso/token");
    let for_us = audience.is_some_and(|x| x == issuer || x == endpoint);
    let at = |name: &str| moment(&claims[name]);
    let until = at("exp").filter(|x| now.plus(-SKEW) < *x && *x <= now.plus(LASTS + SKEW))?;
    let begun =
        |name: &str| claims[name].is_null() || at(name).is_some_and(|x| x <= now.plus(SKEW));
    let jti = claims["jti"].as_str().filter(|x| (1..=256).contains(&x.len()))?;
    let fits = known && own && for_us && begun("iat") && begun("nbf");
    fits.then(|| Word { jti: jti.to_owned(), until: until.plus(SKEW) })
}

/// A moment as tokens tell it: seconds since 1970, perhaps with a fraction (NumericDate).
fn moment(value: &Value) -> Option<Instant> {
    let whole = value.as_i64().or_else(|| {
        // Beyond that a fraction says nothing, and no date of ours is there.
        value.as_f64().filter(|x| x.abs() < 1e12).map(|x| x.floor() as i64)
    });
    whole?.checked_mul(Instant::SECOND).map(Instant)
}

/// Whether this word comes for the first time.
fn spend(tx: &mut Tx<'_>, client: &Client, word: &Word) -> Outcome<bool> {
    let first = tx.exec(
        "INSERT INTO sso_assertion (client_id, digest, expires_at) VALUES ($1, $2, $3)
         ON CONFLICT DO NOTHING",
        args![&client.id, &secret::digest(&word.jti)[..], word.until],
    )?;
    Ok(first == 1)
}
