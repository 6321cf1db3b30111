//! What screens show.

use base::{Id, Instant, Outcome, Pii, Tx, args};
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

use super::way::{self, State, Way, WayKind};
use super::{Profile, Wish, letter, profile, visit, wish};

/// The page of levels.
#[derive(Clone, Debug)]
pub struct Levels {
    /// What is known of the person.
    pub profile: Profile,
    /// The newest way of each kind.
    pub ways: Vec<Way>,
    /// The code to show at a service centre, while one leads to the person.
    pub code: Option<Pii<String>>,
    /// The number under which the post has a letter with a code.
    pub track: Option<String>,
    /// What was interrupted.
    pub wish: Option<Wish>,
}

/// What the page of levels shows; nothing when the account is closed.
///
/// # Errors
/// A fault of the engine.
pub fn levels(tx: &mut Tx<'_>, now: Instant, account: &Id) -> Outcome<Option<Levels>> {
    let Some(profile) = profile::profile(tx, account)? else { return Ok(None) };
    let (ways, wish) = (way::newest_of(tx, account)?, wish::kept(tx, now, account)?);
    let invited = ways.iter().find(|x| x.kind == WayKind::Visit && x.state == State::Invited);
    let code = invited.map(|x| visit::code(tx, x)).transpose()?.flatten();
    let there = |x: &&Way| matches!(x.state, State::HandedOver | State::Delivered);
    let posted = ways.iter().filter(there).find(|x| x.kind == WayKind::Letter);
    let track = posted.map(|x| letter::track_of(tx, &x.id)).transpose()?.flatten();
    Ok(Some(Levels { profile, ways, code, track, wish }))
}

/// A transition of a way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Instant,
    /// To which state.
    pub state: State,
}

/// The history of a way, the oldest first.
///
/// # Errors
/// A fault of the engine.
pub fn history(tx: &mut Tx<'_>, way: &Id) -> Outcome<Vec<Event>> {
    let rows = tx.all(
        "SELECT at, state FROM level_way_event WHERE way_id = $1 ORDER BY revision",
        args![way],
        |r| Ok((r.get(0)?, r.get::<String>(1)?)),
    )?;
    let known = rows.into_iter().filter_map(|(at, state)| Some((at, State::parse(&state)?)));
    Ok(known.map(|(at, state)| Event { at, state }).collect())
}

/// A question to the registries that waits longer than it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Late {
    /// Its way.
    pub way: Id,
    /// Since when it waits.
    pub begun_at: Instant,
    /// How often it was asked.
    pub attempts: i64,
    /// Whether a registry has taken it.
    pub taken: bool,
}

/// Questions that are late, the oldest first.
///
/// # Errors
/// A fault of the engine.
pub fn late(tx: &mut Tx<'_>, limit: i64) -> Outcome<Vec<Late>> {
    Ok(tx.all(
        "SELECT w.id, w.begun_at, c.attempts, c.ticket IS NOT NULL
         FROM level_way w JOIN registry_check c ON c.way_id = w.id
         WHERE w.kind = 'registry' AND w.state = 'late' AND w.over_at IS NULL
         ORDER BY w.begun_at, w.id LIMIT $1",
        args![limit],
        |r| Ok(Late { way: r.get(0)?, begun_at: r.get(1)?, attempts: r.get(2)?, taken: r.get(3)? }),
    )?)
}

/// How many questions are late: for the alarm.
///
/// # Errors
/// A fault of the engine.
pub fn count_late(tx: &mut Tx<'_>) -> Outcome<i64> {
    Ok(tx.one(
        "SELECT count(*) FROM level_way
         WHERE kind = 'registry' AND state = 'late' AND over_at IS NULL",
        args![],
        |r| r.get(0),
    )?)
}

/// The day that counts for papers.
pub fn today(now: Instant) -> Date {
    now.in_zone(&TimeZone::fixed(Offset::constant(3))).date()
}
