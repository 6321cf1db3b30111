//! Dates as people of each language write them. The words stand in `dates.ftl`.

use jiff::civil::Date;

use crate::{Lang, Texts};

/// How much of a date to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// «среда, 9 декабря 2026».
    Long,
    /// «среда, 9 декабря».
    Weekday,
    /// «9 декабря».
    Day,
    /// «9 декабря 2026».
    Year,
    /// «Декабрь 2026».
    Month,
    /// «ср, 9 дек».
    Short,
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Texts {
    /// Writes `date` in `lang`.
    pub fn date(&self, lang: Lang, date: Date, form: Form) -> String {
        let month = MONTHS[usize::from(date.month().unsigned_abs()) - 1];
        let weekday = WEEKDAYS[usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())];
        let word = |prefix: &str, name: &str| {
            let key = format!("{prefix}-{name}");
            self.get(lang, &key).to_owned()
        };
        let (day, year) = (date.day(), date.year());
        match form {
            Form::Long => {
                format!("{}, {day} {} {year}", word("weekday", weekday), word("month-of", month))
            }
            Form::Weekday => {
                format!("{}, {day} {}", word("weekday", weekday), word("month-of", month))
            }
            Form::Day => format!("{day} {}", word("month-of", month)),
            Form::Year => format!("{day} {} {year}", word("month-of", month)),
            Form::Month => format!("{} {year}", word("month", month)),
            Form::Short => {
                format!("{}, {day} {}", word("weekday-short", weekday), word("month-short", month))
            }
        }
    }

    /// The short names of the days of the week, Monday first.
    pub fn weekdays_short(&self, lang: Lang) -> Vec<String> {
        WEEKDAYS.iter().map(|x| self.get(lang, &format!("weekday-short-{x}")).to_owned()).collect()
    }

    /// The full name of day `from_monday` (0–6).
    pub fn weekday(&self, lang: Lang, from_monday: usize) -> String {
        self.get(lang, &format!("weekday-{}", WEEKDAYS[from_monday % 7])).to_owned()
    }
}
