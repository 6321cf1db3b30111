//! Sending the proofs: the code to the phone, the link to the e-mail.

use base::outbox::{self, Letter};
use base::{Cx, Id, Kind, Outcome, Refusal, Tx, args};
use serde_json::json;

use super::{Content, EMAIL, PHONE, Prepared, RegistrationId, WAITS, load};
use crate::accounts::codes::{self, CODE_LIVES, For, LINK_LIVES};
use crate::accounts::{Policy, limits, read, store};

/// Where the link of the e-mail leads on the portal; the secret follows.
pub const EMAIL_LINK_PATH: &str = "/register/email/";

/// Which proof to send again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The code to the phone.
    Sms,
    /// The link to the e-mail.
    Email,
}

/// Keeps the registration and sends the code and the link. For a phone or an e-mail that has an
/// account the answer is the same, and its owner gets a message that says so.
///
/// # Errors
/// `E-AUTH-LIMIT` when this phone or e-mail got too many messages.
pub fn start(
    tx: &mut Tx<'_>,
    cx: &Cx,
    prepared: &Prepared,
    policy: &Policy,
) -> Outcome<RegistrationId> {
    let content = &prepared.0;
    let id = cx.new_id();
    tx.exec(
        "INSERT INTO registration (id, content, created_at, expires_at) VALUES ($1, $2, $3, $4)",
        args![&id, &serde_json::to_string(content)?, cx.now, cx.now.plus(WAITS)],
    )?;
    send_code(tx, cx, policy, &id, content)?;
    send_link(tx, cx, policy, &id, content)?;
    Ok(id)
}

/// Sends the code or the link again; the one before it ends.
///
/// # Errors
/// `E-AUTH-LIMIT` with the seconds to wait; `E-ACC-04` when the registration is over.
pub fn resend(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    registration: &RegistrationId,
    by: By,
) -> Outcome<()> {
    let content = load(tx, cx.now, registration)?.and_then(|found| found.content);
    let content = content.ok_or_else(|| Refusal::new(Kind::Gone, "E-ACC-04"))?;
    match by {
        By::Sms => send_code(tx, cx, policy, registration, &content),
        By::Email => send_link(tx, cx, policy, registration, &content),
    }
}

/// Sends the link that proves the e-mail of an account; links sent before keep their day.
///
/// # Errors
/// `E-AUTH-LIMIT` with the seconds to wait; `E-ACC-02` when there is no such account, or it has
/// nothing to prove.
pub fn prove_email(tx: &mut Tx<'_>, cx: &Cx, policy: &Policy, account: &Id) -> Outcome<()> {
    let account = read::account(tx, account)?.filter(|x| !x.email_verified);
    let found = account.and_then(|x| Some((x.id, x.email?, x.lang)));
    let (id, email, lang) = found.ok_or_else(|| Refusal::new(Kind::NotFound, "E-ACC-02"))?;
    link(tx, cx, policy, (&id, &email, lang.code()))
}

fn send_code(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    id: &RegistrationId,
    content: &Content,
) -> Outcome<()> {
    let phone = content.phone.as_str();
    limits::count(tx, cx, &format!("send:{phone}"), limits::SENDS)?;
    let what = For { purpose: PHONE, subject: id };
    let (event, code) = if store::phone_is_known(tx, phone)? {
        codes::issue_blank(tx, cx, what)?;
        ("register-exists", None)
    } else {
        ("register-code", Some(codes::issue(tx, cx, &policy.secrets, what)?))
    };
    let payload = json!({"channel": "sms", "to": phone, "lang": content.lang, "code": code});
    put(tx, cx, &format!("{id}/sms"), event, payload.to_string(), CODE_LIVES)
}

fn send_link(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    id: &RegistrationId,
    content: &Content,
) -> Outcome<()> {
    match &content.email {
        Some(email) => link(tx, cx, policy, (id, email.as_str(), &content.lang)),
        None => Ok(()),
    }
}

/// Sends a link to `email`; `subject` is the registration or the account that it will prove.
fn link(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (subject, email, lang): (&Id, &str, &str),
) -> Outcome<()> {
    limits::count(tx, cx, &format!("send:{email}"), limits::SENDS)?;
    let token = codes::issue_link(tx, cx, &policy.secrets, For { purpose: EMAIL, subject })?;
    let (event, path) = if store::email_is_known(tx, email)? {
        ("register-exists", None)
    } else {
        ("email-link", Some(format!("{EMAIL_LINK_PATH}{token}")))
    };
    let payload = json!({"channel": "email", "to": email, "lang": lang, "path": path});
    put(tx, cx, &format!("{subject}/email"), event, payload.to_string(), LINK_LIVES)
}

fn put(
    tx: &mut Tx<'_>,
    cx: &Cx,
    subject: &str,
    event: &'static str,
    payload: String,
    lives: i64,
) -> Outcome<()> {
    // The moment is the number: a later sending of one subject makes an earlier one untrue.
    let seq = cx.now.0;
    let expires = cx.now.plus(lives);
    let payload = &payload;
    outbox::put(tx, cx, Letter { subject, seq, event, payload, priority: 0, expires })?;
    Ok(())
}
