//! One turn of a line: the lottery is drawn, those who were too late lose their place, the next
//! ones are let in.

use base::{Cx, Id, Instant, Outcome, Tx, args};

use super::rows::{self, Head};
use super::rules::{self, Load, Seen};
use super::{Phase, Standing, join};

/// Turns of all nodes together are no closer than this.
const PAUSE: i64 = 800 * 1000;

/// What a turn did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turned {
    /// People let in.
    pub admitted: u32,
    /// People who took a time, or left the inside, since the turn before.
    pub served: u32,
    /// People who lost their place inside.
    pub late: u32,
}

/// Moves a line on. Every node tries once a second; the row's lock and the time of the last turn
/// make it one. `places` are the free places, where they were counted.
///
/// # Errors
/// A fault of the engine.
pub fn turn(
    tx: &mut Tx<'_>,
    cx: &Cx,
    opening: &Id,
    load: Load,
    places: Option<u32>,
) -> Outcome<Turned> {
    let Some(mut head) = rows::locked(tx, opening)? else { return Ok(Turned::default()) };
    let since = cx.now.0 - head.paced.0;
    // A clock that was set back must not stop the line until it has caught up.
    if (0..PAUSE).contains(&since) || head.opening.phase(cx.now) == Phase::Coming {
        return Ok(Turned::default());
    }
    head.revision += 1;
    let drawn = join::draw_if_due(tx, cx, &mut head)?;
    let served = count_served(tx, &head)?;
    let late = end_late(tx, cx, &mut head)?;
    let (inside, waiting) = count(tx, &head)?;
    if !drawn && served + late + inside + waiting == 0 {
        return Ok(Turned::default());
    }
    let unknown = head.paced == Instant(0) || since < 0;
    let seconds = if unknown { 1.0 } else { since as f64 / Instant::SECOND as f64 };
    // The places were counted before these were taken.
    let places = places.map(|x| x.saturating_sub(served));
    let seen = Seen { seconds, left: served + late, inside, waiting, places, load };
    let (pace, many) = rules::step(&head.pace, &seen);
    head.pace = pace;
    head.paced = cx.now;
    let admitted = if head.opening.phase(cx.now) == Phase::Running {
        admit(tx, cx, &mut head, many)?
    } else {
        0
    };
    rows::keep(tx, &head)?;
    Ok(Turned { admitted, served, late })
}

/// Counts those who took a time since the last turn, and tells the other nodes of them.
fn count_served(tx: &mut Tx<'_>, head: &Head) -> Outcome<u32> {
    let served = tx.exec(
        "UPDATE opening_entry SET revision = $2 WHERE opening_id = $1 AND revision < 0",
        args![&head.opening.id, head.revision],
    )?;
    Ok(u32::try_from(served).unwrap_or(u32::MAX))
}

/// Moves those who took no time until their grace was over to the tail, or out.
fn end_late(tx: &mut Tx<'_>, cx: &Cx, head: &mut Head) -> Outcome<u32> {
    let late = tx.all(
        "SELECT id, account_id, rank, state, until_at, moved FROM opening_entry
         WHERE opening_id = $1 AND state = 'inside' AND until_at <= $2 ORDER BY rank",
        args![&head.opening.id, cx.now.plus(-rules::GRACE)],
        rows::entry,
    )?;
    let mut ended = 0;
    for entry in late {
        let Some(to) = rules::overdue(&entry, cx.now) else { continue };
        let rank = if to == Standing::Waiting {
            head.last_rank += 1;
            Some(head.last_rank)
        } else {
            entry.rank
        };
        tx.exec(
            "UPDATE opening_entry SET state = $2, rank = $3, moved = TRUE, until_at = NULL,
               revision = $4
             WHERE id = $1",
            args![&entry.id, to.as_str(), rank, head.revision],
        )?;
        ended += 1;
    }
    Ok(ended)
}

/// People inside, people in line.
fn count(tx: &mut Tx<'_>, head: &Head) -> Outcome<(u32, u32)> {
    let counts = tx.all(
        "SELECT state, count(*) FROM opening_entry
         WHERE opening_id = $1 AND state IN ('inside', 'waiting') GROUP BY state",
        args![&head.opening.id],
        |r| Ok((r.get::<String>(0)?, r.get::<u32>(1)?)),
    )?;
    let of = |word: &str| counts.iter().find(|x| x.0 == word).map_or(0, |x| x.1);
    Ok((of("inside"), of("waiting")))
}

/// Lets the next `many` in.
fn admit(tx: &mut Tx<'_>, cx: &Cx, head: &mut Head, many: u32) -> Outcome<u32> {
    let next: Vec<i64> = tx.all(
        "SELECT rank FROM opening_entry
         WHERE opening_id = $1 AND rank > $2 AND state = 'waiting' ORDER BY rank LIMIT $3",
        args![&head.opening.id, head.admitted_to, many],
        |r| r.get(0),
    )?;
    let Some(last) = next.last() else { return Ok(0) };
    let until = cx.now.plus(i64::from(head.opening.choose_minutes) * Instant::MINUTE);
    tx.exec(
        "UPDATE opening_entry SET state = 'inside', until_at = $4, revision = $5
         WHERE opening_id = $1 AND rank > $2 AND rank <= $3 AND state = 'waiting'",
        args![&head.opening.id, head.admitted_to, *last, until, head.revision],
    )?;
    head.admitted_to = *last;
    Ok(next.len() as u32)
}
