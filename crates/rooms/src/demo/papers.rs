//! The papers of the demo's people, typed and checked through the same acts as everybody's.

use base::{Actor, Cx, Db, Fault, Id, Outcome, Tx};

use super::people::{Login, logins};
use crate::accounts::{self, Level};
use crate::identity::{self, Beside, How, Kind, Save, Ways};

/// Types what the demo's people of a higher level have typed, and checks it as their level says.
///
/// # Errors
/// A fault of the engine or of the demo's file.
pub fn seed(db: &Db, cx: &Cx) -> Outcome<()> {
    for login in logins()?.into_iter().filter(|x| x.level > Level::Simplified) {
        let cx = cx.clone();
        db.write_wait(move |tx| of_one(tx, &cx, &login))?;
    }
    // Nobody wants the messages of a made-up history.
    db.write_wait(base::outbox::quiet)
}

/// A checked SNILS for somebody made up.
///
/// # Errors
/// A fault of the engine, or when the number is wrong or another's.
pub fn check_snils(tx: &mut Tx<'_>, cx: &Cx, account: &Id, digits: &str) -> Outcome<()> {
    let beside = Beside { born: None, today: identity::read::today(cx.now) };
    let wrong = |_| Fault::new(format!("`{digits}` is no SNILS"));
    let values = identity::read_datum(Kind::Snils, |_| digits, beside).map_err(wrong)?;
    let account = account.clone();
    let datum = Save { account, kind: Kind::Snils, values, version: 0, agreed: true };
    identity::save(tx, cx, Ways::default(), &datum)?;
    match identity::attest(tx, cx, &datum.account, How::Registry)? {
        true => Ok(()),
        false => Err(Fault::new(format!("`{digits}` is another's")).into()),
    }
}

fn of_one(tx: &mut Tx<'_>, cx: &Cx, login: &Login) -> Outcome<()> {
    let Some(account) = accounts::read::by_contact(tx, &login.email)? else { return Ok(()) };
    let cx = Cx { actor: Actor::Account(account.id.clone()), ..cx.clone() };
    let today = identity::read::today(cx.now);
    // The day of birth first: a passport is judged by it.
    for kind in Kind::ALL {
        let Some(fields) = login.papers.get(kind.as_str()) else { continue };
        let profile = identity::profile(tx, &account.id)?;
        let beside = Beside { born: profile.and_then(|x| x.born()), today };
        let typed = |field: &str| fields.get(field).map_or("", String::as_str);
        let values = identity::read_datum(kind, typed, beside).map_err(|faults| {
            let field = faults.first().map_or("", |x| x.code);
            Fault::new(format!("people.toml: {}, {}: {field}", login.email, kind.as_str()))
        })?;
        let account = account.id.clone();
        let datum = Save { account, kind, values, version: 0, agreed: false };
        identity::save(tx, &cx, Ways::default(), &datum)?;
    }
    let how = if login.level == Level::Verified { How::Visit } else { How::Registry };
    match identity::attest(tx, &cx, &account.id, how)? {
        // Whoever saw the passport saw its page of registration.
        true if how == How::Visit => {
            identity::attest_addresses(tx, &cx, &account.id, (&[Kind::Registration], how))?;
            Ok(())
        }
        true => Ok(()),
        false => Err(Fault::new(format!("people.toml: {}: a SNILS twice", login.email)).into()),
    }
}
