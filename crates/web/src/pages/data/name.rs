//! Another name.

use askama::Template;
use base::{Kind, Outcome, Refusal, Tx};
use rooms::accounts::{Level, Names, is_one_name, read};
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
        let (surname, name) = (account.surname.reveal(), account.name.reveal());
        let one = if is_one_name(surname, name) { "1" } else { "" };
        let now = Fields::default()
            .with("surname", surname)
            .with("name", name)
            .with("one_name", one)
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
    let parts = ["surname", "name", "patronymic"];
    let read = Names::parse(parts, parts.map(|x| fields.text(x)), fields.flag("one_name"));
    read.map_err(Refusal::invalid)
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
