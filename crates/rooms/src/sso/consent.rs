//! What sites may read, as the person said: to see, to change, to withdraw.

use base::{Cx, Id, Instant, Kind, Outcome, Refusal, Tx, args};

use super::{Scope, Scopes, client};
use crate::text::Text;

/// Version of the words that people agree to today: `sso-ask-*` in the texts.
pub const TEXT: &str = "2026-11-23";

/// What a site may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Consent {
    /// What it had asked for.
    pub asked: Scopes,
    /// What of that was allowed.
    pub scopes: Scopes,
    /// The same need not be asked again.
    pub remembered: bool,
}

/// A consent as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The site.
    pub client: Id,
    /// Its name.
    pub name: Text,
    /// By what it knows people: its host, or it alone.
    pub sector: String,
    /// What was said.
    pub consent: Consent,
    /// When.
    pub given_at: Instant,
    /// Version of the words that were agreed to.
    pub text: String,
    /// When the person last signed in there.
    pub last: Option<Instant>,
}

impl Given {
    /// The site's host; nothing for a program on the person's own machine.
    pub fn host(&self) -> Option<&str> {
        Some(self.sector.as_str()).filter(|x| *x != self.client.as_str())
    }
}

/// What is in force between `account` and the site `client`.
///
/// # Errors
/// A fault of the engine.
pub fn in_force(tx: &mut Tx<'_>, account: &Id, client: &Id) -> Outcome<Option<Consent>> {
    Ok(tx.opt(
        "SELECT asked, scopes, remembered FROM sso_consent
         WHERE account_id = $1 AND client_id = $2 AND withdrawn_at IS NULL",
        args![account, client],
        |r| {
            let (asked, scopes) = (Scopes::stored(r, 0)?, Scopes::stored(r, 1)?);
            Ok(Consent { asked, scopes, remembered: r.get(2)? })
        },
    )?)
}

/// Puts a consent in force; the one before stays as history.
pub(super) fn give(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (account, client): (&Id, &Id),
    consent: Consent,
) -> Outcome<()> {
    end(tx, cx, (account, client))?;
    tx.exec(
        "INSERT INTO sso_consent (id, account_id, client_id, asked, scopes, remembered, text,
                                  given_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![
            &cx.new_id(),
            account,
            client,
            &consent.asked.to_string(),
            &consent.scopes.to_string(),
            consent.remembered,
            TEXT,
            cx.now,
        ],
    )?;
    Ok(())
}

fn end(tx: &mut Tx<'_>, cx: &Cx, (account, client): (&Id, &Id)) -> Outcome<u64> {
    // Two answers at once wait for each other here, so that one of them is in force afterwards.
    let lock = base::locking!("SELECT id FROM account WHERE id = $1", "FOR NO KEY UPDATE");
    tx.locked(lock, args![account], |r| r.get::<Id>(0))?;
    Ok(tx.exec(
        "UPDATE sso_consent SET withdrawn_at = $3
         WHERE account_id = $1 AND client_id = $2 AND withdrawn_at IS NULL",
        args![account, client, cx.now],
    )?)
}

/// The sites that may read something of `account`, by name; of each what it may still ask for.
///
/// # Errors
/// A fault of the engine.
pub fn of_account(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Given>> {
    Ok(tx.all(
        "SELECT c.id, c.name, c.name_en, c.sector, k.asked, k.scopes, k.remembered, k.given_at,
                k.text, c.scopes, (SELECT MAX(g.created_at) FROM sso_grant g
                         WHERE g.account_id = k.account_id AND g.client_id = c.id)
         FROM sso_consent k JOIN sso_client c ON c.id = k.client_id
         WHERE k.account_id = $1 AND k.withdrawn_at IS NULL ORDER BY c.name, c.id",
        args![account],
        |r| {
            let may = Scopes::stored(r, 9)?;
            let (asked, scopes) = (Scopes::stored(r, 4)?.and(may), Scopes::stored(r, 5)?.and(may));
            Ok(Given {
                client: r.get(0)?,
                name: Text::new(r.get::<String>(1)?, r.get::<String>(2)?),
                sector: r.get(3)?,
                consent: Consent { asked, scopes, remembered: r.get(6)? },
                given_at: r.get(7)?,
                text: r.get(8)?,
                last: r.get(10)?,
            })
        },
    )?)
}

/// Changes what `client` may read, among what it had asked for and may still ask for: what was taken from
/// the site meanwhile is asked anew, should it get it back. It counts with the site's next question, whatever
/// tokens it holds.
///
/// # Errors
/// `E-SSO-04` when nothing is in force.
pub fn change(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (account, client): (&Id, &Id),
    scopes: Scopes,
) -> Outcome<()> {
    let before = in_force(tx, account, client)?.ok_or_else(none)?;
    let may = client::find(tx, client)?.ok_or_else(none)?.scopes;
    let asked = before.asked.and(may);
    let scopes = scopes.and(asked).with(Scope::OpenId);
    if scopes == before.scopes.and(may) {
        return Ok(());
    }
    give(tx, cx, (account, client), Consent { asked, scopes, ..before })
}

/// Withdraws what `client` may read: its tokens end, and it hears that the person has left.
///
/// # Errors
/// `E-SSO-04` when nothing is in force.
pub fn withdraw(tx: &mut Tx<'_>, cx: &Cx, (account, client): (&Id, &Id)) -> Outcome<()> {
    if end(tx, cx, (account, client))? == 0 {
        return Err(none().into());
    }
    super::logout::leave(tx, cx, (account, client))
}

fn none() -> Refusal {
    Refusal::new(Kind::NotFound, "E-SSO-04")
}
