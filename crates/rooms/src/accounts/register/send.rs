//! Sending the proofs: the code to the phone, the link to the e-mail.

use base::outbox::{self, Letter};
use base::vault::NOBODY;
use base::{Cx, Id, Kind, Outcome, Pii, Refusal, Tx, args};
use serde_json::{Value, json};

use super::{Content, EMAIL, PHONE, Prepared, WAITS, digest, load};
use crate::accounts::codes::{self, CODE_LIVES, For, LINK_LIVES};
use crate::accounts::{Email, Policy, limits, read, store};

/// Where the link of the e-mail leads on the portal; the secret follows.
pub const EMAIL_LINK_PATH: &str = "/register/email/";

/// Which proof to send again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The code to the phone.
    Sms,
    /// The same, said by a call.
    Voice,
    /// The link to the e-mail.
    Email,
}

/// Keeps the registration and sends the code and the link. For a phone or an e-mail that has an
/// account the answer is the same, and its owner gets a message that says so. A contact that has had
/// enough gets nothing. Gives the token that the browser holds.
///
/// # Errors
/// `E-AUTH-LIMIT` when this phone or e-mail got too many messages.
pub fn start(tx: &mut Tx<'_>, cx: &Cx, prepared: &Prepared, policy: &Policy) -> Outcome<String> {
    let content = &prepared.0;
    let (id, token) = (cx.new_id(), codes::token(&cx.chance));
    let sealed = content.seal(tx, &id)?;
    tx.exec(
        "INSERT INTO registration (id, sealed, created_at, expires_at, token_digest)
         VALUES ($1, $2, $3, $4, $5)",
        args![&id, &sealed, cx.now, cx.now.plus(WAITS), &digest(&token)[..]],
    )?;
    send_code(tx, cx, policy, (&id, "sms"), content)?;
    send_link(tx, cx, policy, &id, content)?;
    Ok(token)
}

/// Sends the code or the link again; the one before it ends.
///
/// # Errors
/// `E-AUTH-LIMIT` with the seconds to wait; `E-ACC-04` when the registration is over.
pub fn resend(tx: &mut Tx<'_>, cx: &Cx, policy: &Policy, token: &str, by: By) -> Outcome<()> {
    let found = load(tx, cx.now, token)?.and_then(|x| Some((x.id, x.content?)));
    let (id, content) = found.ok_or_else(|| Refusal::new(Kind::Gone, "E-ACC-04"))?;
    match by {
        By::Sms | By::Voice => {
            let channel = if by == By::Voice { "voice" } else { "sms" };
            send_code(tx, cx, policy, (&id, channel), &content)
        }
        By::Email => send_link(tx, cx, policy, &id, &content),
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
    link(tx, cx, policy, (&id, Some(&id)), (&email, lang.code()))
}

fn send_code(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (id, channel): (&Id, &str),
    content: &Content,
) -> Outcome<()> {
    let phone = &content.person.phone;
    let reaches = limits::wish(tx, cx, phone.reveal(), phone.reveal())?;
    let what = For { purpose: PHONE, subject: id };
    let owner = store::of_phone(tx, phone)?;
    let (event, code) = if owner.is_some() || !reaches {
        codes::issue_blank(tx, cx, what)?;
        ("register-exists", None)
    } else {
        ("register-code", Some(codes::issue(tx, cx, &policy.secrets, what)?))
    };
    let open = json!({"channel": channel, "lang": content.terms.lang, "account": owner});
    let private = Pii::new(json!({"to": phone.reveal(), "code": code}));
    let subject = &format!("{id}/sms");
    let silent = !reaches;
    put(tx, cx, &Proof { subject, event, open, private, lives: CODE_LIVES, silent })
}

fn send_link(tx: &mut Tx<'_>, cx: &Cx, policy: &Policy, id: &Id, content: &Content) -> Outcome<()> {
    match &content.person.email {
        Some(email) => link(tx, cx, policy, (id, None), (email, &content.terms.lang)),
        None => Ok(()),
    }
}

/// Sends a link to `email`; `subject` is the registration or the account that it will prove, beside
/// the account when there is one.
fn link(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (subject, account): (&Id, Option<&Id>),
    (email, lang): (&Email, &str),
) -> Outcome<()> {
    let silent = !limits::wish(tx, cx, email.reveal(), email.reveal())?;
    let token = codes::issue_link(tx, cx, &policy.secrets, For { purpose: EMAIL, subject })?;
    let known = store::of_email(tx, email)?;
    let (event, path) = if known.is_some() {
        ("register-exists", None)
    } else {
        ("email-link", Some(format!("{EMAIL_LINK_PATH}{token}")))
    };
    let owner = known.as_ref().or(account);
    let open = json!({"channel": "email", "lang": lang, "account": owner});
    let private = Pii::new(json!({"to": email.reveal(), "path": path}));
    let subject = &format!("{subject}/email");
    put(tx, cx, &Proof { subject, event, open, private, lives: LINK_LIVES, silent })
}

/// A letter that proves a contact, or says to its owner that somebody tried.
struct Proof<'a> {
    subject: &'a str,
    event: &'static str,
    open: Value,
    private: Pii<Value>,
    lives: i64,
    /// The contact has had enough: nothing is sent.
    silent: bool,
}

fn put(tx: &mut Tx<'_>, cx: &Cx, proof: &Proof<'_>) -> Outcome<()> {
    let owner = proof.open["account"].as_str().unwrap_or(NOBODY);
    let key = tx.key(owner)?;
    let letter = Letter {
        subject: proof.subject,
        // The moment is the number: a later sending of one subject makes an earlier one untrue.
        seq: cx.now.0,
        event: proof.event,
        payload: &proof.open.to_string(),
        private: Some((&key, &proof.private)),
        priority: 0,
        expires: cx.now.plus(proof.lives),
    };
    outbox::put_unless(tx, cx, proof.silent, letter).map(drop)
}
