//! Codes to a contact as second factor.

use base::outbox::{self, Letter};
use base::vault::NOBODY;
use base::{Cx, Id, Instant, Kind, Outcome, Pii, Refusal, Tx, args};
use serde_json::{Value, json};

use super::notice::{self, Event};
use super::rules::Method;
use super::{Came, Half, half};
use crate::accounts::codes::{self, CODE_LIVES, For, Verdict};
use crate::accounts::{Policy, limits};

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
    post(tx, cx, policy, half, (by, channel(by, said)))
}

fn channel(by: Method, aloud: bool) -> &'static str {
    if aloud && by == Method::Sms { "voice" } else { by.as_str() }
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
    /// Its owner has signed in with this browser before: strangers do not use up what is sent here.
    pub known: bool,
    /// For a new password.
    pub recovers: bool,
    /// The link that does the same.
    pub path: Option<&'a str>,
}

/// Sends a code, and perhaps a link, for the half sign-in `half` of somebody who has only said who they
/// are. When it is nobody's the same is done, but no typing meets the code and the letter
/// is silent. So it is when the contact has had enough: a refusal would tell whose it is.
pub(super) fn post_named(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    half: &Id,
    Named { account, said, to: (by, to), aloud, known, recovers, path }: Named<'_>,
) -> Outcome<()> {
    let account = if known {
        limits::count_sending(tx, cx, to)?;
        account
    } else {
        // What nobody has gets nothing: it is counted where nobody looks.
        let reaches = limits::wish(tx, cx, said, account.map_or(half.as_str(), |_| to))?;
        account.filter(|_| reaches)
    };
    let what = For { purpose: PURPOSE, subject: half };
    let code = match account {
        Some(_) => codes::issue(tx, cx, &policy.secrets, what)?,
        None => {
            codes::issue_blank(tx, cx, what)?;
            String::new()
        }
    };
    half::sent(tx, half, by)?;
    let open = json!({"channel": channel(by, aloud), "account": account});
    let private = match account {
        Some(_) => json!({"to": to, "code": code, "path": path}),
        None => json!({}),
    };
    let (key, private) = (tx.key(account.map_or(NOBODY, Id::as_str))?, Pii::new(private));
    let letter = Letter {
        subject: &format!("{half}/{}", by.as_str()),
        seq: cx.now.0,
        // Here nobody has typed a password: a code alone was asked for.
        event: if path.is_some() { "recovery-link" } else { event_of(recovers, true) },
        payload: &open.to_string(),
        private: Some((&key, &private)),
        priority: 0,
        expires: cx.now.plus(CODE_LIVES),
    };
    outbox::put_unless(tx, cx, account.is_none(), letter).map(drop)
}

/// The letter with a code says what it is for; `alone`: no password was typed, and whoever did not ask
/// need not fear that somebody knows it.
fn event_of(recovers: bool, alone: bool) -> &'static str {
    match (recovers, alone) {
        (true, _) => "recovery-code",
        (false, true) => "signin-code",
        (false, false) => "factor-code",
    }
}

/// Sends a code for a half sign-in to the phone or the e-mail of its owner.
fn post(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    half: &Half,
    (by, channel): (Method, &str),
) -> Outcome<()> {
    let account = &half.account;
    let to = match (by, &account.email) {
        (Method::Email, Some(email)) => email.reveal(),
        _ => account.phone.reveal(),
    };
    limits::count_sending(tx, cx, to)?;
    let what = For { purpose: PURPOSE, subject: &half.id };
    let code = codes::issue(tx, cx, &policy.secrets, what)?;
    // Not before: the code of another way is what can be typed as long as there is none of this one.
    half::sent(tx, &half.id, by)?;
    let open = json!({"channel": channel, "lang": account.lang.code(), "account": account.id});
    let said = json!({"to": to, "code": code});
    let subject = format!("{}/{}", half.id, by.as_str());
    let alone = half.by_code && !half.shown.contains(&Method::Password);
    let event = event_of(half.recovers(), alone);
    letter(tx, cx, (&account.id, &subject, event), (&open, said, false))
}

/// Puts the letter with a code for `account` into the outbox: what of it is open, what is said, and
/// whether nobody is to get it.
pub(super) fn letter(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (account, subject, event): (&Id, &str, &str),
    (open, said, silent): (&Value, Value, bool),
) -> Outcome<()> {
    let (key, said) = (tx.key(account)?, Pii::new(said));
    let letter = Letter {
        subject,
        seq: cx.now.0,
        event,
        payload: &open.to_string(),
        private: Some((&key, &said)),
        priority: 0,
        expires: cx.now.plus(CODE_LIVES),
    };
    outbox::put_unless(tx, cx, silent, letter).map(drop)
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
