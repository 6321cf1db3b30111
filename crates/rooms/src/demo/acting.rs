//! For whom the people of the demo act: typed into the same forms as everybody else's.

use std::collections::BTreeMap;

use base::{Actor, Cx, Db, Fault, Id, Outcome};
use serde::Deserialize;

use crate::accounts::Level;
use crate::mandates::{self, Add, Kind, Typed, rules};

const PEOPLE: &str = include_str!("../../../../demo/people.toml");
/// Fields of which several values are ticked.
const BOXES: [&str; 3] = ["acts", "services", "bodies"];

#[derive(Deserialize)]
struct File {
    account: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    level: Level,
    #[serde(default)]
    mandates: Vec<BTreeMap<String, String>>,
}

/// Adds the mandates of the accounts that can sign in, whose ids are `own` in the order of the file.
///
/// # Errors
/// A fault of the engine; what the act refuses, which would be a fault of the demo's file.
pub(super) fn seed(db: &Db, cx: &Cx, own: &[Id]) -> Outcome<()> {
    let file: File =
        toml::from_str(PEOPLE).map_err(|error| Fault::of("the mandates of the demo", error))?;
    for (account, entry) in own.iter().zip(file.account) {
        for fields in &entry.mandates {
            let command = command(cx, account, entry.level, fields)?;
            let actor = Actor::Account(account.clone());
            let cx = Cx { op: cx.new_id(), actor, ..cx.clone() };
            db.write_wait(move |tx| mandates::add(tx, &cx, &command))?;
        }
    }
    Ok(())
}

fn command(
    cx: &Cx,
    account: &Id,
    level: Level,
    fields: &BTreeMap<String, String>,
) -> Result<Add, Fault> {
    let wrong = |what: &str| Fault::new(format!("people.toml: a mandate with a wrong {what}"));
    let kind = fields.get("kind").and_then(|x| Kind::parse(x)).ok_or_else(|| wrong("kind"))?;
    let mut typed = Typed::default();
    for (name, value) in fields {
        match BOXES.contains(&name.as_str()) {
            true => value.split(',').for_each(|x| typed.add(name, x)),
            false => typed.add(name, value),
        }
    }
    let sheet = mandates::read(kind, &typed, rules::day(cx.now));
    let sheet = sheet.map_err(|faults| wrong(faults.first().map_or("", |x| &x.field)))?;
    Ok(Add { account: account.clone(), level, sheet })
}
