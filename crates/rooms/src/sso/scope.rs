//! What a site may read.

use std::fmt;

use base::Fault;
use serde::{Deserialize, Serialize};

/// One thing that a site may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Recognise the person when they come again.
    OpenId,
    /// Read the name.
    Profile,
    /// Read the e-mail.
    Email,
    /// Read the phone.
    Phone,
    /// Read also when the person is not there.
    Offline,
}

impl Scope {
    /// All of them, in the order in which people are told.
    pub const ALL: [Self; 5] =
        [Self::OpenId, Self::Profile, Self::Email, Self::Phone, Self::Offline];

    /// As sites write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OpenId => "openid",
            Self::Profile => "profile",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Offline => "offline_access",
        }
    }

    /// As in the keys of texts and the names of fields.
    pub fn key(self) -> &'static str {
        match self {
            Self::Offline => "offline",
            other => other.as_str(),
        }
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A set of them.
#[derive(Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Scopes(u8);

impl Scopes {
    /// Reads words separated by spaces; unknown ones are nothing.
    pub fn parse(text: &str) -> Self {
        let known = |word: &str| Scope::ALL.into_iter().find(|x| x.as_str() == word);
        text.split(' ').filter_map(known).collect()
    }

    /// As [`Scopes::parse`]; nothing when a word is unknown.
    pub fn known(text: &str) -> Option<Self> {
        let words = || text.split(' ').filter(|x| !x.is_empty());
        words().all(|x| Scope::ALL.iter().any(|y| y.as_str() == x)).then(|| Self::parse(text))
    }

    /// Whether `scope` is among them.
    pub fn has(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// Those that are in both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those that are in one of both.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that are not in the other.
    #[must_use]
    pub fn not_in(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// With one more.
    #[must_use]
    pub fn with(self, scope: Scope) -> Self {
        Self(self.0 | scope.bit())
    }

    /// Without one.
    #[must_use]
    pub fn without(self, scope: Scope) -> Self {
        Self(self.0 & !scope.bit())
    }

    /// Whether all of them are in `other`.
    pub fn within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// One after the other.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |x| self.has(*x))
    }

    pub(super) fn stored(row: &base::db::Row<'_>, column: usize) -> Result<Self, Fault> {
        Ok(Self::parse(&row.get::<String>(column)?))
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<T: IntoIterator<Item = Scope>>(all: T) -> Self {
        all.into_iter().fold(Self::default(), Self::with)
    }
}

impl From<String> for Scopes {
    fn from(text: String) -> Self {
        Self::parse(&text)
    }
}

impl From<Scopes> for String {
    fn from(scopes: Scopes) -> Self {
        scopes.to_string()
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = self.iter().map(Scope::as_str).collect();
        f.write_str(&words.join(" "))
    }
}

impl fmt::Debug for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scopes({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_in_any_order_and_written_in_one() {
        let scopes = Scopes::parse("phone openid address  openid");
        assert_eq!(scopes.to_string(), "openid phone");
        assert!(scopes.has(Scope::Phone) && !scopes.has(Scope::Email));
        assert!(scopes.within(Scopes::parse("openid profile email phone")));
        assert!(!scopes.within(Scopes::parse("openid")));
        assert_eq!(scopes.without(Scope::Phone).and(scopes), Scopes::parse("openid"));
        assert_eq!(Scopes::parse(""), Scopes::default());
        assert_eq!(Scopes::known("phone  openid"), Some(Scopes::parse("openid phone")));
        assert_eq!(Scopes::known("phone address"), None);
    }
}
