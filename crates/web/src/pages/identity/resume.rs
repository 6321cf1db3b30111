//! A booking that was interrupted because the level was too low, or the address not enough, and the way
//! back to it.

use base::{Error, Outcome};
use rooms::catalogue::Service;
use rooms::identity::{self, Kind, Profile, Standing, Wish};

use crate::pages::account::{level_title, own};
use crate::pages::book::encode;
use crate::{Answer, Query, Visit, next, see_other};

/// What was interrupted, for the banner of one's own pages.
#[derive(Clone, Debug)]
pub(crate) struct Resume {
    /// Name of the service.
    pub service: String,
    /// What it still takes, in words.
    pub needs: String,
    /// Whether nothing is missing by now.
    pub enough: bool,
}

/// What was interrupted, in words.
pub(crate) fn resume_of(visit: &Visit, wish: Option<&Wish>, profile: &Profile) -> Option<Resume> {
    let wish = wish?;
    let portal = visit.app.portal();
    let service = portal.city.catalogue.service(wish.service.reveal())?;
    let needs = match profile.standing(Kind::Registration) {
        _ if profile.account.level < wish.level => {
            visit.tw("resume-needs", &[("level", level_title(visit, wish.level).into())])
        }
        Standing::Absent => visit.t("resume-needs-address").to_owned(),
        _ => visit.t("resume-needs-proof").to_owned(),
    };
    let service = service.passport.name.in_lang(visit.lang).to_owned();
    Some(Resume { service, needs, enough: wish.is_met(profile) })
}

async fn wish(visit: &Visit) -> Outcome<Option<Wish>> {
    let (me, now) = (own(visit)?, visit.app.clock.now());
    visit.db().read(move |tx| identity::kept_wish(tx, now, &me)).await
}

/// What was interrupted.
///
/// # Errors
/// A fault of the engine.
pub(crate) async fn interrupted(visit: &Visit) -> Outcome<Option<Resume>> {
    let Some(wish) = wish(visit).await? else { return Ok(None) };
    let me = own(visit)?;
    let profile = visit.db().read(move |tx| identity::profile(tx, &me)).await?;
    Ok(profile.and_then(|x| resume_of(visit, Some(&wish), &x)))
}

/// Whether a refusal is one that the person can do something about, and then go on: a level too low, an
/// address that is not there or not proved.
pub(crate) fn interrupts(error: &Error) -> bool {
    matches!(error.code(), Some("E-AUTH-12" | "E-ADR-02" | "E-ADR-03"))
}

/// Keeps what a person wanted to book when `error` has interrupted it, and leads to the page on which
/// that is put right.
///
/// # Errors
/// A fault of the engine.
pub(crate) async fn keep(visit: &Visit, service: &Service, back: &str, error: &Error) -> Answer {
    remember(visit, service, back).await?;
    let page = match error.code() {
        Some("E-ADR-02") => "/account/profile/registration",
        _ => "/account/level",
    };
    see_other(&next::with(page, back))
}

async fn remember(visit: &Visit, service: &Service, back: &str) -> Outcome<()> {
    let (me, cx, rules) = (own(visit)?, visit.cx(), &service.passport.rules);
    let wish = Wish {
        level: rules.level(),
        address: rules.address,
        service: service.code.clone().into(),
        back: back.to_owned().into(),
    };
    visit.db().write(move |tx| identity::keep_wish(tx, &cx, &me, &wish)).await
}

/// Where a button is sent whose owner reads that their level is too low for `service` before they have
/// chosen anything, and comes back to `back`.
pub(crate) fn first(service: &str, back: &str) -> String {
    let next = next::with("/account/level/first", back);
    format!("{next}&service={}", encode(service))
}

/// The level comes first: what was begun is remembered as if it had been refused.
pub(super) async fn begin(visit: Visit, Query(query): Query) -> Answer {
    let portal = visit.app.portal();
    if let Some(service) = portal.city.catalogue.service(query.text("service")) {
        remember(&visit, service, next::own(query.text("next"))).await?;
    }
    see_other("/account/level")
}

/// The link of the message: back to what was interrupted. It stays, because a link may be followed by
/// a program that looks ahead.
pub(super) async fn follow(visit: Visit) -> Answer {
    match wish(&visit).await? {
        Some(wish) => see_other(next::own(wish.back.reveal())),
        None => see_other("/account/level"),
    }
}

/// The button of the banner: back to what was interrupted, and nobody reminds of it any more.
pub(super) async fn take_up(visit: Visit) -> Answer {
    let Some(wish) = wish(&visit).await? else { return see_other("/account/level") };
    let me = own(&visit)?;
    visit.db().write(move |tx| identity::leave_wish(tx, &me)).await?;
    see_other(next::own(wish.back.reveal()))
}

/// It is wanted no more.
pub(super) async fn leave(visit: Visit) -> Answer {
    let me = own(&visit)?;
    visit.db().write(move |tx| identity::leave_wish(tx, &me)).await?;
    see_other("/account/level")
}
