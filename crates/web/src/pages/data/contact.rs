//! Another phone or e-mail: the new one is proved by a code, the old one can take it back.

use askama::Template;
use axum::extract::Path;
use base::{FieldFault, Id, Kind, Outcome, Refusal, Tx};
use rooms::accounts::{Contact, Email, Phone, read};
use rooms::factors::change::{self, Change};

use super::{HERE, done};
use crate::browser::Browser;
use crate::pages::account::own;
use crate::pages::factor::{by_link, shut_out, stale, stale_form};
use crate::{Answer, Fields, Form, FormState, Query, Shell, Visit, see_other};

/// Where the e-mail is taken away.
pub(super) const REMOVE: &str = "/account/contact/email/remove";
/// The page of the e-mail.
const EMAIL: &str = "/account/contact/email";

#[derive(Template)]
#[template(path = "data/contact.html")]
struct ContactPage {
    shell: Shell,
    form: FormState,
    /// `phone` or `email`.
    kind: &'static str,
    /// The contact that counts now, if there is one.
    now: Option<String>,
}

/// `phone` or `email`, as an address says it.
fn kind_of(text: &str) -> Result<&'static str, Refusal> {
    let known = ["phone", "email"].into_iter().find(|x| *x == text);
    known.ok_or_else(|| Refusal::new(Kind::NotFound, "E-REQ-01"))
}

impl ContactPage {
    async fn load(visit: &Visit, kind: &'static str, form: FormState) -> Outcome<Self> {
        let id = own(visit)?;
        let found = visit.db().read(move |tx| read::account(tx, &id)).await?;
        let account = found.ok_or_else(|| Refusal::new(Kind::NotFound, "E-ACC-02"))?;
        let (title, now) = match kind {
            "phone" => ("data-phone-title", Some(account.phone.reveal().to_owned())),
            _ => ("data-email-title", account.email.map(|x| x.reveal().to_owned())),
        };
        let shell = visit.shell(title).crumb("/account", "account-title");
        Ok(Self { shell: shell.crumb(HERE, "data-title").of(&form), form, kind, now })
    }

    fn is(&self, kind: &str) -> bool {
        self.kind == kind
    }

    /// Whether the contact can be taken away: an e-mail, where nobody has to have one.
    fn removable(&self) -> bool {
        let needed = self.shell.visit.app.policy.email_required;
        self.is("email") && self.now.is_some() && !needed
    }
}

pub(super) async fn form(visit: Visit, Path(kind): Path<String>) -> Answer {
    let kind = kind_of(&kind)?;
    let form = visit.blank();
    visit.page(ContactPage::load(&visit, kind, form).await?)
}

pub(super) async fn begin(
    visit: Visit,
    browser: Browser,
    Path(kind): Path<String>,
    Form(fields): Form,
) -> Answer {
    let kind = kind_of(&kind)?;
    let path = format!("/account/contact/{kind}");
    if let Some(led) = stale_form(&visit, &browser, (&path, &fields)).await? {
        return Ok(led);
    }
    match begun(&visit, kind, &fields).await {
        Ok(change) => see_other(&format!("{path}/{change}")),
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            visit.again(ContactPage::load(&visit, kind, form).await?)
        }
    }
}

async fn begun(visit: &Visit, kind: &'static str, fields: &Fields) -> Outcome<Id> {
    let typed = fields.text(kind);
    let new = match kind {
        "phone" => Phone::parse("phone", typed).map(Contact::Phone),
        _ => Email::parse("email", typed).map(Contact::Email),
    };
    let new = new.map_err(|fault| Refusal::invalid(vec![fault]))?;
    let (app, id) = (visit.app.clone(), own(visit)?);
    let key = visit.key(fields, &["contact", kind, new.reveal()]);
    visit.once(key, move |tx, cx| change::begin(tx, cx, &app.policy, (&id, &new))).await
}

/// Takes the e-mail away.
pub(super) async fn remove(visit: Visit, browser: Browser) -> Answer {
    if let Some(led) = stale(&visit, &browser, EMAIL).await? {
        return Ok(led);
    }
    let (app, cx, account) = (visit.app.clone(), visit.cx(), own(&visit)?);
    let (came, token) = (browser.came(&Fields::default()), browser.session().unwrap_or_default());
    let token = token.to_owned();
    let act = move |tx: &mut Tx<'_>| {
        change::remove_email(tx, &cx, &app.policy, (&account, &token, &came))
    };
    match visit.db().write(act).await {
        Ok(()) => done("email-removed"),
        Err(error) => {
            let form = FormState::refused(Fields::default(), error)?;
            visit.again(ContactPage::load(&visit, "email", form).await?)
        }
    }
}

/// The code that was sent to the new contact.
#[derive(Template)]
#[template(path = "data/code.html")]
struct CodePage {
    shell: Shell,
    form: FormState,
    path: String,
    /// The new contact, to be recognised.
    to: String,
    /// It was sent again just now.
    sent: bool,
}

impl CodePage {
    async fn load(visit: &Visit, (kind, id): (&str, &Id), form: FormState) -> Outcome<Self> {
        let (now, account, asked) = (visit.app.clock.now(), own(visit)?, id.clone());
        let found = visit.db().read(move |tx| match change::waiting(tx, now, &account, &asked)? {
            Some(change) => Ok(change),
            None => Err(change::why_over(tx, &account, &asked)?.into()),
        });
        let change = found.await?;
        let shell = visit.shell("data-code-title").crumb("/account", "account-title");
        Ok(Self {
            shell: shell.crumb(HERE, "data-title").of(&form),
            form,
            path: format!("/account/contact/{kind}/{id}"),
            to: change.new.masked(),
            sent: false,
        })
    }
}

pub(super) async fn code(
    visit: Visit,
    Path((kind, id)): Path<(String, Id)>,
    Query(query): Query,
) -> Answer {
    let mut page = CodePage::load(&visit, (kind_of(&kind)?, &id), FormState::new()).await?;
    page.sent = query.flag("sent");
    visit.page(page)
}

pub(super) async fn prove(
    visit: Visit,
    browser: Browser,
    Path((kind, id)): Path<(String, Id)>,
    Form(fields): Form,
) -> Answer {
    let kind = kind_of(&kind)?;
    match proved(&visit, &browser, &id, &fields).await {
        Ok(()) => done(kind),
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            visit.again(CodePage::load(&visit, (kind, &id), form).await?)
        }
    }
}

async fn proved(visit: &Visit, browser: &Browser, id: &Id, fields: &Fields) -> Outcome<()> {
    let Some(code) = fields.opt("code").map(str::to_owned) else {
        return Err(Refusal::invalid(vec![FieldFault::new("code", "E-FORM-01")]).into());
    };
    let (app, cx, account, id) = (visit.app.clone(), visit.cx(), own(visit)?, id.clone());
    let (came, token) = (browser.came(&Fields::default()), browser.session().unwrap_or_default());
    let token = token.to_owned();
    // A wrong try is counted, so its refusal must not roll the transaction back.
    let act = move |tx: &mut Tx<'_>| {
        change::prove(tx, &cx, &app.policy, (&account, &id, &token), (&code, &came))
    };
    Ok(visit.db().write(act).await?.map_err(|x| x.at("code"))?)
}

pub(super) async fn send(visit: Visit, Path((kind, id)): Path<(String, Id)>) -> Answer {
    let kind = kind_of(&kind)?;
    let (app, cx, account, change) = (visit.app.clone(), visit.cx(), own(&visit)?, id.clone());
    let act = move |tx: &mut Tx<'_>| change::again(tx, &cx, &app.policy, (&account, &change));
    match visit.db().write(act).await {
        Ok(()) => see_other(&format!("/account/contact/{kind}/{id}?sent=1")),
        Err(error) => {
            let form = FormState::refused(Fields::default(), error)?;
            visit.again(CodePage::load(&visit, (kind, &id), form).await?)
        }
    }
}

/// The link to the old contact leads here.
#[derive(Template)]
#[template(path = "data/undo.html")]
struct UndoPage {
    shell: Shell,
    form: FormState,
    link: String,
    old: String,
}

async fn of_undo(visit: &Visit, link: &str) -> Outcome<Change> {
    let (app, now, link) = (visit.app.clone(), visit.app.clock.now(), link.to_owned());
    visit.db().read(move |tx| change::of_undo(tx, now, &app.policy, &link)).await
}

pub(super) async fn undo_page(visit: Visit, Path(link): Path<String>) -> Answer {
    let change = of_undo(&visit, &link).await?;
    let old = change.old.map(|x| x.masked()).unwrap_or_default();
    let (shell, form) = (visit.shell("data-undo-title"), FormState::new());
    visit.page(UndoPage { shell, form, link, old })
}

pub(super) async fn undo(
    visit: Visit,
    browser: Browser,
    Path(link): Path<String>,
    Form(fields): Form,
) -> Answer {
    let token = by_link(&visit, (&browser, &fields), link, change::undo).await?;
    shut_out(&visit, &token, true)
}
