//! Helping somebody back in: the staff begin it, or end the person's sessions, and see nothing of the
//! account. The answer is the same whether or not there is one.

use askama::Template;
use axum::Extension;
use base::{FieldFault, Outcome, Pii, Refusal, Tx};
use rooms::access::{Grant, Place, Scope, rules};
use rooms::factors::{self, Help, HelpAim, HelpSeen};
use rooms::trail::{Done, Step};
use serde::{Deserialize, Serialize};

use super::doing::{Doing, does_once};
use super::{Entry, menu};
use crate::form::Choice;
use crate::once::sealed;
use crate::pages::account::own;
use crate::{Answer, Fields, Form, FormState, Shell, Visit};

#[derive(Template)]
#[template(path = "staff/restore.html")]
struct RestorePage {
    shell: Shell,
    menu: Vec<Entry>,
    form: FormState,
    aims: Vec<Choice>,
    ways: Vec<Choice>,
}

impl RestorePage {
    fn new(visit: &Visit, form: FormState) -> Self {
        let choice = |code: &str| {
            let key = format!("restore-{code}");
            Choice::new(code, visit.t(&key)).hint(visit.t(&format!("{key}-hint")))
        };
        Self {
            shell: visit.shell("restore-title").of(&form),
            menu: menu(visit),
            form,
            aims: ["restore", "sessions"].map(choice).into(),
            ways: ["paper", "call"].map(choice).into(),
        }
    }
}

/// What was done, or would have been.
#[derive(Template)]
#[template(path = "staff/restored.html")]
struct RestoredPage {
    shell: Shell,
    menu: Vec<Entry>,
    /// The code to hand over.
    code: Option<Pii<String>>,
    /// Key of the words about what happens now.
    words: &'static str,
    /// Where the person types the code.
    address: String,
}

pub(super) async fn form(visit: Visit, Extension(scope): Extension<Scope>) -> Answer {
    grant(&visit, &scope)?;
    visit.page(RestorePage::new(&visit, visit.blank()))
}

/// The grant by which this person may help: of the portal, or of a service centre.
fn grant(visit: &Visit, scope: &Scope) -> Result<Grant, Refusal> {
    let portal = visit.app.portal();
    let admits = |place: &Place| match place {
        Place::Portal => true,
        Place::Site(id) => portal.city.offices.site(id).is_some_and(|x| x.card.centre),
        _ => false,
    };
    let found = scope.grants().find(|x| admits(&x.place)).cloned();
    found.ok_or_else(|| Refusal::new(base::Kind::Forbidden, "E-ACC-18"))
}

pub(super) async fn help(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Form(fields): Form,
) -> Answer {
    match helped(&visit, scope, &fields).await {
        Ok((code, words)) => visit.page(RestoredPage {
            shell: visit.shell("restored-title").crumb("/staff/restore", "restore-title"),
            menu: menu(&visit),
            code,
            words,
            address: format!("{}/recover/desk", visit.app.config.public_url),
        }),
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            visit.again(RestorePage::new(&visit, form))
        }
    }
}

async fn helped(
    visit: &Visit,
    scope: Scope,
    fields: &Fields,
) -> Outcome<(Option<Pii<String>>, &'static str)> {
    let (staff, by) = (own(visit)?, grant(visit, &scope)?);
    let help = read(fields, (staff, by)).map_err(Refusal::invalid)?;
    let words = match (help.aim, &help.seen) {
        (HelpAim::Sessions, _) => "restored-sessions",
        (HelpAim::Restore, HelpSeen::Paper(_)) => "restored-paper",
        (HelpAim::Restore, HelpSeen::Call) => "restored-call",
    };
    let (app, me) = (visit.app.clone(), own(visit)?);
    let typed = ["aim", "surname", "identifier", "seen", "paper", "reason"].map(|x| fields.text(x));
    let key = visit.key(fields, &typed);
    // That too many were helped is written down, so its refusal must not roll the transaction back.
    let act = move |tx: &mut Tx<'_>, doing: &Doing| {
        let helped = factors::help(tx, &doing.cx, &app.policy, (&doing.scope, &help))?;
        // The same entry whether or not somebody was found: the staff see no difference.
        let done = match (&helped, help.aim) {
            (Err(_), _) => Done::nothing(),
            (_, HelpAim::Restore) => Done::something().step(Step::Begun),
            (_, HelpAim::Sessions) => Done::something().step(Step::SessionsEnded),
        };
        let kept = match helped {
            Ok(Some(code)) => Helped::Code(sealed(tx, &help.staff, code.reveal())?),
            Ok(None) => Helped::Done,
            Err(refusal) => Helped::TooMany(refusal.retry_after.unwrap_or_default()),
        };
        Ok((kept, done.by_grant(Some(&help.by))))
    };
    match does_once(visit, (&scope, key), act).await? {
        Helped::Code(code) => Ok((Some(visit.opened(&me, code).await?.into()), words)),
        Helped::Done => Ok((None, words)),
        Helped::TooMany(seconds) => {
            let refusal = Refusal::new(base::Kind::TooMany, "E-REC-04");
            Err(refusal.arg("minutes", seconds.div_ceil(60)).retry(seconds).into())
        }
    }
}

/// What came of helping, as it is kept for a second press.
#[derive(Serialize, Deserialize)]
enum Helped {
    /// The code to hand over, sealed for whoever asked.
    Code(Vec<u8>),
    /// There is nothing to hand over.
    Done,
    /// Too many were helped; in so many seconds it goes on.
    TooMany(u32),
}

/// Everything that was typed, with all faults at once.
fn read(fields: &Fields, (staff, by): (base::Id, Grant)) -> Result<Help, Vec<FieldFault>> {
    let choose = |field: &'static str| FieldFault::new(field, "E-FORM-01-choice");
    let aim = match fields.text("aim") {
        "restore" => Ok(HelpAim::Restore),
        "sessions" => Ok(HelpAim::Sessions),
        _ => Err(choose("aim")),
    };
    let seen = match fields.text("seen") {
        "paper" => HelpSeen::paper("paper", fields.text("paper")),
        "call" => Ok(HelpSeen::Call),
        _ => Err(choose("seen")),
    };
    let named = factors::help_named(fields.text("surname"), fields.text("identifier"));
    let reason = rules::reason(fields.text("reason"));
    match (aim, seen, named, reason) {
        (Ok(aim), Ok(seen), Ok((surname, named)), None) => {
            let reason = fields.text("reason").to_owned().into();
            Ok(Help { staff, by, surname, named, seen, aim, reason })
        }
        (aim, seen, named, reason) => {
            let named = named.err().unwrap_or_default();
            let rest = [seen.err(), reason].into_iter().flatten();
            Err(aim.err().into_iter().chain(named).chain(rest).collect())
        }
    }
}
