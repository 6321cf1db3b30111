//! Looking for viruses: asked by the worker until there is an answer. No answer is never «clean».

use std::fmt;

use base::{Actor, Chance, Channel, Clock, Cx, Db, Id, Instant, Outcome, Tx, args};

use super::store;

/// How long a file is ours while it is scanned.
const LEASE: i64 = 2 * Instant::MINUTE;
/// The first pause after a scanner that is away, and the longest.
const PAUSES: (i64, i64) = (2 * Instant::SECOND, Instant::MINUTE);

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
}

/// A file in which something was found; its pieces are gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Infected {
    /// The file.
    pub file: Id,
    /// What it belonged to.
    pub subject: Id,
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
}

impl Scanning<'_> {
    /// Has one file scanned that is due; gives whether there was one, and what was found.
    ///
    /// # Errors
    /// A fault of the database; what was taken comes back when its lease ends.
    pub fn run_once(&self) -> Outcome<(bool, Option<Infected>)> {
        let now = self.clock.now();
        let Some(taken) = self.db.write_wait(move |tx| take(tx, now))? else {
            return Ok((false, None));
        };
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
    Ok(tx.opt(
        "WITH due (file_id) AS MATERIALIZED (
             SELECT id FROM file WHERE state = 'waiting' AND next_at <= $1 AND lease_until < $1
             ORDER BY next_at, id LIMIT 1)
         UPDATE file SET lease_until = $2, attempts = attempts + 1
         FROM due WHERE id = file_id AND state = 'waiting' AND lease_until < $1
         RETURNING id, account_id, subject, chunks, attempts",
        args![now, now.plus(LEASE)],
        |r| {
            Ok(Taken {
                file: r.get(0)?,
                account: r.get(1)?,
                subject: r.get(2)?,
                chunks: r.get(3)?,
                attempts: r.get(4)?,
            })
        },
    )?)
}

/// Notes what the scanner said, unless somebody took the file later.
fn note(
    tx: &mut Tx<'_>,
    cx: &Cx,
    taken: &Taken,
    said: &Result<Scanned, ScanFault>,
) -> Outcome<Option<Infected>> {
    let (state, next) = match said {
        Ok(Scanned::Clean) => ("clean", cx.now),
        Ok(Scanned::Infected(_)) => ("infected", cx.now),
        Err(_) => ("waiting", cx.now.plus(pause(taken.attempts))),
    };
    let noted = tx.exec(
        "UPDATE file SET state = $3, next_at = $4, lease_until = 0,
                         scanned_at = CASE WHEN $3 = 'waiting' THEN NULL ELSE CAST($5 AS BIGINT) END
         WHERE id = $1 AND attempts = $2 AND state = 'waiting'",
        args![&taken.file, taken.attempts, state, next, cx.now],
    )?;
    match said {
        Ok(Scanned::Infected(name)) if noted == 1 => {
            tracing::warn!(file = %taken.file, name, "a file was infected");
            tx.exec("DELETE FROM file_chunk WHERE file_id = $1", args![&taken.file])?;
            Ok(Some(Infected { file: taken.file.clone(), subject: taken.subject.clone() }))
        }
        _ => Ok(None),
    }
}

fn pause(attempts: i64) -> i64 {
    let (first, longest) = PAUSES;
    (first << (attempts - 1).clamp(0, 10)).min(longest)
}
