//! Personal values: what may be shown to its owner and must never be printed by accident.

use std::fmt;

/// A personal value: a name, a phone, what somebody typed.
///
/// It has no `Display` and no `Serialize`, and `Debug` shows `▒`, so it can get into no log line,
/// fault, answer or document by accident. [`Pii::reveal`] is the one word to look for when one
/// wants to know where personal data leave their cover.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pii<T>(T);

impl<T> Pii<T> {
    /// Covers a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself: to show it to its owner, to send it, to seal it.
    pub const fn reveal(&self) -> &T {
        &self.0
    }

    /// The value itself, to change it.
    pub const fn reveal_mut(&mut self) -> &mut T {
        &mut self.0
    }

    /// The value itself, for good.
    pub fn into_revealed(self) -> T {
        self.0
    }
}

impl<T> From<T> for Pii<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> fmt::Debug for Pii<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("▒")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_personal_value_is_covered_wherever_it_is_printed() {
        #[derive(Debug)]
        #[allow(dead_code, reason = "printed only")]
        struct Person {
            name: Pii<String>,
            phones: Vec<Pii<&'static str>>,
        }
        let person = Person { name: Pii::new("Анна".into()), phones: vec!["+79".into()] };
        assert_eq!(format!("{person:?}"), "Person { name: ▒, phones: [▒] }");
        assert_eq!(person.name.reveal(), "Анна");
    }
}
