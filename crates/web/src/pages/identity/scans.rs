//! «Сканы документов»: pictures of the papers, page by page; then a code to the phone, and they go to
//! whoever compares them.

use askama::Template;
use axum::extract::{FromRequest as _, Multipart, Path, Request};
use axum::http::header;
use base::{Error, FieldFault, Kind as Refused, Outcome, Refusal};
use rooms::files::{self, shape};
use rooms::identity::scan::{self, Gathered, Part};

use crate::arriving::{Arrived, WHOLE, arrive};
use crate::form::unread;
use crate::pages::account::own;
use crate::{Answer, Failure, Fields, Form, FormState, Shell, Visit, see_other};

const HERE: &str = "/account/level/scans";

#[derive(Template)]
#[template(path = "identity/scans.html")]
struct ScansPage {
    shell: Shell,
    form: FormState,
    parts: Vec<Papers>,
    /// Something that is needed is not there yet.
    missing: bool,
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
    files: Vec<Row>,
}

struct Row {
    id: String,
    name: String,
    /// «PDF, 1,2 МБ».
    what: String,
    /// Something bad was found in it.
    infected: bool,
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
        needed: Part::NEEDED.contains(&part),
        files: known.of(part).map(|x| row(visit, x)).collect(),
    };
    ScansPage {
        shell: visit
            .shell("scans-title")
            .crumb("/account", "account-title")
            .crumb("/account/level", "level-title")
            .of(&form),
        form,
        parts: Part::ALL.into_iter().map(papers).collect(),
        missing: !known.missing().is_empty(),
        sent: known.sent,
        to: known.account.phone.masked(),
        open: known.is_open(),
    }
}

fn row(visit: &Visit, file: &files::File) -> Row {
    Row {
        id: file.id.to_string(),
        name: file.name.reveal().clone(),
        what: format!("{}, {}", file.kind.as_str().to_uppercase(), weight(visit, file.size)),
        infected: file.state == files::State::Infected,
    }
}

/// «340 КБ», «1,2 МБ».
pub(crate) fn weight(visit: &Visit, bytes: i64) -> String {
    let kib = (bytes + 1023) / 1024;
    if kib < 1024 {
        return visit.tw("file-kib", &[("n", kib.to_string().into())]);
    }
    let tenths = bytes * 10 / (1024 * 1024);
    let point = if visit.lang == texts::Lang::Ru { "," } else { "." };
    let number = format!("{}{point}{}", tenths / 10, tenths % 10);
    visit.tw("file-mib", &[("n", number.into())])
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
        Err(error) => again(&visit, Fields::default(), error).await,
    }
}

async fn added(visit: &Visit, part: Part, request: Request) -> Outcome<()> {
    let too_long = || {
        let refusal = Refusal::new(Refused::TooLarge, "E-FILE-04");
        refusal.arg("mb", shape::MOST / 1024 / 1024)
    };
    let said = request.headers().get(header::CONTENT_LENGTH);
    let said = said.and_then(|x| x.to_str().ok()?.parse::<usize>().ok());
    if said.is_some_and(|x| x > WHOLE) {
        return Err(too_long().into());
    }
    let busy = || Refusal::new(Refused::Overloaded, "E-REQ-06").retry(5);
    let _turn = visit.app.uploads.try_acquire().map_err(|_full| busy())?;
    let me = own(visit)?;
    let read = Multipart::from_request(request, &()).await;
    let mut form = read.map_err(|x| unread(x.status()))?;
    let (mut kept, mut faults) = (0, Vec::new());
    let field = format!("file-{}", part.as_str());
    while let Some(piece) = form.next_field().await.map_err(|x| match x.status() {
        axum::http::StatusCode::PAYLOAD_TOO_LARGE => too_long(),
        other => unread(other),
    })? {
        if piece.name() != Some(&field) {
            continue;
        }
        let begin = async || {
            let (cx, me) = (visit.cx(), me.clone());
            visit.db().write(move |tx| scan::add(tx, &cx, (&me, part))).await
        };
        match arrive(visit, &me, piece, begin).await? {
            Arrived::Nothing => {}
            Arrived::Kept => kept += 1,
            Arrived::Not(fault) => faults.push(fault),
        }
    }
    if kept == 0 && faults.is_empty() {
        faults.push(FieldFault::new(field, "E-FILE-00"));
    }
    // Of one field the page shows one fault.
    faults.truncate(1);
    if faults.is_empty() { Ok(()) } else { Err(Refusal::invalid(faults).into()) }
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
    let typed = fields.text("code").to_owned();
    let act =
        move |tx: &mut base::Tx<'_>| scan::send(tx, &cx, (&app.policy, app.ways), (&me, &typed));
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
