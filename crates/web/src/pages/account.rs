//! «Мои данные»: what the portal knows of the person who is signed in, and what the account opens.

use askama::Template;
use base::{Id, Instant, Kind, Outcome, Refusal};
use jiff::tz::{Offset, TimeZone};
use rooms::accounts::read::{self, Consent};
use rooms::accounts::{Account, Level, register};
use rooms::{factors, sessions};
use texts::Form as DateForm;

use super::book::zone_note;
use super::identity::{Resume, interrupted};
use super::review;
use crate::route::{Action, Rate, Route, get, post};
use crate::{Answer, FormState, Query, Shell, Visit, see_other};

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get("/account", Action::ReadAccount, Rate::Read, account),
        post("/account/email-link", Action::SendEmailLink, Rate::Secret, send_link),
    ]
}

/// The page.
#[derive(Template)]
#[template(path = "account/account.html")]
struct AccountPage {
    shell: Shell,
    form: FormState,
    account: Account,
    /// The name of the level.
    level: String,
    /// Whether there is a higher one.
    higher: bool,
    /// Access could be restored at once only with a second proof, and there is none.
    one_proof: bool,
    resume: Option<Resume>,
    consents: Vec<(&'static str, String)>,
    browsers: i64,
    /// The link was sent just now.
    sent: bool,
    /// After a recovery the contacts are to be looked at.
    review: bool,
    /// They were looked at just now.
    reviewed: bool,
}

impl AccountPage {
    async fn load(visit: &Visit, form: FormState) -> Outcome<Self> {
        let (id, now) = (own(visit)?, visit.app.clock.now());
        let found = visit.db().read(move |tx| {
            let account = read::account(tx, &id)?;
            let account = account.ok_or_else(|| Refusal::new(Kind::NotFound, "E-ACC-02"))?;
            let standing = factors::read::standing(tx, &account)?;
            let consents = read::consents(tx, &id)?;
            Ok((account, standing, consents, sessions::browsers(tx, now, &id)?))
        });
        let (account, standing, consents, browsers) = found.await?;
        Ok(Self {
            shell: visit.shell("account-title").of(&form),
            form,
            level: level_title(visit, account.level),
            higher: account.level < Level::Verified,
            one_proof: account.level > Level::Simplified && standing.has_one_proof(),
            resume: interrupted(visit).await?,
            account,
            consents: read::by_text(consents)
                .iter()
                .filter_map(|x| Some(agreed(visit, x.last()?)))
                .collect(),
            browsers,
            sent: false,
            review: review::is_asked(visit).await?,
            reviewed: false,
        })
    }
}

async fn account(visit: Visit, Query(query): Query) -> Answer {
    let mut page = AccountPage::load(&visit, visit.blank()).await?;
    page.sent = query.flag("sent");
    page.reviewed = query.flag("reviewed") && !page.review;
    visit.page(page)
}

/// Sends the link that proves the e-mail again.
async fn send_link(visit: Visit) -> Answer {
    let (app, cx, id) = (visit.app.clone(), visit.cx(), own(&visit)?);
    let act = visit.db().write(move |tx| register::prove_email(tx, &cx, &app.policy, &id));
    match act.await {
        Ok(()) => see_other("/account?sent=1"),
        Err(error) => {
            let form = FormState::refused(crate::Fields::default(), error)?;
            visit.again(AccountPage::load(&visit, form).await?)
        }
    }
}

/// The account that is signed in.
///
/// # Errors
/// `E-AUTH-10` when nobody is.
pub(super) fn own(visit: &Visit) -> Result<Id, Refusal> {
    visit.account().cloned().ok_or_else(|| Refusal::new(Kind::Unauthenticated, "E-AUTH-10"))
}

/// The name of a level.
pub(super) fn level_title(visit: &Visit, level: Level) -> String {
    visit.t(&format!("account-level-{}", level.as_str())).to_owned()
}

/// Key of the text and the day on which it was agreed to.
fn agreed(visit: &Visit, consent: &Consent) -> (&'static str, String) {
    let key = match consent.kind.as_str() {
        "agreement" => "account-consent-agreement",
        "personal_data" => "data-consent-personal_data",
        _ => "account-consent-privacy",
    };
    let day = consent.given_at.in_zone(&moscow()).date();
    (key, visit.app.texts.date(visit.lang, day, DateForm::Year))
}

/// «1 декабря, 09:00 (МСК)», where no place gives the moment a zone of its own.
pub(crate) fn moment(visit: &Visit, at: Instant) -> String {
    moment_in(visit, at, &moscow(), DateForm::Day)
}

/// [`moment`] with the year, for what is kept.
pub(super) fn long_moment(visit: &Visit, at: Instant) -> String {
    long_moment_in(visit, at, &moscow())
}

/// [`long_moment`] where it happens.
pub(super) fn long_moment_in(visit: &Visit, at: Instant, zone: &TimeZone) -> String {
    moment_in(visit, at, zone, DateForm::Year)
}

fn moment_in(visit: &Visit, at: Instant, zone: &TimeZone, form: DateForm) -> String {
    let (local, home) = (at.in_zone(zone), at.in_zone(&moscow()));
    let day = visit.app.texts.date(visit.lang, local.date(), form);
    let time = format!("{:02}:{:02}", local.hour(), local.minute());
    let zone = match local.offset() == home.offset() {
        true => visit.t("data-zone-moscow").to_owned(),
        false => zone_note(visit, at, zone),
    };
    visit.tw("data-moment", &[("day", day.into()), ("time", time.into()), ("zone", zone.into())])
}

/// Days without a place count in Moscow.
pub(crate) fn moscow() -> TimeZone {
    TimeZone::fixed(Offset::constant(3))
}
