//! Looking for viruses: asked by the worker until there is an answer. No answer is never «clean».

use std::fmt;

use base::{Actor, Chance, Channel, Clock, Cx, Db, Fault, Id, Instant, Outcome, Tx, args};

use super::store;
use super::watch::{self, About};

/// How long a file is ours while it is scanned.
const LEASE: i64 = 2 * Instant::MINUTE;
/// The first pause after a scanner that is away, and the longest.
const PAUSES: (i64, i64) = (2 * Instant::SECOND, Instant::MINUTE);
/// How far apart clean files are looked at again, by all nodes together: thirty a minute.
const AGAIN: i64 = 2 * Instant::SECOND;

/// What a scanner says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scanned {
    /// It knows of nothing bad.
    Clean,
    /// It knows this by name.
    Infected(String),
}

/// Why a scanner said nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScanFault(pub String);

impl fmt::Display for ScanFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Gives the pieces of a file in turn, then nothing.
pub type Source<'a> = dyn FnMut() -> Result<Option<Vec<u8>>, ScanFault> + 'a;

/// Whoever looks for viruses. It may take its time, with a limit of its own below the lease of a file: it
/// is called outside any transaction.
pub trait Scanner: Send + Sync {
    /// Looks at a file.
    ///
    /// # Errors
    /// Why there is no answer; it can be tried again.
    fn scan(&self, pieces: &mut Source<'_>) -> Result<Scanned, ScanFault>;

    /// What it says of itself.
    ///
    /// # Errors
    /// Why there is no answer.
    fn about(&self) -> Result<About, ScanFault>;
}

/// A file in which something was found; its pieces are gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Infected {
    /// The file.
    pub file: Id,
    /// What it belonged to.
    pub subject: Id,
    /// It had been called clean before.
    pub later: bool,
}

/// Has files scanned that wait for it. Any number may work beside each other.
#[derive(Clone, Copy)]
pub struct Scanning<'a> {
    /// Where the files are.
    pub db: &'a Db,
    /// What time it is.
    pub clock: &'a Clock,
    /// For ids.
    pub chance: &'a Chance,
    /// Who looks.
    pub scanner: &'a dyn Scanner,
}

impl fmt::Debug for Scanning<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scanning")
    }
}

/// A file that is ours for a while.
#[derive(Clone)]
struct Taken {
    file: Id,
    account: Id,
    subject: Id,
    chunks: i64,
    attempts: i64,
    /// It was called clean before.
    clean: bool,
    /// What looks at it.
    version: String,
}

impl Scanning<'_> {
    /// Has one file scanned that is due; gives whether there was one, and what was found.
    ///
    /// # Errors
    /// A fault of the database; what was taken comes back when its lease ends.
    pub fn run_once(&self) -> Outcome<(bool, Option<Infected>)> {
        let now = self.clock.now();
        self.looked(self.db.write_wait(move |tx| take(tx, now))?)
    }

    /// Has one file looked at again that was clean for an older scanner, the one that waits longest first
    /// and thirty a minute at most; gives the same as [`Self::run_once`].
    ///
    /// # Errors
    /// As [`Self::run_once`].
    pub fn run_again(&self) -> Outcome<(bool, Option<Infected>)> {
        let now = self.clock.now();
        self.looked(self.db.write_wait(move |tx| take_again(tx, now))?)
    }

    /// Asks the scanner about itself, when it is time; gives whether it was.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn ask(&self) -> Outcome<bool> {
        let now = self.clock.now();
        if !self.db.write_wait(move |tx| watch::due(tx, now))? {
            return Ok(false);
        }
        let said = self.scanner.about();
        if let Err(fault) = &said {
            tracing::warn!(%fault, "the scanner says nothing of itself");
        }
        let cx = Cx::new(self.clock, self.chance, Actor::System, Channel::Job);
        self.db.write_wait(move |tx| watch::note(tx, &cx, &said))?;
        Ok(true)
    }

    fn looked(&self, taken: Option<Taken>) -> Outcome<(bool, Option<Infected>)> {
        let Some(taken) = taken else { return Ok((false, None)) };
        let mut n = 0;
        let mut pieces = || {
            n += 1;
            let (whole, at) = (taken.clone(), n);
            if at > whole.chunks {
                return Ok(None);
            }
            let act = move |tx: &mut Tx<'_>| store::chunk(tx, (&whole.account, &whole.file), at);
            let piece = self.db.read_wait(act).map_err(|x| ScanFault(x.to_string()))?;
            piece.map(Some).ok_or_else(|| ScanFault("a piece is missing".to_owned()))
        };
        let said = self.scanner.scan(&mut pieces);
        if let Err(fault) = &said {
            tracing::warn!(file = %taken.file, attempts = taken.attempts, %fault, "a file was not scanned");
        }
        let cx = Cx::new(self.clock, self.chance, Actor::System, Channel::Job);
        let found = self.db.write_wait(move |tx| note(tx, &cx, &taken, &said))?;
        Ok((true, found))
    }
}

fn take(tx: &mut Tx<'_>, now: Instant) -> Outcome<Option<Taken>> {
    let version = watch::version(tx)?;
    Ok(tx.opt(
        "WITH due (file_id) AS MATERIALIZED (
             SELECT id FROM file WHERE state = 'waiting' AND next_at <= $1 AND lease_until < $1
             ORDER BY next_at, id LIMIT 1)
         UPDATE file SET lease_until = $2, attempts = attempts + 1
         FROM due WHERE id = file_id AND state = 'waiting' AND lease_until < $1
         RETURNING id, account_id, subject, chunks, attempts",
        args![now, now.plus(LEASE)],
        |r| taken(r, false, &version),
    )?)
}

fn take_again(tx: &mut Tx<'_>, now: Instant) -> Outcome<Option<Taken>> {
    if !watch::turn(tx, now, AGAIN)? {
        return Ok(None);
    }
    let version = watch::version(tx)?;
    Ok(tx.opt(
        "UPDATE file SET lease_until = $2, attempts = attempts + 1
         WHERE id IN (SELECT id FROM file
                      WHERE state = 'clean' AND scanned_with <> $3 AND next_at <= $1
                        AND lease_until < $1
                      ORDER BY scanned_at, id LIMIT 1)
           AND state = 'clean' AND lease_until < $1
         RETURNING id, account_id, subject, chunks, attempts",
        args![now, now.plus(LEASE), &version],
        |r| taken(r, true, &version),
    )?)
}

fn taken(r: &base::db::Row<'_>, clean: bool, version: &str) -> Result<Taken, Fault> {
    Ok(Taken {
        file: r.get(0)?,
        account: r.get(1)?,
        subject: r.get(2)?,
        chunks: r.get(3)?,
        attempts: r.get(4)?,
        clean,
        version: version.to_owned(),
    })
}

/// Notes what the scanner said, unless somebody took the file later. Without an answer a file stays what
/// it was.
fn note(
    tx: &mut Tx<'_>,
    cx: &Cx,
    taken: &Taken,
    said: &Result<Scanned, ScanFault>,
) -> Outcome<Option<Infected>> {
    let state = match said {
        Err(_) => {
            tx.exec(
                "UPDATE file SET next_at = $3, lease_until = 0 WHERE id = $1 AND attempts = $2",
                args![&taken.file, taken.attempts, cx.now.plus(pause(taken.attempts))],
            )?;
            return Ok(None);
        }
        Ok(Scanned::Clean) => "clean",
        Ok(Scanned::Infected(_)) => "infected",
    };
    let noted = tx.exec(
        "UPDATE file SET state = $3, next_at = $4, lease_until = 0, scanned_at = $4, scanned_with = $5
         WHERE id = $1 AND attempts = $2 AND state = $6",
        args![
            &taken.file,
            taken.attempts,
            state,
            cx.now,
            &taken.version,
            if taken.clean { "clean" } else { "waiting" },
        ],
    )?;
    match said {
        Ok(Scanned::Infected(name)) if noted == 1 => {
            tracing::warn!(file = %taken.file, name, later = taken.clean, "a file was infected");
            tx.exec("DELETE FROM file_chunk WHERE file_id = $1", args![&taken.file])?;
            let (file, subject) = (taken.file.clone(), taken.subject.clone());
            Ok(Some(Infected { file, subject, later: taken.clean }))
        }
        _ => Ok(None),
    }
}

fn pause(attempts: i64) -> i64 {
    let (first, longest) = PAUSES;
    (first << (attempts - 1).clamp(0, 10)).min(longest)
}
