//! «Когда вам удобно»: which times count for the cards of a step. Nothing chosen is everything.

use rooms::availability::Filter;
use slots::{Weekday, Weekdays};

use super::Chosen;
use crate::{Choice, Fields, FormState, Visit};

/// Parts of a day by the key of their words: minutes at which a visit begins.
const PARTS: [(&str, &str, u16, u16); 3] = [
    ("morning", "part-morning", 0, 12 * 60),
    ("day", "part-day", 12 * 60, 17 * 60),
    ("evening", "part-evening", 17 * 60, 24 * 60),
];

/// What a person finds convenient, and the form that asks for it.
#[derive(Clone, Debug)]
pub struct Convenient {
    /// The times and places that count.
    pub filter: Filter,
    /// What was chosen.
    pub form: FormState,
    /// Parts of the day.
    pub parts: Vec<Choice>,
    /// Days of the week.
    pub weekdays: Vec<Choice>,
    /// Anything was chosen.
    pub chosen: bool,
    /// Where the form goes.
    pub action: String,
    /// The place, which stays.
    pub hidden: Vec<(&'static str, String)>,
    /// The address without any choice.
    pub all: String,
}

impl Convenient {
    /// Reads what was chosen; words that are not offered choose nothing.
    pub(super) fn read(visit: &Visit, chosen: &Chosen, query: &Fields) -> Self {
        let part = PARTS.iter().find(|x| x.0 == query.text("part"));
        let day: Option<Weekday> = serde_json::from_value(query.text("weekday").into()).ok();
        let (from, to) = part.map_or((0, 24 * 60), |x| (x.2, x.3));
        let filter = Filter {
            from,
            to,
            weekdays: day.map_or(Weekdays::ALL, |day| Weekdays::NONE.with(day)),
            accessible: query.flag("accessible"),
        };
        let any = |key| std::iter::once(Choice::new("", visit.t(key)));
        let parts = PARTS.iter().map(|x| Choice::new(x.0, visit.t(x.1)));
        let weekdays = Weekday::ALL.iter().map(|day| {
            let code = serde_json::to_value(day).ok();
            let code = code.and_then(|x| x.as_str().map(str::to_owned)).unwrap_or_default();
            Choice::new(code, visit.app.texts.weekday(visit.lang, day.index().into()))
        });
        let place = match (&chosen.site, &chosen.locality) {
            (Some(site), _) => vec![("site", site.to_string())],
            (None, locality) => locality.iter().map(|id| ("locality", id.to_string())).collect(),
        };
        Self {
            filter,
            form: FormState::filled(query.clone()),
            parts: any("convenient-any-part").chain(parts).collect(),
            weekdays: any("convenient-any-day").chain(weekdays).collect(),
            chosen: filter != Filter::ALL,
            action: format!("/book/{}", chosen.service.code),
            hidden: place,
            all: chosen.address(&[]),
        }
    }
}
