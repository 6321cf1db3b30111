//! «Мои записи».

use askama::Template;
use base::Id;
use rooms::accounts;
use rooms::booking::{self, Filter, State};
use rooms::mandates::{self, Behalf};
use rooms::portal::terms;
use texts::Form;

use super::card::{Tag, tag};
use super::participant::Authority;
use crate::pages::identity::{Resume, interrupted};
use crate::papers::Seen;
use crate::{Answer, Query, Shell, Visit};

/// Bookings on one page.
const PAGE: usize = 20;

/// A booking in the list.
#[derive(Clone, Debug)]
pub struct Row {
    id: String,
    href: String,
    day: String,
    time: String,
    service: String,
    place: String,
    /// «Для: Соколова Вера Андреевна»; empty for oneself.
    whom: String,
    tag: Tag,
    past: bool,
    ticket: bool,
    may_move: bool,
    may_cancel: bool,
    repeatable: bool,
}

#[derive(Template)]
#[template(path = "booking/list.html")]
struct ListPage {
    shell: Shell,
    filter: &'static str,
    rows: Vec<Row>,
    next: String,
    cancelled: bool,
    resume: Option<Resume>,
}

pub(super) async fn list(visit: Visit, Query(query): Query) -> Answer {
    let (filter, word) = match query.text("state") {
        "active" => (Filter::Active, "active"),
        "past" => (Filter::Past, "past"),
        "cancelled" => (Filter::Cancelled, "cancelled"),
        _ => (Filter::All, "all"),
    };
    let Some(account) = visit.account().cloned() else {
        return Err(base::Refusal::new(base::Kind::Unauthenticated, "E-AUTH-10").into());
    };
    let before = query.opt("before").map(Id::from);
    let (bookings, behind) = visit
        .db()
        .read(move |tx| {
            accounts::read::account(tx, &account)?;
            let found = booking::list(tx, &account, filter, before.as_ref(), PAGE + 1)?;
            let behind = mandates::behind(tx, found.iter().filter_map(|x| x.behalf.as_ref()))?;
            Ok((found, behind))
        })
        .await?;
    let portal = visit.app.portal();
    let now = visit.app.clock.now();
    let rows: Vec<Row> = bookings
        .iter()
        .take(PAGE)
        .filter_map(|booking| {
            let service = portal.city.catalogue.service(&booking.service)?;
            let terms = terms(service);
            let authority = Authority::of(&portal, booking, (&behind, now));
            let seen = Seen::of(booking, "", &portal);
            let local = seen.as_ref().map(|x| x.starts.in_zone(&x.site.zone));
            let over = booking.ends.is_some_and(|x| x <= now);
            let stands = matches!(booking.state, State::Confirmed | State::Pending) && !over;
            Some(Row {
                href: match booking.state {
                    State::Held => format!("/bookings/{}/form", booking.id),
                    _ => format!("/bookings/{}", booking.id),
                },
                id: booking.id.to_string(),
                day: local.as_ref().map_or(visit.t("no-time-yet").to_owned(), |x| {
                    let short = visit.app.texts.date(visit.lang, x.date(), Form::Short);
                    let weekday = short.split(',').next().unwrap_or_default();
                    let day = visit.app.texts.date(visit.lang, x.date(), Form::Day);
                    format!("{day}, {weekday}")
                }),
                time: local.map_or(String::new(), |x| x.strftime("%H:%M").to_string()),
                service: service.passport.name.in_lang(visit.lang).to_owned(),
                place: seen.map_or(String::new(), |x| {
                    format!(
                        "{}, {}",
                        x.organization.name.in_lang(visit.lang),
                        x.address(visit.lang)
                    )
                }),
                whom: match booking.behalf.as_ref().map(Behalf::said) {
                    Some(Some(x)) => visit.tw("acting-for", &[("who", x.details.name().into())]),
                    Some(None) => visit.t("acting-comer-gone").to_owned(),
                    None => String::new(),
                },
                tag: tag(&visit, booking.state),
                past: over || booking.state.is_terminal(),
                ticket: stands,
                may_move: stands && authority.may_move(booking, &terms, now),
                may_cancel: stands && authority.may_cancel(booking, &terms, now),
                repeatable: booking.state.is_terminal() || over,
            })
        })
        .collect();
    let next = match (bookings.len() > PAGE, rows.last()) {
        (true, Some(last)) => format!("/bookings?state={word}&before={}", last.id),
        _ => String::new(),
    };
    let resume = interrupted(&visit).await?;
    visit.page(ListPage {
        shell: visit.shell("nav-bookings"),
        filter: word,
        rows,
        next,
        cancelled: query.flag("cancelled"),
        resume,
    })
}
