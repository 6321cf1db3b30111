//! «Письма к отправке»: registered letters with codes, from the printer to the post.

use std::collections::HashMap;

use askama::Template;
use axum::Extension;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse as _;
use base::{Cx, Error, Fault, Id, Kind as Refused, Outcome, Refusal, Tx};
use jiff::tz::{Offset, TimeZone};
use rooms::access::Scope;
use rooms::accounts::{self, Account};
use rooms::identity::letter::{self, Letter, Posted};
use rooms::identity::visit::Operator;
use rooms::identity::{State, visit as desk};
use rooms::trail::{self, Done, Step};
use texts::Form as DateForm;

use super::doing::{Doing, does};
use super::identity::at;
use super::people::named;
use super::{Entry, menu};
use crate::pages::account::{moment, own};
use crate::{Answer, Fields, Form, FormState, Query, Shell, Visit, see_other};

const HERE: &str = "/staff/letters";
/// Letters on the page.
const SHOWN: i64 = 200;

#[derive(Template)]
#[template(path = "staff/letters.html")]
struct LettersPage {
    shell: Shell,
    menu: Vec<Entry>,
    form: FormState,
    to_print: Vec<Posted>,
    with_the_post: Vec<Posted>,
    /// Whoever has printed one.
    printers: HashMap<Id, Account>,
    /// Key of the words about what was done just now.
    done: Option<&'static str>,
}

impl LettersPage {
    fn since(&self, letter: &Posted) -> String {
        moment(&self.shell.visit, letter.since)
    }

    /// When it was printed last, and by whom: nobody prints it again for not knowing that.
    fn printed(&self, letter: &Posted) -> Option<String> {
        let (at, who) = letter.printed.as_ref()?;
        let visit = &self.shell.visit;
        let who = named(visit, &self.printers, who);
        let said = [("at", moment(visit, *at).into()), ("who", who.into())];
        Some(visit.tw("staff-letters-printed", &said))
    }

    /// The end of the id: enough to tell a sheet from its neighbour.
    fn number(&self, letter: &Posted) -> String {
        number(&letter.way)
    }

    /// The field of its number: every letter has one of its own.
    fn field(&self, letter: &Posted) -> String {
        field(&letter.way)
    }

    /// What was typed for it, when that could not be taken; else what is known.
    fn typed<'a>(&'a self, letter: &'a Posted) -> &'a str {
        match self.form.wrong(&field(&letter.way)) {
            true => self.form.value("track"),
            false => {
                let to = format!("{HERE}/{}/handed", letter.way);
                let known = letter.track.as_deref().unwrap_or("");
                self.shell.visit.typed.as_ref().and_then(|x| x.of(&to, "track")).unwrap_or(known)
            }
        }
    }

    fn has_arrived(&self, letter: &Posted) -> bool {
        letter.state == State::Delivered
    }
}

fn field(way: &str) -> String {
    format!("track-{way}")
}

fn number(way: &str) -> String {
    way.get(way.len().saturating_sub(6)..).unwrap_or(way).to_uppercase()
}

/// What was done, as addresses say it, and its words.
const DONE: [(&str, &str); 3] = [
    ("handed-over", "staff-letters-done-handed"),
    ("renumbered", "staff-letters-done-renumbered"),
    ("delivered", "staff-letters-done-delivered"),
];

/// Whether this person sends letters: their site is a centre, and the portal has letters.
fn may(visit: &Visit, scope: &Scope) -> Result<Operator, Refusal> {
    if !visit.app.ways.letters {
        return Err(Refusal::new(Refused::NotFound, "E-REQ-01"));
    }
    let portal = visit.app.portal();
    desk::operator(&portal.city.offices, scope, &own(visit)?)
}

/// What was done to a letter.
fn done(doing: &Doing, who: &Operator, way: &str) -> Done {
    at(doing, who, Done::to(trail::Kind::Letter, way))
}

async fn load(visit: &Visit, form: FormState) -> Outcome<LettersPage> {
    let read = |tx: &mut Tx<'_>| {
        let all = letter::posted(tx, SHOWN)?;
        let printers = all.iter().filter_map(|x| Some(&x.printed.as_ref()?.1));
        let printers = accounts::read::accounts(tx, printers)?;
        Ok((all, printers))
    };
    let (all, printers) = visit.db().read(read).await?;
    let (to_print, with_the_post) = all.into_iter().partition(|x| x.state == State::Created);
    Ok(LettersPage {
        shell: visit.shell("staff-letters-title").of(&form),
        menu: menu(visit),
        form,
        to_print,
        with_the_post,
        printers,
        done: None,
    })
}

pub(super) async fn list(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Query(query): Query,
) -> Answer {
    may(&visit, &scope)?;
    let mut page = load(&visit, visit.blank()).await?;
    page.done = DONE.into_iter().find(|x| x.0 == query.text("done")).map(|x| x.1);
    visit.page(page)
}

/// The sheet, for the printer. A look at a name and an address, so it is a POST and noted.
pub(super) async fn print(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Path(way): Path<String>,
) -> Answer {
    let (who, id) = (may(&visit, &scope)?, way.clone());
    let act = move |tx: &mut Tx<'_>, doing: &Doing| {
        let printed = letter::print(tx, &doing.cx, &who, &id)?;
        Ok((printed, done(doing, &who, &id).step(Step::Printed)))
    };
    let printed = does(&visit, &scope, act).await?;
    let pdf = paper::pdf::letter(&sheet(&visit, &way, &printed));
    let pdf = pdf.map_err(|error| Fault::of("the letter cannot be drawn", error))?;
    let name = format!("inline; filename=\"letter-{}.pdf\"", number(&way).to_lowercase());
    let name = HeaderValue::from_str(&name);
    let mut response = pdf.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    let name = name.map_err(|error| Fault::of("not fit for a header", error))?;
    headers.insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

fn sheet(visit: &Visit, way: &str, letter: &Letter) -> paper::pdf::Letter {
    let words = |key: &str| visit.t(key).to_owned();
    let day = |at: base::Instant| {
        let day = at.in_zone(&TimeZone::fixed(Offset::constant(3))).date();
        visit.app.texts.date(visit.lang, day, DateForm::Year)
    };
    let now = visit.app.clock.now();
    let until = visit.tw("letter-until", &[("day", day(letter.until).into())]);
    let where_to = format!("{}/account/level", visit.app.config.public_url.trim_end_matches('/'));
    let how = visit.tw("letter-how", &[("link", where_to.into())]);
    let phone = visit.app.config.support_phone.clone();
    paper::pdf::Letter {
        lang: visit.lang.code().to_owned(),
        portal: visit.portal_name().to_owned(),
        title: words("letter-title"),
        to_label: words("letter-to"),
        to: letter.name.reveal().clone(),
        address: letter.address.reveal().clone(),
        index: letter.index.reveal().clone(),
        body: vec![words("letter-what"), how],
        code_label: words("letter-code"),
        code: letter.code.reveal().clone(),
        notes: vec![until, visit.tw("letter-stranger", &[("phone", phone.into())])],
        issued: day(now),
        issued_at: now.timestamp(),
        number: number(way),
        accent: paper::pdf::ACCENT,
    }
}

/// What is done with the post's number of a letter.
type Number = fn(&mut Tx<'_>, &Cx, &Operator, (&str, &str)) -> Outcome<()>;

/// The post has it, under this number.
pub(super) async fn hand_over(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Path(way): Path<String>,
    Form(fields): Form,
) -> Answer {
    let told = (Step::HandedOver, "handed-over");
    numbered(&visit, &scope, (&way, fields), letter::hand_over, told).await
}

/// The number was mistyped.
pub(super) async fn renumber(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Path(way): Path<String>,
    Form(fields): Form,
) -> Answer {
    let told = (Step::Changed, "renumbered");
    numbered(&visit, &scope, (&way, fields), letter::renumber, told).await
}

async fn numbered(
    visit: &Visit,
    scope: &Scope,
    (way, fields): (&str, Fields),
    number: Number,
    (step, said): (Step, &str),
) -> Answer {
    let (who, track) = (may(visit, scope)?, fields.text("track").to_owned());
    let id = way.to_owned();
    let act = move |tx: &mut Tx<'_>, doing: &Doing| {
        number(tx, &doing.cx, &who, (&id, &track))?;
        Ok(((), done(doing, &who, &id).step(step)))
    };
    match does(visit, scope, act).await {
        Ok(()) => see_other(&format!("{HERE}?done={said}")),
        Err(error) => refused(visit, (way, fields), error).await,
    }
}

/// The post says that it has arrived.
pub(super) async fn delivered(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Path(way): Path<String>,
) -> Answer {
    let who = may(&visit, &scope)?;
    let act = move |tx: &mut Tx<'_>, doing: &Doing| {
        letter::delivered(tx, &doing.cx, &who, &way)?;
        Ok(((), done(doing, &who, &way).step(Step::Delivered)))
    };
    does(&visit, &scope, act).await?;
    see_other(&format!("{HERE}?done=delivered"))
}

async fn refused(visit: &Visit, (way, fields): (&str, Fields), error: Error) -> Answer {
    let mut form = FormState::refused(fields, error)?;
    for fault in form.faults.iter_mut().filter(|x| x.field == "track") {
        fault.field = field(way).into();
    }
    visit.again(load(visit, form).await?)
}
