//! Codes to a contact as second factor.

use base::outbox::{self, Letter, Posted};
use base::vault::NOBODY;
use base::{Cx, Id, Instant, Kind, Outcome, Pii, Refusal, Tx, args};
use serde_json::json;

use super::notice::{self, Event};
use super::rules::Method;
use super::{Came, Half, typed};
use crate::accounts::codes::{self, CODE_LIVES, For, Verdict};
use crate::accounts::{Account, Policy, limits};

/// Purpose of these codes; they are bound to one half sign-in.
const PURPOSE: &str = "factor";

/// Switches codes at every sign-in on or off.
///
/// # Errors
/// A fault of the engine.
pub fn set_always(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (account, on): (&Id, bool),
    came: &Came,
) -> Outcome<()> {
    let changed = if on {
        tx.exec(
            "INSERT INTO code_factor (account_id, created_at) VALUES ($1, $2)
             ON CONFLICT (account_id) DO NOTHING",
            args![account, cx.now],
        )?
    } else {
        tx.exec("DELETE FROM code_factor WHERE account_id = $1", args![account])?
    };
    let event = if on { Event::FactorAdded } else { Event::FactorRemoved };
    if changed == 1 { notice::tell(tx, cx, policy, account, (event, came)) } else { Ok(()) }
}

/// Sends a code for a half sign-in by SMS or e-mail; `said`: to the phone by a call. The one before it
/// ends.
///
/// # Errors
/// `E-AUTH-LIMIT` with the seconds to wait; `E-AUTH-02-EXPIRED` when the half sign-in is over or this
/// way is not open to it.
pub fn send(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    half: &Half,
    (by, said): (Method, bool),
) -> Outcome<()> {
    let expired = || Refusal::new(Kind::Gone, "E-AUTH-02-EXPIRED");
    if !half.methods.contains(&by) {
        return Err(expired().into());
    }
    let channel = if said && by == Method::Sms { "voice" } else { by.as_str() };
    post(tx, cx, policy, (&half.id, channel), (&half.account, by))
}

/// Sends a code, and with `path` a link, to the contact `to` that somebody has named for the half
/// sign-in `half`. When it is nobody's the same is done, but no typing meets the code and the letter
/// is silent.
pub(super) fn post_named(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    half: &Id,
    (account, by, to, path): (Option<&Id>, Method, &str, Option<&str>),
) -> Outcome<()> {
    limits::count_sending(tx, cx, to)?;
    let what = For { purpose: PURPOSE, subject: half };
    let code = match account {
        Some(_) => codes::issue(tx, cx, &policy.secrets, what)?,
        None => {
            codes::issue_blank(tx, cx, what)?;
            String::new()
        }
    };
    let open = json!({"channel": by.as_str(), "account": account});
    let private = match account {
        Some(_) => json!({"to": to, "code": code, "path": path}),
        None => json!({}),
    };
    let (key, private) = (tx.key(account.map_or(NOBODY, Id::as_str))?, Pii::new(private));
    let letter = Letter {
        subject: &format!("{half}/{}", by.as_str()),
        seq: cx.now.0,
        event: if path.is_some() { "recovery-link" } else { "factor-code" },
        payload: &open.to_string(),
        private: Some((&key, &private)),
        priority: 0,
        expires: cx.now.plus(CODE_LIVES),
    };
    let silent = account.is_none();
    let posted = Posted { id: cx.new_id(), letter, at: cx.now, op: &cx.op, silent };
    outbox::put_all(tx, &[posted])
}

/// Sends a code for the half sign-in `half` to the phone or the e-mail of `account`.
pub(super) fn post(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (half, channel): (&Id, &str),
    (account, by): (&Account, Method),
) -> Outcome<()> {
    let to = match (by, &account.email) {
        (Method::Email, Some(email)) => email.reveal(),
        _ => account.phone.reveal(),
    };
    limits::count_sending(tx, cx, to)?;
    let what = For { purpose: PURPOSE, subject: half };
    let code = codes::issue(tx, cx, &policy.secrets, what)?;
    let open = json!({"channel": channel, "lang": account.lang.code(), "account": account.id});
    let private = Pii::new(json!({"to": to, "code": code}));
    let key = tx.key(&account.id)?;
    let letter = Letter {
        subject: &format!("{half}/{}", by.as_str()),
        seq: cx.now.0,
        event: "factor-code",
        payload: &open.to_string(),
        private: Some((&key, &private)),
        priority: 0,
        expires: cx.now.plus(CODE_LIVES),
    };
    outbox::put(tx, cx, letter)?;
    Ok(())
}

/// Whether a code that was sent for a half sign-in waits to be typed.
pub(super) fn waits(tx: &mut Tx<'_>, now: Instant, half: &Id) -> Outcome<bool> {
    codes::waits(tx, now, For { purpose: PURPOSE, subject: half })
}

/// Tries a code that was sent for a half sign-in.
pub(super) fn redeem(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    half: &Id,
    code: &str,
) -> Outcome<Verdict> {
    let what = For { purpose: PURPOSE, subject: half };
    codes::redeem(tx, cx.now, &policy.secrets, what, &typed(code))
}
