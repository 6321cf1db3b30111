//! Two kinds of «no».
//!
//! A [`Refusal`] is what may happen to an honest user: it has a stable code, which is also the key
//! of its text, the problem type of the API and what a test asserts. A [`Fault`] is everything
//! else: it keeps its source and is logged once, at the border, with the operation's id.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// What every act gives back.
pub type Outcome<T> = Result<T, Error>;

/// Why an act did not happen.
#[derive(Debug)]
pub enum Error {
    /// The rules say no; the person is told why and what to do.
    Refusal(Box<Refusal>),
    /// Something broke; the person gets the operation's id, the log gets the source.
    Fault(Fault),
}

/// What sort of refusal: decides the status code at the border, in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Nobody is signed in.
    Unauthenticated,
    /// Signed in, but not allowed.
    Forbidden,
    /// There is no such thing (or not for this person).
    NotFound,
    /// The request itself is malformed.
    Malformed,
    /// Fields are wrong; see [`Refusal::fields`].
    Invalid,
    /// The present state does not allow it.
    Conflict,
    /// It was there and is over.
    Gone,
    /// Too much of something.
    TooLarge,
    /// It did not come to its end in time.
    TooSlow,
    /// Too often.
    TooMany,
    /// The system has no room right now.
    Overloaded,
}

/// A refusal with its stable code and what the text needs.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// What sort it is.
    pub kind: Kind,
    /// Stable code of the error catalogue, for example `E-SLOT-01`.
    pub code: &'static str,
    /// Arguments of the text.
    pub args: Vec<(&'static str, String)>,
    /// All faulty fields, not only the first.
    pub fields: Vec<FieldFault>,
    /// What helps further, for example the nearest free times.
    pub help: Option<serde_json::Value>,
    /// Seconds after which another try makes sense.
    pub retry_after: Option<u32>,
}

/// One faulty field of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// Name of the field as sent.
    pub field: Cow<'static, str>,
    /// Stable code, for example `E-FORM-01`; also the key of the text.
    pub code: &'static str,
    /// Arguments of the text.
    pub args: Vec<(&'static str, String)>,
}

impl FieldFault {
    /// The fault `code` of `field`.
    pub fn new(field: impl Into<Cow<'static, str>>, code: &'static str) -> Self {
        Self { field: field.into(), code, args: Vec::new() }
    }

    /// With an argument for its text.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}

impl Refusal {
    /// A refusal of this kind and code.
    pub fn new(kind: Kind, code: &'static str) -> Self {
        Self { kind, code, args: vec![], fields: vec![], help: None, retry_after: None }
    }

    /// The form came back: these fields are wrong.
    pub fn invalid(fields: Vec<FieldFault>) -> Self {
        Self { fields, ..Self::new(Kind::Invalid, "E-FORM-00") }
    }

    /// With an argument for its text.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    /// The same, said at the field `name` of a form.
    #[must_use]
    pub fn at(self, name: &'static str) -> Self {
        let fault = FieldFault::new(name, self.code);
        Self::invalid(vec![FieldFault { args: self.args, ..fault }])
    }

    /// With something that helps further.
    #[must_use]
    pub fn help(mut self, help: serde_json::Value) -> Self {
        self.help = Some(help);
        self
    }

    /// With the seconds after which another try makes sense.
    #[must_use]
    pub fn retry(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refusal(Box::new(refusal))
    }
}

impl Error {
    /// The refusal's code, when it is a refusal: what tests ask.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Refusal(refusal) => Some(refusal.code),
            Self::Fault(_) => None,
        }
    }

    /// The same error for one more of those who asked together.
    #[must_use]
    pub fn again(&self) -> Self {
        match self {
            Self::Refusal(refusal) => Self::Refusal(refusal.clone()),
            Self::Fault(fault) => Fault::new(fault.to_string())
                .away(fault.is_away())
                .retryable(fault.is_retryable())
                .into(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refusal(refusal) => {
                f.write_str(refusal.code)?;
                refusal.fields.iter().try_for_each(|x| write!(f, " {}:{}", x.field, x.code))
            }
            Self::Fault(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

/// Something broke. Keeps what was being done and the source.
#[derive(Debug)]
pub struct Fault {
    what: Cow<'static, str>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
    retry: bool,
    away: bool,
}

impl Fault {
    /// A fault without a source.
    pub fn new(what: impl Into<Cow<'static, str>>) -> Self {
        Self { what: what.into(), source: None, retry: false, away: false }
    }

    /// A fault with its source.
    pub fn of(
        what: impl Into<Cow<'static, str>>,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { what: what.into(), source: Some(source.into()), retry: false, away: false }
    }

    /// Marks a fault after which the whole transaction may be tried again.
    #[must_use]
    pub fn retryable(mut self, yes: bool) -> Self {
        self.retry = yes;
        self
    }

    /// Marks a fault of a database that cannot be reached for now.
    #[must_use]
    pub fn away(mut self, yes: bool) -> Self {
        self.away = yes;
        self
    }

    /// Whether the database cannot be reached for now: nothing is wrong with what was asked.
    pub fn is_away(&self) -> bool {
        self.away
    }

    /// Whether the whole transaction may be tried again.
    pub fn is_retryable(&self) -> bool {
        self.retry
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        let mut source = self.source.as_ref().map(|x| x.as_ref() as &dyn std::error::Error);
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}

impl std::error::Error for Fault {}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Fault::of("input or output failed", error).into()
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Fault::of("stored JSON cannot be read", error).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_asked_together_hears_the_same() {
        let away: Error = Fault::new("gone").away(true).retryable(true).into();
        let Error::Fault(same) = away.again() else { panic!("a fault is a fault") };
        assert!(same.is_away() && same.is_retryable());
        let refusal: Error = Refusal::new(Kind::Conflict, "E-SLOT-01").retry(3).into();
        assert!(matches!(refusal.again(), Error::Refusal(x) if x.retry_after == Some(3)));
    }
}
