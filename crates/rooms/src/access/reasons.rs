//! Why somebody has a role, or lost it: sealed with their key, because it may name people. Of
//! somebody who was erased nothing is known.

use base::vault::{DataKey, Spot};
use base::{Fault, Id, Outcome, Pii, Tx, args};

/// Where the reason of a grant stands.
pub(super) fn of_grant(grant: &str) -> Spot<'_> {
    Spot::new("staff_grant", "reason", grant)
}

/// Where the reason of a proposal stands.
pub(super) fn of_proposal(proposal: &str) -> Spot<'_> {
    Spot::new("staff_proposal", "reason", proposal)
}

/// Where the reason of an invitation stands.
pub(super) fn of_invitation(invitation: &str) -> Spot<'_> {
    Spot::new("staff_invitation", "reason", invitation)
}

/// Where the reason of an entry of a grant's history stands; `row` is [`entry`].
pub(super) fn of_event(row: &str) -> Spot<'_> {
    Spot::new("staff_event", "reason", row)
}

/// The key of an entry of a history, as a text.
pub(super) fn entry(grant: &str, event: &str) -> String {
    format!("{grant}/{event}")
}

/// A reason as it is shown; empty when it was not given, or nobody can read it any more.
pub(super) fn opened(
    key: Option<&DataKey>,
    spot: Spot<'_>,
    sealed: Option<Vec<u8>>,
) -> Result<Pii<String>, Fault> {
    match (key, sealed) {
        (Some(key), Some(sealed)) => Ok(key.open_text(spot, &sealed)?.into()),
        _ => Ok(Pii::default()),
    }
}

/// The step after the migration 0023: seals the reasons there are and takes the open columns away.
pub(crate) fn seal_all(tx: &mut Tx<'_>) -> Outcome<()> {
    let sql = "SELECT id, account_id, reason FROM staff_grant";
    let grants: Vec<(Id, Id, String)> =
        tx.all(sql, args![], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
    for (grant, account, reason) in grants {
        let Some(key) = tx.key_of(&account)? else { continue };
        let sealed = key.seal(of_grant(&grant), reason)?;
        let sql = "UPDATE staff_grant SET reason_sealed = $2 WHERE id = $1";
        tx.exec(sql, args![&grant, &sealed])?;
        let sql = "SELECT event, reason FROM staff_event WHERE grant_id = $1";
        let events: Vec<(String, String)> =
            tx.all(sql, args![&grant], |r| Ok((r.get(0)?, r.get(1)?)))?;
        for (event, reason) in events {
            let sealed = key.seal(of_event(&entry(&grant, &event)), reason)?;
            let sql = "UPDATE staff_event SET reason_sealed = $3
                       WHERE grant_id = $1 AND event = $2";
            tx.exec(sql, args![&grant, &event, &sealed])?;
        }
    }
    tx.exec("ALTER TABLE staff_grant DROP COLUMN reason", args![])?;
    tx.exec("ALTER TABLE staff_event DROP COLUMN reason", args![])?;
    Ok(())
}

/// Forgets the reasons that were sealed for `person`.
///
/// # Errors
/// A fault of the engine.
pub(crate) fn forget(tx: &mut Tx<'_>, person: &Id) -> Outcome<()> {
    tx.exec(
        "UPDATE staff_event SET reason_sealed = NULL
         WHERE grant_id IN (SELECT id FROM staff_grant WHERE account_id = $1)",
        args![person],
    )?;
    tx.exec("UPDATE staff_grant SET reason_sealed = NULL WHERE account_id = $1", args![person])?;
    tx.exec("UPDATE staff_proposal SET reason_sealed = NULL WHERE account_id = $1", args![person])?;
    tx.exec(
        "UPDATE staff_invitation SET reason_sealed = NULL WHERE asked_by = $1 OR used_by = $1",
        args![person],
    )?;
    Ok(())
}
