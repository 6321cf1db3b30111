//! The overview of one's data: what is there, what is checked, what is missing.

use askama::Template;
use base::{Kind as Refused, Outcome, Refusal};
use rooms::accounts::{Level, papers};
use rooms::identity::read::{self, Levels};
use rooms::identity::{self, Datum, Kind, Standing, State, WayKind};

use super::{Resume, begun_small, label, resume_of, title};
use crate::pages::account::{moment, own};
use crate::shell::code_text;
use crate::{Answer, Query, Shell, Visit};

#[derive(Template)]
#[template(path = "identity/profile.html")]
struct ProfilePage {
    shell: Shell,
    rows: Vec<Row>,
    /// Needed for the level «standard» and not there: kind and words.
    missing: Vec<(&'static str, String)>,
    /// All that is needed is there, serves and was not checked.
    ready: bool,
    /// All that is needed is there, and cannot be checked as it is.
    hurdle: Option<Hurdle>,
    /// The data that were kept just now, in words.
    saved: Option<String>,
    /// They are checked anew.
    asked: bool,
    /// They are not: the consent to that does not stand.
    not_agreed: bool,
    resume: Option<Resume>,
}

/// Why what is there cannot be checked, or did not pass, with links to where that is put right.
pub(super) struct Hurdle {
    pub title: &'static str,
    pub words: String,
    pub links: Vec<(String, String)>,
}

/// A kind of datum.
struct Row {
    kind: &'static str,
    title: String,
    /// Enough of it to recognise; empty when it is not there.
    value: String,
    tag: Option<Tag>,
    /// What deserves a second look.
    asks: Vec<String>,
    /// It can be proved: how is told on the page of levels.
    provable: bool,
}

/// How a datum stands.
struct Tag {
    class: &'static str,
    icon: &'static str,
    words: String,
}

pub(super) async fn load(visit: &Visit) -> Outcome<Levels> {
    let (me, now) = (own(visit)?, visit.app.clock.now());
    let found = visit.db().read(move |tx| read::levels(tx, now, &me)).await?;
    Ok(found.ok_or_else(|| Refusal::new(Refused::NotFound, "E-ACC-02"))?)
}

pub(super) async fn page(visit: Visit, Query(query): Query) -> Answer {
    let levels = load(&visit).await?;
    let rows = Kind::ALL.into_iter().map(|kind| row(&visit, &levels, kind)).collect();
    let missing = levels.profile.missing();
    let unchecked = Kind::NEEDED.iter().any(|x| !levels.profile.is_checked(*x));
    let under_way = running(&levels).is_some();
    let below = levels.profile.account.level < Level::Standard;
    let waits = missing.is_empty() && unchecked && !under_way && below;
    let hurdle = hurdle(&visit, &levels).or_else(|| differs(&visit, &levels)).filter(|_| waits);
    visit.page(ProfilePage {
        rows,
        ready: waits && hurdle.is_none(),
        hurdle,
        missing: missing.into_iter().map(|x| (x.as_str(), title(&visit, x))).collect(),
        saved: Kind::parse(query.text("saved")).map(|x| title(&visit, x)),
        asked: query.flag("asked"),
        not_agreed: query.flag("agree") && waits,
        resume: resume_of(&visit, levels.wish.as_ref(), &levels.profile),
        shell: visit.shell("profile-title").crumb("/account", "account-title"),
    })
}

/// What a check would refuse although nothing is missing: a passport that serves no more.
pub(super) fn hurdle(visit: &Visit, levels: &Levels) -> Option<Hurdle> {
    let profile = &levels.profile;
    if !profile.missing().is_empty() {
        return None;
    }
    let refusal = identity::complete(profile, visit.app.clock.now()).err()?;
    let fault = refusal.fields.first();
    let (code, args) = fault.map_or((refusal.code, &refusal.args), |x| (x.code, &x.args));
    let field = fault.map_or("passport", |x| &x.field).to_owned();
    let (words, links) = (code_text(visit, code, args), differing(visit, &[field]));
    Some(Hurdle { title: "profile-hurdle", words, links })
}

/// What the registries have otherwise, or do not know: what of it was not typed anew since, and another way.
fn differs(visit: &Visit, levels: &Levels) -> Option<Hurdle> {
    let way = levels.ways.iter().find(|x| x.kind == WayKind::Registry)?;
    let typed = |x: &Datum| x.typed_at > way.changed_at;
    let anew = |kind: Kind| levels.profile.get(kind).is_some_and(typed);
    let named = |field: &&String| Kind::parse(field.split('.').next().unwrap_or_default());
    let doubtful: Vec<String> = match way.state {
        State::Mismatch if !way.note.fields.is_empty() => {
            let fields = way.note.fields.iter();
            fields.filter(|x| named(x).is_some_and(|kind| !anew(kind))).cloned().collect()
        }
        State::Mismatch | State::Unknown if !Kind::NEEDED.into_iter().any(anew) => {
            Kind::NEEDED.map(|x| x.as_str().to_owned()).into()
        }
        State::Taken if !anew(Kind::Snils) => vec![Kind::Snils.as_str().to_owned()],
        _ => Vec::new(),
    };
    let (title, words) = match way.state {
        State::Unknown => ("way-registry-unknown", "way-registry-unknown-more"),
        State::Taken => ("way-registry-taken", "way-registry-taken-more"),
        _ => ("way-registry-mismatch", "way-registry-mismatch-more"),
    };
    let mut links = differing(visit, &doubtful);
    links.push(("/account/level".to_owned(), visit.t("profile-other-ways").to_owned()));
    let words = visit.t(words).to_owned();
    (!doubtful.is_empty()).then_some(Hurdle { title, words, links })
}

/// The state of the question to the registries, while there is one.
pub(super) fn running(levels: &Levels) -> Option<State> {
    let way = levels.ways.iter().find(|x| x.kind == WayKind::Registry)?;
    Some(way.state).filter(|x| !x.is_over())
}

fn row(visit: &Visit, levels: &Levels, kind: Kind) -> Row {
    let datum = levels.profile.get(kind);
    let value = datum.map(|x| match x.is_as_registered() {
        true => visit.t("profile-living-same").to_owned(),
        false => x.values.masked(kind),
    });
    Row {
        kind: kind.as_str(),
        title: title(visit, kind),
        value: value.unwrap_or_default(),
        tag: tag(visit, levels, kind),
        asks: asks(visit, levels, kind),
        provable: kind == Kind::Registration && levels.profile.standing(kind) == Standing::Stated,
    }
}

fn tag(visit: &Visit, levels: &Levels, kind: Kind) -> Option<Tag> {
    let datum = levels.profile.get(kind)?;
    let tag = |class, icon, words: String| Some(Tag { class, icon, words });
    let same = datum.is_as_registered();
    let proved =
        if same { levels.profile.get(Kind::Registration)?.verified } else { datum.verified };
    if let Some((at, how)) = proved {
        let words = visit
            .tw(&format!("profile-checked-{}", how.as_str()), &[("at", moment(visit, at).into())]);
        return tag("tag tag-success", "check", words);
    }
    if kind.is_address() {
        return tag("tag", "circle-alert", visit.t("profile-stated").to_owned());
    }
    if !kind.is_asked() {
        return None;
    }
    if running(levels).is_some() {
        return tag("tag tag-info", "clock", visit.t("profile-checking").to_owned());
    }
    let differs = |x: &&rooms::identity::Way| {
        x.state == State::Mismatch
            && x.changed_at > datum.typed_at
            && x.note.fields.iter().any(|f| f.starts_with(kind.as_str()))
    };
    match levels.ways.iter().find(differs) {
        Some(_) => tag("tag tag-danger", "x", visit.t("profile-differs").to_owned()),
        None => tag("tag", "circle-alert", visit.t("profile-unchecked").to_owned()),
    }
}

/// What is unusual about a paper: worth another look, and no fault.
fn asks(visit: &Visit, levels: &Levels, kind: Kind) -> Vec<String> {
    let datum = levels.profile.get(kind).filter(|_| kind == Kind::Passport);
    let Some(datum) = datum else { return Vec::new() };
    let paper = datum.values.passport();
    let Some((paper, born)) = paper.zip(levels.profile.born()) else { return Vec::new() };
    let verdict = paper.validity(&born, read::today(visit.app.clock.now()));
    let mut asks = papers::asks(kind.as_str(), &paper, verdict);
    if datum.verified.is_some() {
        // Whoever checked it has looked.
        asks.clear();
    }
    let over = papers::validity(kind.as_str(), verdict);
    let said = |x: &base::FieldFault| code_text(visit, x.code, &x.args);
    over.iter().chain(&asks).map(said).collect()
}

/// Fields that differ, in words with the name of the paper, each with the form in which it is corrected.
pub(super) fn differing(visit: &Visit, fields: &[String]) -> Vec<(String, String)> {
    let linked = |field: &String| {
        let kind = field.split('.').next().unwrap_or_default();
        let words = match Kind::parse(kind) {
            Some(x) if x.fields().len() > 1 && field.contains('.') => {
                format!("{}: {}", title(visit, x), begun_small(&label(visit, field)))
            }
            _ => label(visit, field),
        };
        (format!("/account/profile/{kind}"), words)
    };
    fields.iter().map(linked).collect()
}
