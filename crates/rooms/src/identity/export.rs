//! What this room keeps of a person, for them.

use base::{Id, Outcome, Pii, Tx, args};
use serde_json::{Map, Value};

use super::read::history;
use super::way::{self, Way};
use super::{Kind, letter, profile, wish};
use crate::privacy::{Cell, Part, Row};

/// The data of somebody's papers, and the ways to levels that they went.
///
/// # Errors
/// A fault of the engine.
pub(crate) fn export(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Part>> {
    let mut papers = Vec::new();
    if let Some(profile) = profile(tx, account)? {
        for datum in Kind::ALL.into_iter().filter_map(|x| profile.get(x)) {
            let typed = datum.values.reveal().iter();
            let typed: Map<String, Value> =
                typed.map(|(name, x)| (name.clone(), x.as_str().into())).collect();
            let row = Row::new()
                .code("kind", ("profile-", datum.kind.as_str()))
                .at("at", datum.typed_at)
                .at("proved", datum.verified.map(|x| x.0));
            papers.push(row.with("form", Cell::Form(Pii::new(Value::Object(typed)))));
        }
    }
    let mut ways = Vec::new();
    for way in way::all_of(tx, account)? {
        ways.push(row(tx, &way)?);
    }
    Ok(vec![
        Part { name: "papers", rows: papers },
        Part { name: "ways", rows: ways },
        Part { name: "wishes", rows: wish::rows(tx, account)? },
    ])
}

fn row(tx: &mut Tx<'_>, way: &Way) -> Outcome<Row> {
    let events = history(tx, &way.id)?.into_iter();
    let events =
        events.map(|x| Row::new().at("at", x.at).code("state", ("way-state-", x.state.as_str())));
    let sql = "SELECT at FROM visit_look WHERE way_id = $1 ORDER BY at";
    let looks = tx.all(sql, args![&way.id], |r| r.get(0))?.into_iter();
    let looks = looks
        .map(|at: base::Instant| Row::new().at("at", at).code("state", ("way-state-", "looked")));
    Ok(Row::new()
        .code("kind", ("way-", way.kind.as_str()))
        .at("at", way.begun_at)
        .code("state", ("way-state-", way.state.as_str()))
        .text("reason", way.note.reason.clone())
        .text("track", letter::track_of(tx, &way.id)?.unwrap_or_default())
        .with("history", Cell::Rows(events.chain(looks).collect())))
}
