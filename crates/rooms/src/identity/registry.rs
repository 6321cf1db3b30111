//! What the room asks of registries; how they are reached is somebody else's matter.

use std::fmt;

use base::Pii;
use serde_json::Value;

/// A question.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Its id: the same for every try, so that it is one question.
    pub id: String,
    /// What it is about: `identity`.
    pub kind: &'static str,
    /// The data by kinds and fields: `{"snils": {"number": "…"}, …}`.
    pub data: Pii<Value>,
}

/// What registries say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Nothing yet.
    Pending,
    /// Everything that levels rest on is known just so.
    Match {
        /// Further data that are, as they were asked: `registration`.
        also: Vec<String>,
    },
    /// The person is known, these fields are others: `passport.number`.
    Mismatch {
        /// Names of the fields; never what stands there.
        fields: Vec<String>,
    },
    /// There is no such person.
    Unknown,
}

impl Reply {
    /// Everything that levels rest on is known just so, and nothing is said of the rest.
    pub const MATCH: Self = Self::Match { also: Vec::new() };
}

/// Why registries gave no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistryFault {
    /// They do not know the ticket any more: the question is to be asked again.
    pub lost: bool,
    /// What happened, without anything of what was asked.
    pub text: String,
}

impl fmt::Display for RegistryFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for RegistryFault {}

/// The way to the registries. It may take its time, with a limit of its own well below the lease of
/// a question: it is called outside any transaction.
pub trait Registry: Send + Sync {
    /// Hands a question over; gives the ticket under which its answer can be had.
    ///
    /// # Errors
    /// Why it was not taken; it can be tried again.
    fn ask(&self, asked: &Asked) -> Result<String, RegistryFault>;

    /// The answer, as far as there is one.
    ///
    /// # Errors
    /// Why there was none; it can be tried again.
    fn poll(&self, ticket: &str) -> Result<Reply, RegistryFault>;
}
