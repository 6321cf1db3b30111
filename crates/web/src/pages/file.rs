//! Files that people have uploaded: in lists, and as answers.

use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use base::Fault;
use rooms::files::{self, File, State};

use crate::{Answer, Visit};

/// A file in a list of its owner's.
pub(crate) struct FileRow {
    pub id: String,
    pub name: String,
    /// «PDF, 1,2 МБ».
    pub what: String,
    /// Something bad was found in it.
    pub infected: bool,
}

impl FileRow {
    pub(crate) fn of(visit: &Visit, file: &File) -> Self {
        Self {
            id: file.id.to_string(),
            name: file.name.reveal().clone(),
            what: what(visit, file),
            infected: file.state == State::Infected,
        }
    }
}

/// «PDF, 1,2 МБ».
pub(crate) fn what(visit: &Visit, file: &File) -> String {
    format!("{}, {}", file.kind.as_str().to_uppercase(), weight(visit, file.size))
}

/// Whether a file may be shown to the staff.
pub(crate) fn may_show(visit: &Visit, file: &File) -> bool {
    let unscanned = visit.app.config.scanner.show_unscanned;
    file.state == State::Clean || (file.state == State::Unscanned && unscanned)
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

/// A file as an answer, a piece at a time; whoever asks may see it.
///
/// # Errors
/// A fault when its name cannot stand in a header.
pub(crate) fn serve(visit: &Visit, file: File) -> Answer {
    let heading = file.id.clone();
    let (kind, length) = (file.kind, file.size);
    let begin = (visit.app.db.clone(), file, 1);
    let pieces = futures_util::stream::unfold(begin, |(db, file, n)| async move {
        let (account, id) = (file.account.clone(), file.id.clone());
        let read = db.read(move |tx| files::chunk(tx, (&account, &id), n)).await;
        let piece = read.map_err(|error| {
            tracing::error!(file = %file.id, n, %error, "a piece of a file cannot be read");
            std::io::Error::other("a piece cannot be read")
        });
        piece.transpose().map(|x| (x.map(Bytes::from), (db, file, n + 1)))
    });
    let mut response = Response::new(Body::from_stream(pieces));
    let way = if kind.is_picture() { "inline" } else { "attachment" };
    let name = format!("{way}; filename=\"scan-{heading}.{}\"", kind.as_str());
    let heads = [
        (header::CONTENT_TYPE, kind.media().to_owned()),
        (header::CONTENT_LENGTH, length.to_string()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        // What somebody has sent does nothing here, wherever it is opened.
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
        (HeaderName::from_static("x-content-type-options"), "nosniff".to_owned()),
    ];
    for (name, value) in heads {
        let value = HeaderValue::from_str(&value);
        let value = value.map_err(|error| Fault::of("not fit for a header", error))?;
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}
