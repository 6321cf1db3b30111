//! The way back for somebody who has lost the password: a code to the contact they name, then, above
//! the simplified level, a proof of another kind. Nobody learns whether there is such an account.

use base::{Cx, Instant, Kind, Outcome, Refusal, Tx};

use super::half::{self, Aim, Beginning};
use super::rules::Method;
use super::signin::{self, Passed};
use super::{Came, code, told};
use crate::accounts::limits::{self, Limit};
use crate::accounts::{Contact, Policy};

/// Beginnings from one address.
const FROM: Limit = Limit { most: 5, window: Instant::HOUR, code: "E-AUTH-LIMIT" };

impl Contact {
    /// By which way a code comes to it.
    pub fn way(&self) -> Method {
        match self {
            Self::Phone(_) => Method::Sms,
            Self::Email(_) => Method::Email,
        }
    }
}

/// Begins the way back: sends a code to the contact when somebody has it, and counts the same when
/// nobody has. Gives the token that the browser holds.
///
/// # Errors
/// `E-AUTH-LIMIT` with the seconds to wait.
pub fn recover(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (contact, came): (&Contact, &Came),
) -> Outcome<String> {
    if let Some(address) = came.address {
        limits::count(tx, cx, &format!("recover:{}", address.near()), FROM)?;
    }
    let found = crate::accounts::read::by_contact(tx, contact.reveal())?;
    let account = found.as_ref().map(|x| &x.id);
    let beginning = Beginning { account, shared: false, aim: Aim::Recover };
    let (id, token) = half::begin(tx, cx, beginning)?;
    match &found {
        Some(account) => code::post(tx, cx, policy, &id, (account, contact.way()))?,
        None => code::post_nowhere(tx, cx, &id, contact.reveal())?,
    }
    Ok(token)
}

/// The code to the contact that was named. A wrong one is counted, so its refusal is the inner
/// result.
///
/// # Errors
/// Inner: `E-AUTH-02-…`. Outer: `E-AUTH-02-EXPIRED` when it is over.
pub fn reached(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (token, came): (&str, &Came),
    (way, typed): (Method, &str),
) -> Outcome<Result<Passed, Refusal>> {
    let over = || Refusal::new(Kind::Gone, "E-AUTH-02-EXPIRED");
    let id = half::id_of(tx, cx.now, token)?.ok_or_else(over)?;
    if let Err(refusal) = told(code::redeem(tx, cx, policy, &id, typed)?) {
        return Ok(Err(refusal));
    }
    let half = half::open(tx, cx.now, token)?.ok_or_else(over)?;
    signin::proceed(tx, cx, policy, (&half, came), way).map(Ok)
}
