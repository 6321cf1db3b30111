//! What this room keeps of a person, for them.

use base::{Id, Outcome, Pii, Tx};
use serde_json::{Map, Value};

use super::{Mandate, rows};
use crate::privacy::{Cell, Part, Row};

/// Whom somebody acts for, with the papers as they were typed.
///
/// # Errors
/// A fault of the engine.
pub(crate) fn export(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Part>> {
    let own = rows::of_account(tx, account)?;
    let rows = own.iter().map(row).collect::<Result<_, _>>()?;
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
    let mut typed = Map::new();
    flat(&mut typed, "", serde_json::to_value(sheet)?);
    Ok(row.with("form", Cell::Form(Pii::from(Value::Object(typed)))))
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
