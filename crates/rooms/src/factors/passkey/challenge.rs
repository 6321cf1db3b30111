//! Challenges: bound to a purpose and to the browser that asked, good for five minutes and once.
//!
//! One is not stored when it is given, because every view of the sign-in page asks for one; it
//! proves by its mark that it is ours. Using it up is a row.

use base::{Cx, Instant, Kind, Outcome, Refusal, Tx, args};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

use crate::accounts::Secrets;

/// How long one is good.
const LIVES: i64 = 5 * Instant::MINUTE;

/// What a key is asked for. A challenge for one purpose is worth nothing for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To be registered; the holder is a session.
    Add,
    /// To sign in with nothing else; the holder is a browser.
    SignIn,
    /// As the next proof; the holder is a half sign-in.
    Proof,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::SignIn => "sign-in",
            Self::Proof => "proof",
        }
    }
}

/// A challenge for what the browser that holds the secret `holder` wants: the token that comes back
/// with the answer. What the key signs is [`bytes`] of it.
pub fn give(cx: &Cx, secrets: &Secrets, (purpose, holder): (Purpose, &str)) -> String {
    let body = format!("{}.{}", cx.now.0, cx.new_id());
    let mark = mark(secrets, &body, (purpose, holder));
    format!("{body}.{mark}")
}

/// What the key signs.
pub fn bytes(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Uses a challenge up.
///
/// # Errors
/// `E-KEY-01` when it is not ours, too old, another browser's, for another purpose, or was used.
pub(super) fn accept(
    tx: &mut Tx<'_>,
    now: Instant,
    secrets: &Secrets,
    bound: (Purpose, &str),
    token: &str,
) -> Outcome<()> {
    let over = || Refusal::new(Kind::Gone, "E-KEY-01");
    let (body, given) = token.rsplit_once('.').ok_or_else(over)?;
    let (at, id) = body.split_once('.').ok_or_else(over)?;
    let expected = mark(secrets, body, bound);
    let age = at.parse::<i64>().map_or(i64::MAX, |at| now.0.saturating_sub(at));
    let ours = bool::from(expected.as_bytes().ct_eq(given.as_bytes())) && (0..LIVES).contains(&age);
    if !ours {
        return Err(over().into());
    }
    let first = tx.opt(
        "INSERT INTO passkey_challenge (id, expires_at) VALUES ($1, $2)
         ON CONFLICT DO NOTHING RETURNING id",
        args![id, now.plus(LIVES)],
        |r| r.get::<String>(0),
    )?;
    first.map(drop).ok_or_else(|| over().into())
}

fn mark(secrets: &Secrets, body: &str, (purpose, holder): (Purpose, &str)) -> String {
    let bound = format!("{body}|{}|{holder}", purpose.as_str());
    secrets.digest("passkey", &bound).iter().map(|x| format!("{x:02x}")).collect()
}
