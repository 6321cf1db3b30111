//! Writing a zone, as the offices that print passports do.

use super::{FILLER, HEAD, LINE, Mrz, SURNAME, Sex, signs};
use crate::checks;

/// Places for names in the first line.
const NAMES: usize = LINE - HEAD.len();

impl Mrz {
    /// Both lines; none when a name has a letter outside the Russian alphabet, or there is no name.
    pub fn write(&self) -> Option<[String; 2]> {
        let names = names(&self.surname, &self.name, &self.patronymic)?;
        Some([format!("{HEAD}{names:<<NAMES$}"), self.second()])
    }

    fn second(&self) -> String {
        let series = self.series.digits();
        let (head, last) = series.split_at(3);
        let number = head.to_owned() + &self.number.digits();
        let date = |x: jiff::civil::Date| {
            format!("{:02}{:02}{:02}", x.year().rem_euclid(100), x.month(), x.day())
        };
        let birth = date(self.born);
        let issue = format!("{last}{}{}<", date(self.issued_on), self.subdivision.digits());
        let check = |text: &str| char::from(checks::mrz(text.bytes()));
        let sex = match self.sex {
            Sex::Female => 'F',
            Sex::Male => 'M',
        };
        let number = format!("{number}{}", check(&number));
        let birth = format!("{birth}{}", check(&birth));
        let rest = format!("<<<<<<<{issue}{}", check(&issue));
        let line = check(&format!("{number}{birth}{rest}"));
        format!("{number}RUS{birth}{sex}{rest}{line}")
    }
}

/// The names as they stand in the first line, cut where they are too long: the patronymic first; a
/// name leaves room for an initial of the patronymic; a surname for both initials.
pub(super) fn names(surname: &str, name: &str, patronymic: &str) -> Option<String> {
    let (surname, name, patronymic) = (signs(surname)?, signs(name)?, signs(patronymic)?);
    if surname.is_empty() {
        return None;
    }
    let join = |first: &str, last: &str| match last {
        "" => first.to_owned(),
        _ => format!("{first}<{last}"),
    };
    let whole = format!("{surname}<<{}", join(&name, &patronymic));
    if whole.len() <= NAMES {
        return Some(whole.trim_end_matches(char::from(FILLER)).to_owned());
    }
    let surname = surname.get(..SURNAME).unwrap_or(&surname);
    let first = format!("{surname}<<{name}");
    let room = if patronymic.is_empty() { NAMES } else { NAMES - 2 };
    let line = join(first.get(..room).unwrap_or(&first), &patronymic);
    Some(line.get(..NAMES).unwrap_or(&line).to_owned())
}
