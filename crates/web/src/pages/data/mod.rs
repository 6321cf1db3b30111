//! One's data in one's own hands: to put right, to take along, to withdraw, to close.

mod close;
mod contact;
mod copy;
mod name;

use askama::Template;
use base::{Instant, Kind, Outcome, Refusal};
use rooms::accounts::read::{self, Consent};
use rooms::accounts::{self, Account, closing};
use rooms::booking::{self, FormConsent};
use rooms::identity;

use super::account::{moment, own};
use crate::browser::Browser;
use crate::route::{Action, Rate, Route, get, post};
use crate::{Answer, Fields, Form, FormState, Query, Shell, Visit, see_other};

/// The page that all others of this folder lead back to.
const HERE: &str = "/account/data";
/// How long the page says that the account is not closed any more.
const BACK_SHOWN: i64 = Instant::DAY;

/// The routes of this folder.
pub fn routes() -> Vec<Route> {
    vec![
        get(HERE, Action::ReadAccount, Rate::Read, page),
        post("/account/data/consent", Action::WithdrawConsent, Rate::Write, withdraw),
        post("/account/data/copy", Action::TakeData, Rate::Secret, copy::take),
        get("/account/name", Action::CorrectData, Rate::Secret, name::form),
        post("/account/name", Action::CorrectData, Rate::Secret, name::rename),
        get("/account/contact/{kind}", Action::CorrectData, Rate::Secret, contact::form),
        post("/account/contact/{kind}", Action::CorrectData, Rate::Secret, contact::begin),
        post(contact::REMOVE, Action::CorrectData, Rate::Secret, contact::remove),
        get("/account/contact/{kind}/{id}", Action::CorrectData, Rate::Secret, contact::code),
        post("/account/contact/{kind}/{id}", Action::CorrectData, Rate::Secret, contact::prove),
        post("/account/contact/{kind}/{id}/send", Action::CorrectData, Rate::Secret, contact::send),
        get("/undo/{link}", Action::SignIn, Rate::Secret, contact::undo_page),
        post("/undo/{link}", Action::SignIn, Rate::Secret, contact::undo),
        get("/account/close", Action::CloseAccount, Rate::Secret, close::page),
        post("/account/close", Action::CloseAccount, Rate::Secret, close::close),
    ]
}

/// What there is, and what can be done with it.
#[derive(Template)]
#[template(path = "data/data.html")]
struct DataPage {
    shell: Shell,
    form: FormState,
    account: Account,
    consents: Vec<Agreed>,
    /// Key of the words about what was done just now.
    done: Option<&'static str>,
    /// The account was to be closed, and its owner came back.
    back: bool,
}

/// A consent as its giver sees it.
struct Agreed {
    title: String,
    version: String,
    when: String,
    channel: String,
    /// Where its text is.
    text: &'static str,
    /// What withdraws it: name and value of the button; nothing when that is to close the account, or
    /// to cancel the booking first.
    withdraw: Option<(&'static str, String)>,
    /// Key of the words that say why it cannot be withdrawn here.
    why_not: Option<&'static str>,
    /// The same text agreed to at other times, or with each of several forms.
    folded: Vec<Agreed>,
    /// Key of the words that say how many.
    count: &'static str,
}

impl DataPage {
    async fn load(visit: &Visit, form: FormState) -> Outcome<Self> {
        let (id, now) = (own(visit)?, visit.app.clock.now());
        let found = visit.db().read(move |tx| {
            let account = read::account(tx, &id)?;
            let given = (read::consents(tx, &id)?, booking::consents(tx, &id)?);
            Ok((account, given, closing::came_back(tx, &id)?))
        });
        let (account, (general, forms), back) = found.await?;
        let general = read::by_text(general);
        let general = general.iter().filter_map(|x| of_account(visit, x));
        Ok(Self {
            shell: visit.shell("data-title").crumb("/account", "account-title").of(&form),
            form,
            account: account.ok_or_else(|| Refusal::new(Kind::NotFound, "E-ACC-02"))?,
            consents: general.chain(of_forms(visit, &forms)).collect(),
            done: None,
            back: back.is_some_and(|at| now < at.plus(BACK_SHOWN)),
        })
    }
}

/// The consents to one text: the last of them, the others folded.
fn of_account(visit: &Visit, text: &[Consent]) -> Option<Agreed> {
    let (last, before) = text.split_last()?;
    let before =
        before.iter().rev().map(|x| Agreed { withdraw: None, why_not: None, ..of_one(visit, x) });
    Some(Agreed { folded: before.collect(), ..of_one(visit, last) })
}

fn of_one(visit: &Visit, consent: &Consent) -> Agreed {
    let needed = accounts::NEEDED.contains(&consent.kind.as_str());
    Agreed {
        title: visit.t(&format!("data-consent-{}", consent.kind)).to_owned(),
        version: consent.version.clone(),
        when: moment(visit, consent.given_at),
        channel: visit.t(&format!("data-channel-{}", consent.channel)).to_owned(),
        text: if consent.kind == "agreement" { "/agreement" } else { "/personal-data" },
        withdraw: (!needed).then(|| ("kind", consent.kind.clone())),
        why_not: needed.then_some("data-consent-needed"),
        folded: Vec::new(),
        count: "data-consent-before",
    }
}

/// The consents that were given with forms: of several to one text one row, with each form folded.
fn of_forms(visit: &Visit, all: &[FormConsent]) -> Vec<Agreed> {
    let mut texts: Vec<Vec<&FormConsent>> = Vec::new();
    for consent in all {
        match texts.iter_mut().find(|x| x.first().is_some_and(|x| x.version == consent.version)) {
            Some(text) => text.push(consent),
            None => texts.push(vec![consent]),
        }
    }
    let row = |text: Vec<&FormConsent>| match text.as_slice() {
        [] => None,
        [one] => Some(of_form(visit, one)),
        [newest, ..] => Some(Agreed {
            title: visit.t("data-consent-forms").to_owned(),
            withdraw: None,
            why_not: None,
            folded: text.iter().map(|x| of_form(visit, x)).collect(),
            count: "data-consent-each",
            ..of_form(visit, newest)
        }),
    };
    texts.into_iter().filter_map(row).collect()
}

fn of_form(visit: &Visit, consent: &FormConsent) -> Agreed {
    Agreed {
        title: visit.tw("data-consent-form", &[("number", consent.number.clone().into())]),
        version: consent.version.clone(),
        when: moment(visit, consent.at),
        channel: visit.t(&format!("data-channel-{}", consent.channel)).to_owned(),
        text: "/personal-data",
        withdraw: consent.over.then(|| ("booking", consent.booking.to_string())),
        why_not: (!consent.over).then_some("data-consent-stands"),
        folded: Vec::new(),
        count: "data-consent-each",
    }
}

/// What was done, as addresses say it, and its words.
const DONE: [(&str, &str); 5] = [
    ("email-removed", "data-done-email-removed"),
    ("name", "data-done-name"),
    ("phone", "data-done-phone"),
    ("email", "data-done-email"),
    ("consent", "data-done-consent"),
];

async fn page(visit: Visit, Query(query): Query) -> Answer {
    let mut page = DataPage::load(&visit, visit.blank()).await?;
    page.done = DONE.into_iter().find(|x| x.0 == query.text("done")).map(|x| x.1);
    visit.page(page)
}

fn done(what: &str) -> Answer {
    see_other(&format!("{HERE}?done={what}"))
}

/// Withdraws a consent: of a booking that is over, or one that the account does not stand on.
async fn withdraw(visit: Visit, _: Browser, Form(fields): Form) -> Answer {
    let (cx, id) = (visit.cx(), own(&visit)?);
    let (kind, booking) =
        (fields.text("kind").to_owned(), fields.opt("booking").map(base::Id::from));
    let act = move |tx: &mut base::Tx<'_>| match &booking {
        Some(booking) => booking::withdraw(tx, &id, booking),
        None => identity::withdraw(tx, &cx, &id, &kind),
    };
    match visit.db().write(act).await {
        Ok(()) => done("consent"),
        Err(error) => refused(&visit, fields, error).await,
    }
}

/// The page again after a refusal.
async fn refused(visit: &Visit, fields: Fields, error: base::Error) -> Answer {
    let form = FormState::refused(fields, error)?;
    visit.again(DataPage::load(visit, form).await?)
}
