//! The proofs come back: the code opens the account, the link marks the e-mail.

use std::str::FromStr;

use base::{Cx, Id, Kind, Outcome, Refusal, Tx, args};
use texts::Lang;

use super::{Content, EMAIL, PHONE, Registration, load};
use crate::accounts::codes::{self, For, Verdict};
use crate::accounts::store::{self, NewAccount, consent};
use crate::accounts::{Level, Person, Policy, correct};

/// An account that was opened.
#[derive(Clone, Debug)]
pub struct Confirmed {
    /// Its id.
    pub account: Id,
    /// On somebody else's computer.
    pub shared: bool,
}

/// Tries `code` and opens the account.
///
/// A wrong try must be counted, so its refusal is the *inner* result: the transaction commits.
/// Callers write `db.write(…).await??`.
///
/// # Errors
/// Inner: `E-AUTH-02-SIX` when it can be no code, `-WRONG` with the tries left, `-EXPIRED`, `-USED`, `-SPENT`
/// when all tries are used up. Outer: `E-ACC-01` when the phone got an account meanwhile; faults.
pub fn confirm_phone(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    token: &str,
    code: &str,
) -> Outcome<Result<Confirmed, Refusal>> {
    let Some(found) = load(tx, cx.now, token)? else {
        return Ok(Err(Refusal::new(Kind::Gone, "E-AUTH-02-EXPIRED")));
    };
    let what = For { purpose: PHONE, subject: &found.id };
    match codes::redeem(tx, cx.now, &policy.secrets, what, code)?.told() {
        Ok(()) => open(tx, cx, found).map(Ok),
        Err(refusal) => Ok(Err(refusal)),
    }
}

fn open(tx: &mut Tx<'_>, cx: &Cx, found: Registration) -> Outcome<Confirmed> {
    let Registration { id, content: Some(content), created_at, email_verified } = found else {
        return Err(Refusal::new(Kind::Conflict, "E-AUTH-02-USED").into());
    };
    let Content { person: Person { surname, name, patronymic, phone, email }, terms } = content;
    let proved = email_verified
        && match &email {
            Some(email) => store::of_email(tx, email)?.is_none(),
            None => false,
        };
    let new = NewAccount {
        surname,
        name,
        patronymic,
        phone,
        email,
        email_verified: proved,
        password_hash: Some(terms.password_hash),
        level: Level::Simplified,
        lang: Lang::from_str(&terms.lang).unwrap_or_default(),
    };
    let account = store::add(tx, cx, &new)?;
    consent(tx, cx, &account, "agreement", &terms.agreement, created_at)?;
    consent(tx, cx, &account, "privacy", &terms.privacy, created_at)?;
    tx.exec(
        "UPDATE registration SET done_at = $2, account_id = $3, sealed = NULL WHERE id = $1",
        args![&id, cx.now, &account],
    )?;
    Ok(Confirmed { account, shared: terms.shared })
}

/// Follows the link of an e-mail: marks the e-mail as proved, now or when the account opens.
///
/// # Errors
/// `E-AUTH-02-EXPIRED` when the link is unknown or too old, `E-AUTH-02-USED` when it was followed
/// before; `E-ACC-05` when the e-mail is proved for another account.
pub fn verify_email(tx: &mut Tx<'_>, cx: &Cx, policy: &Policy, token: &str) -> Outcome<()> {
    let subject = match codes::follow(tx, cx.now, &policy.secrets, EMAIL, token)? {
        (Verdict::Right, Some(subject)) => subject,
        (Verdict::Used, _) => return Err(Refusal::new(Kind::Conflict, "E-AUTH-02-USED").into()),
        _ => return Err(Refusal::new(Kind::Gone, "E-AUTH-02-EXPIRED").into()),
    };
    let registration = tx.opt(
        "UPDATE registration SET email_verified_at = $2 WHERE id = $1 RETURNING account_id",
        args![&subject, cx.now],
        |r| r.get::<Option<Id>>(0),
    )?;
    let account = match registration {
        Some(None) => return Ok(()),
        Some(Some(account)) => account,
        None => subject,
    };
    match correct::prove_email(tx, cx.now, &account)? {
        true => Ok(()),
        false => Err(Refusal::new(Kind::Conflict, "E-ACC-05").into()),
    }
}
