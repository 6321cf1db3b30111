//! What runs by itself, once a second on every node: releases become openings, lines move on, the
//! memory follows. Correctness does not wait for it: a lottery is drawn by whoever comes first after
//! its moment, and the gate asks the entry itself.

use std::collections::HashSet;
use std::sync::Arc;

use base::{Cx, Db, Error, Id, Instant, Outcome, Tx, args};
use slots::DayState;

use super::rules::Load;
use super::turn::{Turned, turn};
use super::{Announce, Line, Lines, Opening, Phase, Places, Series, announce};
use crate::booking::{self, Offer};
use crate::portal::Portal;

/// Openings that were over so long leave the memory.
const REMEMBERED: i64 = 24 * Instant::HOUR;
/// Places are counted anew after so many rounds.
const COUNTED: u64 = 3;

/// Looks after the lines of a node.
#[derive(Debug, Default)]
pub struct Keeper {
    rounds: u64,
    /// Openings where a time was taken since the places were counted.
    stale: HashSet<Id>,
    /// Releases of a series that could not be announced and of which the log tells already.
    refused: HashSet<(Id, Instant)>,
    /// Microseconds that each write of the last round took.
    took: Vec<i64>,
}

impl Keeper {
    /// One round, for a thread that may wait; about one a second. `depth` writes wait for the writer.
    ///
    /// # Errors
    /// A fault of the engine; the next round tries again.
    pub fn round(
        &mut self,
        db: &Db,
        lines: &Lines,
        portal: &Arc<Portal>,
        cx: &Cx,
        depth: usize,
    ) -> Outcome<()> {
        let load = Load { depth, took: median(std::mem::take(&mut self.took)) };
        let counts = self.rounds.is_multiple_of(COUNTED);
        self.rounds = self.rounds.wrapping_add(1);
        if counts {
            self.renew(db, portal, cx)?;
            archive(db, portal, cx)?;
        }
        let openings = portal.openings.all();
        lines.follow(db, openings)?;
        let mut moved = false;
        for opening in openings.iter().filter(|x| x.phase(cx.now) == Phase::Running) {
            let line = lines.line(&opening.id);
            if counts || self.stale.remove(&opening.id) || line.places().is_none() {
                lines.count(&opening.id, places(db, portal, opening, cx.now)?);
            }
            if !line.is_idle() {
                let (turned, took) =
                    timed(|| move_on(db, cx, opening, load, &lines.line(&opening.id)));
                self.took.push(took);
                let turned = turned?;
                if turned.served > 0 {
                    self.stale.insert(opening.id.clone());
                }
                moved = true;
            }
        }
        if moved { lines.follow(db, openings) } else { Ok(()) }
    }

    /// Announces the next release of every series, in every zone where its offers are. A release whose
    /// days another opening opens is left to that one.
    fn renew(&mut self, db: &Db, portal: &Arc<Portal>, cx: &Cx) -> Outcome<()> {
        for series in portal.openings.series() {
            for offer in one_of_each_zone(portal, series) {
                let Some(next) = next(series, &offer, cx.now) else { continue };
                let known = portal.openings.all().iter().any(|x| {
                    x.series.as_ref() == Some(&series.id)
                        && x.release == Some(next.opens)
                        && x.zone == next.zone
                });
                if known {
                    continue;
                }
                let (cx, opens) = (Cx { op: cx.new_id(), ..cx.clone() }, next.opens);
                match db.write_wait(move |tx| announce(tx, &cx, &next)) {
                    Err(Error::Refusal(why)) => {
                        if self.refused.insert((series.id.clone(), opens)) {
                            tracing::warn!(series = %series.id, ?why, "a release is not announced");
                        }
                    }
                    announced => drop(announced?),
                }
            }
        }
        Ok(())
    }
}

/// What `act` gives, and how many microseconds it took.
#[allow(clippy::disallowed_methods, reason = "how long a write takes is measured, not told")]
fn timed<T>(act: impl FnOnce() -> T) -> (T, i64) {
    let began = std::time::Instant::now();
    let given = act();
    (given, i64::try_from(began.elapsed().as_micros()).unwrap_or(i64::MAX))
}

/// The middle one; of an even number the lower.
fn median(mut all: Vec<i64>) -> i64 {
    all.sort_unstable();
    all.get(all.len().saturating_sub(1) / 2).copied().unwrap_or_default()
}

fn move_on(db: &Db, cx: &Cx, opening: &Opening, load: Load, line: &Line) -> Outcome<Turned> {
    let (cx, id) = (cx.clone(), opening.id.clone());
    let free = line.places().map(|x| x.free);
    db.write_wait(move |tx| turn(tx, &cx, &id, load, free))
}

/// The next release of a series as an opening.
fn next(series: &Series, offer: &Offer, now: Instant) -> Option<Announce> {
    let ask = offer.ask("", now.minutes());
    let (opens, from, to) = slots::next_release(&ask, &offer.zone)?;
    Some(Announce {
        series: Some(series.id.clone()),
        service: series.service.clone(),
        scope: series.scope.clone(),
        zone: offer.zone.clone(),
        mode: series.mode,
        opens: Instant::from_minutes(opens),
        lasts_minutes: series.lasts_minutes,
        choose_minutes: series.choose_minutes,
        from,
        to,
    })
}

/// An offer of the series in every zone where it has one.
fn one_of_each_zone(portal: &Portal, series: &Series) -> Vec<Offer> {
    let mut found: Vec<Offer> = Vec::new();
    for offer in portal.offers_of(&series.service, &series.scope) {
        if found.iter().all(|x| x.zone != offer.zone) {
            found.push(offer);
        }
    }
    found
}

/// Counts the places of the days that an opening opens.
///
/// # Errors
/// A fault of the engine.
pub fn places(db: &Db, portal: &Arc<Portal>, opening: &Opening, now: Instant) -> Outcome<Places> {
    let mut offers = portal.offers_of(&opening.service, &opening.scope);
    offers.retain(|x| x.zone == opening.zone);
    let days = (opening.from, opening.to);
    let counts = portal.availability.days(&offers, ("", now), days);
    let free = portal.availability.room(&offers, ("", now), days);
    let full = counts.iter().any(|x| x.state == DayState::Full);
    db.read_wait(move |tx| {
        let mut undecided = 0;
        for offer in &offers {
            undecided += booking::undecided(tx, offer, days, now)?;
        }
        Ok(Places { free, undecided, full })
    })
}

/// Lets openings go that were over for a day: whoever comes later finds nothing there.
fn archive(db: &Db, portal: &Arc<Portal>, cx: &Cx) -> Outcome<()> {
    let before = cx.now.plus(-REMEMBERED);
    // One that was closed before its moment stays until then: its release is not to be announced again.
    let old = |x: &&Arc<Opening>| x.ends.max(x.release.unwrap_or_default()) < before;
    let ids: Vec<Id> = portal.openings.all().iter().filter(old).map(|x| x.id.clone()).collect();
    if ids.is_empty() {
        return Ok(());
    }
    db.write_wait(move |tx: &mut Tx<'_>| {
        for id in &ids {
            tx.exec("UPDATE opening SET archived = TRUE WHERE id = $1", args![id])?;
        }
        super::announce::touch(tx)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_write_is_judged_however_many_lines_there_are() {
        assert_eq!(median(Vec::new()), 0);
        assert_eq!(median(vec![40]), 40);
        assert_eq!(median(vec![30_000; 50]), 30_000);
        assert_eq!(median(vec![900_000, 20, 30, 10]), 20);
        assert_eq!(timed(|| 7).0, 7);
    }
}
