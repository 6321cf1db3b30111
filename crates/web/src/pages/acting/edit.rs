//! The forms: adding somebody, and correcting what was typed.

use askama::Template;
use axum::extract::Path;
use base::{Error, FieldFault, Id, Kind as RefusalKind, Outcome, Pii, Refusal, Tx, idem};
use rooms::catalogue::Applicant;
use rooms::identity;
use rooms::mandates::{self, Act, Add, Basis, Correct, Form as Made, Kind, Office, Sheet, Typed};

use super::{HERE, NEW, lacks, level, path, today};
use crate::browser::Browser;
use crate::form::{Choice, KEY};
use crate::pages::account::own;
use crate::pages::factor;
use crate::{Answer, Fields, Form, FormState, Query, Shell, Visit, next, see_other};

/// Fields of the forms and the keys of their words, for the list of what is wrong.
const LABELS: [(&str, &str); 23] = [
    ("surname", "acting-surname"),
    ("name", "acting-name"),
    ("patronymic", "acting-patronymic"),
    ("one_name", "acting-one-name"),
    ("born", "acting-born"),
    ("sex", "acting-sex"),
    ("series", "acting-series"),
    ("number", "acting-number"),
    ("issued_on", "acting-issued"),
    ("issuer", "acting-issuer"),
    ("form", "acting-form"),
    ("until", "acting-until"),
    ("office", "acting-office"),
    ("title", "acting-title-company"),
    ("ogrn", "acting-ogrn"),
    ("ogrnip", "acting-ogrnip"),
    ("inn", "acting-inn"),
    ("kpp", "acting-kpp"),
    ("basis", "acting-basis"),
    ("position", "acting-position"),
    ("acts", "acting-acts"),
    ("services", "acting-services"),
    ("bodies", "acting-bodies"),
];

#[derive(Template)]
#[template(path = "acting/form.html")]
struct FormPage {
    shell: Shell,
    form: FormState,
    kind: &'static str,
    lead: String,
    action: String,
    key: String,
    next: String,
    fresh: bool,
    sexes: Vec<Choice>,
    forms: Vec<Choice>,
    offices: Vec<Choice>,
    bases: Vec<Choice>,
    acts: Vec<Choice>,
    services: Vec<Choice>,
    bodies: Vec<Choice>,
}

/// Which kind, when the address does not say.
#[derive(Template)]
#[template(path = "acting/kinds.html")]
struct KindsPage {
    shell: Shell,
    /// Address, words and hint of each.
    kinds: Vec<(String, String, String)>,
    /// Some need a higher level.
    closed: bool,
    /// What the profile lacks for it.
    lack: Option<Lack>,
}

/// Why nobody can be added yet, and where that is put right: keys of words.
#[derive(Clone, Copy)]
struct Lack {
    title: &'static str,
    more: &'static [&'static str],
    href: &'static str,
    link: &'static str,
}

/// Whoever would act is too young for it.
const YOUNG: Lack = Lack {
    title: "acting-young",
    more: &["acting-young-can", "acting-young-date"],
    href: "/account/profile/birth",
    link: "acting-young-correct",
};
/// Nobody knows when they were born.
const BIRTHLESS: Lack = Lack {
    title: "acting-birth",
    more: &["acting-birth-why"],
    href: "/account/profile/birth",
    link: "acting-birth-go",
};
/// A sole trader is known by the INN of whoever acts.
const NUMBERLESS: Lack = Lack {
    title: "acting-own-inn",
    more: &["acting-own-inn-why"],
    href: "/account/profile/inn",
    link: "acting-own-inn-go",
};

fn page(visit: &Visit, kind: Kind, action: String, mut form: FormState) -> FormPage {
    let word =
        |list: &str, code: &str| Choice::new(code, visit.t(&format!("acting-{list}-{code}")));
    let fresh = action == NEW;
    let title = match fresh {
        true => format!("acting-add-{}", kind.as_str()),
        false => "acting-correct-title".to_owned(),
    };
    form.labels = LABELS.map(|(name, key)| (name.to_owned(), visit.t(key).to_owned())).into();
    let bounded = kind == Kind::Attorney;
    FormPage {
        shell: visit
            .shell(&title)
            .crumb("/account", "account-title")
            .crumb(HERE, "acting-title")
            .of(&form),
        kind: kind.as_str(),
        lead: visit.t(&format!("acting-lead-{}", kind.as_str())).to_owned(),
        action,
        key: visit.mint(),
        next: form.value("next").to_owned(),
        fresh,
        sexes: ["female", "male"].map(|x| word("sex", x)).into(),
        forms: Made::ALL.iter().map(|x| word("form", x.as_str())).collect(),
        offices: Office::ALL.iter().map(|x| word("office", x.as_str())).collect(),
        bases: Basis::ALL.iter().map(|x| word("basis", x.as_str())).collect(),
        acts: [Act::Book, Act::Cancel, Act::See].map(|x| word("may", x.as_str())).into(),
        services: if bounded { services(visit) } else { Vec::new() },
        bodies: if bounded { bodies(visit) } else { Vec::new() },
        form,
    }
}

/// The services for which somebody may come for another.
fn services(visit: &Visit) -> Vec<Choice> {
    let city = visit.app.portal();
    let all = city.city.catalogue.services().iter();
    let for_others = all.filter(|x| x.passport.kinds.contains(&Applicant::Representative));
    let mut all: Vec<_> =
        for_others.map(|x| Choice::new(&x.code, x.passport.name.in_lang(visit.lang))).collect();
    all.sort_by(|a, b| a.title.cmp(&b.title));
    all
}

/// The kinds of bodies that there are.
fn bodies(visit: &Visit) -> Vec<Choice> {
    let city = visit.app.portal();
    let kinds: std::collections::BTreeSet<&str> =
        city.city.offices.organizations().iter().map(|x| x.kind.as_str()).collect();
    let named = |kind: &str| Choice::new(kind, visit.t(&format!("org-kind-{kind}")));
    let mut all: Vec<_> = kinds.into_iter().map(named).collect();
    all.sort_by(|a, b| a.title.cmp(&b.title));
    all
}

/// Reads the form; services and bodies must be ones that the page offered.
fn read(visit: &Visit, kind: Kind, fields: &Fields) -> Result<Sheet, Refusal> {
    let mut typed = Typed::default();
    for name in LABELS.map(|x| x.0) {
        fields.all(name).for_each(|value| typed.add(name, value));
    }
    let read = mandates::read(kind, &typed, today(visit));
    let (services, bodies) = (services(visit), bodies(visit));
    let unknown = |name: &'static str, known: &[Choice]| {
        let odd = fields.all(name).any(|x| !x.is_empty() && known.iter().all(|y| y.value != x));
        odd.then(|| FieldFault::new(name, "E-FORM-02-CHOICE"))
    };
    let bounded = kind == Kind::Attorney;
    let odd = [unknown("services", &services), unknown("bodies", &bodies)];
    let odd: Vec<_> = odd.into_iter().flatten().filter(|_| bounded).collect();
    match read {
        Ok(sheet) if odd.is_empty() => Ok(sheet),
        read => Err(Refusal::invalid(read.err().into_iter().flatten().chain(odd).collect())),
    }
}

/// The form, or the choice of what to add.
pub(super) async fn fresh(visit: Visit, Query(query): Query) -> Answer {
    let next = query.text("next").to_owned();
    // Said before anything is typed.
    let typed = visit.typed.as_ref().map_or("", |x| x.fields.text("kind"));
    let kind = Kind::parse(query.text("kind")).or_else(|| Kind::parse(typed));
    kind.map_or(Ok(()), |x| mandates::rules::may_add(level(&visit), x))?;
    let (lack, inn) = known(&visit).await?;
    if lack.is_some() {
        return visit.page(kinds_page(&visit, Vec::new(), lack));
    }
    if let Some(kind) = kind {
        if kind == Kind::Trader && inn.is_empty() {
            return visit.page(kinds_page(&visit, Vec::new(), Some(NUMBERLESS)));
        }
        // What most people want needs no choice.
        let own = if kind == Kind::Trader { inn } else { String::new() };
        let usual = Fields::default()
            .with("next", next)
            .with("inn", own)
            .with("form", Made::Notarial.as_str())
            .with("office", Office::Guardian.as_str())
            .with("basis", Basis::Position.as_str());
        let usual = [Act::Book, Act::Cancel, Act::See]
            .into_iter()
            .fold(usual, |fields, act| fields.and("acts", act.as_str()));
        return visit.page(page(&visit, kind, NEW.into(), visit.filled(usual)));
    }
    let kinds = Kind::ALL.iter().filter(|x| !lacks(&visit, **x)).map(|kind| {
        let code = kind.as_str();
        let tail = match next.as_str() {
            "" => String::new(),
            next => next::with("", next).replacen('?', "&", 1),
        };
        (
            format!("{NEW}?kind={code}{tail}"),
            visit.t(&format!("acting-add-{code}")).to_owned(),
            visit.t(&format!("acting-lead-{code}")).to_owned(),
        )
    });
    visit.page(kinds_page(&visit, kinds.collect(), None))
}

fn kinds_page(
    visit: &Visit,
    kinds: Vec<(String, String, String)>,
    lack: Option<Lack>,
) -> KindsPage {
    KindsPage {
        shell: visit
            .shell("acting-new-title")
            .crumb("/account", "account-title")
            .crumb(HERE, "acting-title"),
        closed: lack.is_none() && kinds.len() < Kind::ALL.len(),
        kinds,
        lack,
    }
}

/// What the profile says of whoever would act: why they may act for nobody yet, and their INN.
async fn known(visit: &Visit) -> Outcome<(Option<Lack>, String)> {
    let id = own(visit)?;
    let read = move |tx: &mut Tx<'_>| Ok((identity::born(tx, &id)?, identity::inn(tx, &id)?));
    let (born, inn) = visit.db().read(read).await?;
    let lack = match born {
        None => Some(BIRTHLESS),
        Some(born) => mandates::rules::of_age(Some(&born), today(visit)).is_err().then_some(YOUNG),
    };
    Ok((lack, inn.map(Pii::into_revealed).unwrap_or_default()))
}

pub(super) async fn add(visit: Visit, Form(fields): Form) -> Answer {
    let unknown = || Refusal::invalid(vec![FieldFault::new("kind", "E-FORM-02-CHOICE")]);
    let kind = Kind::parse(fields.text("kind")).ok_or_else(unknown)?;
    match try_add(&visit, kind, &fields).await {
        Ok(_) => match fields.text("next") {
            "" => see_other(&format!("{HERE}?done=added")),
            next => see_other(next::own(next)),
        },
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            visit.again(page(&visit, kind, NEW.into(), form))
        }
    }
}

async fn try_add(visit: &Visit, kind: Kind, fields: &Fields) -> Outcome<Id> {
    let command =
        Add { account: own(visit)?, level: level(visit), sheet: read(visit, kind, fields)? };
    let (cx, typed) = (visit.cx(), wish(fields));
    let parts: Vec<&str> = typed.iter().map(String::as_str).collect();
    let key = fields.key(&parts);
    let act = move |tx: &mut Tx<'_>| match &key {
        Some(key) => idem::once(tx, &cx, key, |tx| mandates::add(tx, &cx, &command)),
        None => mandates::add(tx, &cx, &command),
    };
    visit.db().write(act).await
}

/// All that was typed but the key: what the key stands for.
fn wish(fields: &Fields) -> Vec<String> {
    let names = fields.names().filter(|x| *x != KEY);
    names.flat_map(|name| fields.all(name).map(move |x| format!("{name}={x}"))).collect()
}

/// The form of a mandate that is there.
pub(super) async fn show(visit: Visit, browser: Browser, Path(id): Path<String>) -> Answer {
    let account = own(&visit)?;
    let found = visit.db().read(move |tx| mandates::own(tx, &account, &id)).await?;
    let here = path(&found.id);
    // Numbers of papers are shown in full here.
    if let Some(led) = factor::stale(&visit, &browser, &here).await? {
        return Ok(led);
    }
    let gone = || Refusal::new(RefusalKind::Conflict, "E-MND-03");
    let sheet = found.sheet().filter(|_| found.state.stands()).ok_or_else(gone)?;
    let values = Typed::of(sheet).iter().fold(Fields::default(), |fields, (name, all)| {
        all.iter().fold(fields, |fields, value| fields.and(name, value.as_str()))
    });
    visit.page(page(&visit, found.kind, here, visit.filled(values)))
}

pub(super) async fn correct(
    visit: Visit,
    browser: Browser,
    Path(id): Path<String>,
    Form(fields): Form,
) -> Answer {
    let (account, asked) = (own(&visit)?, id.clone());
    let found = visit.db().read(move |tx| mandates::own(tx, &account, &asked)).await?;
    let here = path(&found.id);
    if let Some(led) = factor::stale_form(&visit, &browser, (&here, &fields)).await? {
        return Ok(led);
    }
    match try_correct(&visit, found.kind, &found.id, &fields).await {
        Ok(()) => see_other(&format!("{HERE}?done=corrected")),
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            visit.again(page(&visit, found.kind, here, form))
        }
    }
}

async fn try_correct(visit: &Visit, kind: Kind, id: &Id, fields: &Fields) -> Result<(), Error> {
    let command = Correct {
        account: own(visit)?,
        level: level(visit),
        mandate: id.clone(),
        sheet: read(visit, kind, fields)?,
    };
    let cx = visit.cx();
    visit.db().write(move |tx| mandates::correct(tx, &cx, &command)).await
}
