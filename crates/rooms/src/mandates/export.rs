//! What this room keeps of a person, for them.

use base::{Id, Outcome, Pii, Tx};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Mandate, Said, rows, store};
use crate::privacy::{Cell, Part, Row};
use crate::trail;

/// Whom somebody acts for, with the papers as they were typed and all that happened to them.
///
/// # Errors
/// A fault of the engine.
pub(crate) fn export(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Part>> {
    let mut rows = Vec::new();
    for mandate in rows::of_account(tx, account)? {
        let events = store::events(tx, &mandate)?;
        let told = trail::read::of_ops(tx, events.iter().map(|x| &x.op))?;
        let history = events.into_iter().map(|x| {
            let by = told.get(&x.op).and_then(|entry| entry.by.clone());
            Row::new()
                .at("at", x.at)
                .code("event", ("data-mandate-", &x.event))
                .who(account, &x.actor, by)
                .text("reason", x.reason)
        });
        let history = Cell::Rows(history.collect());
        rows.push(row(&mandate)?.with("history", history));
    }
    Ok(vec![Part { name: "mandates", rows }])
}

fn row(mandate: &Mandate) -> Result<Row, serde_json::Error> {
    let row = Row::new()
        .text("name", mandate.sheet().map(|x| x.details.name()).unwrap_or_default())
        .code("kind", ("acting-kind-", mandate.kind.as_str()))
        .code("state", ("acting-state-", mandate.state.as_str()))
        .at("at", mandate.created)
        .at("changed", mandate.changed)
        .text("id", mandate.id.to_string());
    let Some(sheet) = mandate.sheet() else { return Ok(row) };
    Ok(row.with("form", Cell::Form(Pii::from(flattened(sheet)?))))
}

impl Said {
    /// What a booking keeps of the papers, for whoever acted by them.
    pub(crate) fn told(&self) -> Result<Value, serde_json::Error> {
        flattened(self)
    }
}

fn flattened(papers: &impl Serialize) -> Result<Value, serde_json::Error> {
    let mut typed = Map::new();
    flat(&mut typed, "", serde_json::to_value(papers)?);
    Ok(Value::Object(typed))
}

/// Names and values without nests: `details.who.surname`.
fn flat(all: &mut Map<String, Value>, name: &str, value: Value) {
    match value {
        Value::Object(inner) => {
            for (key, value) in inner {
                let name = if name.is_empty() { key } else { format!("{name}.{key}") };
                flat(all, &name, value);
            }
        }
        Value::Array(inner) => {
            let texts = inner.iter().map(|x| x.as_str().unwrap_or_default());
            all.insert(name.to_owned(), texts.collect::<Vec<_>>().join(", ").into());
        }
        value => {
            all.insert(name.to_owned(), value);
        }
    }
}
