//! Words and links that the pages for finding share.

use base::{Instant, Kind, Refusal};
use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rooms::offices::Resource;
use rooms::places::Region;
use rooms::portal::Portal;
use rooms::text::Text;
use texts::Form;

use crate::{Fields, Shell, Visit};

/// A text of the instance in the visitor's language.
pub(crate) fn say(visit: &Visit, text: &Text) -> String {
    text.in_lang(visit.lang).to_owned()
}

/// All of them.
pub(crate) fn say_all(visit: &Visit, texts: &[Text]) -> Vec<String> {
    texts.iter().map(|x| say(visit, x)).collect()
}

/// The text `key`, when there is one: for words of data that this version may not know.
pub(crate) fn known(visit: &Visit, key: &str) -> Option<String> {
    visit.app.texts.has(visit.lang, key).then(|| visit.t(key).to_owned())
}

/// The frame of the page of a body, an office or whoever receives: all under «Organisations».
pub(crate) fn place(visit: &Visit, name: &Text) -> Shell {
    let name = say(visit, name);
    let about = visit.tw("place-about", &[("name", name.clone().into())]);
    visit.shell(&name).about(about).crumb("/organizations", "organizations-title")
}

/// What sort of organisation it is; empty when there is no word for it.
pub(crate) fn kind(visit: &Visit, kind: &str) -> String {
    known(visit, &format!("org-kind-{kind}")).unwrap_or_default()
}

/// Post and specialty of whoever receives.
pub(crate) fn person(visit: &Visit, resource: &Resource) -> String {
    let card = &resource.card;
    let parts = [&card.position, &card.specialty].map(|x| x.in_lang(visit.lang));
    let mut parts: Vec<&str> = parts.into_iter().filter(|x| !x.is_empty()).collect();
    parts.dedup_by_key(|x| x.to_lowercase());
    parts.join(", ")
}

/// A moment as people say it at its place: «завтра, 10:30».
pub(crate) fn when(visit: &Visit, at: Instant, zone: &TimeZone) -> String {
    let local = at.in_zone(zone);
    let time = local.strftime("%H:%M").to_string();
    let day = day(visit, local.date(), zone);
    visit.tw("when", &[("day", day.into()), ("time", time.into())])
}

/// A date as people say it at its place: «завтра», «среда, 9 декабря».
pub(crate) fn day(visit: &Visit, date: Date, zone: &TimeZone) -> String {
    let today = visit.app.clock.now().in_zone(zone).date();
    if date == today {
        visit.t("when-today").to_owned()
    } else if date == today.saturating_add(1.day()) {
        visit.t("when-tomorrow").to_owned()
    } else {
        visit.app.texts.date(visit.lang, date, Form::Weekday)
    }
}

/// The region the pages count with: `?region=` (empty: everywhere), else the one that was chosen.
pub(crate) fn region<'p>(visit: &Visit, portal: &'p Portal, query: &Fields) -> Option<&'p Region> {
    let asked = query.all("region").next();
    let code = asked.or(visit.region.as_deref())?;
    portal.city.places.region(code)
}

/// An address with these fields in its query; empty ones are left out.
pub(crate) fn address(path: &str, fields: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = fields
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)))
        .collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

/// A link of a list of tabs or pages.
#[derive(Clone, Debug, Default)]
pub(crate) struct Link {
    /// Where it leads.
    pub href: String,
    /// Its words.
    pub words: String,
    /// How many things lie there, when it says so.
    pub count: Option<usize>,
    /// Whether it is the chosen one.
    pub on: bool,
}

impl Link {
    /// A plain link.
    pub fn new(href: impl Into<String>, words: impl Into<String>) -> Self {
        Self { href: href.into(), words: words.into(), ..Self::default() }
    }

    /// With how many things lie there.
    #[must_use]
    pub fn count(mut self, count: usize) -> Self {
        self.count = Some(count);
        self
    }

    /// As the chosen one, when it is.
    #[must_use]
    pub fn on(mut self, on: bool) -> Self {
        self.on = on;
        self
    }
}

/// One page of a long list, and the links to the others.
#[derive(Clone, Debug)]
pub(crate) struct Paging {
    /// Index of the first thing shown.
    pub skip: usize,
    /// Links to all pages; nothing when there is only one.
    pub links: Vec<Link>,
}

impl Paging {
    /// Things on a page.
    pub const SIZE: usize = 20;

    /// The page `?page=` of `total` things; `href` makes the address of a page.
    pub fn new(query: &Fields, total: usize, href: impl Fn(&str) -> String) -> Self {
        let last = total.div_ceil(Self::SIZE).max(1);
        let page = query.text("page").parse().unwrap_or(1).clamp(1, last);
        let link = |n: usize| {
            let number = n.to_string();
            Link::new(href(if n == 1 { "" } else { &number }), number.as_str()).on(n == page)
        };
        let links = if last > 1 { (1..=last).map(link).collect() } else { vec![] };
        Self { skip: (page - 1) * Self::SIZE, links }
    }

    /// The things of this page.
    pub fn cut<T>(&self, all: Vec<T>) -> Vec<T> {
        all.into_iter().skip(self.skip).take(Self::SIZE).collect()
    }
}

/// The sprite's own name for a picture that the instance's data ask for; a plain one when it has
/// none of that name.
pub(crate) fn icon(name: &str) -> String {
    const SPRITE: &str = include_str!("../../assets/icons.svg");
    let there = SPRITE.contains(&format!("id=\"{name}\""));
    if there { name.to_owned() } else { "list".to_owned() }
}

/// There is nothing at this address.
pub(crate) fn no_such_page() -> Refusal {
    Refusal::new(Kind::NotFound, "E-REQ-01")
}
