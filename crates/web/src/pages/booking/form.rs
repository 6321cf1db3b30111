//! The form of a held time: what is asked, kept at every step.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use base::{Error, Instant, Refusal};
use rooms::booking::form::{self, Answers};
use rooms::booking::{self, State};
use rooms::catalogue::{Applicant, FieldKind, Format};
use rooms::identity::{Kind, Profile, Standing};

use super::Own;
use super::participant::Participants;
use crate::form::Choice;
use crate::pages::book::{self, Summary};
use crate::shell::code_text;
use crate::{Answer, Fields, Form, FormState, Shell, Visit, see_other};

/// One question of the service.
#[derive(Clone, Debug)]
pub struct Question {
    /// Name of the field.
    pub name: String,
    /// The question.
    pub label: String,
    /// How to answer.
    pub hint: String,
    /// `text`, `textarea`, `date`, `choice`, `number`, `yes_no`.
    pub kind: &'static str,
    /// Whether it may be left out.
    pub optional: bool,
    /// What can be chosen.
    pub choices: Vec<Choice>,
}

/// The running hold.
#[derive(Clone, Debug)]
pub struct HoldBar {
    /// Milliseconds since 1970 at which it ends.
    pub ends: i64,
    /// The server's now, the same way.
    pub now: i64,
    /// Its whole length.
    pub total: i64,
    /// «Держим 9 декабря, 10:30 за вами до 14:47».
    pub text: String,
    /// It can be given more time once.
    pub extendable: bool,
    /// Where to choose another time.
    pub again: String,
}

#[derive(Template)]
#[template(path = "booking/form.html")]
struct FormPage {
    shell: Shell,
    form: FormState,
    step: usize,
    id: String,
    hold: Option<HoldBar>,
    /// Why there is no hold any more.
    over: String,
    again: String,
    /// The purpose needs more time than is free after the start.
    short: bool,
    purposes: Vec<Choice>,
    participants: Participants,
    formats: Vec<Choice>,
    questions: Vec<Question>,
    person: String,
    /// The birth date is to be typed: the service is for certain ages, and the profile does not say it.
    born: bool,
    /// For whom the service is, in words.
    ages: String,
    /// Questions about whoever is represented may be left empty: the mandate answers them.
    fills: bool,
    /// The address of registration, when the service asks for one.
    home: Option<Home>,
    summary: Summary,
}

/// The address of registration, as the form shows it.
#[derive(Clone, Debug)]
struct Home {
    /// On one line; empty when it was never typed.
    line: String,
    /// It was proved.
    proved: bool,
    /// What the form showed before, when that is another.
    before: String,
}

pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Answer {
    let own = Own::load(&visit, &id).await?;
    if let Some(elsewhere) = elsewhere(&own) {
        return see_other(&elsewhere);
    }
    let form = visit.filled(filled(&own, own.known(&visit).await?));
    page(visit, own, form).await
}

/// Where a booking is at home that has no form to fill in any more.
pub(super) fn elsewhere(own: &Own) -> Option<String> {
    match own.booking.state {
        State::Held | State::Expired if own.booking.number.is_none() => None,
        State::Draft => Some(own.again()),
        _ => Some(format!("/bookings/{}", own.id())),
    }
}

/// What was typed before, and what is known in advance.
fn filled(own: &Own, papers: Vec<(String, String)>) -> Fields {
    let answers = form::answers(own.booking.form.reveal());
    let fields = answers.iter().fold(Fields::default(), |f, (name, x)| f.with(name, x.clone()));
    let known = [
        ("phone", own.account.phone.reveal().to_owned()),
        ("email", own.account.email.as_ref().map_or("", |x| x.reveal()).to_owned()),
        ("purpose", own.booking.purpose.clone()),
        (form::PARTICIPANT, form::SELF.to_owned()),
        ("format", "in_person".to_owned()),
    ];
    // What is known of whoever is served comes first: it says for whom the visit is, too.
    let known = papers.into_iter().chain(known.map(|(name, x)| (name.to_owned(), x)));
    known.fold(fields, |fields, (name, x)| match fields.opt(&name) {
        Some(_) => fields,
        None => fields.with(&name, x),
    })
}

/// The form once more, with what is wrong although it was checked: something has changed meanwhile.
pub(super) async fn again(visit: Visit, own: Own, refusal: Refusal) -> Answer {
    let values = filled(&own, Vec::new());
    page(visit, own, FormState { values, faults: refusal.fields, ..FormState::new() }).await
}

async fn page(visit: Visit, own: Own, mut form: FormState) -> Answer {
    let lang = visit.lang;
    let questions = questions(&visit, &own);
    form.labels = questions.iter().map(|x| (x.name.clone(), x.label.clone())).collect();
    let passport = &own.service.passport;
    let purposes = passport.purposes.iter();
    let purposes = purposes.map(|x| {
        let choice = Choice::new(&x.code, x.name.in_lang(lang));
        match x.duration {
            Some(minutes) => choice.hint(visit.tn("minutes", minutes)),
            None => choice,
        }
    });
    let refused = form.is_refused();
    let participants = own.participants(&visit).await?;
    let (address, ages) = (passport.rules.address, passport.rules.ages);
    let profile = match address.is_some() || ages.is_some() {
        true => Some(own.profile(&visit).await?),
        false => None,
    };
    let unborn = profile.as_ref().is_some_and(|x| x.born().is_none());
    let home = profile.filter(|_| address.is_some()).map(|x| home(&own, &x, &mut form));
    let oneself = passport.kinds.contains(&Applicant::Individual);
    let page = FormPage {
        shell: frame(&visit, &own, "form-title").of(&form),
        step: 5,
        id: own.id().to_string(),
        hold: hold_bar(&visit, &own),
        over: over(&visit, &own),
        again: own.again(),
        short: form.faults.iter().any(|x| x.code == "E-SLOT-10"),
        purposes: purposes.collect(),
        formats: some(passport.rules.formats.iter().map(|x| format_choice(&visit, *x)).collect()),
        questions,
        person: own.person(),
        born: ages.is_some() && oneself && unborn,
        ages: ages.map_or(String::new(), |x| code_text(&visit, "age-span", &x.words())),
        fills: passport.fields.iter().any(is_known) && !participants.choices.is_empty(),
        participants,
        home,
        summary: summary(&visit, &own),
        form,
    };
    if refused { visit.again(page) } else { visit.page(page) }
}

/// Whether one's data, or a mandate, may answer a question of the service.
fn is_known(field: &rooms::catalogue::Field) -> bool {
    let numbers = [FieldKind::Snils, FieldKind::Inn, FieldKind::Policy, FieldKind::BirthDate];
    field.fill.is_some() || (field.required && numbers.contains(&field.kind))
}

/// The address of this moment takes the place of what the form had.
fn home(own: &Own, profile: &Profile, form: &mut FormState) -> Home {
    let line = profile.home();
    let kept = form::answers(own.booking.form.reveal());
    let before = kept.get(form::ADDRESS).filter(|x| **x != line).cloned().unwrap_or_default();
    form.values = std::mem::take(&mut form.values).with(form::ADDRESS, line.clone());
    Home { line, proved: profile.standing(Kind::Registration) == Standing::Proved, before }
}

/// A choice of one is none.
fn some(choices: Vec<Choice>) -> Vec<Choice> {
    if choices.len() > 1 { choices } else { Vec::new() }
}

fn format_choice(visit: &Visit, format: Format) -> Choice {
    let code = form::format(format);
    Choice::new(code, visit.t(&format!("format-{code}")))
}

fn questions(visit: &Visit, own: &Own) -> Vec<Question> {
    let lang = visit.lang;
    let fields = own.service.passport.fields.iter();
    let question = fields.map(|field| Question {
        name: form::name_of(field),
        label: field.label.in_lang(lang).to_owned(),
        hint: field.hint.in_lang(lang).to_owned(),
        kind: match field.kind {
            FieldKind::Text | FieldKind::Snils | FieldKind::Inn | FieldKind::Policy => "text",
            FieldKind::Textarea => "textarea",
            FieldKind::Date | FieldKind::BirthDate => "date",
            FieldKind::Choice => "choice",
            FieldKind::Number => "number",
            FieldKind::YesNo => "yes_no",
        },
        optional: !field.required,
        choices: field.options.iter().map(|(code, x)| Choice::new(code, x.in_lang(lang))).collect(),
    });
    question.collect()
}

/// The frame of form and review.
pub(super) fn frame(visit: &Visit, own: &Own, title: &str) -> Shell {
    let service = &own.service;
    visit
        .shell(title)
        .crumb("/services", "nav-services")
        .crumb(format!("/services/{}", service.code), service.passport.name.in_lang(visit.lang))
}

/// Why a time is not held any more, in words.
pub(super) fn over(visit: &Visit, own: &Own) -> String {
    let why = booking::still_held(&own.booking, visit.app.clock.now());
    let ended = why.is_err_and(|x| x.code == "E-HOLD-04");
    visit.t(if ended { "hold-ended" } else { "hold-over" }).to_owned()
}

/// «Ваша запись» with place and time: as long as the chosen purpose takes.
pub(super) fn summary(visit: &Visit, own: &Own) -> Summary {
    let Some(seen) = own.seen() else {
        return Summary::of(visit, &own.portal, &own.service, None, None);
    };
    let when =
        crate::papers::moment(&visit.app, visit.lang, seen.starts, seen.site, texts::Form::Long);
    let mut minutes = (seen.ends.0 - seen.starts.0) / Instant::MINUTE;
    if own.booking.state == State::Held
        && let Ok(offer) = own.offer()
    {
        minutes = minutes.max(i64::from(offer.duration(&own.booking.purpose)));
    }
    let ends = seen.starts.plus(minutes * Instant::MINUTE).in_zone(&seen.site.zone);
    let long = [
        ("minutes", visit.tn("minutes", minutes).into()),
        ("until", ends.strftime("%H:%M").to_string().into()),
    ];
    Summary::of(visit, &own.portal, &own.service, Some(seen.site), Some(seen.resource))
        .row(visit, "sum-when", when)
        .row(visit, "sum-duration", visit.tw("sum-duration-until", &long))
        .row(visit, "sum-bring", seen.bring(visit.lang).join(", "))
}

/// The hold while it runs.
pub(super) fn hold_bar(visit: &Visit, own: &Own) -> Option<HoldBar> {
    let (now, ends) = (visit.app.clock.now(), own.booking.expires?);
    let seen = own.seen().filter(|_| own.booking.state == State::Held && ends > now)?;
    let what =
        crate::papers::moment(&visit.app, visit.lang, seen.starts, seen.site, texts::Form::Day);
    let until = ends.in_zone(&seen.site.zone).strftime("%H:%M").to_string();
    let minutes = i64::from(own.service.passport.rules.hold_minutes);
    Some(HoldBar {
        ends: ends.millis(),
        now: now.millis(),
        total: (minutes * 60_000).max(ends.millis() - now.millis()),
        text: visit.tw("hold-until", &[("what", what.into()), ("until", until.into())]),
        extendable: !own.booking.extended,
        again: own.again(),
    })
}

/// The answers of a sent form; names that the service does not ask for are dropped.
pub(super) fn answers(own: &Own, fields: &Fields) -> Answers {
    let names = form::names(&own.service).into_iter();
    let typed = names.map(|name| {
        let value = fields.text(&name).to_owned();
        (name, value)
    });
    typed.filter(|x| !x.1.is_empty()).collect()
}

/// Keeps what was typed, then checks it as a whole.
pub(super) async fn send(visit: Visit, Path(id): Path<String>, Form(fields): Form) -> Answer {
    let own = Own::load(&visit, &id).await?;
    if let Some(elsewhere) = elsewhere(&own) {
        return see_other(&elsewhere);
    }
    let mut typed = answers(&own, &fields);
    // No choice is no choice for oneself where another was made before.
    if let (None, Some(id)) = (typed.get(form::PARTICIPANT), own.chosen()) {
        typed.insert(form::PARTICIPANT.to_owned(), id);
    }
    let (typed, taken) = own.completed(&visit, typed).await?;
    let own = keep(&visit, own, &typed).await?;
    let today = visit.app.clock.now().in_zone(&zone(&own)).date();
    let faults = match form::check(&own.service, &typed, today) {
        Ok(checked) => {
            let stale = own.stale_address(&visit, &checked).await?;
            let whom = own.participant_fault(&visit, &checked).await?;
            let against = own.contradictions(&visit, &checked).await?;
            let short = own.purpose_fault(&visit, &checked).await?;
            whom.into_iter().chain(taken).chain(against).chain(stale).chain(short).collect()
        }
        Err(mut faults) => {
            faults.retain(|x| taken.iter().all(|y| x.field != y.field));
            faults.extend(taken);
            faults
        }
    };
    if !faults.is_empty() {
        // What stood there for somebody else is asked anew; what was filled in is shown.
        let names = form::names(&own.service);
        let fields = names.iter().filter(|x| x.starts_with("f.")).fold(fields, |fields, name| {
            fields.with(name, typed.get(name).cloned().unwrap_or_default())
        });
        let form = FormState { values: fields, faults, ..FormState::new() };
        return page(visit, own, form).await;
    }
    if let Err(refusal) = booking::still_held(&own.booking, visit.app.clock.now()) {
        let refusal = Some(Box::new(refusal));
        return page(visit, own, FormState { values: fields, refusal, ..FormState::new() }).await;
    }
    see_other(&format!("/bookings/{id}/review"))
}

async fn keep(visit: &Visit, own: Own, typed: &Answers) -> Result<Own, crate::Failure> {
    let (cx, account, id) = (visit.cx(), own.account.id.clone(), own.id().clone());
    let (json, purpose) = (form::json(typed), typed.get("purpose").cloned());
    let known = purpose.filter(|code| own.service.purpose(code).is_some());
    let booking = visit
        .db()
        .write(move |tx| booking::save_form(tx, &cx, &account, &id, known.as_deref(), &json))
        .await?;
    Ok(Own { booking, ..own })
}

pub(super) fn zone(own: &Own) -> jiff::tz::TimeZone {
    own.seen().map_or(jiff::tz::TimeZone::UTC, |x| x.site.zone.clone())
}

/// What a script sends while the person types: changed fields only.
pub(super) async fn draft(visit: Visit, Path(id): Path<String>, Form(fields): Form) -> Answer {
    let own = Own::load(&visit, &id).await?;
    let mut typed = form::answers(own.booking.form.reveal());
    for name in form::names(&own.service) {
        if fields.all(&name).next().is_some() {
            typed.insert(name.clone(), fields.text(&name).to_owned());
        }
    }
    typed.retain(|_, value| !value.is_empty());
    keep(&visit, own, &typed).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// More time, once; the button takes what is typed along. Who asks again, perhaps in a second window, goes
/// on with the form.
pub(super) async fn extend(visit: Visit, Path(id): Path<String>, Form(fields): Form) -> Answer {
    let mut own = Own::load(&visit, &id).await?;
    if elsewhere(&own).is_none() && fields.names().next().is_some() {
        let typed = answers(&own, &fields);
        own = keep(&visit, own, &typed).await?;
    }
    let (cx, account, hold) = (visit.cx(), own.account.id.clone(), own.id().clone());
    let minutes = own.service.passport.rules.hold_minutes;
    let more = visit.db().write(move |tx| booking::extend(tx, &cx, &account, &hold, minutes)).await;
    match more {
        Err(Error::Refusal(refusal)) if matches!(refusal.code, "E-HOLD-02" | "E-HOLD-03") => {
            let values = filled(&own, own.known(&visit).await?);
            let form = FormState { values, refusal: Some(refusal), ..FormState::new() };
            page(visit, own, form).await
        }
        more => {
            more?;
            see_other(&format!("/bookings/{id}/form"))
        }
    }
}

/// Gives the time back and leads to the choice of another.
pub(super) async fn release(visit: Visit, Path(id): Path<String>) -> Answer {
    let own = Own::load(&visit, &id).await?;
    let (cx, account, hold) = (visit.cx(), own.account.id.clone(), own.id().clone());
    visit.db().write(move |tx| booking::release(tx, &cx, &account, &hold)).await?;
    see_other(&format!("/services/{}", book::encode(&own.service.code)))
}
