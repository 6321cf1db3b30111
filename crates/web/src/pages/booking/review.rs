//! The last look before the booking becomes binding.

use std::sync::Arc;

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use base::idem;
use rooms::accounts::Account;
use rooms::booking::form::{self, Checked};
use rooms::booking::{Booking, Confirm, Confirming, State};

use super::Own;
use super::form::{HoldBar, again, elsewhere, frame, hold_bar, over, summary, zone};
use super::participant::by_then;
use crate::pages::book::Summary;
use crate::pages::identity;
use crate::{Answer, FormState, Shell, Visit, see_other};

#[derive(Template)]
#[template(path = "booking/review.html")]
struct ReviewPage {
    shell: Shell,
    form: FormState,
    step: usize,
    id: String,
    hold: Option<HoldBar>,
    /// Why there is no hold any more.
    over: String,
    again: String,
    /// Question and answer.
    rows: Vec<(String, String)>,
    summary: Summary,
    /// The office decides.
    manual: bool,
    /// The booking that stands in the way.
    other: String,
    /// What whoever acts for somebody should know.
    notice: String,
}

pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Answer {
    let own = Own::load(&visit, &id).await?;
    if let Some(elsewhere) = elsewhere(&own) {
        return see_other(&elsewhere);
    }
    match checked(&visit, &own) {
        Some(checked) => page(visit, own, &checked, FormState::new()).await,
        None => see_other(&format!("/bookings/{id}/form")),
    }
}

fn checked(visit: &Visit, own: &Own) -> Option<Checked> {
    let today = visit.app.clock.now().in_zone(&zone(own)).date();
    form::check(&own.service, &form::answers(own.booking.form.reveal()), today).ok()
}

async fn page(visit: Visit, own: Own, checked: &Checked, form: FormState) -> Answer {
    let chosen = match checked.mandate() {
        Some(id) => own.mandate(&visit, id).await.ok(),
        None => None,
    };
    let details = chosen.as_ref().and_then(|x| x.sheet()).map(|x| &x.details);
    let day = own.seen().map(|x| x.starts.in_zone(&x.site.zone).date());
    let notice = details.zip(day).and_then(|(x, day)| by_then(&visit, x, day));
    let whom = details.map(|x| x.name()).unwrap_or_default();
    let refusal = form.refusal.clone();
    let help = refusal.as_ref().and_then(|x| x.help.as_ref());
    let other = help.and_then(|x| x["booking"].as_str()).unwrap_or_default().to_owned();
    let rules = &own.service.passport.rules;
    let page = ReviewPage {
        shell: frame(&visit, &own, "review-title").of(&form),
        step: 6,
        id: own.id().to_string(),
        hold: hold_bar(&visit, &own),
        over: over(&visit, &own),
        again: own.again(),
        rows: rows(&visit, &own, checked, &whom),
        notice: notice.unwrap_or_default(),
        summary: summary(&visit, &own),
        manual: rules.confirmation != rooms::catalogue::Confirmation::Automatic,
        other,
        form,
    };
    match refusal {
        Some(refusal) => visit.page_as(crate::refused::status(refusal.kind), page),
        None => visit.page_as(StatusCode::OK, page),
    }
}

/// Questions and answers in words, in the order of the form.
pub(super) fn rows(
    visit: &Visit,
    own: &Own,
    checked: &Checked,
    whom: &str,
) -> Vec<(String, String)> {
    let answers = form::answers(&checked.json());
    let get = |name: &str| answers.get(name).cloned().unwrap_or_default();
    let lang = visit.lang;
    let purpose = own.service.purpose(checked.purpose());
    let mut rows = vec![
        (visit.t("form-participant").to_owned(), whom.to_owned()),
        (
            visit.t(if whom.is_empty() { "form-person" } else { "acting-by" }).to_owned(),
            own.person(),
        ),
        (
            visit.t("form-purpose").to_owned(),
            purpose.map_or(String::new(), |x| x.name.in_lang(lang).to_owned()),
        ),
        (visit.t("form-detail").to_owned(), get("detail")),
    ];
    if own.service.passport.rules.formats.len() > 1 {
        rows.push((
            visit.t("form-format").to_owned(),
            visit.t(&format!("format-{}", get("format"))).to_owned(),
        ));
    }
    for field in &own.service.passport.fields {
        let value = get(&form::name_of(field));
        let chosen = field.options.iter().find(|x| x.0 == value);
        let value = match (chosen, value.as_str()) {
            (Some((_, name)), _) => name.in_lang(lang).to_owned(),
            (None, "yes") => visit.t("yes").to_owned(),
            (None, "no") => visit.t("no").to_owned(),
            _ => value,
        };
        rows.push((field.label.in_lang(lang).to_owned(), value));
    }
    let born = checked.born().map(|x| visit.app.texts.date(lang, x, texts::Form::Year));
    rows.push((visit.t("profile-birth-date").to_owned(), born.unwrap_or_default()));
    rows.push((visit.t("form-address").to_owned(), get(form::ADDRESS)));
    rows.push((visit.t("form-phone").to_owned(), get("phone")));
    rows.push((visit.t("form-email").to_owned(), get("email")));
    rows.retain(|x| !x.1.is_empty());
    rows
}

/// Makes it binding. The key was minted with the form, so a second click meets the first answer.
pub(super) async fn confirm(visit: Visit, Path(id): Path<String>) -> Answer {
    let own = Own::load(&visit, &id).await?;
    if matches!(own.booking.state, State::Confirmed | State::Pending) {
        return see_other(&format!("/bookings/{id}?done=1"));
    }
    if let Some(elsewhere) = elsewhere(&own) {
        return see_other(&elsewhere);
    }
    let Some(checked) = checked(&visit, &own) else {
        return see_other(&format!("/bookings/{id}/form"));
    };
    let level = visit.signed_in.as_ref().map(|x| x.level).unwrap_or_default();
    let command = Confirm {
        account: own.account.id.clone(),
        level,
        booking: own.id().clone(),
        purpose: checked.purpose().to_owned(),
        form: checked.json(),
        on_behalf: checked.mandate().map(|x| own.on_behalf(x)),
    };
    let (cx, offer) = (visit.cx(), own.offer()?);
    let key = idem::Key::new(own.booking.form_key.clone(), &["confirm", own.id()]);
    let (account, booking) = (own.account.id.clone(), own.id().clone());
    let fill = Arc::new(move |_: &Booking, _: &Account| Ok((offer.clone(), command.clone())));
    let done = visit.app.confirms.ask(Confirming { cx, account, booking, key, fill }).await;
    match done {
        Ok(_) => see_other(&format!("/bookings/{id}?done=1")),
        // What was typed stays with the hold, and with its draft when the hold runs out.
        Err(error) if identity::interrupts(&error) => {
            identity::keep(&visit, &own.service, &format!("/bookings/{id}/form"), &error).await
        }
        // What is wrong with a field is put right where the field is.
        Err(base::Error::Refusal(refusal)) if !refusal.fields.is_empty() => {
            again(visit, own, *refusal).await
        }
        Err(error) => {
            let form = FormState::refused(crate::Fields::default(), error)?;
            page(visit, own, &checked, form).await
        }
    }
}
