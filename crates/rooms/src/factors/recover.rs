//! The way back for somebody who has lost the password: a code to the contact they name, or to the phone
//! of the account whose checked SNILS they name; then, above the simplified level, a proof of another
//! kind. Nobody learns whether there is such an account.

use base::{Cx, Id, Instant, Kind, Outcome, Refusal, Tx};

use super::code::Named;
use super::find::find;
use super::half::{self, Beginning};
use super::rules::Method;
use super::signin::{self, Passed};
use super::{Came, code, device};
use crate::accounts::codes::{self, For};
use crate::accounts::limits::{self, Limit};
use crate::accounts::signin::Identifier;
use crate::accounts::{Contact, Policy, read};

/// Beginnings from one address.
const FROM: Limit = Limit { most: 5, window: Instant::HOUR, code: "E-AUTH-LIMIT" };

/// Codes of one recovery that are sent after the first.
const AGAIN: Limit = Limit { most: 2, window: 10 * Instant::MINUTE, code: "E-AUTH-LIMIT" };

/// Purpose of the links.
const LINK: &str = "recover";
/// Where the link of the e-mail leads on the portal; its secret follows.
pub const LINK_PATH: &str = "/recover/link/";

impl Contact {
    /// By which way a code comes to it.
    pub fn way(&self) -> Method {
        match self {
            Self::Phone(_) => Method::Sms,
            Self::Email(_) => Method::Email,
        }
    }
}

/// By which way a code comes to whoever has said who they are. The phone is the one contact that every
/// account has.
pub(super) fn way(identifier: &Identifier) -> Method {
    if identifier.reveal().contains('@') { Method::Email } else { Method::Sms }
}

/// Begins the way back: sends a code to the contact when somebody has it, and counts the same when
/// nobody has. Gives the token that the browser holds, and the way of the code.
///
/// # Errors
/// `E-AUTH-LIMIT` with the seconds to wait.
pub fn recover(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (identifier, came): (&Identifier, &Came),
) -> Outcome<(String, Method)> {
    if let Some(address) = came.address {
        limits::count(tx, cx, &format!("recover:{}", address.near()), FROM)?;
    }
    let challenge = find(tx, identifier)?;
    let (account, way) = (challenge.account(), way(identifier));
    let phone = match identifier.snils() {
        None => None,
        Some(_) => read::account(tx, account.unwrap_or(&Id::from("")))?.map(|x| x.phone),
    };
    let (id, token) = half::begin(tx, cx, Beginning::named(account, came.shared, false))?;
    let said = identifier.reveal();
    let to = phone.as_ref().map_or(said, |x| x.reveal());
    let known = device::is_known(tx, cx, account, came)?;
    let named =
        Named { account, said, to: (way, to), aloud: false, known, recovers: true, path: None };
    post(tx, cx, policy, (&id, named))?;
    Ok((token, way))
}

/// Sends the code of a recovery that has shown nothing yet once more, to the phone or to the proved e-mail of
/// the account that was named; `aloud`: to the phone by a call. The code before it ends. The answer and
/// the work are the same when the account, or its e-mail, is not there.
///
/// # Errors
/// `E-AUTH-02-EXPIRED` when it is over; `E-AUTH-LIMIT` with the seconds to wait.
pub fn send_again(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (token, came): (&str, &Came),
    (by, aloud): (Method, bool),
) -> Outcome<()> {
    let over = || Refusal::new(Kind::Gone, "E-AUTH-02-EXPIRED");
    let (id, account) = half::named_of(tx, cx.now, token)?.ok_or_else(over)?;
    limits::count(tx, cx, &format!("recover-again:{id}"), AGAIN)?;
    let owner = read::account(tx, account.as_ref().unwrap_or(&Id::from("")))?;
    let contact = owner.as_ref().and_then(|x| match by {
        Method::Email => x.email.as_ref().filter(|_| x.email_verified).map(|x| x.reveal()),
        _ => Some(x.phone.reveal()),
    });
    let (account, to) = (account.as_ref().filter(|_| contact.is_some()), contact.unwrap_or(""));
    // What was said first is not known any more; the limit of this recovery stands for it.
    let said = format!("again:{id}");
    let known = device::is_known(tx, cx, account, came)?;
    let named =
        Named { account, said: &said, to: (by, to), aloud, known, recovers: true, path: None };
    post(tx, cx, policy, (&id, named))
}

/// Sends the code; the letter of an e-mail holds a link, too.
fn post(tx: &mut Tx<'_>, cx: &Cx, policy: &Policy, (id, named): (&Id, Named<'_>)) -> Outcome<()> {
    let link = match named.to.0 {
        Method::Email => {
            let what = For { purpose: LINK, subject: id };
            Some(codes::issue_link(tx, cx, &policy.secrets, what)?)
        }
        _ => None,
    };
    let path = link.map(|link| format!("{LINK_PATH}{link}"));
    code::post_named(tx, cx, policy, id, Named { path: path.as_deref(), ..named })
}

/// The link of the e-mail, in whichever browser it was opened: proves the e-mail as its code does.
/// Gives what comes of it, and the token by which this browser goes on when more is asked. Somebody else's is
/// the computer when that was said here or where the recovery began.
///
/// # Errors
/// `E-AUTH-02-USED` when it was followed before, `E-AUTH-02-EXPIRED` when it is over.
pub fn follow(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (link, came): (&str, &Came),
) -> Outcome<(Passed, String)> {
    let over = || Refusal::new(Kind::Gone, "E-AUTH-02-EXPIRED");
    let (verdict, half) = codes::follow(tx, cx.now, &policy.secrets, LINK, link)?;
    verdict.told()?;
    let half = half.ok_or_else(over)?;
    half::lock(tx, &half)?;
    let token = half::hand_over(tx, cx, (&half, came.shared))?;
    let half = half::open_proved(tx, cx.now, &token)?.ok_or_else(over)?;
    let passed = signin::proceed(tx, cx, policy, (&half, came), Method::Email)?;
    Ok((passed, token))
}

/// The code to the contact that was named, in a recovery or in place of the password: what it proves is
/// the contact to which it was sent. A wrong one is counted, so its refusal is the inner result.
///
/// # Errors
/// Inner: `E-AUTH-02-…`. Outer: `E-AUTH-02-USED` when it has led in already, `E-AUTH-02-EXPIRED` when it is
/// over.
pub fn reached(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (token, came): (&str, &Came),
    typed: &str,
) -> Outcome<Result<Passed, Refusal>> {
    let over = || Refusal::new(Kind::Gone, "E-AUTH-02-EXPIRED");
    let Some(id) = half::id_of(tx, cx.now, token)? else {
        return Err(half::over(tx, token)?.into());
    };
    if let Err(refusal) = code::redeem(tx, cx, policy, &id, typed)?.told() {
        return Ok(Err(refusal));
    }
    half::lock(tx, &id)?;
    let half = half::open_proved(tx, cx.now, token)?.ok_or_else(over)?;
    let way = half.sent_by.ok_or_else(over)?;
    signin::proceed(tx, cx, policy, (&half, came), way).map(Ok)
}
