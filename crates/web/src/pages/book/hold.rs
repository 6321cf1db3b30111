//! Holding the chosen time.

use axum::extract::Path;
use base::idem::Key;
use base::{Error, Id, Instant, Kind, Outcome, Refusal};
use rooms::booking::{self, Ask, Held, Hold, Offer, State};

use super::view::encode;
use super::{Chosen, time};
use crate::pages::identity;
use crate::refused::status;
use crate::{Answer, Fields, Form, FormState, Query, Visit, next, rush, see_other};

/// POST of the time step: `start=RESOURCE|TIME`.
pub(super) async fn hold(
    visit: Visit,
    Path(service): Path<String>,
    Query(query): Query,
    Form(fields): Form,
) -> Answer {
    let chosen = Chosen::read(&visit, &service, &query)?;
    let wished = fields.text("start").to_owned();
    let day = wished.split_once('|').map_or("", |x| x.1.get(..10).unwrap_or_default());
    let query = query
        .with("day", day)
        .with("start", wished.clone())
        .with("purpose", fields.text("purpose"))
        .with("draft", fields.text("draft"));
    let Some(signed_in) = visit.signed_in.clone() else {
        // The wish stands in the address, so it survives the sign-in.
        let back = chosen.address(&[
            ("purpose", fields.text("purpose")),
            ("draft", fields.text("draft")),
            ("day", day),
            ("start", &wished),
        ]);
        return see_other(&next::with("/signin", &back));
    };
    let (resource, start) = match read(&wished) {
        Ok(found) => found,
        Err(refusal) => return again(visit, chosen, query, fields, refusal.into()).await,
    };
    let unknown = || Refusal::new(Kind::NotFound, "E-REQ-01");
    let known = chosen.portal.city.offices.resource(&resource).cloned().ok_or_else(unknown)?;
    let offer = chosen.portal.offer(&chosen.service, &known).ok_or_else(unknown)?;
    let wish = Hold {
        account: signed_in.account.clone(),
        level: signed_in.level,
        start,
        purpose: fields.text("purpose").to_owned(),
        draft: fields.opt("draft").map(Id::from),
    };
    let parts = ["hold", &service, &wished, fields.text("purpose"), fields.text("draft")];
    let key = fields.key(&parts);
    if let Err(refusal) = visit.app.pace.take(&signed_in.account, visit.began) {
        // Whoever pressed twice has the time already.
        let held = met(&visit, key.as_ref()).await?.ok_or(refusal)?;
        return see_other(&format!("/bookings/{}/form", encode(&held.id)));
    }
    let held = match rush::gate(&visit, &offer, start) {
        Ok(()) => held_once(&visit, key, offer, wish).await,
        Err(refusal) => match met(&visit, key.as_ref()).await? {
            Some(held) => Ok((held, false)),
            None => Err(refusal.into()),
        },
    };
    if !matches!(held, Ok((_, true))) {
        // Nothing was taken now.
        visit.app.pace.give_back(&signed_in.account);
    }
    match held {
        Ok((held, _)) => see_other(&format!("/bookings/{}/form", encode(&held.id))),
        Err(error) if identity::interrupts(&error) => {
            let back = chosen.address(&[
                ("purpose", fields.text("purpose")),
                ("draft", fields.text("draft")),
                ("day", day),
                ("start", &wished),
            ]);
            identity::keep(&visit, &chosen.service, &back, &error).await
        }
        Err(error) => match rush::waiting_room(&error) {
            Some(opening) => see_other(&opening),
            None => again(visit, chosen, query, fields, error).await,
        },
    }
}

/// What was held under the key.
async fn met(visit: &Visit, key: Option<&Key>) -> Outcome<Option<Held>> {
    match key {
        Some(key) => rush::met(visit, key).await,
        None => Ok(None),
    }
}

/// Holds once for each key. A key is no answer when its hold is over: then the person has come back
/// to an old page and wants the time anew. Says, too, whether anything was taken now.
async fn held_once(
    visit: &Visit,
    key: Option<Key>,
    offer: Offer,
    wish: Hold,
) -> Outcome<(Held, bool)> {
    let ask = Ask { cx: visit.cx(), offer, wish, key: key.unwrap_or_else(|| fresh(visit)) };
    let expires = ask.offer.terms.hold_until(ask.cx.now);
    let held = visit.app.line.ask(ask.clone()).await?;
    let (account, id) = (ask.wish.account.clone(), held.id.clone());
    let now = visit.db().read(move |tx| booking::of_account(tx, &account, &id)).await?;
    let over = match now.state {
        State::Held => now.expires.is_none_or(|at| at <= ask.cx.now),
        State::Draft | State::Expired => true,
        _ => false,
    };
    let held = match over {
        true => visit.app.line.ask(Ask { key: fresh(visit), ..ask }).await?,
        false => held,
    };
    let now = held.expires_at == expires;
    Ok((held, now))
}

/// A key that nobody else has.
fn fresh(visit: &Visit) -> Key {
    Key::new(visit.mint(), &["hold"])
}

/// The time step again, with what is wrong and with what was chosen.
async fn again(
    visit: Visit,
    chosen: Chosen,
    query: Fields,
    fields: Fields,
    error: Error,
) -> Answer {
    let form = FormState::refused(fields, error)?;
    let status = status(form.refusal.as_ref().map_or(Kind::Invalid, |x| x.kind));
    let mut response = time::page(visit, chosen, query, form).await?;
    *response.status_mut() = status;
    Ok(response)
}

/// `RESOURCE|2026-12-09T10:30:00+07:00`.
pub(crate) fn read(wished: &str) -> Result<(Id, Instant), Refusal> {
    let fault = |code| Refusal::invalid(vec![base::FieldFault::new("start", code)]);
    if wished.is_empty() {
        return Err(fault("E-FORM-01-TIME"));
    }
    let parts = wished.split_once('|');
    let parsed =
        parts.and_then(|(id, at)| Some((Id::from(id), at.parse::<jiff::Timestamp>().ok()?)));
    parsed.map(|(id, at)| (id, at.into())).ok_or_else(|| fault("E-FORM-06"))
}
