//! Scans that wait to be compared with what was typed: the queue, the table, and the pictures, which only
//! whoever has noted the look can see.

use askama::Template;
use axum::Extension;
use axum::extract::Path;
use axum::response::Response;
use base::{Error, Kind as Refused, Outcome, Refusal, Tx};
use rooms::access::Scope;
use rooms::files::{self, File};
use rooms::identity::scan::{self, Decision, REASONS, Sheet, Waiting};
use rooms::identity::visit::Operator;
use rooms::identity::{Kind, State};
use rooms::trail::{self, Done, Step};

use super::doing::{Doing, does, does_once};
use super::identity::{at, lines, operator, verdict};
use super::{Entry, menu};
use crate::form::Choice;
use crate::pages::account::moment;
use crate::pages::file::{serve, what};
use crate::pages::identity::title;
use crate::{Answer, Failure, Fields, Form, FormState, Query, Shell, Visit, kept, see_other};

const HERE: &str = "/staff/scans";
/// Rows of the queue that are shown.
const SHOWN: i64 = 50;

#[derive(Template)]
#[template(path = "staff/scans.html")]
struct QueuePage {
    shell: Shell,
    menu: Vec<Entry>,
    rows: Vec<Waiting>,
    /// Key of the words about what was done just now.
    done: Option<&'static str>,
}

impl QueuePage {
    fn since(&self, row: &Waiting) -> String {
        moment(&self.shell.visit, row.since)
    }

    fn is_own(&self, row: &Waiting) -> bool {
        self.shell.visit.account() == Some(&row.account)
    }
}

/// What was done, as addresses say it, and its words.
const DONE: [(&str, &str); 3] = [
    ("passed", "staff-scans-done-passed"),
    ("refused", "staff-scans-done-refused"),
    ("taken", "staff-identity-done-taken"),
];

pub(super) async fn queue(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Query(query): Query,
) -> Answer {
    operator(&visit, &scope)?;
    let rows = visit.db().read(|tx| scan::queue(tx, SHOWN)).await?;
    let done = DONE.into_iter().find(|x| x.0 == query.text("done")).map(|x| x.1);
    visit.page(QueuePage {
        shell: visit.shell("staff-scans-title"),
        menu: menu(&visit),
        rows,
        done,
    })
}

#[derive(Template)]
#[template(path = "staff/scan.html")]
struct SheetPage {
    shell: Shell,
    menu: Vec<Entry>,
    form: FormState,
    way: String,
    /// What was typed beside its pictures; nothing before the look is noted.
    papers: Vec<Paper>,
    stamp: String,
    /// How the registries answered, in words.
    registry: Option<String>,
    /// Some files cannot be shown: they wait for the scanner, or there is none.
    hidden: bool,
    /// Some files are shown though nobody has scanned them.
    unscanned: bool,
    reasons: Vec<Choice>,
}

struct Paper {
    title: String,
    lines: Vec<(String, String)>,
    pictures: Vec<Picture>,
}

struct Picture {
    path: String,
    name: String,
    what: String,
    /// It can stand in the page; a PDF is downloaded.
    inline: bool,
    shown: bool,
}

async fn load(visit: &Visit, operator: &Operator, way: &str) -> Outcome<Sheet> {
    let (now, who, way) = (visit.app.clock.now(), operator.clone(), way.to_owned());
    let unscanned = visit.app.config.scanner.show_unscanned;
    visit.db().read(move |tx| scan::sheet(tx, now, &who, (&way, unscanned))).await
}

/// Which data stand beside the pictures of which part.
const BESIDE: [(&str, &[Kind]); 4] = [
    ("passport", &[Kind::Name, Kind::Birth, Kind::Passport]),
    ("snils", &[Kind::Snils]),
    ("inn", &[Kind::Inn]),
    ("registration", &[Kind::Registration]),
];

fn sheet_page(visit: &Visit, sheet: &Sheet, form: FormState) -> SheetPage {
    let papers = BESIDE.into_iter().filter_map(|x| paper(visit, sheet, x)).collect();
    let registry = sheet.seen.as_ref().and_then(|x| x.1).filter(|x| *x != State::Ended);
    let words = |x: State| {
        let word = if x == State::Passed { "passed" } else { x.as_str() };
        visit.t(&format!("staff-scan-registry-{word}")).to_owned()
    };
    let reason = |x: &str| Choice::new(x, visit.t(&format!("scan-reason-{x}")));
    let raw = |x: &File| x.state == files::State::Unscanned;
    SheetPage {
        shell: visit.shell("staff-scan-title").crumb(HERE, "staff-scans-title").of(&form),
        menu: menu(visit),
        way: sheet.way.id.to_string(),
        papers,
        stamp: sheet.stamp(),
        registry: registry.map(words),
        hidden: sheet.files.iter().any(|x| !sheet.may_show(x)),
        unscanned: sheet.files.iter().any(|x| raw(x) && sheet.may_show(x)),
        reasons: REASONS.into_iter().map(reason).collect(),
        form,
    }
}

fn paper(visit: &Visit, sheet: &Sheet, (part, kinds): (&str, &[Kind])) -> Option<Paper> {
    let (profile, _) = sheet.seen.as_ref()?;
    let data = kinds.iter().filter_map(|x| profile.get(*x));
    let lines = data.flat_map(|x| lines(visit, x)).collect();
    let of_part = sheet.files.iter().filter(|x| x.part == part);
    let pictures: Vec<Picture> = of_part
        .map(|x| Picture {
            path: format!("{HERE}/{}/files/{}", sheet.way.id, x.id),
            name: x.name.reveal().clone(),
            what: what(visit, x),
            inline: x.kind.is_picture(),
            shown: sheet.may_show(x),
        })
        .collect();
    let address_only = sheet.files.iter().all(|x| x.part == "registration");
    let there = !pictures.is_empty() || (matches!(part, "passport" | "snils") && !address_only);
    there.then(|| Paper {
        title: title(visit, *kinds.last().unwrap_or(&Kind::Name)),
        lines,
        pictures,
    })
}

pub(super) async fn show(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Path(way): Path<String>,
) -> Answer {
    let sheet = load(&visit, &operator(&visit, &scope)?, &way).await?;
    visit.page(sheet_page(&visit, &sheet, visit.blank()))
}

/// Notes the look, then leads to what may now be seen, and to what was typed before.
pub(super) async fn look(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Path(way): Path<String>,
    Form(fields): Form,
) -> Answer {
    let (who, id) = (operator(&visit, &scope)?, way.clone());
    let act = move |tx: &mut Tx<'_>, doing: &Doing| {
        scan::look(tx, &doing.cx, &who, &id)?;
        Ok(((), at(doing, &who, Done::to(trail::Kind::Way, &id)).step(Step::Looked)))
    };
    does_once(&visit, (&scope, visit.key(&fields, &["look", &way])), act).await?;
    see_other(&kept::for_page(&visit, &format!("{HERE}/{way}"), &fields).await?)
}

/// A picture, a piece at a time.
pub(super) async fn file(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Path((way, id)): Path<(String, String)>,
) -> Answer {
    let unknown = || Refusal::new(Refused::NotFound, "E-REQ-01");
    let sheet = load(&visit, &operator(&visit, &scope)?, &way).await?;
    let seen = sheet.seen.is_some();
    let wanted = sheet.files.iter().find(|x| x.id.as_str() == id && seen && sheet.may_show(x));
    let file = wanted.ok_or_else(unknown)?.clone();
    serve(&visit, file)
}

pub(super) async fn accept(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Path(way): Path<String>,
    Form(fields): Form,
) -> Answer {
    let decision = Decision::Accept { stamp: fields.text("stamp").to_owned() };
    let decided = decide(&visit, &scope, &way, decision).await;
    ended(&visit, &scope, (&way, fields), decided).await
}

pub(super) async fn refuse(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Path(way): Path<String>,
    Form(fields): Form,
) -> Answer {
    let (reason, words) = (fields.text("reason").to_owned(), fields.text("words").to_owned());
    let decided = decide(&visit, &scope, &way, Decision::Refuse { reason, words }).await;
    ended(&visit, &scope, (&way, fields), decided).await
}

async fn decide(visit: &Visit, scope: &Scope, way: &str, decision: Decision) -> Outcome<State> {
    let (who, way) = (operator(visit, scope)?, way.to_owned());
    let unscanned = visit.app.config.scanner.show_unscanned;
    let act = move |tx: &mut Tx<'_>, doing: &Doing| {
        let state = scan::decide(tx, &doing.cx, &who, (&way, unscanned, &decision))?;
        let done = at(doing, &who, Done::to(trail::Kind::Way, &way));
        Ok((state, done.step(verdict(state))))
    };
    does(visit, scope, act).await
}

async fn ended(
    visit: &Visit,
    scope: &Scope,
    (way, fields): (&str, Fields),
    decided: Result<State, Error>,
) -> Result<Response, Failure> {
    match decided {
        Ok(state) => see_other(&format!("{HERE}?done={}", state.as_str())),
        Err(Error::Refusal(x)) if x.kind == Refused::NotFound => Err((*x).into()),
        Err(error) => {
            let mut sheet = load(visit, &operator(visit, scope)?, way).await?;
            if matches!(&error, Error::Refusal(x) if x.code == "E-ACC-16") {
                // What was compared is compared anew, from the look on.
                sheet.seen = None;
            }
            let form = FormState::refused(fields, error)?;
            visit.again(sheet_page(visit, &sheet, form))
        }
    }
}
