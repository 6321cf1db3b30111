//! One kind of datum: its short form.

use askama::Template;
use axum::extract::Path;
use base::{Error, Kind as Refused, Refusal};
use rooms::identity::read::Levels;
use rooms::identity::{self, Beside, Cost, Kind, SEXES, Save, Saved, consequence};

use super::{Resume, label, profile, resume_of, title};
use crate::browser::Browser;
use crate::form::Choice;
use crate::pages::account::{level_title, own};
use crate::pages::factor::stale_form;
use crate::{Answer, Failure, Fields, Form, FormState, Shell, Visit, see_other};

#[derive(Template)]
#[template(path = "identity/datum.html")]
struct DatumPage {
    shell: Shell,
    form: FormState,
    kind: &'static str,
    sexes: Vec<Choice>,
    /// What a change costs, in words: title, text and key of what one agrees to.
    costs: Option<(&'static str, String, &'static str)>,
    /// What was interrupted, perhaps for want of this.
    resume: Option<Resume>,
    /// The registries are asked about it.
    asked: bool,
    /// What is kept now, when the form was opened before it was.
    now: Option<String>,
}

fn kind_of(text: &str) -> Result<Kind, Refusal> {
    Kind::parse(text).ok_or_else(|| Refusal::new(Refused::NotFound, "E-REQ-01"))
}

fn page(visit: &Visit, levels: &Levels, kind: Kind, mut form: FormState) -> DatumPage {
    let profile = &levels.profile;
    let named = |field: &&str| {
        let name = kind.field(field);
        (name.clone(), label(visit, &name))
    };
    form.labels = kind.fields().iter().map(named).collect();
    let conflict = form.refusal.as_ref().is_some_and(|x| x.code == "E-ACC-10");
    if conflict {
        // The next try knows what it replaces.
        form.values = form.values.with("version", profile.version(kind).to_string());
    }
    let sexes = SEXES.map(|x| Choice::new(x, visit.t(&format!("profile-sex-{x}"))));
    DatumPage {
        shell: visit
            .shell(&title(visit, kind))
            .crumb("/account", "account-title")
            .crumb("/account/profile", "profile-title")
            .of(&form),
        now: profile.get(kind).filter(|_| conflict).map(|x| x.values.line(kind)),
        form,
        kind: kind.as_str(),
        sexes: sexes.into(),
        costs: consequence(profile, kind).map(|x| costs(visit, x)),
        resume: resume_of(visit, levels.wish.as_ref(), profile).filter(|x| !x.enough),
        asked: kind.is_asked(),
    }
}

/// What a change costs: title, text, and key of what one agrees to.
fn costs(visit: &Visit, cost: Cost) -> (&'static str, String, &'static str) {
    match cost {
        Cost::Level(level) => {
            let level = level_title(visit, level);
            let text = visit.tw("profile-falls", &[("level", level.into())]);
            ("profile-falls-title", text, "profile-agree")
        }
        Cost::Proof => (
            "profile-unproves-title",
            visit.t("profile-unproves").to_owned(),
            "profile-agree-address",
        ),
    }
}

/// The page on which one's name is changed: a name has one home.
const NAME: &str = "/account/name";

pub(super) async fn show(visit: Visit, Path(kind): Path<String>) -> Answer {
    let kind = kind_of(&kind)?;
    if kind == Kind::Name {
        return see_other(NAME);
    }
    let levels = profile::load(&visit).await?;
    let form = visit.filled(filled(&levels, kind));
    visit.page(page(&visit, &levels, kind, form))
}

/// What is known, as the form shows it.
fn filled(levels: &Levels, kind: Kind) -> Fields {
    let version = levels.profile.version(kind).to_string();
    let fields = Fields::default().with("version", version);
    let Some(datum) = levels.profile.get(kind) else { return fields };
    let shown = |fields: Fields, field: &&str| {
        fields.with(&kind.field(field), datum.values.shown(kind, field))
    };
    kind.fields().iter().fold(fields, shown)
}

pub(super) async fn save(
    visit: Visit,
    browser: Browser,
    Path(kind): Path<String>,
    Form(fields): Form,
) -> Answer {
    let kind = kind_of(&kind)?;
    if kind == Kind::Name {
        return see_other(NAME);
    }
    let levels = profile::load(&visit).await?;
    // What a level rests on is changed by whoever has just proved who they are.
    if consequence(&levels.profile, kind).is_some() {
        let path = format!("/account/profile/{}", kind.as_str());
        if let Some(led) = stale_form(&visit, &browser, (&path, &fields)).await? {
            return Ok(led);
        }
    }
    match kept_datum(&visit, &levels, kind, &fields).await {
        Ok(Saved::Same) => see_other("/account/profile"),
        Ok(saved) => {
            let more = match saved {
                Saved::Kept { asked: true } => "&asked=1",
                Saved::NotAgreed => "&agree=1",
                _ => "",
            };
            see_other(&format!("/account/profile?saved={}{more}", kind.as_str()))
        }
        Err(error) => again(&visit, kind, fields, error).await,
    }
}

async fn again(
    visit: &Visit,
    kind: Kind,
    fields: Fields,
    error: Error,
) -> Result<axum::response::Response, Failure> {
    let form = FormState::refused(fields, error)?;
    let levels = profile::load(visit).await?;
    visit.again(page(visit, &levels, kind, form))
}

async fn kept_datum(
    visit: &Visit,
    levels: &Levels,
    kind: Kind,
    fields: &Fields,
) -> base::Outcome<Saved> {
    let today = identity::read::today(visit.app.clock.now());
    let beside = Beside { born: levels.profile.born(), today };
    let typed = |field: &str| fields.text(&kind.field(field)).to_owned();
    let typed: Vec<(&str, String)> = kind.fields().iter().map(|x| (*x, typed(x))).collect();
    let field = |name: &str| typed.iter().find(|x| x.0 == name).map_or("", |x| x.1.as_str());
    let values = identity::read_datum(kind, field, beside).map_err(Refusal::invalid)?;
    let datum = Save {
        account: own(visit)?,
        kind,
        values,
        version: fields.text("version").parse().unwrap_or(-1),
        agreed: fields.flag("agree"),
    };
    let (cx, ways) = (visit.cx(), visit.app.ways);
    visit.db().write(move |tx| identity::save(tx, &cx, ways, &datum)).await
}
