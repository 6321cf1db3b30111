//! Reading a zone.

use jiff::civil::Date;

use super::{Checked, FILLER, HEAD, LINE, Mrz, MrzFault, Sex, kler};
use crate::age::FOURTEEN;
use crate::checks;
use crate::letters::Alphabet;
use crate::typed::{digit, is_invisible};
use crate::{BirthDate, PassportNumber, PassportSeries, Subdivision};

impl Mrz {
    /// Reads both lines, as a camera or a person gives them: spaces and small letters, quotes for
    /// fillers, Cyrillic letters for Latin ones and letters for digits are forgiven.
    ///
    /// # Errors
    /// The first thing that is wrong, as [`MrzFault`] says.
    pub fn read(text: &str) -> Result<Self, MrzFault> {
        let [first, second] = lines(text)?;
        if !first.starts_with(HEAD.as_bytes()) {
            return Err(MrzFault::Document);
        }
        let second = Second::read(&second)?;
        let (issued_on, born) = (second.issued_on()?, second.born()?);
        let (surname, name, patronymic) = names(&first)?;
        Ok(Self {
            surname,
            name,
            patronymic,
            cut: first.last().is_some_and(|x| *x != FILLER),
            series: second.number(Second::series, PassportSeries::parse)?,
            number: second.number(|x| x.digits(3, 9), PassportNumber::parse)?,
            born,
            sex: second.sex()?,
            issued_on,
            subdivision: second.number(|x| x.digits(35, 41), Subdivision::parse)?,
        })
    }
}

/// Two lines of known signs.
fn lines(text: &str) -> Result<[[u8; LINE]; 2], MrzFault> {
    let rows: Vec<Vec<char>> = text.lines().map(row).filter(|x| !x.is_empty()).collect();
    let rows = match &rows[..] {
        [all] if all.len() == 2 * LINE => vec![all[..LINE].to_vec(), all[LINE..].to_vec()],
        _ => rows,
    };
    let [first, second] = &rows[..] else { return Err(MrzFault::Lines { has: rows.len() }) };
    Ok([signs(first, 1)?, signs(second, 2)?])
}

/// The signs of a line without what is not meant.
fn row(text: &str) -> Vec<char> {
    let quotes = text.replace('«', "<<").replace(['‹', '〈'], "<");
    let seen = quotes.chars().filter(|c| !c.is_whitespace() && !is_invisible(*c));
    seen.map(|c| {
        let capital = c.to_uppercase().next().unwrap_or(c);
        Alphabet::Latin.twin(capital).unwrap_or(capital)
    })
    .collect()
}

fn signs(row: &[char], line: usize) -> Result<[u8; LINE], MrzFault> {
    let mut signs = [FILLER; LINE];
    for (i, char) in row.iter().enumerate() {
        let known = matches!(char, 'A'..='Z' | '0'..='9' | '<');
        let sign = u8::try_from(*char).ok().filter(|_ascii| known);
        let sign = sign.ok_or(MrzFault::Stray { line, position: i + 1, char: *char })?;
        if let Some(place) = signs.get_mut(i) {
            *place = sign;
        }
    }
    if row.len() == LINE { Ok(signs) } else { Err(MrzFault::Length { line, has: row.len() }) }
}

/// Surname, name, patronymic.
fn names(first: &[u8; LINE]) -> Result<(String, String, String), MrzFault> {
    let mut text = String::new();
    for (i, sign) in first.iter().enumerate().skip(HEAD.len()) {
        let stray = MrzFault::Stray { line: 1, position: i + 1, char: char::from(*sign) };
        text.push(if *sign == FILLER { '<' } else { kler::letter(*sign).ok_or(stray)? });
    }
    let (surname, given) = text.split_once("<<").unwrap_or((&text, ""));
    let words = |x: &str| x.split('<').filter(|x| !x.is_empty()).map(str::to_owned).collect();
    let (surname, given): (Vec<String>, Vec<String>) = (words(surname), words(given));
    if surname.is_empty() {
        return Err(MrzFault::Name);
    }
    let (name, patronymic) = match &given[..] {
        [name @ .., patronymic] if !name.is_empty() => (name.join(" "), patronymic.clone()),
        all => (all.join(" "), String::new()),
    };
    Ok((surname.join(" "), name, patronymic))
}

/// The second line, its check digits looked at, its digits put right.
struct Second([u8; LINE]);

impl Second {
    /// Places of digits, from nought: number, birth and its check, issue and its checks.
    const DIGITS: [(usize, usize); 4] = [(0, 10), (13, 20), (28, 41), (42, 44)];

    fn read(line: &[u8; LINE]) -> Result<Self, MrzFault> {
        let mut signs = *line;
        for place in Self::DIGITS.into_iter().flat_map(|(from, to)| from..to) {
            let char = char::from(signs[place]);
            let value = digit(char);
            let stray = MrzFault::Stray { line: 2, position: place + 1, char };
            signs[place] = value.map(|x| b'0' + x).ok_or(stray)?;
        }
        let second = Self(signs);
        if &signs[10..13] != b"RUS" {
            return Err(MrzFault::Document);
        }
        second.check(Checked::Number, &[(0, 9)], 9)?;
        second.check(Checked::Birth, &[(13, 19)], 19)?;
        second.check(Checked::Issue, &[(28, 42)], 42)?;
        second.check(Checked::Line, &[(0, 10), (13, 20), (21, 43)], 43)?;
        Ok(second)
    }

    fn check(&self, what: Checked, parts: &[(usize, usize)], at: usize) -> Result<(), MrzFault> {
        let signs = parts.iter().flat_map(|(from, to)| &self.0[*from..*to]).copied();
        if checks::mrz(signs) == self.0[at] { Ok(()) } else { Err(MrzFault::CheckDigit(what)) }
    }

    /// The digits of places from `from` to before `to`.
    fn digits(&self, from: usize, to: usize) -> String {
        self.0[from..to].iter().map(|x| char::from(*x)).collect()
    }

    /// The last digit of the series stands apart from the others.
    fn series(&self) -> String {
        self.digits(0, 3) + &self.digits(28, 29)
    }

    /// A number out of digits; noughts alone have right check digits and are still no number.
    fn number<T, E>(
        &self,
        digits: impl Fn(&Self) -> String,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Result<T, MrzFault> {
        parse(&digits(self)).map_err(|_only_noughts_are_no_number| MrzFault::Zeros)
    }

    fn sex(&self) -> Result<Sex, MrzFault> {
        match self.0[20] {
            b'F' => Ok(Sex::Female),
            b'M' => Ok(Sex::Male),
            sign => Err(MrzFault::Stray { line: 2, position: 21, char: char::from(sign) }),
        }
    }

    /// Zones exist since 2011, so the century is known.
    fn issued_on(&self) -> Result<Date, MrzFault> {
        self.day(29, 2000).ok_or(MrzFault::IssuedOn)
    }

    /// The century is the one in which the holder was at least 14 at the issue.
    fn born(&self) -> Result<Date, MrzFault> {
        let issued_on = self.issued_on()?;
        let fits = |day: &Date| {
            BirthDate::new(*day, issued_on).is_ok_and(|x| x.birthday(FOURTEEN) <= issued_on)
        };
        let days = [2000, 1900].map(|century| self.day(13, century));
        days.into_iter().flatten().find(fits).ok_or(MrzFault::Born)
    }

    fn day(&self, from: usize, century: i16) -> Option<Date> {
        let two = |at: usize| self.digits(at, at + 2).parse::<i8>().ok();
        Date::new(century + i16::from(two(from)?), two(from + 2)?, two(from + 4)?).ok()
    }
}
