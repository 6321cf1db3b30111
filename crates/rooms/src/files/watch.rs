//! Whether the scanner answers, and how old its knowledge is. Those who watch over the portal are told
//! when it does not, or when it has learned nothing for a week.

use base::{Cx, Instant, Outcome, Tx, args};

use super::scan::ScanFault;
use crate::access;

/// How often the scanner is asked about itself, by all nodes together.
const ASK: i64 = 10 * Instant::MINUTE;
/// How long it may say nothing.
pub const SILENT: i64 = 30 * Instant::MINUTE;
/// How old its signatures may be.
pub const OLD: i64 = 7 * Instant::DAY;
/// How soon somebody is told once more of the same trouble.
const REMIND: i64 = Instant::DAY;

/// What a scanner says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Program and signatures, as it calls them: another name, another knowledge.
    pub version: String,
    /// When its signatures were made, if it says so.
    pub made_at: Option<Instant>,
}

/// What is wrong with the scanner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It does not answer.
    Silent,
    /// It has learned nothing for a week.
    Old,
}

impl Trouble {
    /// As in the keys of its texts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Old => "old",
        }
    }
}

/// How it stands with the scanner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What it said of itself; nothing when it has never answered.
    pub about: Option<About>,
    /// When it last answered; before that, when it was first asked.
    pub answered_at: Instant,
    /// What is wrong.
    pub trouble: Option<Trouble>,
    /// Files that wait for it.
    pub waiting: i64,
    /// Clean files that it has yet to look at again.
    pub again: i64,
}

fn trouble(answered_at: Instant, made_at: Option<Instant>, now: Instant) -> Option<Trouble> {
    let old = made_at.is_some_and(|x| x.plus(OLD) < now);
    match (answered_at.plus(SILENT) <= now, old) {
        (true, _) => Some(Trouble::Silent),
        (false, true) => Some(Trouble::Old),
        (false, false) => None,
    }
}

/// Whether it is time to ask the scanner about itself; of several nodes one is told so.
pub(super) fn due(tx: &mut Tx<'_>, now: Instant) -> Outcome<bool> {
    let turn: Option<i64> = tx.opt(
        "INSERT INTO scanner (id, asked_at, answered_at, version, again_at) VALUES (1, $1, $1, '', $1)
         ON CONFLICT (id) DO UPDATE SET asked_at = excluded.asked_at WHERE scanner.asked_at <= $2
         RETURNING id",
        args![now, now.plus(-ASK)],
        |r| r.get(0),
    )?;
    Ok(turn.is_some())
}

/// Notes what the scanner said of itself, and tells of its trouble.
pub(super) fn note(tx: &mut Tx<'_>, cx: &Cx, said: &Result<About, ScanFault>) -> Outcome<()> {
    if let Ok(about) = said {
        tx.exec(
            "UPDATE scanner SET answered_at = $1, version = $2, made_at = $3 WHERE id = 1",
            args![cx.now, &about.version, about.made_at],
        )?;
    }
    let Some(now) = standing(tx, cx.now)? else { return Ok(()) };
    let Some(trouble) = now.trouble else {
        tx.exec("UPDATE scanner SET told_at = NULL WHERE id = 1", args![])?;
        return Ok(());
    };
    let told = tx.exec(
        "UPDATE scanner SET told_at = $1 WHERE id = 1 AND (told_at IS NULL OR told_at <= $2)",
        args![cx.now, cx.now.plus(-REMIND)],
    )?;
    if told == 1 {
        tracing::warn!(trouble = trouble.as_str(), "the scanner cannot be relied on");
        let event = format!("staff-alarm-scanner-{}", trouble.as_str());
        access::tell_watchers(tx, cx, (&event, &cx.op), "/staff/checks")?;
    }
    Ok(())
}

/// How it stands with the scanner; nothing before it was asked for the first time.
///
/// # Errors
/// A fault of the engine.
pub fn standing(tx: &mut Tx<'_>, now: Instant) -> Outcome<Option<Standing>> {
    Ok(tx.opt(
        "SELECT s.version, s.made_at, s.answered_at,
                (SELECT count(*) FROM file WHERE state = 'waiting'),
                (SELECT count(*) FROM file f WHERE f.state = 'clean' AND f.scanned_with <> s.version)
         FROM scanner s WHERE s.id = 1",
        args![],
        |r| {
            let (version, made_at): (String, Option<Instant>) = (r.get(0)?, r.get(1)?);
            let answered_at = r.get(2)?;
            Ok(Standing {
                trouble: trouble(answered_at, made_at, now),
                about: (!version.is_empty()).then_some(About { version, made_at }),
                answered_at,
                waiting: r.get(3)?,
                again: r.get(4)?,
            })
        },
    )?)
}

/// What the scanner calls itself now; empty before it has answered.
pub(super) fn version(tx: &mut Tx<'_>) -> Outcome<String> {
    let sql = "SELECT version FROM scanner WHERE id = 1";
    Ok(tx.opt(sql, args![], |r| r.get::<String>(0))?.unwrap_or_default())
}

/// Whether a clean file may be looked at again now, for all nodes together; then not for `pause`.
pub(super) fn turn(tx: &mut Tx<'_>, now: Instant, pause: i64) -> Outcome<bool> {
    let sql = "UPDATE scanner SET again_at = $2 WHERE id = 1 AND again_at <= $1 AND version <> ''";
    Ok(tx.exec(sql, args![now, now.plus(pause)])? == 1)
}
