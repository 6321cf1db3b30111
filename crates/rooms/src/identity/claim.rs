//! A SNILS that two accounts name. Who came in person with passport and SNILS has shown more than a match
//! of a registry, which knows that the data belong together and not who typed them.

use base::{Cx, Id, Outcome, Tx, args};

use super::{How, Kind, check, notice, save};
use crate::accounts::{self, Level};
use crate::mandates;

/// Notes that somebody at a service centre has compared the papers of `account`. A SNILS that another account
/// has by a registry alone changes its owner; of one that was proved better nothing changes, and its owner
/// hears of it. `false` when it stays where it is.
///
/// # Errors
/// A fault of the engine.
pub(super) fn in_person(tx: &mut Tx<'_>, cx: &Cx, account: &Id) -> Outcome<bool> {
    if check::attest(tx, cx, account, How::Visit)? {
        return Ok(true);
    }
    let profile = save::known(tx, account)?;
    let Some(snils) = profile.get(Kind::Snils) else { return Ok(false) };
    let Some(holder) = check::owner(tx, snils.values.get("number"))? else { return Ok(false) };
    // From here on nobody raises the holder.
    let level = accounts::lock_level(tx, &holder)?;
    let proved = save::known(tx, &holder)?.get(Kind::Snils).and_then(|x| x.verified);
    let by_registry = proved.is_some_and(|x| x.1 == How::Registry);
    if level == Level::Verified || !by_registry {
        notice::claimed(tx, cx, &holder)?;
        return Ok(false);
    }
    lose(tx, cx, &holder)?;
    notice::won(tx, cx, account)?;
    check::attest(tx, cx, account, How::Visit)
}

/// What a registry said of `holder` counts no more: it was said of somebody else, and so was all they added to act
/// for others.
fn lose(tx: &mut Tx<'_>, cx: &Cx, holder: &Id) -> Outcome<()> {
    tx.exec("DELETE FROM snils_owner WHERE account_id = $1", args![holder])?;
    tx.exec(
        "UPDATE identity_datum SET verified_at = NULL, verified_by = NULL
         WHERE account_id = $1 AND verified_by = $2",
        args![holder, How::Registry.as_str()],
    )?;
    save::ended(tx, cx, holder, Kind::Snils)?;
    accounts::set_level(tx, cx, holder, Level::Simplified, "snils: proved in person by another")?;
    mandates::lapse(tx, cx, holder)?;
    notice::lost(tx, cx, holder)
}
