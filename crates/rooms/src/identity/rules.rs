//! What follows from what. Pure: no clock, no chance, no I/O.

use base::Refusal;

use super::{Kind, Standing, WayKind};
use crate::accounts::Level;
use crate::catalogue::AddressNeed;

/// Whether a datum that is there counts as checked: it was, or it is the name or the birth date of somebody who was
/// identified by another's word (a provider's, the engineer's).
pub fn is_checked(kind: Kind, verified: bool, level: Level) -> bool {
    verified || (matches!(kind, Kind::Name | Kind::Birth) && level > Level::Simplified)
}

/// The level that remains when a datum is changed. What was checked was checked as a whole, so
/// nothing of it stands when one needed part is another.
pub fn remains(level: Level, kind: Kind, checked: bool) -> Level {
    if checked && kind.is_needed() { Level::Simplified } else { level }
}

/// Whether an address of registration that stands so is enough for a service.
///
/// # Errors
/// `E-ADR-02` when it was never typed, `E-ADR-03` when it is to be proved first.
pub fn serves(need: Option<AddressNeed>, home: Standing) -> Result<(), Refusal> {
    let refuse = |code| Err(Refusal::new(base::Kind::Conflict, code));
    match (need, home) {
        (None, _) | (_, Standing::Proved) | (Some(AddressNeed::Stated), Standing::Stated) => Ok(()),
        (Some(_), Standing::Absent) => refuse("E-ADR-02"),
        (Some(AddressNeed::Proved), Standing::Stated) => refuse("E-ADR-03"),
    }
}

/// The level to which a way leads.
pub fn reaches(way: WayKind) -> Level {
    if way == WayKind::Registry { Level::Standard } else { Level::Verified }
}

/// Whether a way cannot be begun without a kind that is needed for levels: a signature is compared with the
/// SNILS alone, a letter goes to whoever was checked already.
pub fn needs(way: WayKind, kind: Kind) -> bool {
    match way {
        WayKind::Signature => kind == Kind::Snils,
        WayKind::Letter => false,
        WayKind::Registry | WayKind::Visit | WayKind::Scan => true,
    }
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
        assert!(is_checked(Kind::Birth, false, Level::Standard));
        assert!(!is_checked(Kind::Name, false, Level::Simplified));
        assert!(!is_checked(Kind::Snils, false, Level::Verified));
    }

    #[test]
    fn a_service_takes_the_address_it_asks_for_and_a_better_one() {
        use Standing::{Absent, Proved, Stated};
        let code = |need, home| serves(need, home).map_err(|x| x.code);
        for home in [Absent, Stated, Proved] {
            assert_eq!(code(None, home), Ok(()));
        }
        for (need, home) in [(AddressNeed::Stated, Stated), (AddressNeed::Proved, Proved)] {
            assert_eq!(code(Some(need), home), Ok(()));
            assert_eq!(code(Some(need), Proved), Ok(()));
            assert_eq!(code(Some(need), Absent), Err("E-ADR-02"));
        }
        assert_eq!(code(Some(AddressNeed::Proved), Stated), Err("E-ADR-03"));
    }

    #[test]
    fn what_is_missing_is_named_in_the_order_of_the_page() {
        assert_eq!(missing(|x| x == Kind::Name), [Kind::Birth, Kind::Snils, Kind::Passport]);
        assert_eq!(missing(|_| true), []);
    }
}
