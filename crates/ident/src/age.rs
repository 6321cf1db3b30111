//! What the law lets a person do at their age, and with which paper they show who they are.

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::BirthDate;

/// Days in which a new passport has to be got after a birthday that demands one.
pub const GRACE_DAYS: i32 = 90;

/// Age from which somebody applies by themselves, with a consent, and has a passport.
pub const FOURTEEN: i16 = 14;

/// Age from which somebody is of age.
pub const ADULT: i16 = 18;

/// Who may act for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capacity {
    /// Under 14: parents, adoptive parents or guardians act for the child.
    Represented {
        /// The first day on which the child acts by itself.
        until: Date,
    },
    /// From 14 to 18: acts by itself with the consent of a representative.
    WithConsent {
        /// The first day on which no consent is needed.
        until: Date,
    },
    /// Of age: acts alone.
    Full,
}

/// Who may act for somebody born on that day. Courts and marriages can make a minor of age; that
/// stands in papers, not in a birth date.
pub fn capacity(born: &BirthDate, today: Date) -> Capacity {
    match born.age(today) {
        age if age < FOURTEEN => Capacity::Represented { until: born.birthday(FOURTEEN) },
        age if age < ADULT => Capacity::WithConsent { until: born.birthday(ADULT) },
        _ => Capacity::Full,
    }
}

/// Whether somebody born on that day may act for others: whoever does not act alone acts for nobody.
pub fn may_act_for_others(representative: &BirthDate, today: Date) -> bool {
    capacity(representative, today) == Capacity::Full
}

/// The paper a citizen shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityPaper {
    /// Under 14: the birth certificate.
    BirthCertificate,
    /// Just 14: the certificate goes on serving until the first passport is there.
    Either {
        /// The last day for the certificate.
        until: Date,
    },
    /// The internal passport.
    Passport,
}

/// Which paper somebody born on that day shows.
pub fn identity_paper(born: &BirthDate, today: Date) -> IdentityPaper {
    let fourteen = born.birthday(FOURTEEN);
    let until = grace(fourteen);
    match today {
        _ if today < fourteen => IdentityPaper::BirthCertificate,
        _ if today <= until => IdentityPaper::Either { until },
        _ => IdentityPaper::Passport,
    }
}

/// The last day of grace after a birthday.
pub(crate) fn grace(birthday: Date) -> Date {
    birthday.saturating_add(GRACE_DAYS.days())
}
