//! «Звонки»: one of the support finds whoever calls, and sees what is needed to help, and no more.

use askama::Template;
use axum::Extension;
use axum::extract::Path;
use base::{FieldFault, Id, Kind, Outcome, Refusal, Tx};
use rooms::access::Scope;
use rooms::accounts::{Account, PersonName};
use rooms::booking::{self, Booking};
use rooms::factors::call::{self, Named};
use rooms::factors::read::{self, Overview};
use rooms::notify::read::{self as notices, Filter, Message};
use rooms::trail::{self, Done, Step};

use super::doing::{Doing, does};
use super::{Entry, has, menu};
use crate::pages::account::{level_title, moment, own};
use crate::pages::booking::{Tag, tag};
use crate::papers::Seen;
use crate::route::Action;
use crate::{Answer, Fields, Form, FormState, Shell, Visit, see_other};

const HERE: &str = "/staff/calls";
/// Bookings and messages that are shown.
const SHOWN: usize = 10;

#[derive(Template)]
#[template(path = "staff/calls.html")]
struct CallsPage {
    shell: Shell,
    menu: Vec<Entry>,
    form: FormState,
}

impl CallsPage {
    fn new(visit: &Visit, form: FormState) -> Self {
        Self { shell: visit.shell("staff-calls-title").of(&form), menu: menu(visit), form }
    }
}

pub(super) async fn form(visit: Visit) -> Answer {
    visit.page(CallsPage::new(&visit, visit.blank()))
}

/// What was typed: a code, or a booking's number with the surname.
struct Typed {
    code: Option<String>,
    booking: Option<(String, PersonName)>,
}

impl Typed {
    fn read(fields: &Fields) -> Result<Self, Refusal> {
        if let Some(code) = fields.opt("code") {
            return Ok(Self { code: Some(code.to_owned()), booking: None });
        }
        let Some(number) = fields.opt("number") else {
            return Err(Refusal::invalid(vec![FieldFault::new("code", "E-FORM-01-CALL")]));
        };
        let surname = PersonName::parse("surname", fields.text("surname"));
        let surname = surname.map_err(|fault| Refusal::invalid(vec![fault]))?;
        Ok(Self { code: None, booking: Some((number.trim().to_owned(), surname)) })
    }
}

pub(super) async fn find(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Form(fields): Form,
) -> Answer {
    match found(&visit, scope, &fields).await {
        Ok(call) => see_other(&format!("{HERE}/{call}")),
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            visit.again(CallsPage::new(&visit, form))
        }
    }
}

async fn found(visit: &Visit, scope: Scope, fields: &Fields) -> Outcome<Id> {
    let (app, typed) = (visit.app.clone(), Typed::read(fields)?);
    // A try counts, so its refusal must not roll the transaction back.
    let step = if typed.booking.is_some() { Step::FoundByBooking } else { Step::Found };
    let act = move |tx: &mut Tx<'_>, doing: &Doing| {
        let (scope, me) = (&doing.scope, &doing.me);
        let named = match (&typed.code, &typed.booking) {
            (_, Some((number, surname))) => {
                Named::Booking(booking::owner_of(tx, scope, number)?, surname.clone())
            }
            (code, None) => Named::Code(code.clone().unwrap_or_default().into()),
        };
        let found = call::answer(tx, &doing.cx, &app.policy, (scope, me), &named)?;
        let done = match &found {
            Ok(call) => Done::to(trail::Kind::Call, call.as_str()).step(step),
            Err(_) => Done::nothing(),
        };
        Ok((found, done))
    };
    Ok(does(visit, &scope, act).await??)
}

/// A booking of whoever calls.
struct Row {
    number: String,
    service: String,
    when: String,
    place: String,
    tag: Tag,
}

/// Who calls: what is needed to help.
#[derive(Template)]
#[template(path = "staff/call.html")]
struct CallPage {
    shell: Shell,
    menu: Vec<Entry>,
    name: String,
    level: String,
    /// The contacts, covered.
    phone: String,
    email: Option<String>,
    own: Overview,
    bookings: Vec<Row>,
    messages: Vec<Message>,
    may_restore: bool,
}

impl CallPage {
    fn at(&self, at: &base::Instant) -> String {
        moment(&self.shell.visit, *at)
    }

    /// By which way a message went, and what came of it.
    fn sent(&self, message: &Message) -> String {
        let way = match message.channel.as_str() {
            "sms" => "staff-calls-sms",
            "email" => "staff-calls-email",
            _ => "staff-calls-voice",
        };
        let state =
            if message.state == "failed" { "staff-calls-failed" } else { "staff-calls-sent" };
        format!("{}: {}", self.shell.t(way), self.shell.t(state))
    }
}

pub(super) async fn show(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Path(id): Path<String>,
) -> Answer {
    let (now, me) = (visit.app.clock.now(), own(&visit)?);
    let read = move |tx: &mut Tx<'_>| {
        let caller = call::caller(tx, now, &me, &id)?;
        let bookings = booking::of_caller(tx, &scope, &caller.id, SHOWN)?;
        let filter = Filter::Account(&caller.id);
        let messages = notices::messages(tx, filter, SHOWN as i64)?;
        Ok((read::overview(tx, now, &caller.id)?, caller, bookings, messages))
    };
    let (own, caller, bookings, messages) = visit.db().read(read).await?;
    let own = own.ok_or_else(|| Refusal::new(Kind::Gone, "E-CALL-03"))?;
    let rows = bookings.iter().map(|x| row(&visit, x));
    visit.page(CallPage {
        shell: visit.shell("staff-calls-title").crumb(HERE, "staff-calls-title"),
        menu: menu(&visit),
        name: first_names(&caller),
        level: level_title(&visit, caller.level),
        phone: caller.phone.masked(),
        email: caller.email.as_ref().map(|x| x.masked()),
        own,
        bookings: rows.collect(),
        messages,
        may_restore: has(&visit, Action::HelpRecover),
    })
}

/// How one speaks to somebody: name and patronymic; the surname by its first letter. An only name is what one
/// speaks to.
fn first_names(caller: &Account) -> String {
    let who = caller.names();
    if who.surname.is_empty() || who.name.is_empty() {
        return caller.display_name().into_revealed();
    }
    let initial: String = who.surname.chars().take(1).collect();
    let names: Vec<&str> =
        [who.name, who.patronymic].into_iter().filter(|x| !x.is_empty()).collect();
    format!("{} {initial}.", names.join(" "))
}

fn row(visit: &Visit, booking: &Booking) -> Row {
    let portal = visit.app.portal();
    let service = portal.city.catalogue.service(&booking.service);
    let seen = Seen::of(booking, "", &portal);
    let when = seen.as_ref().map_or(visit.t("no-time-yet").to_owned(), |x| {
        crate::papers::moment(&visit.app, visit.lang, x.starts, x.site, texts::Form::Day)
    });
    Row {
        number: booking.number.clone().unwrap_or_default(),
        service: service.map_or("", |x| x.passport.name.in_lang(visit.lang)).to_owned(),
        when,
        place: seen.map_or(String::new(), |x| x.address(visit.lang)),
        tag: tag(visit, booking.state),
    }
}
