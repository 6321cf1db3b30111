//! Closing one's account.

use askama::Template;
use base::{FieldFault, Instant, Outcome, Refusal, Tx};
use rooms::accounts::closing::WAITS;
use rooms::booking::{self, Booking, Filter, State};
use rooms::privacy::{self, Standing};

use super::HERE;
use crate::browser::{Browser, left};
use crate::form::Choice;
use crate::pages::account::{moment, own};
use crate::pages::factor::stale_form;
use crate::papers::{self, Seen};
use crate::{Answer, Fields, Form, FormState, Shell, Visit};

const CLOSE: &str = "/account/close";
/// Bookings that are named.
const NAMED: usize = 50;

#[derive(Template)]
#[template(path = "data/close.html")]
struct ClosePage {
    shell: Shell,
    form: FormState,
    /// What stands and can be kept, as it is over before the account is erased: when and what.
    coming: Vec<String>,
    /// What stands and is later: it is cancelled in any case.
    late: Vec<String>,
    choices: Vec<Choice>,
    days: i64,
}

impl ClosePage {
    async fn load(visit: &Visit, form: FormState) -> Outcome<Self> {
        let id = own(visit)?;
        let list = move |tx: &mut Tx<'_>| booking::list(tx, &id, Filter::Active, None, NAMED);
        let stands = |x: &Booking| !matches!(x.state, State::Draft | State::Held);
        let active = visit.db().read(list).await?;
        let due = visit.app.clock.now().plus(WAITS);
        let (late, coming): (Vec<_>, Vec<_>) =
            active.iter().filter(|x| stands(x)).partition(|x| x.ends.is_some_and(|x| x > due));
        let told = |all: Vec<&Booking>| all.into_iter().map(|x| named(visit, x)).collect();
        let choices = [("cancel", "data-close-cancel"), ("keep", "data-close-keep")];
        let shell = visit.shell("data-close-title").crumb("/account", "account-title");
        Ok(Self {
            shell: shell.crumb(HERE, "data-title").of(&form),
            form,
            coming: told(coming),
            late: told(late),
            choices: choices.map(|(value, key)| Choice::new(value, visit.t(key))).into(),
            days: WAITS / Instant::DAY,
        })
    }
}

/// «12 декабря, 10:00: Приём депутата».
fn named(visit: &Visit, booking: &Booking) -> String {
    let portal = visit.app.portal();
    let Some(seen) = Seen::of(booking, "", &portal) else {
        return booking.number.clone().unwrap_or_default();
    };
    let form = texts::Form::Day;
    let when = papers::moment(&visit.app, visit.lang, seen.starts, seen.site, form);
    format!("{when}: {}", seen.service.passport.name.in_lang(visit.lang))
}

pub(super) async fn page(visit: Visit) -> Answer {
    visit.page(ClosePage::load(&visit, visit.blank()).await?)
}

/// What comes now, on a page that needs no session any more.
#[derive(Template)]
#[template(path = "data/closed.html")]
struct ClosedPage {
    shell: Shell,
    due: String,
}

pub(super) async fn close(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    if let Some(led) = stale_form(&visit, &browser, (CLOSE, &fields)).await? {
        return Ok(led);
    }
    match closed(&visit, &browser, &fields).await {
        Ok(due) => {
            let due = moment(&visit, due);
            let guest = Visit { signed_in: None, ..visit.clone() };
            let page = ClosedPage { shell: guest.shell("data-closed-title"), due };
            left(&visit, visit.page(page))
        }
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            visit.again(ClosePage::load(&visit, form).await?)
        }
    }
}

async fn closed(visit: &Visit, browser: &Browser, fields: &Fields) -> Outcome<Instant> {
    let asks = !ClosePage::load(visit, FormState::new()).await?.coming.is_empty();
    let standing = match fields.text("standing") {
        "cancel" => Standing::Cancel,
        "keep" => Standing::Keep,
        _ if asks => {
            let fault = FieldFault::new("standing", "E-FORM-01-CHOICE");
            return Err(Refusal::invalid(vec![fault]).into());
        }
        _ => Standing::Cancel,
    };
    if !fields.flag("sure") {
        return Err(Refusal::invalid(vec![FieldFault::new("sure", "E-DATA-05")]).into());
    }
    let (app, cx, id) = (visit.app.clone(), visit.cx(), own(visit)?);
    let came = browser.came(&Fields::default());
    let act = move |tx: &mut Tx<'_>| privacy::close(tx, &cx, &app.policy, (&id, &came), standing);
    visit.db().write(act).await
}
