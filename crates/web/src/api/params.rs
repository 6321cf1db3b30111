//! Parameters of a query: declared once, described in the document and enforced before the handler.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use base::{FieldFault, Id, Refusal};
use jiff::civil::{Date, Time};
use rooms::places::Point;
use serde_json::{Value, json};

use crate::{Failure, Fields};

/// A parameter of a query.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Param {
    /// Its name.
    pub name: &'static str,
    /// What it says, for the document.
    pub says: &'static str,
    /// What fits.
    pub shape: Shape,
    /// Whether it must be there.
    pub required: bool,
}

/// What fits a parameter.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// Free words or an identifier, up to so many characters.
    Text(usize),
    /// A whole number: least, most, usual.
    Number(usize, usize, usize),
    /// So many identifiers at most with commas between, each up to so many characters.
    List(usize, usize),
    /// Some of these words with commas between.
    Words(&'static [&'static str]),
    /// A time of the day, `09:30`.
    Time,
    /// A day, `2026-12-09`.
    Date,
    /// A month, `2026-12`.
    Month,
    /// Latitude and longitude in degrees.
    Point,
    /// One of these words.
    Choice(&'static [&'static str]),
}

/// How many things an answer holds at most.
pub(super) const LIMIT: Param =
    optional("limit", "How many items at most", Shape::Number(1, 100, 50));
/// Where the next page begins.
pub(super) const CURSOR: Param = optional("cursor", "`next` of the page before", Shape::Text(100));
/// A service by its code.
pub(super) const SERVICE: Param = optional("service", "Code of a service", Shape::Text(64));
/// A region by its code.
pub(super) const REGION: Param = optional("region", "Code of a region", Shape::Text(64));
/// A locality by its id.
pub(super) const LOCALITY: Param = optional("locality", "Id of a locality", Shape::Text(64));
/// Words to search by.
pub(super) const WORDS: Param = optional(
    "q",
    "Words in either language; typing errors and the wrong keyboard layout are forgiven",
    Shape::Text(200),
);
/// A point to sort by.
pub(super) const NEAR: Param =
    optional("near", "Latitude and longitude: the nearest come first, with `km`", Shape::Point);

/// Every call takes it.
const LANG: Param = optional("lang", "Language of messages", Shape::Choice(&["ru", "en"]));

/// A parameter that may be left out.
pub(super) const fn optional(name: &'static str, says: &'static str, shape: Shape) -> Param {
    Param { name, says, shape, required: false }
}

/// A parameter that must be there.
pub(super) const fn required(name: &'static str, says: &'static str, shape: Shape) -> Param {
    Param { name, says, shape, required: true }
}

/// Lets only what was declared pass.
pub(super) async fn guard(
    State(params): State<&'static [Param]>,
    request: Request,
    next: Next,
) -> Response {
    let sent = request.uri().query().unwrap_or_default();
    let refused = match Fields::parse_raw(sent.as_bytes()).map(|x| faults(params, &x)) {
        Ok(faults) if faults.is_empty() => return next.run(request).await,
        Ok(faults) => Refusal::invalid(faults),
        Err(refusal) => refusal,
    };
    Failure::from(refused).into_response()
}

/// The parameters and what every call takes besides.
pub(super) fn with_common(params: &'static [Param]) -> impl Iterator<Item = &'static Param> {
    params.iter().chain(std::iter::once(&LANG))
}

/// All that is wrong with a query: unknown and repeated names, missing and malformed values.
fn faults(params: &'static [Param], query: &Fields) -> Vec<FieldFault> {
    let known = |name: &str| with_common(params).any(|x| x.name == name);
    let unknown = query.names().filter(|x| !known(x));
    let mut faults: Vec<FieldFault> =
        unknown.map(|x| FieldFault::new(x.to_owned(), "E-API-01")).collect();
    for param in with_common(params) {
        let mut values = query.all(param.name);
        let fault = match (values.next(), values.next()) {
            (None, _) => param.required.then(|| FieldFault::new(param.name, "E-FORM-01")),
            (Some(value), None) => param.fault(value),
            (Some(_), Some(_)) => Some(FieldFault::new(param.name, "E-FORM-02")),
        };
        faults.extend(fault);
    }
    faults
}

impl Param {
    fn fault(&self, value: &str) -> Option<FieldFault> {
        let wrong = |code| Some(FieldFault::new(self.name, code));
        match self.shape {
            Shape::Text(_) if value.is_empty() && self.required => wrong("E-FORM-01"),
            Shape::Text(max) if value.chars().count() > max => {
                wrong("E-API-03").map(|x| x.arg("max", max))
            }
            Shape::Text(_) => None,
            Shape::Number(least, most, _) => match value.parse::<usize>() {
                Ok(number) if (least..=most).contains(&number) => None,
                _ => wrong("E-API-02").map(|x| x.arg("min", least).arg("max", most)),
            },
            Shape::List(most, _) if value.split(',').count() > most => {
                wrong("E-API-05").map(|x| x.arg("max", most))
            }
            Shape::List(_, max) if value.split(',').any(|x| x.chars().count() > max) => {
                wrong("E-API-03").map(|x| x.arg("max", max))
            }
            Shape::Words(words) if value.split(',').any(|x| !words.contains(&x)) => {
                wrong("E-FORM-02")
            }
            Shape::Time if time(value).is_none() => wrong("E-FORM-06"),
            Shape::Date if day(value).is_none() => wrong("E-FORM-06"),
            Shape::Month if month(value).is_none() => wrong("E-FORM-06"),
            Shape::Point if point(value).is_none() => wrong("E-FORM-02"),
            Shape::Choice(words) if !words.contains(&value) => wrong("E-FORM-02"),
            _ => None,
        }
    }

    /// As in the document.
    pub(super) fn describe(&self) -> Value {
        let (schema, example) = match self.shape {
            Shape::Text(max) => {
                let least = usize::from(self.required);
                (json!({"type": "string", "minLength": least, "maxLength": max}), None)
            }
            Shape::Number(least, most, usual) => (
                json!({"type": "integer", "minimum": least, "maximum": most, "default": usual}),
                None,
            ),
            Shape::List(most, max) => {
                (json!({"type": "string", "maxLength": most * (max + 1)}), None)
            }
            Shape::Words(words) => {
                let word = words.join("|");
                let pattern = format!("^({word})(,({word}))*$");
                (json!({"type": "string", "pattern": pattern}), None)
            }
            Shape::Time => (
                json!({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}),
                Some("09:30"),
            ),
            Shape::Date => (json!({"type": "string", "format": "date"}), Some("2026-12-09")),
            Shape::Month => (
                json!({"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"}),
                Some("2026-12"),
            ),
            Shape::Point => (
                json!({
                    "type": "string",
                    "pattern": r"^-?[0-8]?[0-9](\.[0-9]{1,6})?,-?(1[0-7]|[0-9])?[0-9](\.[0-9]{1,6})?$",
                }),
                Some("56.484,84.947"),
            ),
            Shape::Choice(words) => (json!({"type": "string", "enum": words}), None),
        };
        let mut described = json!({
            "name": self.name,
            "in": "query",
            "required": self.required,
            "description": self.says,
            "schema": schema,
        });
        if let Some(example) = example.or(example_of(self.name)) {
            described["example"] = example.into();
        }
        described
    }
}

/// Examples that work with the demo.
pub(super) fn example_of(name: &str) -> Option<&'static str> {
    match name {
        "service" => Some("head-reception"),
        "region" => Some("70"),
        "q" => Some("паспорт"),
        _ => None,
    }
}

/// Reads a day as it is declared: four digits of the year.
fn day(text: &str) -> Option<Date> {
    (text.len() == 10 && text.as_bytes()[0].is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn month(text: &str) -> Option<Date> {
    day(&format!("{text}-01"))
}

fn time(text: &str) -> Option<Time> {
    let digits = |x: &u8| x.is_ascii_digit();
    let fits = text.len() == 5 && text.bytes().filter(|x| digits(x)).count() == 4;
    fits.then(|| Time::strptime("%H:%M", text).ok()).flatten()
}

fn point(text: &str) -> Option<Point> {
    let (lat, lon) = text.split_once(',')?;
    let degrees = |x: &str| {
        let plain = x.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-');
        plain.then(|| x.parse::<f64>().ok()).flatten()
    };
    Point::degrees(degrees(lat)?, degrees(lon)?)
}

/// Values of a query that was let through.
pub(super) trait Asked {
    /// The number of `param`, or the usual one.
    fn number(&self, param: &Param) -> usize;
    /// The day `name`.
    fn day(&self, name: &str) -> Option<Date>;
    /// The first day of the month `name`.
    fn month(&self, name: &str) -> Option<Date>;
    /// The time of the day `name`.
    fn time(&self, name: &str) -> Option<Time>;
    /// The point `name`.
    fn point(&self, name: &str) -> Option<Point>;
    /// The identifier `name`.
    fn id(&self, name: &str) -> Option<Id>;
}

impl Asked for Fields {
    fn number(&self, param: &Param) -> usize {
        let usual = if let Shape::Number(_, _, usual) = param.shape { usual } else { 0 };
        self.opt(param.name).and_then(|x| x.parse().ok()).unwrap_or(usual)
    }

    fn day(&self, name: &str) -> Option<Date> {
        self.opt(name).and_then(day)
    }

    fn month(&self, name: &str) -> Option<Date> {
        self.opt(name).and_then(month)
    }

    fn time(&self, name: &str) -> Option<Time> {
        self.opt(name).and_then(time)
    }

    fn point(&self, name: &str) -> Option<Point> {
        self.opt(name).and_then(point)
    }

    fn id(&self, name: &str) -> Option<Id> {
        self.opt(name).map(Id::from)
    }
}
