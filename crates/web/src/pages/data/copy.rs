//! A copy of everything that is kept of a person: one archive with a page for people and a file for
//! programs.

use std::sync::Arc;

use askama::Template;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse as _;
use base::{Fault, Tx};
use jiff::tz::TimeZone;
use paper::zip;
use rooms::booking;
use rooms::catalogue::{Field, Service};
use rooms::privacy::{self, Cell, Part, Row};
use serde_json::{Map, Value, json};
use texts::Form;

use super::{HERE, refused};
use crate::browser::Browser;
use crate::pages::account::{long_moment, long_moment_in, own};
use crate::pages::factor::stale;
use crate::pages::identity;
use crate::pages::staff::place_name;
use crate::pages::words::known;
use crate::{Answer, Fields, Visit};

/// The page in the archive: it must be read anywhere, so it needs nothing from here.
#[derive(Template)]
#[template(path = "data/copy.html")]
struct CopyPage<'a> {
    visit: &'a Visit,
    made: String,
    parts: Vec<Shown>,
}

/// A part, in words.
struct Shown {
    title: String,
    rows: Vec<Lines>,
}

/// A row, in words, and its history.
#[derive(Default)]
struct Lines {
    cells: Vec<(String, String)>,
    history: Vec<Lines>,
}

impl CopyPage<'_> {
    fn t<'b>(&'b self, key: &'b str) -> &'b str {
        self.visit.t(key)
    }
}

/// Gives the archive to whoever has just proved who they are.
pub(super) async fn take(visit: Visit, browser: Browser) -> Answer {
    if let Some(led) = stale(&visit, &browser, HERE).await? {
        return Ok(led);
    }
    let (app, cx, id) = (visit.app.clone(), visit.cx(), own(&visit)?);
    let came = browser.came(&Fields::default());
    let act = move |tx: &mut Tx<'_>| privacy::take(tx, &cx, &app.policy, (&id, &came));
    let parts = match visit.db().write(act).await {
        Ok(parts) => parts,
        Err(error) => return refused(&visit, Fields::default(), error).await,
    };
    let page = CopyPage {
        visit: &visit,
        made: long_moment(&visit, visit.app.clock.now()),
        parts: parts.iter().map(|x| shown(&visit, x)).collect(),
    };
    let page =
        page.render().map_err(|error| Fault::of("the copy cannot be put into words", error))?;
    let data = serde_json::to_vec_pretty(&data(&visit, &parts))
        .map_err(|error| Fault::of("the copy cannot be written", error))?;
    let mut files = vec![("okno-data.html", page.as_bytes()), ("okno-data.json", &data[..])];
    files.extend(parts.iter().flat_map(|x| &x.rows).flat_map(Row::cells).filter_map(whole));
    file(zip::archive(&files))
}

/// A file that is in the copy as a whole.
fn whole<'a>((_, cell): &'a (&'static str, Cell)) -> Option<(&'a str, &'a [u8])> {
    match cell {
        Cell::File { name, bytes } => Some((name.as_str(), bytes.reveal().as_slice())),
        _ => None,
    }
}

fn file(archive: Vec<u8>) -> Answer {
    let mut response = archive.into_response();
    let heads = response.headers_mut();
    heads.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    let name = HeaderValue::from_static("attachment; filename=\"okno-data.zip\"");
    heads.insert(header::CONTENT_DISPOSITION, name);
    heads.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// For programs: all parts by their codes.
fn data(visit: &Visit, parts: &[Part]) -> Value {
    let made = visit.app.clock.now().rfc3339(&jiff::tz::TimeZone::UTC);
    let parts: Map<String, Value> = parts.iter().map(|x| (x.name.to_owned(), x.json())).collect();
    json!({"portal": visit.app.config.public_url, "made_at": made, "data": parts})
}

fn shown(visit: &Visit, part: &Part) -> Shown {
    Shown {
        title: visit.t(&format!("data-part-{}", part.name)).to_owned(),
        rows: part.rows.iter().map(|x| lines(visit, x)).collect(),
    }
}

/// What the cells of a row are read beside.
#[derive(Clone, Default)]
struct Beside {
    /// The zone of the site that it is about.
    zone: Option<TimeZone>,
    /// The service whose questions were answered.
    service: Option<Arc<Service>>,
    /// The kind of paper whose fields were filled in.
    paper: Option<String>,
}

impl Beside {
    fn of(visit: &Visit, row: &Row) -> Self {
        let portal = visit.app.portal();
        let mut beside = Self::default();
        for (_, cell) in row.cells() {
            match cell {
                Cell::Service(code) => {
                    beside.service = portal.city.catalogue.service(code).cloned();
                }
                Cell::Resource(id) => {
                    let offices = &portal.city.offices;
                    let resource = offices.resource(&id.as_str().into());
                    beside.zone =
                        resource.and_then(|x| offices.site(&x.site)).map(|x| x.zone.clone());
                }
                Cell::Code("profile-", kind) => beside.paper = Some(kind.clone()),
                _ => {}
            }
        }
        beside
    }
}

fn lines(visit: &Visit, row: &Row) -> Lines {
    lines_beside(visit, row, &Beside::of(visit, row))
}

fn lines_beside(visit: &Visit, row: &Row, beside: &Beside) -> Lines {
    let mut lines = Lines::default();
    for (name, cell) in row.cells() {
        match cell {
            Cell::Rows(rows) => {
                lines.history = rows.iter().map(|x| lines_beside(visit, x, beside)).collect();
            }
            cell => {
                let label = visit.t(&format!("data-field-{name}")).to_owned();
                let said = match (cell, &beside.service) {
                    (Cell::Text(code), Some(service)) if *name == "purpose" => {
                        purpose(visit, service, code.reveal())
                    }
                    _ => None,
                };
                let said = said.unwrap_or_else(|| words(visit, cell, beside));
                lines.cells.push((label, said));
            }
        }
    }
    lines
}

/// The words of a purpose; nothing for what the service does not know any more.
fn purpose(visit: &Visit, service: &Service, code: &str) -> Option<String> {
    service.purpose(code).map(|x| x.name.in_lang(visit.lang).to_owned())
}

/// A value in words; codes that this version does not know stay codes.
fn words(visit: &Visit, cell: &Cell, beside: &Beside) -> String {
    let portal = visit.app.portal();
    match cell {
        Cell::Text(text) => text.reveal().clone(),
        Cell::Code(key, code) => {
            known(visit, &format!("{key}{code}")).unwrap_or_else(|| code.clone())
        }
        Cell::At(at) => match &beside.zone {
            Some(zone) => long_moment_in(visit, *at, zone),
            None => long_moment(visit, *at),
        },
        Cell::Count(n) => n.to_string(),
        Cell::Flag(yes) => visit.t(if *yes { "data-yes" } else { "data-no" }).to_owned(),
        Cell::Service(code) => {
            let service = portal.city.catalogue.service(code);
            service.map_or(code.clone(), |x| x.passport.name.in_lang(visit.lang).to_owned())
        }
        Cell::Resource(id) => {
            let resource = portal.city.offices.resource(&id.as_str().into());
            resource.map_or(id.clone(), |x| x.name.in_lang(visit.lang).to_owned())
        }
        Cell::Place(place) => place_name(visit, &portal.city.offices, place),
        Cell::Form(form) => typed(visit, form.reveal(), beside),
        Cell::Path(path) => chosen(visit, path.reveal(), beside),
        Cell::File { name, .. } => name.clone(),
        Cell::Rows(_) => String::new(),
    }
}

/// What was typed, a line a field: the questions of the service by their own words, the papers of a mandate
/// as its page calls them.
fn typed(visit: &Visit, form: &Value, beside: &Beside) -> String {
    let line = |(name, value): (&String, &Value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let mut questions = beside.service.iter().flat_map(|x| &x.passport.fields);
        let (label, said) = match questions.find(|x| booking::form::name_of(x) == *name) {
            Some(field) => answered(visit, field, text),
            None => entered(visit, (name, text), beside),
        };
        let day = said.parse().ok().filter(|_| said.len() == "2026-12-01".len());
        let said = day.map_or(said, |x| visit.app.texts.date(visit.lang, x, Form::Year));
        format!("{label}: {said}")
    };
    let said = |x: &(&String, &Value)| !matches!(x.1, Value::Null) && x.1 != "";
    form.as_object().into_iter().flatten().filter(said).map(line).collect::<Vec<_>>().join("; ")
}

/// A page, and what was chosen or typed for it.
fn chosen(visit: &Visit, path: &str, beside: &Beside) -> String {
    let (page, query) = path.split_once('?').unwrap_or((path, ""));
    let fields = Fields::parse(query.as_bytes()).unwrap_or_default();
    let said = fields.pairs().map(|(name, text)| {
        let (label, said) = entered(visit, (name, text.to_owned()), beside);
        format!("{label}: {said}")
    });
    std::iter::once(page.to_owned()).chain(said).collect::<Vec<_>>().join("; ")
}

/// A question of a service and what was answered.
fn answered(visit: &Visit, field: &Field, text: String) -> (String, String) {
    let chosen = field.options.iter().find(|x| x.0 == text);
    let said = chosen.map(|x| x.1.in_lang(visit.lang).to_owned());
    let yes = || known(visit, &text).filter(|_| matches!(text.as_str(), "yes" | "no"));
    (field.label.in_lang(visit.lang).to_owned(), said.or_else(yes).unwrap_or(text))
}

/// A field of our own, and what was entered or chosen there.
fn entered(visit: &Visit, (name, text): (&str, String), beside: &Beside) -> (String, String) {
    let last = name.rsplit('.').next().unwrap_or(name);
    let first = |keys: &[String]| keys.iter().find_map(|key| known(visit, key));
    if let Some(paper) = &beside.paper {
        let said = first(&[format!("profile-{last}-{text}")]);
        let yes = || (last == "same").then(|| visit.t("data-yes").to_owned());
        let label = identity::label(visit, &format!("{paper}.{name}"));
        return (label, said.or_else(yes).unwrap_or(text));
    }
    let label =
        first(&[format!("data-form-{last}"), format!("acting-{last}"), format!("field-{name}")]);
    let service = beside.service.as_deref().filter(|_| name == "purpose");
    let said = match (service.and_then(|x| purpose(visit, x, &text)), last) {
        (Some(purpose), _) => purpose,
        (None, "acts") => {
            let act = |x: &str| known(visit, &format!("acting-may-{x}")).unwrap_or(x.into());
            text.split(", ").map(act).collect::<Vec<_>>().join(", ")
        }
        _ => first(&[format!("data-form-{last}-{text}"), format!("acting-{last}-{text}")])
            .unwrap_or(text),
    };
    (label.unwrap_or_else(|| name.to_owned()), said)
}
