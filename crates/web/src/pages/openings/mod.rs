//! Openings: the page that counts down, the place in line, the way in.

mod line;
mod notice;

use std::sync::Arc;

use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::IntoResponse as _;
use base::{Fault, Instant};
use rooms::admission::{Candidate, Mode, Opening, Phase, Scope};
use rooms::catalogue::Service;
use rooms::portal::Portal;
use sha2::{Digest as _, Sha256};
use texts::Form as DateForm;

use self::line::LineView;
pub(crate) use self::notice::{Notice, of_offers, of_service};
use super::book::{ANY, encode, zone_note};
use super::card::address;
use super::words::{no_such_page, say};
use crate::api::fresh::is_known;
use crate::route::{Action, Rate, Route, get, post};
use crate::rush::Joins;
use crate::{Answer, Query, Shell, Visit, next, rush, see_other};

/// The routes of this folder.
pub fn routes() -> Vec<Route> {
    vec![
        get("/openings", Action::ReadOpenings, Rate::Read, list),
        get("/openings/{id}", Action::ReadOpenings, Rate::Poll, page),
        post("/openings/{id}/join", Action::JoinLine, Rate::Write, join),
        post("/openings/{id}/leave", Action::LeaveLine, Rate::Write, leave),
    ]
}

/// All openings that are announced.
#[derive(Template)]
#[template(path = "openings/list.html")]
struct ListPage {
    shell: Shell,
    openings: Vec<Notice>,
}

async fn list(visit: Visit) -> Answer {
    let (portal, now) = (visit.app.portal(), visit.app.clock.now());
    let openings = portal.openings.all().iter().filter(|x| x.phase(now) != Phase::Over);
    let openings = openings.map(|x| Notice::of(&visit, &portal, x)).collect();
    visit.page(ListPage { shell: visit.shell("openings-title"), openings })
}

/// One opening.
#[derive(Template)]
#[template(path = "openings/page.html")]
struct OpeningPage {
    shell: Shell,
    /// The key of what kind of opening it is.
    lead: &'static str,
    line: LineView,
    /// What opens, where, when: label and value.
    facts: Vec<(String, String)>,
    /// What to have at hand.
    prepare: Vec<String>,
    /// How the line works.
    how: Vec<String>,
    /// The draw that took place, and how it is checked.
    draw: Option<Draw>,
    /// What else can be done: words and, where there is one, an address.
    others: Vec<(String, String)>,
    /// Seconds after which a browser without scripts loads the page again; 0: never.
    refresh: u32,
    /// The address without that, and with it.
    still: String,
    is_still: bool,
}

/// A lottery that is drawn.
struct Draw {
    /// When, in words.
    when: String,
    /// The number, in hexadecimal digits.
    seed: String,
    /// What was published of it beforehand.
    commitment: String,
    /// The names of the entries in their order.
    entries: String,
}

/// The line alone: what a script asks for.
#[derive(Template)]
#[template(path = "openings/line.html")]
struct LinePart {
    shell: Shell,
    line: LineView,
}

/// What the pages of one opening need.
pub(crate) struct Seen {
    /// The portal this request works with.
    pub portal: Arc<Portal>,
    /// The opening.
    pub opening: Arc<Opening>,
    /// Its service.
    pub service: Arc<Service>,
}

impl Seen {
    /// Finds the opening in memory.
    ///
    /// # Errors
    /// `E-REQ-01` when there is none.
    pub fn find(visit: &Visit, id: &str) -> Result<Self, base::Refusal> {
        let portal = visit.app.portal();
        let opening = portal.openings.get(id).cloned().ok_or_else(no_such_page)?;
        let service = portal.city.catalogue.service(&opening.service).cloned();
        Ok(Self { opening, service: service.ok_or_else(no_such_page)?, portal })
    }

    /// The choice of a time on the first day that opens, or of a place before it.
    pub fn book(&self) -> String {
        let form = format!("/book/{}", self.service.code);
        let day = self.opening.from;
        match &self.opening.scope {
            Scope::Resource(id) => format!("{form}?resource={}&day={day}", encode(id)),
            Scope::Site(id) => format!("{form}?site={}&resource={ANY}&day={day}", encode(id)),
            Scope::Organization(_) | Scope::Service => form,
        }
    }
}

async fn page(
    visit: Visit,
    Path(id): Path<String>,
    Query(query): Query,
    headers: HeaderMap,
) -> Answer {
    let seen = Seen::find(&visit, &id)?;
    let line = LineView::of(&visit, &seen);
    let service = say(&visit, &seen.service.passport.name);
    let title = visit.tw("opening-title", &[("service", service.into())]);
    let (poll, shell) = (line.poll, visit.shell(&title).crumb("/openings", "openings-title"));
    let path = format!("/openings/{id}");
    let html = if visit.fragment.as_deref() == Some("line") {
        LinePart { shell, line }.render()
    } else {
        let is_still = query.flag("still");
        let page = OpeningPage {
            lead: match seen.opening.mode {
                Mode::Lottery => "opening-lead-lottery",
                Mode::Fifo => "opening-lead",
            },
            facts: facts(&visit, &seen),
            prepare: prepare(&visit, &seen),
            how: how(&visit, &seen),
            draw: draw(&visit, &seen),
            others: others(&visit, &seen),
            refresh: if is_still { 0 } else { poll },
            still: if is_still { path } else { format!("{path}?still=1") },
            is_still,
            shell,
            line,
        };
        page.render()
    };
    let html = html.map_err(|error| Fault::of("a template failed", error))?;
    polled(&headers, html, poll)
}

/// An answer that is asked for again and again: with its tag, and with the time of the next poll.
fn polled(headers: &HeaderMap, html: String, poll: u32) -> Answer {
    let digest: String =
        Sha256::digest(html.as_bytes()).iter().take(12).map(|x| format!("{x:02x}")).collect();
    let tag = format!("W/\"{digest}\"");
    let mut response = match is_known(headers, &tag) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => {
            let kind =
                [(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))];
            (kind, html).into_response()
        }
    };
    let heads = response.headers_mut();
    let tag =
        HeaderValue::from_str(&tag).map_err(|error| Fault::of("not fit for a head", error))?;
    heads.insert(header::ETAG, tag);
    heads.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    heads.insert(
        header::VARY,
        HeaderValue::from_static("cookie, authorization, accept-language, x-fragment"),
    );
    if poll > 0 {
        heads.insert(header::RETRY_AFTER, HeaderValue::from(poll));
    }
    Ok(response)
}

/// A place in line; pressing again changes nothing.
async fn join(visit: Visit, Path(id): Path<String>) -> Answer {
    let seen = Seen::find(&visit, &id)?;
    if let Some(who) = &visit.signed_in {
        let candidate = Candidate {
            account: who.account.clone(),
            level: who.level,
            needed: seen.service.passport.rules.level(),
            key: None,
        };
        Joins::join(&visit.app, &seen.opening.id, candidate).await?;
    }
    see_other(&format!("/openings/{id}"))
}

/// Gives the place in line up; pressing again changes nothing.
async fn leave(visit: Visit, Path(id): Path<String>) -> Answer {
    let seen = Seen::find(&visit, &id)?;
    if let Some(who) = visit.account() {
        rush::leave(&visit, &seen.opening.id, who, None).await?;
    }
    see_other(&format!("/openings/{id}"))
}

/// «вторник, 1 декабря, 09:00».
pub(super) fn moment(visit: &Visit, at: Instant, opening: &Opening) -> String {
    let local = at.in_zone(&opening.zone);
    let day = visit.app.texts.date(visit.lang, local.date(), DateForm::Weekday);
    let time = local.strftime("%H:%M").to_string();
    visit.tw("opening-moment", &[("day", day.into()), ("time", time.into())])
}

/// «1 декабря», «с 1 по 7 декабря».
pub(super) fn days(visit: &Visit, opening: &Opening) -> String {
    let day = |date| visit.app.texts.date(visit.lang, date, DateForm::Day);
    if opening.from == opening.to {
        return day(opening.from);
    }
    let (from, to) = (day(opening.from), day(opening.to));
    visit.tw("opening-days", &[("from", from.into()), ("to", to.into())])
}

/// Whom or where it is about; empty for a service as a whole.
pub(super) fn place(visit: &Visit, portal: &Portal, opening: &Opening) -> String {
    let offices = &portal.city.offices;
    let at_site = |id| {
        let site = offices.site(id)?;
        let organization = offices.organization(&site.organization)?;
        Some(format!("{}, {}", say(visit, &organization.name), address(visit, portal, site)))
    };
    let found = match &opening.scope {
        Scope::Service => None,
        Scope::Organization(id) => offices.organization(id).map(|x| say(visit, &x.name)),
        Scope::Site(id) => at_site(id),
        Scope::Resource(id) => offices.resource(id).map(|x| {
            let name = say(visit, &x.name);
            at_site(&x.site).map_or(name.clone(), |site| format!("{name}; {site}"))
        }),
    };
    found.unwrap_or_default()
}

fn facts(visit: &Visit, seen: &Seen) -> Vec<(String, String)> {
    let opening = &seen.opening;
    let zone = zone_note(visit, opening.opens, &opening.zone);
    let facts = [
        ("sum-service", say(visit, &seen.service.passport.name)),
        ("opening-where", place(visit, &seen.portal, opening)),
        ("opening-which-days", days(visit, opening)),
        ("opening-when", format!("{} ({zone})", moment(visit, opening.opens, opening))),
        ("opening-until", moment(visit, opening.ends, opening)),
    ];
    let told = facts.into_iter().filter(|x| !x.1.is_empty());
    told.map(|(label, value)| (visit.t(label).to_owned(), value)).collect()
}

fn prepare(visit: &Visit, seen: &Seen) -> Vec<String> {
    let rules = &seen.service.passport.rules;
    let level = visit.t(&format!("level-{}", rules.level().as_str())).to_owned();
    let papers = seen.service.passport.documents.iter();
    let papers = papers.filter(|x| !x.by_office && x.need == rooms::catalogue::Need::Required);
    let papers: Vec<String> = papers.map(|x| say(visit, &x.name)).collect();
    let mut told = vec![
        visit.t("opening-prepare-sign-in").to_owned(),
        visit.tw("opening-prepare-level", &[("level", level.into())]),
        visit.tn("opening-prepare-time", seen.opening.choose_minutes),
    ];
    if !papers.is_empty() {
        told.push(visit.tw("opening-prepare-papers", &[("papers", papers.join("; ").into())]));
    }
    told
}

fn draw(visit: &Visit, seen: &Seen) -> Option<Draw> {
    let (opening, line) = (&seen.opening, visit.app.lines.line(&seen.opening.id));
    let commitment = opening.commitment.clone()?;
    Some(Draw {
        when: moment(visit, line.drawn()?, opening),
        seed: line.seed()?.to_owned(),
        commitment,
        entries: format!("/api/v1/openings/{}/draw", opening.id),
    })
}

fn how(visit: &Visit, seen: &Seen) -> Vec<String> {
    let opening = &seen.opening;
    let drawn = visit.app.lines.line(&opening.id).drawn().is_some();
    let order = match &opening.commitment {
        None => vec![visit.t("opening-how-fifo").to_owned()],
        Some(_) if drawn => vec![visit.t("opening-how-lottery").to_owned()],
        Some(seed) => vec![
            visit.t("opening-how-lottery").to_owned(),
            visit.tw("opening-how-seed", &[("digest", seed.clone().into())]),
        ],
    };
    let rest = [
        visit.t("opening-how-one").to_owned(),
        visit.tn("opening-how-turn", opening.choose_minutes),
        visit.t("opening-how-left").to_owned(),
    ];
    order.into_iter().chain(rest).collect()
}

/// The ways that need no luck: another office, the reception's phone and mail.
fn others(visit: &Visit, seen: &Seen) -> Vec<(String, String)> {
    let offices = &seen.portal.city.offices;
    let of_site = |id| offices.site(id).map(|x| x.organization.clone());
    let organization = match &seen.opening.scope {
        Scope::Service => None,
        Scope::Organization(id) => Some(id.clone()),
        Scope::Site(id) => of_site(id),
        Scope::Resource(id) => offices.resource(id).and_then(|x| of_site(&x.site)),
    };
    let card = organization.and_then(|id| offices.organization(&id)).map(|x| &x.card);
    let config = &visit.app.config;
    let phone = card.map(|x| x.phone.clone()).filter(|x| !x.is_empty());
    let phone = phone.unwrap_or_else(|| config.support_phone.clone());
    let email = card.map(|x| x.email.clone()).filter(|x| !x.is_empty());
    let email = email.unwrap_or_else(|| config.support_email.clone());
    let digits: String = phone.chars().filter(|x| x.is_ascii_digit() || *x == '+').collect();
    let service = format!("/services/{}", seen.service.code);
    vec![
        (visit.t("opening-other-office").to_owned(), service),
        (visit.tw("opening-other-phone", &[("phone", phone.into())]), format!("tel:{digits}")),
        (
            visit.tw("opening-other-mail", &[("mail", email.clone().into())]),
            format!("mailto:{email}"),
        ),
        (visit.t("opening-other-live").to_owned(), String::new()),
    ]
}

/// The sign-in page that leads back to the opening.
pub(super) fn signin(opening: &Opening) -> String {
    next::with("/signin", &format!("/openings/{}", opening.id))
}
