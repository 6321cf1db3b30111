//! Openings: what is announced, one's place in line, the proof of a lottery.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::IntoResponse as _;
use base::Instant;
use jiff::civil::Date;
use rooms::admission::{self, Candidate, Opening, Phase, Place, Places, Standing, rules};
use serde::Serialize;
use utoipa::ToSchema;

use super::Operation;
use super::call::{Keyed, Named, Page, answer, caller, unknown};
use super::fresh::Tag;
use super::params::{CURSOR, LIMIT, SERVICE};
use crate::route::{Action, Rate, delete, get, post};
use crate::rush::Joins;
use crate::{Answer, Query, Visit, rush};

const POLL: &str = "Answered from memory; ask again after `Retry-After` seconds, with the ETag.";

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::new(
            "listOpenings",
            "Announced openings by their moment",
            get("/api/v1/openings", Action::ReadOpenings, Rate::Read, list),
        )
        .query(&[SERVICE, LIMIT, CURSOR])
        .gives_page::<OpeningView>(),
        Operation::new(
            "getOpening",
            "An opening, how many wait and how many places are left",
            get("/api/v1/openings/{id}", Action::ReadOpenings, Rate::Poll, one),
        )
        .more(POLL)
        .tagged()
        .links(&[("join", "joinOpening", "id"), ("place", "getPlace", "id")])
        .gives::<OpeningFull>(200),
        Operation::new(
            "joinOpening",
            "Joins the line of an opening",
            post("/api/v1/openings/{id}/place", Action::JoinLine, Rate::Write, join),
        )
        .more(
            "An account has one place in an opening: whoever joins again gets the same one. A repeated \
             key joins nobody anew and tells the place as it is now. Before the moment of the opening only a lottery can be joined (409 E-WAIT-02).",
        )
        .refuses(&[410])
        .gives::<PlaceView>(200),
        Operation::new(
            "leavePlace",
            "Gives the caller's place in line up",
            delete("/api/v1/openings/{id}/place", Action::LeaveLine, Rate::Write, leave),
        )
        .more(
            "Whoever was let in leaves as well. A time that was taken stays. Joining again, under \
             another key, means the end of the line.",
        ),
        Operation::new(
            "getPlace",
            "The caller's place in line",
            get("/api/v1/openings/{id}/place", Action::ReadPlace, Rate::Poll, place),
        )
        .more(POLL)
        .tagged()
        .gives::<PlaceView>(200),
        Operation::new(
            "getDraw",
            "Everything that is needed to recompute a lottery",
            get("/api/v1/openings/{id}/draw", Action::ReadOpenings, Rate::Read, draw),
        )
        .more(
            "Sort the ids by the SHA-256 of the seed's bytes followed by the id: that is the order. \
             The SHA-256 of the seed is the commitment, which was published from the beginning.",
        )
        .gives::<DrawView>(200),
    ]
}

/// An opening as announced.
#[derive(Serialize, ToSchema)]
#[schema(as = Opening)]
struct OpeningView {
    /// Its id.
    id: String,
    /// Code of the service.
    #[schema(example = "marriage-registration")]
    service: String,
    /// What of it: `service`, `organization`, `site` or `resource`.
    #[schema(example = "site", pattern = "^(service|organization|site|resource)$")]
    scope: &'static str,
    /// Id of the organisation, site or resource; empty for the whole service.
    scope_id: String,
    /// `fifo`: by arrival; `lottery`: those present at the moment are shuffled.
    #[schema(value_type = String, example = "fifo", pattern = "^(fifo|lottery)$")]
    mode: admission::Mode,
    /// When it opens.
    #[schema(format = DateTime, example = "2026-12-01T09:00:00+07:00")]
    opens_at: String,
    /// When the line ends by itself.
    #[schema(format = DateTime, example = "2026-12-01T11:00:00+07:00")]
    ends_at: String,
    /// First day whose places open.
    #[schema(value_type = String, format = Date, example = "2026-12-08")]
    from: Date,
    /// Last day.
    #[schema(value_type = String, format = Date, example = "2026-12-14")]
    to: Date,
    /// Minutes to choose a time when it is one's turn.
    #[schema(example = 10)]
    choose_minutes: u32,
    /// SHA-256 of the seed of a lottery.
    commitment: Option<String>,
    /// `coming`, `running` or `over`.
    #[schema(example = "coming", pattern = "^(coming|running|over)$")]
    phase: &'static str,
}

impl OpeningView {
    fn of(opening: &Opening, now: Instant) -> Self {
        let (scope, scope_id) = opening.scope.parts();
        Self {
            id: opening.id.to_string(),
            service: opening.service.clone(),
            scope,
            scope_id: scope_id.to_owned(),
            mode: opening.mode,
            opens_at: opening.opens.rfc3339(&opening.zone),
            ends_at: opening.ends.rfc3339(&opening.zone),
            from: opening.from,
            to: opening.to,
            choose_minutes: opening.choose_minutes,
            commitment: opening.commitment.clone(),
            phase: match opening.phase(now) {
                Phase::Coming => "coming",
                Phase::Running => "running",
                Phase::Over => "over",
            },
        }
    }
}

/// An opening and its line.
#[derive(Serialize, ToSchema)]
struct OpeningFull {
    #[serde(flatten)]
    opening: OpeningView,
    /// People in line, or on the list of a lottery.
    waiting: u32,
    /// People who were let in and have not taken a time.
    inside: u32,
    /// The line has nearly come to a halt.
    paused: bool,
    /// Places left; null while they are not counted.
    places: Option<PlacesView>,
    /// When this was true.
    #[schema(format = DateTime)]
    as_of: String,
}

/// Places left.
#[derive(Serialize, ToSchema)]
#[schema(as = Places)]
struct PlacesView {
    /// Free now.
    free: u32,
    /// Held and not confirmed: they may come back.
    undecided: u32,
}

impl From<Places> for PlacesView {
    fn from(places: Places) -> Self {
        Self { free: places.free, undecided: places.undecided }
    }
}

/// A place in line.
#[derive(Serialize, ToSchema)]
#[schema(as = Place)]
struct PlaceView {
    /// `none`: not in line; `listed`: in a lottery that is not drawn; `waiting`; `inside`: a time can
    /// be taken; `served`: a time was taken; `over`: the line has ended, and polling may.
    #[schema(example = "waiting", pattern = "^(none|listed|waiting|inside|served|over)$")]
    state: &'static str,
    /// People ahead.
    ahead: Option<u32>,
    /// Seconds to wait at least; null while it is not known.
    wait_from: Option<u32>,
    /// Seconds to wait, hardly longer.
    wait_to: Option<u32>,
    /// The line has nearly come to a halt: the wait may grow.
    paused: bool,
    /// Inside: until when to take a time. Served: until when it can be changed.
    #[schema(format = DateTime)]
    until: Option<String>,
    /// The place went to the tail once, because no time was taken.
    moved: bool,
    /// Places left; null while they are not counted.
    places: Option<PlacesView>,
    /// Seconds until the next poll, as in `Retry-After`.
    #[schema(example = 12)]
    poll_after: u32,
    /// When this was true.
    #[schema(format = DateTime)]
    as_of: String,
}

impl PlaceView {
    /// From memory alone.
    fn of(visit: &Visit, opening: &Opening, place: Option<Place>) -> Self {
        let now = visit.app.clock.now();
        let line = visit.app.lines.line(&opening.id);
        let spread = visit.account().map_or(0.5, |x| rules::spread(x));
        let estimate = place.and_then(|x| x.estimate);
        Self {
            state: match place.map(|x| (x.standing, x.ahead)) {
                None | Some((Standing::Out, _)) => "none",
                Some((Standing::Served, _)) => "served",
                Some(_) if opening.phase(now) == Phase::Over => "over",
                Some((Standing::Waiting, None)) => "listed",
                Some((Standing::Waiting, Some(_))) => "waiting",
                Some((Standing::Inside, _)) => "inside",
            },
            ahead: place.and_then(|x| x.ahead),
            wait_from: estimate.map(|x| x.low),
            wait_to: estimate.map(|x| x.high),
            paused: line.paused(),
            until: place.and_then(|x| x.until).map(|x| x.rfc3339(&opening.zone)),
            moved: place.is_some_and(|x| x.moved),
            places: line.places().map(Into::into),
            poll_after: match opening.phase(now) {
                Phase::Coming => rules::countdown(now, opening.opens, spread),
                Phase::Running | Phase::Over => rules::interval(estimate, spread),
            },
            as_of: now.rfc3339(&opening.zone),
        }
    }
}

/// The proof of a lottery.
#[derive(Serialize, ToSchema)]
#[schema(as = Draw)]
struct DrawView {
    /// SHA-256 of the seed, as published from the beginning.
    commitment: String,
    /// The seed in hexadecimal digits; null before the draw.
    seed: Option<String>,
    /// When it was drawn.
    #[schema(format = DateTime)]
    drawn_at: Option<String>,
    /// Entries in the order of the draw.
    entries: Vec<DrawnView>,
}

/// An entry of a lottery.
#[derive(Serialize, ToSchema)]
#[schema(as = DrawnEntry)]
struct DrawnView {
    /// Its public id; says nothing about the person.
    id: String,
    /// Its rank.
    rank: i64,
}

async fn list(visit: Visit, Query(query): Query) -> Answer {
    let (portal, now) = (visit.app.portal(), visit.app.clock.now());
    let service = query.opt(SERVICE.name);
    let all = portal.openings.all().iter();
    let all = all.filter(|x| service.is_none_or(|code| x.service == code));
    let page = Page::cut(all, &query, |x| x.id.to_string(), |x| OpeningView::of(x, now))?;
    answer(StatusCode::OK, &page)
}

fn find(visit: &Visit, id: &str) -> Result<std::sync::Arc<Opening>, base::Refusal> {
    visit.app.portal().openings.get(id).cloned().ok_or_else(unknown)
}

async fn one(visit: Visit, Named(id): Named, headers: HeaderMap) -> Answer {
    let (opening, now) = (find(&visit, &id)?, visit.app.clock.now());
    let line = visit.app.lines.line(&opening.id);
    let view = OpeningFull {
        waiting: line.waiting().max(line.listed()),
        inside: line.inside(),
        paused: line.paused(),
        places: line.places().map(Into::into),
        as_of: now.rfc3339(&opening.zone),
        opening: OpeningView::of(&opening, now),
    };
    polled(&headers, &view, rules::countdown(now, opening.opens.max(now.plus(1)), 0.5).max(5))
}

async fn place(visit: Visit, Named(id): Named, headers: HeaderMap) -> Answer {
    let (opening, account) = (find(&visit, &id)?, caller(&visit)?);
    let place = visit.app.lines.place(&opening.id, &account, visit.app.clock.now());
    let view = PlaceView::of(&visit, &opening, place);
    polled(&headers, &view, view.poll_after)
}

/// With the time of the next poll.
fn polled(headers: &HeaderMap, view: &impl Serialize, seconds: u32) -> Answer {
    let mut response = Tag::of(view)?.answer(headers, || Ok(serde_json::to_vec(view)?))?;
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    Ok(response)
}

async fn join(visit: Visit, Named(id): Named, Keyed(key): Keyed) -> Answer {
    let (opening, account) = (find(&visit, &id)?, caller(&visit)?);
    let portal = visit.app.portal();
    let service = portal.city.catalogue.service(&opening.service).ok_or_else(unknown)?;
    let level = visit.signed_in.as_ref().map(|x| x.level).unwrap_or_default();
    let needed = service.passport.rules.level();
    let key = Some((visit.cx(), key));
    let candidate = Candidate { account: account.clone(), level, needed, key };
    Joins::join(&visit.app, &opening.id, candidate).await?;
    let place = visit.app.lines.place(&opening.id, &account, visit.app.clock.now());
    let view = PlaceView::of(&visit, &opening, place);
    let mut response = answer(StatusCode::OK, &view)?;
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(view.poll_after));
    Ok(response)
}

async fn leave(visit: Visit, Named(id): Named, Keyed(key): Keyed) -> Answer {
    let (opening, account) = (find(&visit, &id)?, caller(&visit)?);
    rush::leave(&visit, &opening.id, &account, Some(key)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn draw(visit: Visit, Named(id): Named) -> Answer {
    let opening = find(&visit, &id)?;
    let proof = visit.db().read(move |tx| admission::proof(tx, &id)).await?;
    let entry = |(id, rank): (base::Id, i64)| DrawnView { id: id.to_string(), rank };
    let view = DrawView {
        commitment: proof.commitment,
        seed: proof.seed,
        drawn_at: proof.drawn.map(|x| x.rfc3339(&opening.zone)),
        entries: proof.entries.into_iter().map(entry).collect(),
    };
    answer(StatusCode::OK, &view)
}
