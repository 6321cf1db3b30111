//! «Сканы документов»: pictures of the papers, page by page; then a code to the phone, and they go to
//! whoever compares them.

use askama::Template;
use axum::extract::{Path, Request};
use base::{Cx, Error, FieldFault, Kind as Refused, Outcome, Refusal, Tx};
use rooms::identity::WayKind;
use rooms::identity::scan::{self, Gathered, Part};

use super::level;
use crate::arriving::gather;
use crate::pages::account::own;
use crate::pages::file::FileRow;
use crate::{Answer, Failure, Fields, Form, FormState, Shell, Visit, see_other};

const HERE: &str = "/account/level/scans";

#[derive(Template)]
#[template(path = "identity/scans.html")]
struct ScansPage {
    shell: Shell,
    form: FormState,
    parts: Vec<Papers>,
    /// Something that is needed is not there yet: key of the words.
    missing: Option<&'static str>,
    /// A code waits to be typed.
    sent: bool,
    /// Where the code goes, for its owner to recognise.
    to: String,
    /// Files can be added and taken away.
    open: bool,
}

/// What is shown of one paper.
struct Papers {
    part: &'static str,
    title: String,
    hint: String,
    needed: bool,
    files: Vec<FileRow>,
}

impl ScansPage {
    /// The field of a paper's files.
    fn field(&self, papers: &Papers) -> String {
        format!("file-{}", papers.part)
    }
}

fn has_scans(visit: &Visit) -> Result<(), Refusal> {
    let unknown = || Refusal::new(Refused::NotFound, "E-REQ-01");
    visit.app.ways.scans.then_some(()).ok_or_else(unknown)
}

async fn load(visit: &Visit) -> Outcome<Gathered> {
    has_scans(visit)?;
    let (now, me) = (visit.app.clock.now(), own(visit)?);
    visit.db().read(move |tx| scan::gathered(tx, now, &me)).await
}

fn made(visit: &Visit, known: &Gathered, form: FormState) -> ScansPage {
    let papers = |part: Part| Papers {
        part: part.as_str(),
        title: visit.t(&format!("scan-part-{}", part.as_str())).to_owned(),
        hint: visit.t(&format!("scan-part-{}-hint", part.as_str())).to_owned(),
        needed: known.needs(part),
        files: known.of(part).map(|x| FileRow::of(visit, x)).collect(),
    };
    ScansPage {
        shell: visit
            .shell("scans-title")
            .crumb("/account", "account-title")
            .crumb("/account/level", "level-title")
            .of(&form),
        form,
        parts: known.parts().iter().copied().map(papers).collect(),
        missing: match known.missing().as_slice() {
            [] => None,
            [Part::Registration] => Some("scans-missing-registration"),
            _ => Some("scans-missing"),
        },
        sent: known.sent,
        to: known.account.phone.masked(),
        open: known.is_open(),
    }
}

pub(super) async fn page(visit: Visit) -> Answer {
    let known = load(&visit).await?;
    if !known.is_open() {
        return see_other("/account/level#way-scan");
    }
    visit.page(made(&visit, &known, visit.blank()))
}

async fn again(
    visit: &Visit,
    fields: Fields,
    error: Error,
) -> Result<axum::response::Response, Failure> {
    // What is wrong with the data is listed on the page of levels.
    let of_data =
        |x: &Refusal| x.code == "E-ACC-12" || x.fields.iter().any(|x| x.field.contains('.'));
    if matches!(&error, Error::Refusal(x) if of_data(x)) {
        return level::again(visit, fields, (WayKind::Scan, error)).await;
    }
    let form = FormState::refused(fields, error)?;
    let known = load(visit).await?;
    visit.again(made(visit, &known, form))
}

/// Adds files of one paper.
pub(super) async fn add(visit: Visit, Path(part): Path<String>, request: Request) -> Answer {
    has_scans(&visit)?;
    let unknown = || Refusal::new(Refused::NotFound, "E-REQ-01");
    let part = Part::parse(&part).ok_or_else(unknown)?;
    match added(&visit, part, request).await {
        Ok(()) => see_other(&format!("{HERE}#{}", part.as_str())),
        Err(error) => {
            let me = own(&visit)?;
            visit.db().write(move |tx| scan::leave_empty(tx, &me)).await?;
            again(&visit, Fields::default(), error).await
        }
    }
}

async fn added(visit: &Visit, part: Part, request: Request) -> Outcome<()> {
    let me = own(visit)?;
    let who = me.clone();
    let begin = move |tx: &mut Tx<'_>, cx: &Cx| scan::add(tx, cx, (&who, part));
    gather(visit, (&me, &format!("file-{}", part.as_str())), request, begin).await
}

/// Takes a file away again.
pub(super) async fn take_away(visit: Visit, Path(file): Path<String>) -> Answer {
    has_scans(&visit)?;
    let me = own(&visit)?;
    match visit.db().write(move |tx| scan::take_away(tx, &me, &file)).await {
        Ok(()) => see_other(HERE),
        Err(error) => again(&visit, Fields::default(), error).await,
    }
}

/// Sends the code to the phone.
pub(super) async fn code(visit: Visit) -> Answer {
    has_scans(&visit)?;
    let (app, cx, me) = (visit.app.clone(), visit.cx(), own(&visit)?);
    match visit.db().write(move |tx| scan::send_code(tx, &cx, &app.policy, &me)).await {
        Ok(()) => see_other(&format!("{HERE}#send")),
        Err(error) => again(&visit, Fields::default(), error).await,
    }
}

/// Sends the scans, on the word of the code.
pub(super) async fn send(visit: Visit, Form(fields): Form) -> Answer {
    has_scans(&visit)?;
    let (app, cx, me) = (visit.app.clone(), visit.cx(), own(&visit)?);
    let (typed, consent) = (fields.text("code").to_owned(), fields.flag("consent"));
    let act =
        move |tx: &mut Tx<'_>| scan::send(tx, &cx, (&app.policy, app.ways), (&me, consent, &typed));
    let sent = match fields.opt("code") {
        None => Err(Refusal::invalid(vec![FieldFault::new("code", "E-FORM-01")]).into()),
        // A wrong code is counted, so only here it becomes a refusal.
        Some(_) => visit.db().write(act).await.and_then(|x| x.map_err(Error::from)),
    };
    match sent {
        Ok(()) => see_other("/account/level#way-scan"),
        Err(error) => again(&visit, fields, error).await,
    }
}
