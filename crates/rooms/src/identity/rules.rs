//! What follows from what. Pure: no clock, no chance, no I/O.

use super::Kind;
use crate::accounts::Level;

/// Whether a datum counts as checked: it was, or it is the name of somebody who was identified by
/// another's word (the engineer's).
pub fn is_checked(kind: Kind, verified: bool, level: Level) -> bool {
    verified || (kind == Kind::Name && level > Level::Simplified)
}

/// The level that remains when a datum is changed. What was checked was checked as a whole, so
/// nothing of it stands when one needed part is another.
pub fn remains(level: Level, kind: Kind, checked: bool) -> Level {
    if checked && kind.is_needed() { Level::Simplified } else { level }
}

/// Kinds that are needed and not there.
pub fn missing(there: impl Fn(Kind) -> bool) -> Vec<Kind> {
    Kind::NEEDED.into_iter().filter(|x| !there(*x)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_stands_on_what_was_checked_and_on_nothing_else() {
        for level in Level::ALL {
            for kind in Kind::ALL {
                let expected = if kind.is_needed() { Level::Simplified } else { level };
                assert_eq!(remains(level, kind, true), expected, "{kind:?}");
                assert_eq!(remains(level, kind, false), level, "{kind:?}");
            }
        }
        assert!(is_checked(Kind::Name, false, Level::Verified));
        assert!(!is_checked(Kind::Name, false, Level::Simplified));
        assert!(!is_checked(Kind::Snils, false, Level::Verified));
    }

    #[test]
    fn what_is_missing_is_named_in_the_order_of_the_page() {
        assert_eq!(missing(|x| x == Kind::Name), [Kind::Birth, Kind::Snils, Kind::Passport]);
        assert_eq!(missing(|_| true), []);
    }
}
