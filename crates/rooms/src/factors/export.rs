//! What this room keeps of a person, for them: never a secret, which would be worth stealing.

use base::{Id, Instant, Outcome, Tx, args};

use super::{app, device, passkey, question, read};
use crate::privacy::{Cell, Part, Row};

/// Devices, second factors, what happened to the safety of the account, changed contacts, forms that wait for
/// their owner.
///
/// # Errors
/// A fault of the engine.
pub(crate) fn export(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Part>> {
    // Also those that are over but still kept.
    let devices = device::all(tx, Instant(0), account)?.into_iter().map(|x| {
        Row::new()
            .text("device", x.name)
            .at("at", x.created_at)
            .at("seen", x.seen_at)
            .at("remembered", x.remembered_until)
    });
    let devices = devices.collect();
    let events = read::events(tx, account, i64::MAX)?.into_iter().map(|x| {
        Row::new()
            .at("at", x.at)
            .code("event", ("happened-", &x.kind))
            .text("place", x.place)
            .with("disowned", Cell::Flag(x.disowned))
    });
    let events = events.collect();
    let mut helped = super::help::rows(tx, account)?;
    helped.extend(super::desk::rows(tx, account)?);
    helped.extend(super::call::rows(tx, account)?);
    Ok(vec![
        Part { name: "devices", rows: devices },
        Part { name: "factors", rows: proofs(tx, account)? },
        Part { name: "events", rows: events },
        Part { name: "changes", rows: super::change::rows(tx, account)? },
        Part { name: "helped", rows: helped },
        Part { name: "kept", rows: super::kept::rows(tx, account)? },
    ])
}

fn proofs(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Row>> {
    let apps = app::all(tx, account)?.into_iter().map(|x| {
        Row::new().code("kind", ("data-factor-", "app")).text("name", x.name).at("at", x.created_at)
    });
    let mut rows: Vec<Row> = apps.collect();
    rows.extend(passkey::all(tx, account)?.into_iter().map(|x| {
        let row = Row::new().code("kind", ("data-factor-", "key")).text("name", x.name);
        row.at("at", x.created_at).at("seen", x.used_at)
    }));
    let code = "SELECT created_at FROM code_factor WHERE account_id = $1";
    let always = tx.opt(code, args![account], |r| r.get::<Instant>(0))?;
    rows.extend(always.map(|at| Row::new().code("kind", ("data-factor-", "code")).at("at", at)));
    let printed = "SELECT count(*), min(created_at) FROM recovery_code
                   WHERE account_id = $1 AND used_at IS NULL";
    let (left, made) =
        tx.one(printed, args![account], |r| Ok((r.get::<i64>(0)?, r.get::<Option<Instant>>(1)?)))?;
    rows.extend(made.map(|at| {
        let row = Row::new().code("kind", ("data-factor-", "printed")).at("at", at);
        row.with("left", Cell::Count(left))
    }));
    rows.extend(question::of(tx, account)?.map(|(question, at)| {
        Row::new().code("kind", ("data-factor-", "question")).text("name", question).at("at", at)
    }));
    let wait = "SELECT begun_at, ready_at FROM recovery_wait WHERE account_id = $1";
    rows.extend(tx.opt(wait, args![account], |r| {
        let row = Row::new().code("kind", ("data-factor-", "wait"));
        Ok(row.at("at", r.get::<Instant>(0)?).at("starts", r.get::<Instant>(1)?))
    })?);
    Ok(rows)
}
