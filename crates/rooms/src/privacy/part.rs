//! What a room gives a person of what it keeps of them: tables of named values, which a page, a file
//! or a program can show without knowing the room.

use base::{Instant, Pii};
use serde_json::{Map, Value, json};

use crate::access::Place;

/// A table of what is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Its code: a name in files, and part of the key of its title.
    pub name: &'static str,
    /// The rows, in the order in which people read them.
    pub rows: Vec<Row>,
}

/// A row: names and values, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row(Vec<(&'static str, Cell)>);

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// What tells who somebody is, or was typed by them.
    Text(Pii<String>),
    /// A word of ours, with the beginning of the key of its text: `("state-", "confirmed")`.
    Code(&'static str, String),
    /// A moment.
    At(Instant),
    /// A number.
    Count(i64),
    /// Yes or no.
    Flag(bool),
    /// Code of a service.
    Service(String),
    /// Id of whoever receives.
    Resource(String),
    /// Where somebody of the staff works.
    Place(Place),
    /// A form: names and values as they were typed.
    Form(Pii<Value>),
    /// A path of the portal with what was chosen or typed: `/path?a=1&b=2`.
    Path(Pii<String>),
    /// Further rows: the history of this one.
    Rows(Vec<Row>),
    /// A whole file; its name among the others of the copy.
    File {
        /// Made here, of letters that every system knows.
        name: String,
        /// What it holds.
        bytes: Pii<Vec<u8>>,
    },
}

impl Row {
    /// A row without values.
    pub fn new() -> Self {
        Self::default()
    }

    /// With a value.
    #[must_use]
    pub fn with(mut self, name: &'static str, cell: Cell) -> Self {
        self.0.push((name, cell));
        self
    }

    /// With a text; an empty one is left out.
    #[must_use]
    pub fn text(self, name: &'static str, text: impl Into<Pii<String>>) -> Self {
        let text = text.into();
        if text.reveal().is_empty() { self } else { self.with(name, Cell::Text(text)) }
    }

    /// With a moment; none is left out.
    #[must_use]
    pub fn at(self, name: &'static str, at: impl Into<Option<Instant>>) -> Self {
        match at.into() {
            Some(at) => self.with(name, Cell::At(at)),
            None => self,
        }
    }

    /// With a word of ours.
    #[must_use]
    pub fn code(self, name: &'static str, (key, code): (&'static str, &str)) -> Self {
        self.with(name, Cell::Code(key, code.to_owned()))
    }

    /// With who did something, never by an id of an account: the person themselves, the staff by their role
    /// and place as far as they are known, the engineer or the portal.
    #[must_use]
    pub fn who(self, owner: &str, actor: &str, by: Option<(String, Place)>) -> Self {
        let who = match actor.strip_prefix("account:") {
            Some(id) if id == owner => "self",
            Some(_) => "staff",
            None => actor,
        };
        let row = self.code("who", ("data-who-", who));
        match by {
            Some((role, place)) => {
                row.code("role", ("role-", &role)).with("place", Cell::Place(place))
            }
            None => row,
        }
    }

    /// Names and values.
    pub fn cells(&self) -> &[(&'static str, Cell)] {
        &self.0
    }

    /// As an object.
    pub fn json(&self) -> Value {
        Value::Object(
            self.0
                .iter()
                .map(|(name, cell)| ((*name).to_owned(), cell.json()))
                .collect::<Map<_, _>>(),
        )
    }
}

impl Part {
    /// As a list of objects.
    pub fn json(&self) -> Value {
        self.rows.iter().map(Row::json).collect()
    }
}

impl Cell {
    fn json(&self) -> Value {
        match self {
            Self::Text(text) | Self::Path(text) => json!(text.reveal()),
            Self::Code(_, text) | Self::Service(text) | Self::Resource(text) => json!(text),
            Self::At(at) => json!(at.rfc3339(&jiff::tz::TimeZone::UTC)),
            Self::Place(place) => json!(match place.id() {
                "" => place.kind().as_str(),
                id => id,
            }),
            Self::Count(n) => json!(n),
            Self::Flag(yes) => json!(yes),
            Self::Form(form) => form.reveal().clone(),
            Self::Rows(rows) => rows.iter().map(Row::json).collect(),
            Self::File { name, .. } => json!(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_leaves_out_what_is_not_there() {
        let row = Row::new()
            .text("name", "Анна".to_owned())
            .text("patronymic", String::new())
            .at("proved", None)
            .at("opened", Instant::from_minutes(29_000_000))
            .code("level", ("account-level-", "verified"))
            .with("history", Cell::Rows(vec![Row::new().with("n", Cell::Count(1))]));
        let said = json!({"name": "Анна", "opened": "2025-02-19T21:20:00+00:00",
                          "level": "verified", "history": [{"n": 1}]});
        assert_eq!(row.json(), said);
    }
}
