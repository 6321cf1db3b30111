//! How old those are whom a service is for.

use ident::{BirthDate, dotted};
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The greatest bound, by unit.
const MOST: [(AgeUnit, u16); 2] = [(AgeUnit::Years, 120), (AgeUnit::Months, 36)];
/// Whoever is younger is a child.
const ADULT: u16 = 18;

/// In what ages are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgeUnit {
    /// Completed years.
    #[default]
    Years,
    /// Completed months: of babies.
    Months,
}

/// Ages on the day of the visit; both ends belong to them, and one at least is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ages {
    /// The youngest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<u16>,
    /// The oldest: until the day before the next birthday.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<u16>,
    /// In what they are counted.
    #[serde(default)]
    pub unit: AgeUnit,
}

impl Ages {
    /// Whether the bounds make sense.
    pub fn is_sound(&self) -> bool {
        let most = MOST.iter().find(|x| x.0 == self.unit).map_or(0, |x| x.1);
        let bounds = [self.from, self.to];
        let ordered = self.from.zip(self.to).is_none_or(|(from, to)| from <= to);
        bounds.iter().any(Option::is_some) && bounds.iter().flatten().all(|x| *x <= most) && ordered
    }

    /// Whether somebody who was born on `born` is of such an age on `day`.
    pub fn admit(&self, born: Date, day: Date) -> bool {
        // The day on which so much is completed, and the one on which it is exceeded.
        let old_enough = self.from.is_none_or(|x| self.completed(born, x) <= day);
        let young_enough = self.to.is_none_or(|x| day < self.completed(born, x.saturating_add(1)));
        old_enough && young_enough
    }

    fn completed(&self, born: Date, count: u16) -> Date {
        let count = i16::try_from(count).unwrap_or(i16::MAX);
        match self.unit {
            AgeUnit::Years => BirthDate::new(born, born).map_or(born, |x| x.birthday(count)),
            AgeUnit::Months => born.saturating_add(i32::from(count).months()),
        }
    }

    /// What the text `age-span` needs: which form it has, and its numbers.
    pub fn words(&self) -> [(&'static str, String); 3] {
        let number = |x: Option<u16>| x.unwrap_or_default().to_string();
        [("shape", self.shape().to_owned()), ("from", number(self.from)), ("to", number(self.to))]
    }

    /// The same with the day on which the age is counted.
    pub fn words_on(&self, day: Date) -> Vec<(&'static str, String)> {
        self.words().into_iter().chain([("day", dotted(day))]).collect()
    }

    fn shape(&self) -> &'static str {
        let from = self.from.filter(|x| *x > 0);
        let children = self.to.is_some_and(|x| x < ADULT);
        match (self.unit, from, self.to) {
            (AgeUnit::Years, from, Some(to)) if from == Some(to) => {
                if children {
                    "children-one"
                } else {
                    "years-one"
                }
            }
            (AgeUnit::Years, Some(_), Some(_)) => {
                if children {
                    "children-span"
                } else {
                    "years-span"
                }
            }
            (AgeUnit::Years, None, Some(_)) => {
                if children {
                    "children-to"
                } else {
                    "years-to"
                }
            }
            (AgeUnit::Years, _, None) => "years-from",
            (AgeUnit::Months, from, Some(to)) if from == Some(to) => "months-one",
            (AgeUnit::Months, Some(_), Some(_)) => "months-span",
            (AgeUnit::Months, None, Some(_)) => "months-to",
            (AgeUnit::Months, _, None) => "months-from",
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn years(from: Option<u16>, to: Option<u16>) -> Ages {
        Ages { from, to, unit: AgeUnit::Years }
    }

    #[test]
    fn both_ends_belong_to_the_ages_and_birthdays_decide() {
        let (ages, born) = (years(Some(3), Some(7)), date(2020, 5, 10));
        for (day, admits) in [
            (date(2023, 5, 9), false),
            (date(2023, 5, 10), true),
            (date(2028, 5, 9), true),
            (date(2028, 5, 10), false),
        ] {
            assert_eq!(ages.admit(born, day), admits, "{day}");
        }
        assert!(years(Some(18), None).admit(date(1940, 1, 1), date(2026, 1, 1)));
        assert!(!years(None, Some(17)).admit(date(2008, 2, 29), date(2026, 3, 1)));
        assert!(years(None, Some(17)).admit(date(2008, 2, 29), date(2026, 2, 28)));
    }

    #[test]
    fn babies_are_counted_in_months() {
        let ages = Ages { from: Some(2), to: Some(11), unit: AgeUnit::Months };
        let born = date(2025, 12, 31);
        for (day, admits) in [
            (date(2026, 2, 27), false),
            (date(2026, 2, 28), true),
            (date(2026, 12, 30), true),
            (date(2026, 12, 31), false),
        ] {
            assert_eq!(ages.admit(born, day), admits, "{day}");
        }
    }

    #[test]
    fn bounds_are_there_ordered_and_within_a_life() {
        assert!(years(Some(3), Some(3)).is_sound() && years(None, Some(120)).is_sound());
        for wrong in [years(None, None), years(Some(8), Some(3)), years(None, Some(121))] {
            assert!(!wrong.is_sound(), "{wrong:?}");
        }
        assert!(!Ages { from: None, to: Some(37), unit: AgeUnit::Months }.is_sound());
    }
}
