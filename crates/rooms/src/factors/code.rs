//! Codes to a contact as second factor.

use base::outbox::{self, Letter, Posted};
use base::vault::NOBODY;
use base::{Cx, Id, Instant, Kind, Outcome, Pii, Refusal, Tx, args};
use serde_json::{Value, json};

use super::notice::{self, Event};
use super::rules::Method;
use super::{Came, Half, half};
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
    half::sent(tx, &half.id, by)?;
    post(tx, cx, policy, (&half.id, channel(by, said)), (&half.account, by))
}

fn channel(by: Method, aloud: bool) -> &'static str {
    if aloud && by == Method::Sms { "voice" } else { by.as_str() }
}

/// Counts a sending to the contact that stands behind a name, and says whether it may be made; with as
/// many statements when the contact has had enough. It is counted apart: whoever names the contact itself
/// meets no limit sooner by it, and so learns nothing.
fn counts_behind(tx: &mut Tx<'_>, cx: &Cx, contact: &str) -> Outcome<bool> {
    let behind = format!("behind:{contact}");
    let may = limits::may_send(tx, cx.now, (contact, &behind))?;
    let instead = format!("behind:{}", cx.new_id());
    match limits::count_sending(tx, cx, if may { &behind } else { &instead }) {
        Ok(()) => Ok(may),
        // Somebody else was quicker.
        Err(base::Error::Refusal(x)) if x.kind == Kind::TooMany => Ok(false),
        Err(error) => Err(error),
    }
}

/// Where a code goes that somebody asks for who has only said who they are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named<'a> {
    /// Whose account it is, if anybody's.
    pub account: Option<&'a Id>,
    /// As it was said: what is counted, whether or not anybody has it.
    pub said: &'a str,
    /// By which way, and to which contact; of nobody it does not matter.
    pub to: (Method, &'a str),
    /// To the phone by a call.
    pub aloud: bool,
    /// The contact stands behind what was said: it is counted, too.
    pub behind: bool,
    /// The link that does the same.
    pub path: Option<&'a str>,
}

/// Sends a code, and perhaps a link, for the half sign-in `half` of somebody who has only said who they
/// are. When it is nobody's the same is done, but no typing meets the code and the letter
/// is silent. So it is when the contact behind a name has had enough: a refusal would tell whose it is.
pub(super) fn post_named(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    half: &Id,
    Named { account, said, to: (by, to), aloud, behind, path }: Named<'_>,
) -> Outcome<()> {
    limits::count_sending(tx, cx, said)?;
    let account = match behind {
        true if !counts_behind(tx, cx, account.map_or(half.as_str(), |_| to))? => None,
        _ => account,
    };
    half::sent(tx, half, by)?;
    let what = For { purpose: PURPOSE, subject: half };
    let code = match account {
        Some(_) => codes::issue(tx, cx, &policy.secrets, what)?,
        None => {
            codes::issue_blank(tx, cx, what)?;
            String::new()
        }
    };
    let open = json!({"channel": channel(by, aloud), "account": account});
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
    let said = json!({"to": to, "code": code});
    letter(tx, cx, (&account.id, &format!("{half}/{}", by.as_str())), (&open, said))
}

/// Puts the letter with a code for `account` into the outbox: what of it is open, and what is said.
pub(super) fn letter(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (account, subject): (&Id, &str),
    (open, said): (&Value, Value),
) -> Outcome<()> {
    let (key, said) = (tx.key(account)?, Pii::new(said));
    let letter = Letter {
        subject,
        seq: cx.now.0,
        event: "factor-code",
        payload: &open.to_string(),
        private: Some((&key, &said)),
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
    codes::redeem(tx, cx.now, &policy.secrets, what, code)
}
