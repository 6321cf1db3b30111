//! Changing a booking: another time, other contacts, none at all, or once more.

use askama::Template;
use axum::extract::Path;
use base::{Cx, Error, FieldFault, Id, Outcome, Tx, idem};
use rooms::accounts::{Email, Phone};
use rooms::booking::{self, Cancel, Contacts, Offer, Repeat, Reschedule, form, rules};
use rooms::portal::terms;
use texts::Form as DateForm;

use super::Own;
use super::form::summary;
use crate::browser::Browser;
use crate::form::KEY;
use crate::pages::book::{ANY, Chosen, Summary, TimeStep, TimeWish, encode, read_wish, step};
use crate::pages::factor;
use crate::{Answer, Fields, Form, FormState, Query, Shell, Visit, rush, see_other};

#[derive(Template)]
#[template(path = "booking/move.html")]
struct MovePage {
    shell: Shell,
    form: FormState,
    id: String,
    time: TimeStep,
    summary: Summary,
    /// «Осталось 2 переноса из 3».
    left: String,
    /// A reason is asked for.
    reason: bool,
    /// Other people who receive at this site: address and name.
    others: Vec<(String, String)>,
}

pub(super) async fn move_page(visit: Visit, Path(id): Path<String>, Query(query): Query) -> Answer {
    let own = Own::load(&visit, &id).await?;
    rules::may_move(&own.booking, &terms(&own.service), visit.app.clock.now())?;
    if let Some(refusal) = own.authority(&visit).await?.book {
        return Err(refusal.into());
    }
    let form = visit.blank();
    let query = if visit.typed.is_some() { chosen(query, form.value("start")) } else { query };
    show_move(visit, own, query, form).await
}

/// The page's query, with the time that was chosen on it.
fn chosen(query: Fields, wished: &str) -> Fields {
    let day = wished.split_once('|').map_or("", |x| x.1.get(..10).unwrap_or_default());
    query.with("day", day).with("start", wished)
}

async fn show_move(visit: Visit, own: Own, query: Fields, form: FormState) -> Answer {
    let offer = own.offer()?;
    let resource = query.opt("resource").map_or(offer.resource.clone(), Id::from);
    let site = own.portal.city.offices.site(&offer.site).cloned();
    let mut offers = site.as_ref().map_or(Vec::new(), |x| own.portal.offers_at(&own.service, x));
    let all = offers.clone();
    if *resource != *ANY {
        offers.retain(|x| x.resource == resource);
    }
    let base = format!("/bookings/{}/move", own.id());
    let chosen = Chosen {
        portal: own.portal.clone(),
        service: own.service.clone(),
        region: None,
        locality: None,
        site: Some(offer.site.clone()),
        resource: Some(resource.to_string()),
    };
    let wish = TimeWish {
        base: format!("{base}?resource={}", encode(&resource)),
        action: format!("{base}?resource={}", encode(&resource)),
        purpose: own.booking.purpose.clone(),
        hidden: vec![(KEY.into(), visit.mint())],
        moving: own.booking.starts.map(|start| (offer.resource.clone(), start)),
    };
    let time = step(&visit, &chosen, &offers, wish, &query);
    let offices = &own.portal.city.offices;
    let others = all.iter().filter(|x| x.resource != resource).filter_map(|x| {
        let resource = offices.resource(&x.resource)?;
        Some((
            format!("{base}?resource={}", encode(&x.resource)),
            resource.name.in_lang(visit.lang).to_owned(),
        ))
    });
    let others = others.collect();
    let terms = terms(&own.service);
    let left = visit.tw(
        "moves-left",
        &[
            ("left", i64::from(rules::moves_left(&own.booking, &terms)).into()),
            ("max", i64::from(terms.max_moves).into()),
        ],
    );
    let refused = form.is_refused();
    let page = MovePage {
        shell: visit
            .shell("move-title")
            .crumb("/bookings", "nav-bookings")
            .crumb(format!("/bookings/{}", own.id()), "card-title")
            .of(&form),
        id: own.id().to_string(),
        time,
        summary: summary(&visit, &own),
        left,
        reason: terms.justification,
        others,
        form,
    };
    if refused { visit.again(page) } else { visit.page(page) }
}

pub(super) async fn move_it(
    visit: Visit,
    browser: Browser,
    Path(id): Path<String>,
    Query(query): Query,
    Form(fields): Form,
) -> Answer {
    let own = Own::load(&visit, &id).await?;
    let page = format!("/bookings/{id}/move");
    if let Some(led) = factor::stale_form(&visit, &browser, (&page, &fields)).await? {
        return Ok(led);
    }
    let wished = fields.text("start").to_owned();
    let query = chosen(query, &wished);
    let moved = attempt(&visit, &own, &fields, &wished).await;
    match moved {
        Ok(()) => see_other(&format!("/bookings/{id}?done=1")),
        Err(Error::Refusal(x)) if ["E-CHG-01", "E-CHG-02", "E-STA-02"].contains(&x.code) => {
            Err((*x).into())
        }
        Err(error) => {
            if let Some(opening) = rush::waiting_room(&error) {
                return see_other(&opening);
            }
            let form = FormState::refused(fields, error)?;
            show_move(visit, own, query, form).await
        }
    }
}

async fn attempt(visit: &Visit, own: &Own, fields: &Fields, wished: &str) -> Result<(), Error> {
    let (resource, start) = read_wish(wished)?;
    let unknown = || base::Refusal::new(base::Kind::NotFound, "E-REQ-01");
    let known = own.portal.city.offices.resource(&resource).ok_or_else(unknown)?;
    let offer = own.portal.offer(&own.service, known).ok_or_else(unknown)?;
    let command = Reschedule {
        account: own.account.id.clone(),
        booking: own.id().clone(),
        start,
        reason: fields.text("reason").to_owned(),
    };
    rush::gate(visit, &offer, start)?;
    let (cx, key) = (visit.cx(), fields.key(&["move", own.id(), wished]));
    visit.db().write(move |tx| moved_once(tx, &cx, key.as_ref(), &offer, &command)).await?;
    Ok(())
}

/// Moves once for each key. A key is no answer when the booking went elsewhere since: then the
/// person has come back to an old page, and means it.
fn moved_once(
    tx: &mut Tx<'_>,
    cx: &Cx,
    key: Option<&idem::Key>,
    offer: &Offer,
    command: &Reschedule,
) -> Outcome<()> {
    let act = |tx: &mut Tx<'_>| booking::reschedule(tx, cx, offer, command);
    let Some(key) = key else { return act(tx).map(drop) };
    idem::once(tx, cx, key, act)?;
    let now = booking::of_account(tx, &command.account, &command.booking)?;
    match (now.resource.as_ref(), now.starts) == (Some(&offer.resource), Some(command.start)) {
        true => Ok(()),
        false => act(tx).map(drop),
    }
}

#[derive(Template)]
#[template(path = "booking/cancel.html")]
struct CancelPage {
    shell: Shell,
    key: String,
    form: FormState,
    id: String,
    summary: Summary,
    until: String,
}

pub(super) async fn cancel_page(visit: Visit, Path(id): Path<String>) -> Answer {
    let own = Own::load(&visit, &id).await?;
    let terms = terms(&own.service);
    rules::may_cancel(&own.booking, &terms, visit.app.clock.now())?;
    if let Some(refusal) = own.authority(&visit).await?.cancel {
        return Err(refusal.into());
    }
    let until = own.seen().map_or(String::new(), |x| {
        let until = rules::cancel_until(x.starts, &terms);
        crate::papers::moment(&visit.app, visit.lang, until, x.site, DateForm::Day)
    });
    visit.page(CancelPage {
        shell: visit
            .shell("cancel-title")
            .crumb("/bookings", "nav-bookings")
            .crumb(format!("/bookings/{id}"), "card-title"),
        key: visit.mint(),
        form: visit.blank(),
        summary: summary(&visit, &own),
        id,
        until,
    })
}

pub(super) async fn cancel_it(
    visit: Visit,
    browser: Browser,
    Path(id): Path<String>,
    Form(fields): Form,
) -> Answer {
    let own = Own::load(&visit, &id).await?;
    let page = format!("/bookings/{id}/cancel");
    if let Some(led) = factor::stale_form(&visit, &browser, (&page, &fields)).await? {
        return Ok(led);
    }
    let reason: String = fields.text("reason").chars().take(500).collect();
    let command = Cancel { account: own.account.id.clone(), booking: own.id().clone(), reason };
    let (cx, terms) = (visit.cx(), terms(&own.service));
    let key = fields.key(&["cancel", own.id()]);
    let cancel = move |tx: &mut Tx<'_>| {
        let act = |tx: &mut Tx<'_>| booking::cancel(tx, &cx, &terms, &command).map(drop);
        match &key {
            Some(key) => idem::once(tx, &cx, key, act),
            None => act(tx),
        }
    };
    visit.app.pace.take(&own.account.id, visit.began)?;
    visit.db().write(cancel).await?;
    see_other("/bookings?cancelled=1")
}

/// A new draft with the old data; then the choice of a time.
pub(super) async fn repeat(visit: Visit, Path(id): Path<String>) -> Answer {
    let own = Own::load(&visit, &id).await?;
    let (cx, command) =
        (visit.cx(), Repeat { account: own.account.id.clone(), booking: own.id().clone() });
    let mut draft = visit.db().write(move |tx| booking::repeat(tx, &cx, &command)).await?;
    draft.resource.clone_from(&own.booking.resource);
    see_other(&Own { booking: draft, ..own }.again())
}

#[derive(Template)]
#[template(path = "booking/contacts.html")]
struct ContactsPage {
    shell: Shell,
    form: FormState,
    id: String,
    summary: Summary,
}

fn show_contacts(visit: Visit, own: Own, form: FormState) -> Answer {
    let refused = form.is_refused();
    let page = ContactsPage {
        shell: visit
            .shell("contacts-title")
            .crumb("/bookings", "nav-bookings")
            .crumb(format!("/bookings/{}", own.id()), "card-title")
            .of(&form),
        id: own.id().to_string(),
        summary: summary(&visit, &own),
        form,
    };
    if refused { visit.again(page) } else { visit.page(page) }
}

pub(super) async fn contacts_page(visit: Visit, Path(id): Path<String>) -> Answer {
    let own = Own::load(&visit, &id).await?;
    if let Some(refusal) = own.authority(&visit).await?.contact {
        return Err(refusal.into());
    }
    let known = form::answers(own.booking.form.reveal());
    let get = |name: &str| known.get(name).cloned().unwrap_or_default();
    let values = Fields::default().with("phone", get("phone")).with("email", get("email"));
    let form = visit.filled(values);
    show_contacts(visit, own, form)
}

pub(super) async fn contacts(
    visit: Visit,
    browser: Browser,
    Path(id): Path<String>,
    Form(fields): Form,
) -> Answer {
    let own = Own::load(&visit, &id).await?;
    let page = format!("/bookings/{id}/contacts");
    if let Some(led) = factor::stale_form(&visit, &browser, (&page, &fields)).await? {
        return Ok(led);
    }
    let mut faults: Vec<FieldFault> = Vec::new();
    let phone = Phone::parse("phone", fields.text("phone")).map_err(|x| faults.push(x)).ok();
    let email = match fields.opt("email") {
        None => Some(None),
        Some(text) => Email::parse("email", text).map_err(|x| faults.push(x)).ok().map(Some),
    };
    let (Some(phone), Some(email)) = (phone, email) else {
        let form = FormState { values: fields, faults, ..FormState::new() };
        return show_contacts(visit, own, form);
    };
    let command =
        Contacts { account: own.account.id.clone(), booking: own.id().clone(), phone, email };
    let cx = visit.cx();
    visit.db().write(move |tx| booking::change_contacts(tx, &cx, &command)).await?;
    see_other(&format!("/bookings/{id}"))
}
