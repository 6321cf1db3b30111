//! A booking that was interrupted because the level was too low, and the way back to it.

use base::Outcome;
use rooms::accounts::Level;
use rooms::identity::{self, Wish};

use crate::pages::account::{level_title, own};
use crate::{Answer, Visit, next, see_other};

/// What was interrupted, for the banner of one's own pages.
#[derive(Clone, Debug)]
pub(crate) struct Resume {
    /// Name of the service.
    pub service: String,
    /// The level it takes, in words.
    pub level: String,
    /// Whether the level is enough by now.
    pub enough: bool,
}

/// What was interrupted, in words.
pub(crate) fn resume_of(visit: &Visit, wish: Option<&Wish>) -> Option<Resume> {
    let wish = wish?;
    let portal = visit.app.portal();
    let service = portal.city.catalogue.service(wish.service.reveal())?;
    let level = visit.signed_in.as_ref().map(|x| x.level).unwrap_or_default();
    Some(Resume {
        service: service.passport.name.in_lang(visit.lang).to_owned(),
        level: level_title(visit, wish.level),
        enough: level >= wish.level,
    })
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
    Ok(resume_of(visit, wish(visit).await?.as_ref()))
}

/// Keeps what a person wanted to book, and leads to the page on which the level is raised.
///
/// # Errors
/// A fault of the engine.
pub(crate) async fn keep(visit: &Visit, (service, level): (&str, Level), back: &str) -> Answer {
    let (me, cx) = (own(visit)?, visit.cx());
    let wish = Wish { level, service: service.to_owned().into(), back: back.to_owned().into() };
    visit.db().write(move |tx| identity::keep_wish(tx, &cx, &me, &wish)).await?;
    see_other(&next::with("/account/level", back))
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
