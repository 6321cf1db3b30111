//! Files as rows.

use base::vault::Spot;
use base::{Cx, Id, Instant, Kind as Refused, Outcome, Pii, Refusal, Tx, args};
use serde::{Deserialize, Serialize};

use super::shape::{Kind, Shape};
use crate::accounts::limits::{self, Limit};
use crate::privacy::{Cell, Part, Row};

/// The most bytes of a piece.
pub const CHUNK: usize = 256 * 1024;
/// How long an upload may take before it is swept away.
const ARRIVES: i64 = Instant::HOUR;
/// Uploads of one person.
const UPLOADS: Limit = Limit { most: 30, window: Instant::HOUR, code: "E-FILE-12" };

/// How far a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is being sent.
    Arriving,
    /// It waits for the scanner.
    Waiting,
    /// The scanner found nothing.
    Clean,
    /// The scanner found something: its pieces are gone.
    Infected,
    /// There is no scanner here.
    Unscanned,
}

impl State {
    const ALL: [Self; 5] =
        [Self::Arriving, Self::Waiting, Self::Clean, Self::Infected, Self::Unscanned];

    /// As stored, and as part of the keys of its texts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Arriving => "arriving",
            Self::Waiting => "waiting",
            Self::Clean => "clean",
            Self::Infected => "infected",
            Self::Unscanned => "unscanned",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|x| x.as_str() == text)
    }
}

/// A file that is about to come.
#[derive(Clone, Debug)]
pub struct New {
    /// Whose.
    pub account: Id,
    /// Id of what it belongs to.
    pub subject: Id,
    /// What it shows: a word of the caller's.
    pub part: &'static str,
}

/// What a file is called, and what was found out about it.
#[derive(Clone, Debug)]
pub struct Named {
    /// As its owner called it.
    pub name: Pii<String>,
    /// What it is.
    pub shape: Shape,
    /// SHA-256 of its bytes.
    pub digest: [u8; 32],
}

/// A file that is there.
#[derive(Clone, Debug)]
pub struct File {
    /// Its id.
    pub id: Id,
    /// Whose.
    pub account: Id,
    /// What it belongs to.
    pub subject: Id,
    /// What it shows.
    pub part: String,
    /// How far it is.
    pub state: State,
    /// What it is.
    pub kind: Kind,
    /// Bytes.
    pub size: i64,
    /// In how many pieces it stands.
    pub chunks: i64,
    /// As its owner called it.
    pub name: Pii<String>,
    /// SHA-256 of its bytes, in hexadecimal.
    pub digest: Pii<String>,
    /// When it came.
    pub created_at: Instant,
}

/// What is sealed beside a file.
#[derive(Serialize, Deserialize)]
pub(super) struct Described {
    name: String,
    pub(super) digest: String,
    width: u32,
    height: u32,
    pages: u32,
    pub(super) chunks: i64,
}

/// A file begins to arrive; gives its id.
///
/// # Errors
/// `E-FILE-12` after thirty in an hour.
pub fn begin(tx: &mut Tx<'_>, cx: &Cx, new: &New) -> Outcome<Id> {
    limits::count(tx, cx, &format!("upload:{}", new.account), UPLOADS)?;
    let id = cx.new_id();
    tx.exec(
        "INSERT INTO file (id, account_id, subject, part, state, size, chunks, created_at, attempts,
                           next_at, lease_until, forget_at)
         VALUES ($1, $2, $3, $4, 'arriving', 0, 0, $5, 0, $5, 0, $6)",
        args![&id, &new.account, &new.subject, new.part, cx.now, cx.now.plus(ARRIVES)],
    )?;
    Ok(id)
}

/// The next piece of a file that arrives: at most [`CHUNK`] bytes.
///
/// # Errors
/// `E-FILE-14` when it arrives no more.
pub fn append(tx: &mut Tx<'_>, account: &Id, file: &Id, piece: &[u8]) -> Outcome<()> {
    let n: Option<i64> = tx.opt(
        "UPDATE file SET chunks = chunks + 1, size = size + $3
         WHERE id = $1 AND account_id = $2 AND state = 'arriving' RETURNING chunks",
        args![file, account, i64::try_from(piece.len()).unwrap_or(i64::MAX)],
        |r| r.get(0),
    )?;
    let n = n.ok_or_else(gone)?;
    let key = tx.key(account)?;
    let sealed = with_spot(file, n, |spot| key.seal(spot, piece))?;
    let sql = "INSERT INTO file_chunk (file_id, n, sealed) VALUES ($1, $2, $3)";
    tx.exec(sql, args![file, n, &sealed])?;
    Ok(())
}

/// All of a file is there: it waits for the scanner, if there is one.
///
/// # Errors
/// `E-FILE-14` when it arrives no more.
pub fn finish(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (account, file): (&Id, &Id),
    (named, scanner): (&Named, bool),
) -> Outcome<()> {
    let sql = "SELECT chunks FROM file WHERE id = $1 AND account_id = $2 AND state = 'arriving'";
    let chunks: i64 = tx.opt(sql, args![file, account], |r| r.get(0))?.ok_or_else(gone)?;
    let Shape { kind, pixels: (width, height), pages, .. } = named.shape;
    let digest = named.digest.iter().map(|x| format!("{x:02x}")).collect();
    let name = named.name.reveal().clone();
    let described = Described { name, digest, width, height, pages, chunks };
    let sealed = tx.key(account)?.seal_json(described_spot(file), &described)?;
    let state = if scanner { State::Waiting } else { State::Unscanned };
    tx.exec(
        // What it belongs to may have ended while it came: then it goes with the rest.
        "UPDATE file SET state = $2, kind = $3, described_sealed = $4, next_at = $5,
                         forget_at = CASE WHEN forget_at = created_at + $6 THEN NULL ELSE forget_at END
         WHERE id = $1 AND state = 'arriving'",
        args![file, state.as_str(), kind.as_str(), &sealed, cx.now, ARRIVES],
    )?;
    Ok(())
}

fn gone() -> Refusal {
    Refusal::new(Refused::Gone, "E-FILE-14")
}

/// Takes a file of `account` away, whether or not it has arrived.
///
/// # Errors
/// A fault of the engine.
pub fn discard(tx: &mut Tx<'_>, account: &Id, file: &str) -> Outcome<()> {
    tx.exec(
        "DELETE FROM file_chunk
         WHERE file_id IN (SELECT id FROM file WHERE id = $1 AND account_id = $2)",
        args![file, account],
    )?;
    tx.exec("DELETE FROM file WHERE id = $1 AND account_id = $2", args![file, account])?;
    Ok(())
}

/// The files of `subject` that have arrived, in the order in which they came.
///
/// # Errors
/// A fault of the engine.
pub fn of(tx: &mut Tx<'_>, subject: &Id) -> Outcome<Vec<File>> {
    let rows = tx.all(
        "SELECT id, account_id, part, state, kind, size, chunks, described_sealed, created_at
         FROM file WHERE subject = $1 AND described_sealed IS NOT NULL ORDER BY created_at, id",
        args![subject],
        |r| {
            let known = (State::parse(&r.get::<String>(3)?), Kind::parse(&r.get::<String>(4)?));
            let ids = (r.get::<Id>(0)?, r.get::<Id>(1)?, r.get::<String>(2)?);
            let measures = (r.get::<i64>(5)?, r.get::<i64>(6)?);
            Ok((ids, known, measures, r.get::<Vec<u8>>(7)?, r.get::<Instant>(8)?))
        },
    )?;
    let mut files = Vec::new();
    for ((id, account, part), known, (size, chunks), sealed, created_at) in rows {
        let (Some(state), Some(kind)) = known else { continue };
        let described: Described = tx.key(&account)?.open_json(described_spot(&id), &sealed)?;
        if described.chunks != chunks {
            return Err(base::Fault::new(format!("file {id} has lost pieces")).into());
        }
        let (name, digest) = (described.name.into(), described.digest.into());
        let subject = subject.clone();
        files.push(File {
            id,
            account,
            subject,
            part,
            state,
            kind,
            size,
            chunks,
            name,
            digest,
            created_at,
        });
    }
    Ok(files)
}

/// Whether `subject` has files, those that still arrive among them.
///
/// # Errors
/// A fault of the engine.
pub(crate) fn any_of(tx: &mut Tx<'_>, subject: &Id) -> Outcome<bool> {
    let sql = "SELECT id FROM file WHERE subject = $1 LIMIT 1";
    Ok(tx.opt(sql, args![subject], |r| r.get::<Id>(0))?.is_some())
}

/// A piece of a file, from one on; nothing behind the end.
///
/// # Errors
/// A fault when the piece is not what was kept.
pub fn chunk(tx: &mut Tx<'_>, (account, file): (&Id, &Id), n: i64) -> Outcome<Option<Vec<u8>>> {
    let sql = "SELECT sealed FROM file_chunk WHERE file_id = $1 AND n = $2";
    let sealed: Option<Vec<u8>> = tx.opt(sql, args![file, n], |r| r.get(0))?;
    let Some(sealed) = sealed else { return Ok(None) };
    let key = tx.key(account)?;
    Ok(Some(with_spot(file, n, |spot| key.open(spot, &sealed))?.to_vec()))
}

/// Files of `subject` go at `at`.
pub(crate) fn forget_at(tx: &mut Tx<'_>, subject: &Id, at: Instant) -> Outcome<()> {
    tx.exec("UPDATE file SET forget_at = $2 WHERE subject = $1", args![subject, at])?;
    Ok(())
}

/// Files of `subject` stay after all; those that still arrive have their time for that again.
pub(crate) fn keep(tx: &mut Tx<'_>, subject: &Id) -> Outcome<()> {
    tx.exec(
        "UPDATE file SET forget_at = CASE WHEN state = 'arriving' THEN created_at + $2 END
         WHERE subject = $1",
        args![subject, ARRIVES],
    )?;
    Ok(())
}

/// Files of `subject` go at once.
pub(crate) fn forget_of(tx: &mut Tx<'_>, subject: &Id) -> Outcome<()> {
    tx.exec(
        "DELETE FROM file_chunk WHERE file_id IN (SELECT id FROM file WHERE subject = $1)",
        args![subject],
    )?;
    tx.exec("DELETE FROM file WHERE subject = $1", args![subject])?;
    Ok(())
}

/// Sweeps away what never arrived and what nobody needs any more; gives the number of files.
///
/// # Errors
/// A fault of the engine.
pub fn sweep(tx: &mut Tx<'_>, now: Instant) -> Outcome<u64> {
    tx.exec(
        "DELETE FROM file_chunk WHERE file_id IN (SELECT id FROM file WHERE forget_at <= $1)",
        args![now],
    )?;
    Ok(tx.exec("DELETE FROM file WHERE forget_at <= $1", args![now])?)
}

/// Forgets all files of `person`.
pub(crate) fn forget(tx: &mut Tx<'_>, person: &Id) -> Outcome<Vec<String>> {
    tx.exec(
        "DELETE FROM file_chunk WHERE file_id IN (SELECT id FROM file WHERE account_id = $1)",
        args![person],
    )?;
    tx.exec("DELETE FROM file WHERE account_id = $1", args![person])?;
    Ok(Vec::new())
}

/// The files of a person, for them.
pub(crate) fn export(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Part>> {
    let sql = "SELECT DISTINCT subject FROM file WHERE account_id = $1 ORDER BY subject";
    let subjects: Vec<Id> = tx.all(sql, args![account], |r| r.get(0))?;
    let mut rows = Vec::new();
    for subject in &subjects {
        for file in of(tx, subject)?.into_iter().filter(|x| x.account == *account) {
            let mut bytes = Vec::new();
            for n in 1..=file.chunks {
                bytes.extend(chunk(tx, (account, &file.id), n)?.unwrap_or_default());
            }
            let row = Row::new()
                .code("kind", ("scan-part-", &file.part))
                .text("name", file.name)
                .code("state", ("file-state-", file.state.as_str()))
                .at("at", file.created_at)
                .text("digest", file.digest);
            let whole = Cell::File {
                name: format!("{}.{}", file.id, file.kind.as_str()),
                bytes: Pii::new(bytes),
            };
            rows.push(row.with("file", whole));
        }
    }
    Ok(vec![Part { name: "files", rows }])
}

pub(super) fn with_spot<T>(file: &Id, n: i64, act: impl FnOnce(Spot<'_>) -> T) -> T {
    act(Spot::new("file_chunk", "sealed", &format!("{file}/{n}")))
}

pub(super) fn described_spot(file: &str) -> Spot<'_> {
    Spot::new("file", "described", file)
}
