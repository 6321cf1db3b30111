//! Another name.

use askama::Template;
use base::{FieldFault, Kind, Outcome, Refusal, Tx};
use rooms::accounts::{Level, Names, PersonName, read};
use rooms::factors::change;

use super::{HERE, done};
use crate::browser::Browser;
use crate::pages::account::own;
use crate::pages::factor::stale_form;
use crate::{Answer, Fields, Form, FormState, Shell, Visit};

const NAME: &str = "/account/name";

#[derive(Template)]
#[template(path = "data/name.html")]
struct NamePage {
    shell: Shell,
    form: FormState,
    /// The level was given after a look at papers: it will be lost.
    loses: bool,
}

impl NamePage {
    async fn load(visit: &Visit, form: Option<FormState>) -> Outcome<Self> {
        let id = own(visit)?;
        let found = visit.db().read(move |tx| read::account(tx, &id)).await?;
        let account = found.ok_or_else(|| Refusal::new(Kind::NotFound, "E-ACC-02"))?;
        let now = Fields::default()
            .with("surname", account.surname.reveal())
            .with("name", account.name.reveal())
            .with("patronymic", account.patronymic.reveal());
        let form = form.unwrap_or_else(|| visit.filled(now));
        let shell = visit.shell("data-name-title").crumb("/account", "account-title");
        Ok(Self {
            shell: shell.crumb(HERE, "data-title").of(&form),
            form,
            loses: account.level > Level::Simplified,
        })
    }
}

pub(super) async fn form(visit: Visit) -> Answer {
    visit.page(NamePage::load(&visit, None).await?)
}

/// What was typed, with all its faults at once.
fn names(fields: &Fields) -> Result<Names, Refusal> {
    let read = (
        PersonName::parse("surname", fields.text("surname")),
        PersonName::parse("name", fields.text("name")),
        PersonName::parse_optional("patronymic", fields.text("patronymic")),
    );
    match read {
        (Ok(surname), Ok(name), Ok(patronymic)) => Ok(Names { surname, name, patronymic }),
        (surname, name, patronymic) => {
            let faults = [surname.err(), name.err(), patronymic.err()];
            Err(Refusal::invalid(faults.into_iter().flatten().collect::<Vec<FieldFault>>()))
        }
    }
}

pub(super) async fn rename(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    if let Some(led) = stale_form(&visit, &browser, (NAME, &fields)).await? {
        return Ok(led);
    }
    match changed(&visit, &browser, &fields).await {
        Ok(()) => done("name"),
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            visit.again(NamePage::load(&visit, Some(form)).await?)
        }
    }
}

async fn changed(visit: &Visit, browser: &Browser, fields: &Fields) -> Outcome<()> {
    let (app, cx, id, names) = (visit.app.clone(), visit.cx(), own(visit)?, names(fields)?);
    let came = browser.came(&Fields::default());
    let act = move |tx: &mut Tx<'_>| change::rename(tx, &cx, &app.policy, (&id, &names), &came);
    visit.db().write(act).await?;
    // The page of every node that polls knows the person by the old name for a moment.
    Ok(())
}
