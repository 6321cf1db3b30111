//! Big files as they come: looked through and kept piece by piece, never whole in memory but for a PDF.

use std::time::Duration;

use axum::extract::multipart::Field;
use axum::extract::{FromRequest as _, Multipart, Request};
use axum::http::{StatusCode, header};
use base::{Cx, FieldFault, Id, Instant, Kind, Outcome, Pii, Refusal, Tx};
use rooms::files::shape::{Flaw, Inspector, MOST};
use rooms::files::{self, CHUNK, Named};
use sha2::{Digest as _, Sha256};

use crate::Visit;
use crate::form::unread;

/// The most that one request with files may weigh, in bytes: three big ones. Of a longer one not a byte is
/// read; of a file that is too big the rest is, so that its sender hears the answer.
pub const WHOLE: usize = 3 * (MOST as usize) + 2 * crate::upload::AROUND;
/// Requests with files that are read at once on a node.
pub const AT_ONCE: usize = 32;
/// How long nothing may come.
const STALL: Duration = Duration::from_secs(15);
/// After so long a sender must have sent …
const GRACE: i64 = 10 * Instant::SECOND;
/// … so many bytes a second, or others wait for nothing.
const PACE: u64 = 8 * 1024;
/// Characters of the longest name that is kept.
const NAME: usize = 120;

/// What became of a part of a form.
enum Arrived {
    /// Nothing was chosen.
    Nothing,
    /// It is kept.
    Kept,
    /// It is not, and why.
    Not(FieldFault),
}

/// A file on its way: how much came since when.
struct Way {
    inspector: Inspector,
    digest: Sha256,
    piece: Vec<u8>,
    came: u64,
    since: Instant,
}

/// An act that makes the row of a file.
pub(crate) trait Begin:
    Fn(&mut Tx<'_>, &Cx) -> Outcome<Id> + Clone + Send + Sync + 'static
{
}

impl<T> Begin for T where T: Fn(&mut Tx<'_>, &Cx) -> Outcome<Id> + Clone + Send + Sync + 'static {}

/// Takes the files of the field `field` in that a form brings to `account`: `begin` makes a row for each.
///
/// # Errors
/// `E-FILE-…` at the field, of one file; what `begin` refuses; `E-REQ-06` while too many come at once.
pub(crate) async fn gather(
    visit: &Visit,
    (account, field): (&Id, &str),
    request: Request,
    begin: impl Begin,
) -> Outcome<()> {
    let too_long = || Refusal::new(Kind::TooLarge, "E-FILE-04").arg("mb", MOST / 1024 / 1024);
    let said = request.headers().get(header::CONTENT_LENGTH);
    let said = said.and_then(|x| x.to_str().ok()?.parse::<usize>().ok());
    if said.is_some_and(|x| x > WHOLE) {
        return Err(too_long().into());
    }
    let busy = || Refusal::new(Kind::Overloaded, "E-REQ-06").retry(5);
    let _turn = visit.app.uploads.try_acquire().map_err(|_full| busy())?;
    let read = Multipart::from_request(request, &()).await;
    let mut form = read.map_err(|x| unread(x.status()))?;
    let (mut kept, mut faults) = (0, Vec::new());
    while let Some(piece) = form.next_field().await.map_err(|x| match x.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_long(),
        other => unread(other),
    })? {
        if piece.name() != Some(field) {
            continue;
        }
        match arrive(visit, account, piece, begin.clone()).await? {
            Arrived::Nothing => {}
            Arrived::Kept => kept += 1,
            Arrived::Not(fault) => faults.push(fault),
        }
    }
    if kept == 0 && faults.is_empty() {
        faults.push(FieldFault::new(field.to_owned(), "E-FILE-00"));
    }
    // Of one field the page shows one fault.
    faults.truncate(1);
    if faults.is_empty() { Ok(()) } else { Err(Refusal::invalid(faults).into()) }
}

/// Takes a part of a form in: `begin` makes its row once there is something to keep.
///
/// # Errors
/// What `begin` refuses; `E-FILE-10` when it comes too slowly; `E-REQ-04` when it breaks off.
async fn arrive(
    visit: &Visit,
    account: &Id,
    mut part: Field<'_>,
    begin: impl Begin,
) -> Outcome<Arrived> {
    let field = part.name().unwrap_or_default().to_owned();
    let name = named(part.file_name().unwrap_or_default());
    let Some(first) = next(&mut part).await? else {
        // A browser sends an empty part without a name when nothing was chosen.
        return Ok(match name.is_empty() {
            true => Arrived::Nothing,
            false => Arrived::Not(Flaw::Empty.at(&field)),
        });
    };
    let cx = visit.cx();
    let file = visit.db().write(move |tx| begin(tx, &cx)).await?;
    let mut way = Way {
        inspector: Inspector::default(),
        digest: Sha256::new(),
        piece: Vec::with_capacity(CHUNK),
        came: 0,
        since: visit.app.clock.now(),
    };
    match keep(visit, (account, &file), &mut way, (first, &mut part)).await {
        Ok(Ok(())) => {}
        Ok(Err(flaw)) => return refused(visit, account, file, Ok(flaw.at(&field))).await,
        Err(error) => return refused(visit, account, file, Err(error)).await,
    }
    let shape = match way.inspector.finish() {
        Ok(shape) => shape,
        Err(flaw) => return refused(visit, account, file, Ok(flaw.at(&field))).await,
    };
    let named = Named { name: name.into(), shape, digest: way.digest.finalize().into() };
    let (cx, scanner, account) = (visit.cx(), visit.app.has_scanner(), account.clone());
    let act =
        move |tx: &mut base::Tx<'_>| files::finish(tx, &cx, (&account, &file), (&named, scanner));
    visit.db().write(act).await?;
    Ok(Arrived::Kept)
}

/// Keeps the pieces as they come, until the end or the first that is wrong.
async fn keep(
    visit: &Visit,
    whose: (&Id, &Id),
    way: &mut Way,
    (first, part): (axum::body::Bytes, &mut Field<'_>),
) -> Outcome<Result<(), Flaw>> {
    let mut bytes = Some(first);
    while let Some(came) = bytes {
        if let Err(flaw) = way.inspector.feed(&came) {
            return Ok(Err(flaw));
        }
        way.digest.update(&came);
        way.came += came.len() as u64;
        let mut rest = &came[..];
        while !rest.is_empty() {
            let here = rest.len().min(CHUNK - way.piece.len());
            way.piece.extend_from_slice(&rest[..here]);
            rest = &rest[here..];
            if way.piece.len() == CHUNK {
                put(visit, whose, std::mem::take(&mut way.piece)).await?;
            }
        }
        let took = visit.app.clock.now().0 - way.since.0;
        let seconds = u64::try_from(took / Instant::SECOND).unwrap_or(0);
        if took > GRACE && way.came < seconds * PACE {
            return Err(slow().into());
        }
        bytes = next(part).await?;
    }
    if !way.piece.is_empty() {
        put(visit, whose, std::mem::take(&mut way.piece)).await?;
    }
    Ok(Ok(()))
}

async fn put(visit: &Visit, (account, file): (&Id, &Id), piece: Vec<u8>) -> Outcome<()> {
    let (account, file, piece) = (account.clone(), file.clone(), Pii::new(piece));
    visit.db().write(move |tx| files::append(tx, &account, &file, piece.reveal())).await
}

/// The next bytes of a part; of nothing a browser may send an empty piece.
async fn next(part: &mut Field<'_>) -> Outcome<Option<axum::body::Bytes>> {
    loop {
        let came = tokio::time::timeout(STALL, part.chunk()).await;
        let came = came.map_err(|_stalled| slow())?.map_err(|error| unread(error.status()))?;
        match came {
            Some(bytes) if bytes.is_empty() => {}
            came => return Ok(came),
        }
    }
}

fn slow() -> Refusal {
    Refusal::new(Kind::Conflict, "E-FILE-10")
}

/// Nothing stays of what was refused.
async fn refused(
    visit: &Visit,
    account: &Id,
    file: Id,
    why: Outcome<FieldFault>,
) -> Outcome<Arrived> {
    let account = account.clone();
    visit.db().write(move |tx| files::discard(tx, &account, &file)).await?;
    why.map(Arrived::Not)
}

/// The last part of a name, without what could lead a page or a file system astray.
fn named(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain = |x: &char| !x.is_control() && !"\"<>|:*?".contains(*x) && !is_turning(*x);
    last.chars().filter(plain).take(NAME).collect::<String>().trim().to_owned()
}

/// Marks that turn the direction of what follows: `fdp.exe` would be read as `exe.pdf`.
fn is_turning(x: char) -> bool {
    matches!(x, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_and_nothing_else() {
        assert_eq!(named("C:\\Users\\anna\\паспорт.jpg"), "паспорт.jpg");
        assert_eq!(named("../../etc/passwd"), "passwd");
        assert_eq!(named("a\u{202e}gpj.exe\"<b>"), "agpj.exeb");
        assert_eq!(named(&"ю".repeat(500)).chars().count(), NAME);
    }
}
