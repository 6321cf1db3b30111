//! What is asked of a provider of identity, and what it answers.

use base::{Instant, Kind, Refusal};

use super::elsewhere::Identity;
use super::secret;

/// A provider of identity, as people and addresses name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// In addresses and rows.
    pub id: String,
    /// As people know it.
    pub name: String,
}

/// What a person leaves with: secrets of this one trip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departure {
    /// Where the provider sends people back.
    pub redirect: String,
    /// Comes back as it is.
    pub state: String,
    /// Comes back inside the token.
    pub nonce: String,
    /// Proves that whoever left came back (PKCE).
    pub verifier: String,
}

impl Departure {
    /// What the provider is told of the verifier.
    pub fn challenge(&self) -> String {
        secret::encoded(secret::digest(&self.verifier))
    }
}

/// What a provider sent back with the person.
#[derive(Clone, Debug)]
pub struct Return {
    /// The code.
    pub code: String,
    /// Whose answer it says it is (RFC 9207).
    pub issuer: Option<String>,
    /// What the person had left with.
    pub departure: Departure,
    /// Now.
    pub at: Instant,
}

/// Why a provider's answer opens nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotProved {
    /// It does not answer, or not as the standards say.
    Away(String),
    /// It answers, and does not want to.
    Refused(String),
    /// What it sent does not fit: signature, time, nonce, issuer, recipient.
    Wrong(&'static str),
}

impl From<NotProved> for Refusal {
    fn from(why: NotProved) -> Self {
        match why {
            NotProved::Away(_) => Self::new(Kind::Overloaded, "E-SSO-31"),
            NotProved::Refused(_) => Self::new(Kind::Conflict, "E-SSO-31"),
            NotProved::Wrong(_) => Self::new(Kind::Conflict, "E-SSO-30"),
        }
    }
}

/// The providers of the configuration. The calls go over the network and take up to some seconds.
pub trait Providers: Send + Sync {
    /// All of them, in the order of the configuration.
    fn all(&self) -> &[Provider];

    /// Where a person goes with this departure.
    ///
    /// # Errors
    /// When the provider cannot be reached or describes itself wrongly.
    fn address(&self, provider: &str, departure: &Departure) -> Result<String, NotProved>;

    /// Who has come back.
    ///
    /// # Errors
    /// When the answer proves nothing, or the provider cannot be reached.
    fn identity(&self, provider: &str, back: &Return) -> Result<Identity, NotProved>;
}

/// A portal without any.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nobody;

impl Providers for Nobody {
    fn all(&self) -> &[Provider] {
        &[]
    }

    fn address(&self, _: &str, _: &Departure) -> Result<String, NotProved> {
        Err(NotProved::Wrong("no provider"))
    }

    fn identity(&self, _: &str, _: &Return) -> Result<Identity, NotProved> {
        Err(NotProved::Wrong("no provider"))
    }
}
