//! The card of a booking: ticket, rules as dates, history, messages.

use askama::Template;
use axum::extract::Path;
use base::Instant;
use jiff::tz::TimeZone;
use paper::code::BookingCode;
use rooms::booking::form::{self, answers};
use rooms::booking::{self, State, rules};
use rooms::notify;
use rooms::portal::terms;
use texts::Form;

use super::participant::Authority;
use super::{Own, review};
use crate::pages::book::Summary;
use crate::papers::{self, Svg, moment};
use crate::{Answer, Query, Shell, Visit, see_other};

/// One entry of the history.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What happened.
    pub what: String,
    /// What changed, or why.
    pub more: String,
    /// For machines.
    pub datetime: String,
    /// For people.
    pub when: String,
    /// The operation's id.
    pub op: String,
}

#[derive(Template)]
#[template(path = "booking/card.html")]
struct CardPage {
    shell: Shell,
    id: String,
    /// Fresh from the confirmation.
    done: bool,
    state: &'static str,
    tag: Tag,
    service: String,
    when: String,
    datetime: String,
    number: String,
    code: String,
    qr: Option<Svg>,
    facts: Summary,
    answers: Vec<(String, String)>,
    bring: Vec<String>,
    early: String,
    /// Rules in words.
    rules: Vec<String>,
    may_move: bool,
    may_cancel: bool,
    may_contact: bool,
    /// The visit is still to come and stands.
    stands: bool,
    /// What whoever acts for somebody should know.
    notice: String,
    office_phone: String,
    history: Vec<Entry>,
    messages: Vec<Entry>,
    map: String,
    video: bool,
}

/// How a state is shown.
#[derive(Clone, Debug)]
pub struct Tag {
    /// Class of the kit.
    pub class: &'static str,
    /// Icon of the sprite.
    pub icon: &'static str,
    /// Words.
    pub text: String,
}

/// The tag of a state.
pub fn tag(visit: &Visit, state: State) -> Tag {
    let (class, icon) = match state {
        State::Draft | State::Ready | State::Held => ("tag", "pencil"),
        State::Checking | State::Pending | State::Proposed => ("tag tag-warning", "clock"),
        State::Returned => ("tag tag-warning", "triangle-alert"),
        State::Confirmed | State::Arrived => ("tag tag-success", "check"),
        State::InService => ("tag tag-info", "user"),
        State::Completed => ("tag", "check"),
        State::CancelledByApplicant
        | State::CancelledByOffice
        | State::Rejected
        | State::NoShow
        | State::Expired => ("tag tag-danger", "x"),
    };
    let key = format!("state-{}", state.as_str());
    Tag { class, icon, text: visit.t(&key).to_owned() }
}

pub(super) async fn card(visit: Visit, Path(id): Path<String>, Query(query): Query) -> Answer {
    let own = Own::load(&visit, &id).await?;
    match own.booking.state {
        State::Held => return see_other(&format!("/bookings/{id}/form")),
        State::Draft => return see_other(&own.again()),
        _ => {}
    }
    let asked = own.booking.clone();
    let (events, messages) = visit
        .db()
        .read(move |tx| {
            let events = booking::event_rows(tx, &asked)?;
            let messages =
                notify::read::messages(tx, notify::read::Filter::Booking(&asked.id), 50)?;
            Ok((events, messages))
        })
        .await?;
    let lang = visit.lang;
    let zone = super::form::zone(&own);
    let seen = own.seen();
    let terms = terms(&own.service);
    let now = visit.app.clock.now();
    let booking = &own.booking;
    let at = |at: Instant| said_at(&visit, &zone, at);
    let history = events.iter().rev().map(|x| happened(&visit, &zone, x)).collect();
    let messages = messages.iter().map(|x| Entry {
        what: visit
            .tw(&format!("message-{}", x.channel), &[("to", x.recipient.reveal().as_str().into())]),
        more: visit.t(&format!("message-{}", x.state)).to_owned(),
        datetime: x.at.rfc3339(&zone),
        when: at(x.at),
        op: String::new(),
    });
    let messages = messages.collect();
    let stands = matches!(booking.state, State::Confirmed | State::Pending)
        && booking.ends.is_some_and(|x| x > now);
    let code: Option<BookingCode> = booking.code.as_deref().and_then(|x| x.parse().ok());
    let authority = own.authority(&visit).await?;
    let person = own.comer(&visit);
    let mut facts = Summary::default().row(&visit, "sum-person", person).row(
        &visit,
        "sum-number",
        booking.number.clone().unwrap_or_default(),
    );
    let mut qr = None;
    let (mut when, mut datetime, mut map) = (String::new(), String::new(), String::new());
    if let Some(seen) = &seen {
        let place =
            Summary::of(&visit, &own.portal, &own.service, Some(seen.site), Some(seen.resource));
        facts.rows.extend(place.rows);
        when = moment(&visit.app, lang, seen.starts, seen.site, Form::Long);
        datetime = seen.starts.rfc3339(&zone);
        if stands {
            qr = Some(papers::qr_svg(&visit.app, seen, visit.t("ticket-qr-alt"))?);
        }
        map = seen.site.point.map_or(String::new(), |x| format!("{:.4},{:.4}", x.lat(), x.lon()));
    }
    let purpose = seen.as_ref().map_or("", |x| x.purpose(lang)).to_owned();
    facts = facts.row(&visit, "form-purpose", purpose);
    let today = now.in_zone(&zone).date();
    let said = booking.behalf.as_ref().and_then(|x| x.said());
    let whom = said.map(|x| x.details.name()).unwrap_or_default();
    let rows = form::check(&own.service, &answers(booking.form.reveal()), today)
        .map(|checked| review::rows(&visit, &own, &checked, &whom))
        .unwrap_or_default();
    let state_word = tag(&visit, booking.state);
    let organization = seen.as_ref().map(|x| x.organization.card.phone.clone());
    visit.page(CardPage {
        shell: visit
            .shell(if stands { "ticket-title" } else { "card-title" })
            .crumb("/bookings", "nav-bookings"),
        id: id.clone(),
        done: query.flag("done") && stands,
        state: booking.state.as_str(),
        tag: state_word,
        service: own.service.passport.name.in_lang(lang).to_owned(),
        when,
        datetime,
        number: booking.number.clone().unwrap_or_default(),
        code: code.map_or(String::new(), |x| x.to_string()),
        qr,
        facts,
        answers: rows,
        bring: seen.as_ref().map_or(Vec::new(), |x| x.bring(lang)),
        early: papers::early(&visit.app, lang, &own.service).unwrap_or_default(),
        rules: rule_words(&visit, &own, (&terms, &authority), at),
        may_move: stands && authority.may_move(booking, &terms, now),
        may_cancel: stands && authority.may_cancel(booking, &terms, now),
        may_contact: stands && authority.contact.is_none(),
        notice: if stands { own.notice(&visit, &authority) } else { String::new() },
        stands,
        office_phone: organization.unwrap_or_default(),
        history,
        messages,
        map,
        video: answers(booking.form.reveal()).get("format").is_some_and(|x| x == "video"),
    })
}

/// «9 декабря, 10:30» at the site.
fn said_at(visit: &Visit, zone: &TimeZone, at: Instant) -> String {
    let local = at.in_zone(zone);
    let date = visit.app.texts.date(visit.lang, local.date(), Form::Day);
    format!("{date}, {}", local.strftime("%H:%M"))
}

/// An entry of the history in words.
fn happened(visit: &Visit, zone: &TimeZone, event: &booking::EventRow) -> Entry {
    let at = |at| said_at(visit, zone, at);
    let start = |values: &serde_json::Value| values["starts_at"].as_i64().map(Instant);
    let more = match (event.event.as_str(), start(&event.old), start(&event.new)) {
        ("moved", Some(old), Some(new)) => {
            visit.tw("event-moved-from", &[("old", at(old).into()), ("new", at(new).into())])
        }
        _ => event.reason.reveal().clone(),
    };
    Entry {
        what: visit.t(&format!("event-{}", event.event)).to_owned(),
        more,
        datetime: event.at.rfc3339(zone),
        when: at(event.at),
        op: event.op.to_string(),
    }
}

/// Deadlines and counters, as dates and numbers.
fn rule_words(
    visit: &Visit,
    own: &Own,
    (terms, authority): (&booking::Terms, &Authority),
    at: impl Fn(Instant) -> String,
) -> Vec<String> {
    let Some(starts) = own.booking.starts else { return Vec::new() };
    let now = visit.app.clock.now();
    let by_terms = (rules::change_until(starts, terms), rules::cancel_until(starts, terms));
    let (change, cancel) = (authority.within(by_terms.0), authority.within(by_terms.1));
    let left = rules::moves_left(&own.booking, terms);
    let mut words = Vec::new();
    if authority.book.is_some() {
        words.push(visit.t("rule-move-acting").to_owned());
    } else if change > now && left > 0 {
        words.push(visit.tw(
            "rule-move",
            &[
                ("until", at(change).into()),
                ("left", i64::from(left).into()),
                ("max", i64::from(terms.max_moves).into()),
            ],
        ));
    } else if change <= now {
        words.push(visit.tw("rule-move-late", &[("until", at(change).into())]));
    } else {
        words.push(visit.tw("rule-move-none", &[("max", i64::from(terms.max_moves).into())]));
    }
    if authority.cancel.is_some() {
        words.push(visit.t("rule-cancel-acting").to_owned());
    } else if cancel > now {
        words.push(visit.tw("rule-cancel", &[("until", at(cancel).into())]));
    } else {
        words.push(visit.t("rule-cancel-late").to_owned());
    }
    let allowed = authority.book.is_none() || authority.cancel.is_none();
    if let Some((day, _)) = authority.ends.filter(|_| allowed && by_terms != (change, cancel)) {
        let day = visit.app.texts.date(visit.lang, day, Form::Year);
        words.push(visit.tw("rule-acting-ends", &[("day", day.into())]));
    }
    words
}
