//! The paper of a mandate as files: a power of attorney, an act of guardianship, a certificate of birth.

use askama::Template;
use axum::extract::{Path, Request};
use base::{Cx, Error, Id, Kind as RefusalKind, Outcome, Refusal, Tx};
use rooms::files::File;
use rooms::mandates::{self, Mandate};

use super::{HERE, path};
use crate::arriving::gather;
use crate::pages::account::own;
use crate::pages::file::FileRow;
use crate::{Answer, Failure, Fields, FormState, Shell, Visit, see_other};

/// The field of the files.
const FIELD: &str = "file";

#[derive(Template)]
#[template(path = "acting/files.html")]
struct FilesPage {
    shell: Shell,
    form: FormState,
    /// Where files are sent.
    action: String,
    name: String,
    files: Vec<FileRow>,
}

/// Where the files of a mandate stand.
pub(super) fn files_path(id: &Id) -> String {
    format!("{}/files", path(id))
}

async fn load(visit: &Visit, id: &str) -> Outcome<(Mandate, Vec<File>)> {
    let (account, id) = (own(visit)?, id.to_owned());
    let read = move |tx: &mut Tx<'_>| {
        let mandate = mandates::own(tx, &account, &id)?;
        let files = mandates::files_of(tx, &mandate)?;
        Ok((mandate, files))
    };
    let (mandate, files) = visit.db().read(read).await?;
    match mandate.state.stands() {
        true if mandates::has_paper(mandate.kind) => Ok((mandate, files)),
        true => Err(Refusal::new(RefusalKind::NotFound, "E-REQ-01").into()),
        false => Err(Refusal::new(RefusalKind::Conflict, "E-MND-03").into()),
    }
}

fn made(visit: &Visit, (mandate, files): &(Mandate, Vec<File>), form: FormState) -> FilesPage {
    let shell = visit.shell("acting-files-title").crumb("/account", "account-title");
    FilesPage {
        shell: shell.crumb(HERE, "acting-title").of(&form),
        form,
        action: files_path(&mandate.id),
        name: mandate.sheet().map(|x| x.details.name()).unwrap_or_default(),
        files: files.iter().map(|x| FileRow::of(visit, x)).collect(),
    }
}

pub(super) async fn page(visit: Visit, Path(id): Path<String>) -> Answer {
    let known = load(&visit, &id).await?;
    visit.page(made(&visit, &known, visit.blank()))
}

async fn again(visit: &Visit, id: &str, error: Error) -> Result<axum::response::Response, Failure> {
    let form = FormState::refused(Fields::default(), error)?;
    let known = load(visit, id).await?;
    visit.again(made(visit, &known, form))
}

/// Takes files in.
pub(super) async fn add(visit: Visit, Path(id): Path<String>, request: Request) -> Answer {
    let me = own(&visit)?;
    let (who, mandate) = (me.clone(), Id::from(id.as_str()));
    let begin = move |tx: &mut Tx<'_>, cx: &Cx| mandates::add_file(tx, cx, (&who, &mandate));
    match gather(&visit, (&me, FIELD), request, begin).await {
        Ok(()) => see_other(&files_path(&Id::from(id.as_str()))),
        Err(error) => again(&visit, &id, error).await,
    }
}

/// Takes a file away again.
pub(super) async fn remove(visit: Visit, Path((id, file)): Path<(String, String)>) -> Answer {
    let (me, mandate) = (own(&visit)?, Id::from(id.as_str()));
    let act = move |tx: &mut Tx<'_>| mandates::remove_file(tx, &me, (&mandate, &file));
    match visit.db().write(act).await {
        Ok(()) => see_other(&files_path(&Id::from(id.as_str()))),
        Err(error) => again(&visit, &id, error).await,
    }
}
