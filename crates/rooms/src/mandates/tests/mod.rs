//! The room's tests: rules and forms by examples, its story on both engines.

mod of_age;
mod papers;
mod story;
mod terms;
mod verdicts;

use jiff::civil::{Date, date};

use super::*;

pub(super) fn human(name: &str, born: Date) -> Human {
    Human {
        surname: "Соколов".into(),
        name: name.into(),
        patronymic: "Андреевич".into(),
        born,
        sex: "male".into(),
    }
}

pub(crate) fn child(name: &str, born: Date) -> Sheet {
    let certificate = Paper {
        series: "I-ОМ".into(),
        number: "100001".into(),
        issued_on: born,
        issuer: "Отдел ЗАГС".into(),
    };
    Sheet { details: Details::Child { who: human(name, born), certificate }, powers: Powers::all() }
}

pub(super) fn attorney(acts: &[Act], issued_on: Date, until: Option<Date>) -> Sheet {
    let paper = Paper {
        series: String::new(),
        number: "70АА 1234567".into(),
        issued_on,
        issuer: String::new(),
    };
    let who = human("Пётр", date(1950, 5, 9));
    let details = Details::Attorney { who, form: Form::Notarial, paper, until };
    let powers = Powers { acts: acts.to_vec(), ..Powers::all() };
    Sheet { details, powers }
}
