//! The files of a booking, and what a scanned ticket shows.

use askama::Template;
use axum::Extension;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse as _;
use base::{Fault, Kind, Refusal};
use paper::token::Verifier;
use rooms::access::Scope;
use rooms::booking;

use super::Own;
use crate::papers::{self, Seen, moment};
use crate::{Answer, Shell, Visit};

fn no_ticket() -> Refusal {
    Refusal::new(Kind::Gone, "E-NTF-02")
}

pub(crate) async fn ticket(visit: Visit, Path(id): Path<String>) -> Answer {
    let own = Own::load(&visit, &id).await?;
    let person = own.comer(&visit);
    if own.booking.code.is_none() || !own.booking.state.owns_time() {
        return Err(no_ticket().into());
    }
    let seen = Seen::of(&own.booking, &person, &own.portal).ok_or_else(no_ticket)?;
    let until = own.authority(&visit).await?.until(&seen, visit.app.clock.now());
    let pdf = papers::ticket(&visit.app, visit.lang, (&seen, until))?;
    let name = own.booking.number.as_deref().unwrap_or("ticket");
    file("application/pdf", &format!("inline; filename=\"okno-{name}.pdf\""), pdf)
}

pub(crate) async fn calendar(visit: Visit, Path(id): Path<String>) -> Answer {
    let own = Own::load(&visit, &id).await?;
    let person = own.comer(&visit);
    if own.booking.number.is_none() {
        return Err(no_ticket().into());
    }
    let seen = Seen::of(&own.booking, &person, &own.portal).ok_or_else(no_ticket)?;
    let text = papers::calendar(&visit.app, visit.lang, &seen);
    let name = own.booking.number.as_deref().unwrap_or("booking");
    let disposition = format!("attachment; filename=\"okno-{name}.ics\"");
    file("text/calendar; charset=utf-8", &disposition, text.into_bytes())
}

fn file(kind: &'static str, disposition: &str, bytes: Vec<u8>) -> Answer {
    let disposition = HeaderValue::from_str(disposition)
        .map_err(|error| Fault::of("not fit for a header", error))?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    Ok(response)
}

#[derive(Template)]
#[template(path = "booking/scanned.html")]
struct ScannedPage {
    shell: Shell,
    /// `good`, `replaced`, `over`, `forged`.
    verdict: &'static str,
    when: String,
    place: String,
    code: String,
}

/// What the QR of a ticket leads to: whether it is genuine and newest. No personal data.
pub(super) async fn scanned(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Path(token): Path<String>,
) -> Answer {
    let key = (visit.app.signer.key_id(), visit.app.signer.public_key());
    let verifier =
        Verifier::new([key]).map_err(|_broken| Fault::new("the ticket key is broken"))?;
    let mut page = ScannedPage {
        shell: visit.shell("scanned-title"),
        verdict: "forged",
        when: String::new(),
        place: String::new(),
        code: String::new(),
    };
    let Ok(claims) = verifier.verify(&token) else { return visit.page(page) };
    let code = claims.code.compact();
    page.code = claims.code.to_string();
    let portal = visit.app.portal();
    let city = portal.clone();
    let found = visit.db().read(move |tx| booking::by_code(tx, &scope, &city.city.offices, &code));
    let found = found.await?;
    page.verdict = "replaced";
    if let Some(booking) = &found
        && let Some(seen) = Seen::of(booking, "", &portal)
    {
        let over = seen.ends <= visit.app.clock.now();
        page.verdict = match (booking.state.owns_time(), over) {
            (true, false) => "good",
            _ => "over",
        };
        page.when = moment(&visit.app, visit.lang, seen.starts, seen.site, texts::Form::Long);
        let room = visit.tw("room-is", &[("room", seen.resource.room.clone().into())]);
        page.place = format!(
            "{}, {}, {room}",
            seen.organization.name.in_lang(visit.lang),
            seen.address(visit.lang)
        );
    }
    visit.page(page)
}
