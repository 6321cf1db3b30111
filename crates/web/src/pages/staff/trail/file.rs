//! The trail as a file for a spreadsheet.

use axum::Extension;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse as _;
use base::Fault;
use rooms::access::Scope;
use rooms::trail::Done;
use rooms::trail::read::Entry;

use super::{FIELDS, Found, by, done, filter, show, step, words};
use crate::pages::staff::doing::does;
use crate::pages::staff::moscow;
use crate::{Answer, Form, Visit};

/// Rows of a file at most.
pub(crate) const ROWS: usize = 10_000;

/// The columns: keys of their words.
const COLUMNS: [&str; 10] = [
    "trail-col-at",
    "trail-col-who",
    "trail-col-account",
    "trail-col-by",
    "trail-col-what",
    "trail-col-step",
    "trail-col-object",
    "trail-col-object-id",
    "trail-col-channel",
    "trail-col-op",
];

/// Gives the file. That it was taken is noted first.
pub(super) async fn take(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Form(fields): Form,
) -> Answer {
    let fields = fields.without(|x| !FIELDS.contains(&x));
    let known = Found::load(&visit, (&scope, None), (None, 0)).await?;
    let Some(wanted) = filter::read(&fields).ok().filter(|x| known.admits(x).is_ok()) else {
        return show(&visit, &scope, (fields, None)).await;
    };
    does(&visit, &scope, |_, _| Ok(((), Done::something()))).await?;
    let found = Found::load(&visit, (&scope, Some(&wanted)), (None, ROWS + 1)).await?;
    let mut response = table(&visit, &found)?.into_response();
    let heads = response.headers_mut();
    heads.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    let name = HeaderValue::from_static("attachment; filename=\"okno-trail.csv\"");
    heads.insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

/// With a mark of UTF-8 and semicolons: so the spreadsheets of our readers open it by a double click.
fn table(visit: &Visit, found: &Found) -> Result<Vec<u8>, Fault> {
    let mut table = csv::WriterBuilder::new()
        .delimiter(b';')
        .quote_style(csv::QuoteStyle::Always)
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer("\u{feff}".as_bytes().to_vec());
    let broken = |error| Fault::of("the trail cannot be written", error);
    table.write_record(COLUMNS.map(|x| visit.t(x))).map_err(broken)?;
    for entry in found.entries.iter().take(ROWS) {
        table.write_record(cells(visit, found, entry).map(plain)).map_err(broken)?;
    }
    if found.entries.len() > ROWS {
        table.write_record([visit.tn("trail-more", ROWS)]).map_err(broken)?;
    }
    table.into_inner().map_err(|error| Fault::of("the trail cannot be written", error.into_error()))
}

fn cells(visit: &Visit, found: &Found, entry: &Entry) -> [String; 10] {
    let (kind, id) = entry.object.clone().unwrap_or_default();
    let object = if kind.is_empty() { kind } else { words(visit, "trail-object-", &kind) };
    [
        entry.at.rfc3339(&moscow()),
        found.name(visit, entry.account.as_ref()),
        entry.account.as_ref().map_or(String::new(), ToString::to_string),
        by(visit, entry),
        done(visit, &entry.action),
        step(visit, &entry.step),
        object,
        id,
        words(visit, "data-channel-", &entry.channel),
        entry.op.to_string(),
    ]
}

/// A spreadsheet takes what begins so for a formula, and would run it.
pub(crate) fn plain(cell: String) -> String {
    match cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{cell}"),
        false => cell,
    }
}
