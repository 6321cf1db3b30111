//! The pages of the demo: its people, their levels, and every message it would have sent.

use askama::Template;
use base::{Fault, Kind as Refused, Refusal};
use rooms::accounts::{self, Level, read};
use rooms::demo::people::{self, Login};
use rooms::demo::staff::{self, Workplace};
use rooms::identity::Kind;
use rooms::notify::read::{Filter, Message, messages as said};

use super::account::{level_title, moment, own};
use super::identity::label;
use crate::browser::{Browser, signed_in};
use crate::form::Choice;
use crate::route::{Action, Rate, Route, get, post};
use crate::{Answer, Fields, Form, FormState, Query, Shell, Visit, next, see_other};

/// How many messages are shown.
const SHOWN: i64 = 100;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get("/demo", Action::ReadDemo, Rate::Read, demo),
        post("/demo/signin", Action::EnterDemo, Rate::Write, sign_in),
        post("/demo/level", Action::SetDemoLevel, Rate::Write, level),
        get("/demo/messages", Action::ReadDemo, Rate::Read, messages),
    ]
}

/// Somebody of the demo as a button shows them.
#[derive(Clone, Debug)]
pub(super) struct Acquaintance {
    pub login: Login,
    /// Name of the level, or of the role.
    pub what: String,
}

/// The people of the demo; nobody elsewhere.
///
/// # Errors
/// A fault of the demo's file.
pub(super) fn acquaintances(visit: &Visit) -> Result<Vec<Acquaintance>, Fault> {
    if !visit.app.demo {
        return Ok(Vec::new());
    }
    let citizen = |login: Login| Acquaintance { what: level_title(visit, login.level), login };
    let colleague = |x: Workplace| Acquaintance {
        what: visit.t(&format!("role-{}", x.role)).to_owned(),
        login: x.login,
    };
    let citizens = people::logins()?.into_iter().map(citizen);
    Ok(citizens.chain(staff::workplaces()?.into_iter().map(colleague)).collect())
}

/// Whose papers, and their lines: what and its value.
type Papers = (String, Vec<(String, String)>);

/// What the demo is.
#[derive(Template)]
#[template(path = "demo/demo.html")]
struct DemoPage {
    shell: Shell,
    form: FormState,
    people: Vec<Acquaintance>,
    levels: Vec<Choice>,
    /// Papers to type, by whose they are.
    papers: Vec<Papers>,
}

/// The papers of those who have not typed them yet, line by line.
fn papers(visit: &Visit) -> Result<Vec<Papers>, Fault> {
    let line = |(kind, fields): (&String, &std::collections::BTreeMap<String, String>)| {
        let kind = Kind::parse(kind)?;
        let shown = kind.fields().iter().filter_map(|field| {
            let value = fields.get(*field)?;
            let word = if *field == "sex" { format!("profile-sex-{value}") } else { value.clone() };
            Some((label(visit, &kind.field(field)), visit.t(&word).to_owned()))
        });
        Some(shown.collect::<Vec<_>>())
    };
    let open = people::logins()?.into_iter().filter(|x| x.level == Level::Simplified);
    let of = |x: Login| {
        let lines = x.papers.iter().filter_map(line).flatten().collect();
        (format!("{} {}", x.name, x.surname), lines)
    };
    Ok(open.map(of).filter(|x: &Papers| !x.1.is_empty()).collect())
}

async fn demo(visit: Visit) -> Answer {
    let choice = |level: Level| Choice::new(level.as_str(), level_title(&visit, level));
    let now = visit.signed_in.as_ref().map_or(Level::Simplified, |x| x.level);
    let values = Fields::default().with("level", now.as_str());
    visit.page(DemoPage {
        shell: visit.shell("demo-title"),
        form: FormState::filled(values),
        people: acquaintances(&visit)?,
        papers: papers(&visit)?,
        levels: Level::ALL.into_iter().map(choice).collect(),
    })
}

/// Signs somebody of the demo in, without a password.
async fn sign_in(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    let nobody = || Refusal::new(Refused::NotFound, "E-ACC-02");
    let workplaces = staff::workplaces()?.into_iter().map(|x| x.login);
    let mut logins = people::logins()?.into_iter().chain(workplaces);
    let who = logins.find(|x| x.email == fields.text("who")).ok_or_else(nobody)?;
    let cx = visit.cx();
    let act = move |tx: &mut base::Tx<'_>| {
        let account = read::by_contact(tx, &who.email)?.ok_or_else(nobody)?;
        browser.open(tx, &cx, &account.id)
    };
    let token = visit.db().write(act).await?;
    signed_in(&visit, &token, next::own(fields.text("next")))
}

/// Sets the level of one's own account: in the demo no office has to be visited for that.
async fn level(visit: Visit, Form(fields): Form) -> Answer {
    let unknown = || Refusal::new(Refused::Malformed, "E-REQ-04");
    let level = Level::parse(fields.text("level")).ok_or_else(unknown)?;
    let (cx, id) = (visit.cx(), own(&visit)?);
    visit.db().write(move |tx| accounts::set_level(tx, &cx, &id, level, "demo")).await?;
    see_other(fields.opt("next").map_or("/account", next::own))
}

/// Every message, the newest first.
#[derive(Template)]
#[template(path = "demo/messages.html")]
struct MessagesPage {
    shell: Shell,
    messages: Vec<Said>,
    /// Only those to the person who is signed in.
    mine: bool,
}

/// A message and the moment it was written.
struct Said {
    message: Message,
    at: String,
    sms: bool,
    call: bool,
    /// Where its link leads on this portal.
    link: Option<String>,
}

async fn messages(visit: Visit, Query(query): Query) -> Answer {
    let me = visit.account().cloned();
    let found = visit.db().read(move |tx| {
        let me = me.map(|id| read::account(tx, &id)).transpose()?.flatten();
        Ok((me, said(tx, Filter::All, SHOWN)?))
    });
    let (me, mut messages) = found.await?;
    let mine = query.flag("mine") && me.is_some();
    // By contact and not by account: the code of a registration belongs to no account yet.
    let to_me = |to: &str| me.as_ref().is_some_and(|x| contacts(x).contains(&to));
    messages.retain(|x| !mine || to_me(x.recipient.reveal()));
    let shown = |message: Message| Said {
        at: moment(&visit, message.at),
        sms: message.channel == "sms",
        call: message.channel == "voice",
        link: link(message.body.reveal(), &visit.app.config.public_url),
        message,
    };
    visit.page(MessagesPage {
        shell: visit.shell("demo-messages-title").crumb("/demo", "demo-title"),
        messages: messages.into_iter().map(shown).collect(),
        mine,
    })
}

fn contacts(of: &accounts::Account) -> Vec<&str> {
    of.email.iter().map(|x| x.reveal()).chain([of.phone.reveal()]).collect()
}

/// The first link of a message to this portal, as a path.
fn link(body: &str, portal: &str) -> Option<String> {
    let portal = portal.trim_end_matches('/');
    let path = body.split_whitespace().find_map(|word| word.strip_prefix(portal))?;
    Some(next::own(path).to_owned()).filter(|x| x != "/")
}
