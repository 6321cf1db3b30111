//! Forms: what a person typed, and how it comes back when it was refused.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{Error, FieldFault, Kind, Refusal, idem};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::DeserializeOwned;
use std::fmt;

use crate::{Failure, Visit, next};

/// The most a form may weigh, in bytes.
pub const BODY_LIMIT: usize = 64 * 1024;

/// The hidden field of the key that [`Visit::mint`] made.
pub const KEY: &str = "key";

/// The most fields a form may have.
const MAX_FIELDS: usize = 500;

/// Fields of passwords: they stay as they were typed.
const PASSWORDS: [&str; 2] = ["password", "present"];

/// What a form held: names and values in their order, a name as often as it came. Values are
/// trimmed and free of control characters (but line ends), all but passwords.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads `a=1&b=2`, from a body or from a query.
    ///
    /// # Errors
    /// `E-REQ-04` when it is not UTF-8 or has too many fields.
    pub fn parse(encoded: &[u8]) -> Result<Self, Refusal> {
        let Self(sent) = Self::read(encoded)?;
        let kept = |(name, value): (String, String)| match PASSWORDS.contains(&&*name) {
            true => (name, value),
            false => (name, clean(&value)),
        };
        Ok(Self(sent.into_iter().map(kept).collect()))
    }

    /// As [`Fields::parse`], with every value as it was sent.
    ///
    /// # Errors
    /// As [`Fields::parse`].
    pub(crate) fn parse_raw(encoded: &[u8]) -> Result<Self, Refusal> {
        Self::read(encoded)
    }

    /// As [`Fields::parse_raw`], of a site: one that sends what no keyboard types is mistaken.
    ///
    /// # Errors
    /// As [`Fields::parse`]; `E-REQ-04` also for control characters.
    pub(crate) fn parse_plain(encoded: &[u8]) -> Result<Self, Refusal> {
        let Self(sent) = Self::read(encoded)?;
        match sent.iter().any(|(name, value)| name.contains(is_odd) || value.contains(is_odd)) {
            true => Err(Refusal::new(Kind::Malformed, "E-REQ-04")),
            false => Ok(Self(sent)),
        }
    }

    fn read(encoded: &[u8]) -> Result<Self, Refusal> {
        let broken = || Refusal::new(Kind::Malformed, "E-REQ-04");
        let pieces = encoded.split(|x| *x == b'&').filter(|x| !x.is_empty());
        let fields: Option<Vec<_>> = pieces
            .take(MAX_FIELDS + 1)
            .map(|piece| {
                let mut halves = piece.splitn(2, |x| *x == b'=');
                let (name, value) = (halves.next()?, halves.next().unwrap_or_default());
                Some((decode(name)?, decode(value)?))
            })
            .collect();
        fields.filter(|x| x.len() <= MAX_FIELDS).map(Self).ok_or_else(broken)
    }

    /// The first value of `name`; empty when there is none.
    pub fn text(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// The first value of `name`, unless it is empty.
    pub fn opt(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|x| !x.is_empty())
    }

    /// All values of `name`.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |x| x.0 == name).map(|x| x.1.as_str())
    }

    /// The idempotency key minted with the form, for the wish that `parts` describe. Another wish
    /// from the same form, as after the back button, has a key of its own. `None` when the form
    /// carries none.
    pub(crate) fn key(&self, parts: &[&str]) -> Option<idem::Key> {
        let minted =
            self.opt(KEY).filter(|x| x.len() <= 64 && x.bytes().all(|b| b.is_ascii_graphic()));
        minted.map(|minted| {
            let key = idem::Key::new("", parts);
            idem::Key { key: format!("{minted}:{}", key.fingerprint), ..key }
        })
    }

    /// As a query: what [`Fields::parse`] reads.
    pub(crate) fn encoded(&self) -> String {
        let part = |x| utf8_percent_encode(x, NON_ALPHANUMERIC);
        let pairs = self.0.iter().map(|(name, value)| format!("{}={}", part(name), part(value)));
        pairs.collect::<Vec<_>>().join("&")
    }

    /// All names, in their order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|x| x.0.as_str())
    }

    /// All names and values, in their order.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|x| (x.0.as_str(), x.1.as_str()))
    }

    /// All but those whose name `drops`.
    pub(crate) fn without(&self, drops: impl Fn(&str) -> bool) -> Self {
        Self(self.0.iter().filter(|x| !drops(&x.0)).cloned().collect())
    }

    /// Whether the checkbox `name` was ticked.
    pub fn flag(&self, name: &str) -> bool {
        matches!(self.text(name), "1" | "on" | "yes" | "true")
    }

    /// Adds one more value of `name`: of boxes several are ticked.
    #[must_use]
    pub fn and(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.push((name.to_owned(), value.into()));
        self
    }

    /// Adds a value of `name` as it was typed into a form with files.
    ///
    /// # Errors
    /// `E-REQ-04` when it is not UTF-8.
    pub(crate) fn typed(mut self, name: &str, bytes: &[u8]) -> Result<Self, Refusal> {
        let text = std::str::from_utf8(bytes);
        let text = text.map_err(|_bytes| Refusal::new(Kind::Malformed, "E-REQ-04"))?;
        self.0.push((name.to_owned(), clean(text)));
        Ok(self)
    }

    /// Sets the value of `name`: to show a form filled in advance.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.retain(|x| x.0 != name);
        self.0.push((name.to_owned(), value.into()));
        self
    }
}

/// Undoes `+` and `%XX`; `None` when the result is not UTF-8.
fn decode(encoded: &[u8]) -> Option<String> {
    let spaced: Vec<u8> = encoded.iter().map(|x| if *x == b'+' { b' ' } else { *x }).collect();
    let decoded = percent_encoding::percent_decode(&spaced).decode_utf8().ok()?;
    Some(decoded.into_owned())
}

/// What no keyboard types; a database would stumble over it.
pub(crate) fn is_odd(x: char) -> bool {
    x.is_control() && !matches!(x, '\n' | '\r' | '\t')
}

fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.trim().chars().filter(|x| *x == '\n' || !x.is_control()).collect()
}

/// Extracts the body of a form. Use as the last argument of a handler: `Form(fields): Form`.
#[derive(Debug)]
pub struct Form(pub Fields);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let kind = request.headers().get(header::CONTENT_TYPE).cloned();
        let read = async {
            let body = Bytes::from_request(request, state).await.map_err(|x| unread(x.status()))?;
            Ok((Fields::parse(&body)?, body.is_empty()))
        };
        let (fields, is_empty) = read.await.map_err(|x: Failure| x.into_response())?;
        // What no form sends, another site could send without asking.
        match kind.as_ref().map_or(is_empty, is_of_form) {
            true => Ok(Self(fields)),
            false => {
                let refused = Failure::from(Refusal::new(Kind::Malformed, "E-REQ-13"));
                let mut response = refused.into_response();
                *response.status_mut() = StatusCode::UNSUPPORTED_MEDIA_TYPE;
                Err(response)
            }
        }
    }
}

/// Whether a body of this type comes from a form.
fn is_of_form(kind: &HeaderValue) -> bool {
    let kind = kind.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let forms = ["application/x-www-form-urlencoded", "multipart/form-data"];
    forms.iter().any(|x| kind.eq_ignore_ascii_case(x))
}

/// Why a body could not be read.
pub(crate) fn unread(status: StatusCode) -> Refusal {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Refusal::new(Kind::TooLarge, "E-REQ-03").arg("kib", BODY_LIMIT / 1024)
        }
        _ => Refusal::new(Kind::Malformed, "E-REQ-04"),
    }
}

/// Extracts the query of a page: `Query(fields): Query`.
#[derive(Debug)]
pub struct Query(pub Fields);

impl<S: Sync> axum::extract::FromRequestParts<S> for Query {
    type Rejection = Failure;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        _: &S,
    ) -> Result<Self, Failure> {
        Ok(Self(Fields::parse(parts.uri.query().unwrap_or_default().as_bytes())?))
    }
}

/// Extracts the JSON a program sent: `Json(command): Json<T>`, as the last argument.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let body = Bytes::from_request(request, state).await.map_err(|x| unread(x.status()))?;
        Ok(Self(serde_json::from_slice(&body).map_err(|error| unreadable(&error))?))
    }
}

/// The body is no such JSON. Why is told apart from the words, in those of the library.
pub(crate) fn unreadable(why: &dyn fmt::Display) -> Refusal {
    let why = serde_json::json!({ "why": why.to_string() });
    Refusal::new(Kind::Malformed, "E-REQ-08").help(why)
}

/// A form as its template shows it: values, and what is wrong with them. Every page with a form
/// has a field `form`, which `ui/field.html` and `ui/summary.html` read.
#[derive(Clone, Debug, Default)]
pub struct FormState {
    /// What was typed, or what is known in advance.
    pub values: Fields,
    /// What is wrong, field by field.
    pub faults: Vec<FieldFault>,
    /// What is wrong with the whole.
    pub refusal: Option<Box<Refusal>>,
    /// Names of fields whose words are no texts of ours: questions of a service.
    pub labels: Vec<(String, String)>,
}

impl FormState {
    /// An empty form.
    pub fn new() -> Self {
        Self::default()
    }

    /// A form with these values.
    pub fn filled(values: Fields) -> Self {
        Self { values, ..Self::default() }
    }

    /// The form again, after `error`. A person can mend what is invalid, in conflict or too often;
    /// everything else is not the form's business and is passed on.
    ///
    /// # Errors
    /// `error` itself, when the form cannot mend it.
    pub fn refused(values: Fields, error: Error) -> Result<Self, Failure> {
        match error {
            Error::Refusal(refusal) if mendable(refusal.kind) => {
                let faults = refusal.fields.clone();
                let refusal = faults.is_empty().then_some(refusal);
                Ok(Self { values, faults, refusal, labels: Vec::new() })
            }
            error => Err(error.into()),
        }
    }

    /// The value of `name`. Where somebody is to go afterwards is a page of our own, whatever was sent.
    pub fn value(&self, name: &str) -> &str {
        match (name, self.values.text(name)) {
            (_, "") => "",
            ("next", next) => next::own(next),
            (_, value) => value,
        }
    }

    /// Whether `name` has this value: for radio buttons, selections and checkboxes.
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.values.all(name).any(|x| x == value)
    }

    /// What is wrong with `name`.
    pub fn fault(&self, name: &str) -> Option<&FieldFault> {
        self.faults.iter().find(|x| x.field == name)
    }

    /// Whether `name` is wrong.
    pub fn wrong(&self, name: &str) -> bool {
        self.fault(name).is_some()
    }

    /// The attributes that tie the field `name` to its hint and its error. Names are our own words,
    /// so there is nothing to escape.
    pub fn aria(&self, name: &str, hint: &str) -> String {
        let (hinted, wrong) = (!hint.is_empty(), self.wrong(name));
        let ids = [(hinted, "hint"), (wrong, "error")];
        let ids: Vec<String> =
            ids.iter().filter(|x| x.0).map(|(_, part)| format!("{name}-{part}")).collect();
        let invalid = if wrong { " aria-invalid=\"true\"" } else { "" };
        match ids.is_empty() {
            true => String::new(),
            false => format!("aria-describedby=\"{}\"{invalid}", ids.join(" ")),
        }
    }

    /// Whether anything is wrong.
    pub fn is_refused(&self) -> bool {
        self.refusal.is_some() || !self.faults.is_empty()
    }

    /// What is wrong with the whole, in words.
    pub fn whole(&self, visit: &Visit) -> Option<String> {
        self.refusal.as_ref().map(|x| crate::shell::code_text(visit, x.code, &x.args))
    }
}

/// One of several values of a field: for `select` and `radios` of `ui/field.html`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// As sent.
    pub value: String,
    /// As shown.
    pub title: String,
    /// More words below; may be empty.
    pub hint: String,
}

impl Choice {
    /// A value and its words.
    pub fn new(value: impl Into<String>, title: impl Into<String>) -> Self {
        Self { value: value.into(), title: title.into(), hint: String::new() }
    }

    /// With more words below.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

fn mendable(kind: Kind) -> bool {
    matches!(kind, Kind::Invalid | Kind::Conflict | Kind::TooMany | Kind::Gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_keep_their_order_and_lose_what_nobody_typed() {
        let fields = Fields::parse(
            "who=a&who=b&name=+%D0%90%D0%BD%D0%BD%D0%B0%00%08+&ok=on&note=a%0D%0Ab".as_bytes(),
        );
        let fields = fields.unwrap();
        assert_eq!(fields.text("name"), "Анна");
        assert_eq!(fields.all("who").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(fields.text("note"), "a\nb");
        let typed = Fields::parse(b"password=+a+b+&present=+c&identifier=+d+").unwrap();
        assert_eq!((typed.text("password"), typed.text("present")), (" a b ", " c"));
        assert_eq!(typed.text("identifier"), "d");
        assert!(fields.flag("ok") && !fields.flag("who") && fields.opt("x").is_none());
        assert_eq!(Fields::parse(fields.encoded().as_bytes()).unwrap(), fields);
    }

    #[test]
    fn what_is_not_utf8_is_refused() {
        assert_eq!(Fields::parse(b"name=%ff%fe").unwrap_err().code, "E-REQ-04");
        assert_eq!(Fields::parse(b"\xffname=1").unwrap_err().code, "E-REQ-04");
        assert!(Fields::parse("a=1&".repeat(501).as_bytes()).is_err());
        assert_eq!(Fields::parse(b"a=%zz%").unwrap().text("a"), "%zz%");
    }
}
