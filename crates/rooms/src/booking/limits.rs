//! Daily limits that come after bookings: what was taken while there was none counts, too.
//!
//! A claim says for which service and on which day it counts, and owns a place of the day's quota. Where
//! a limit is introduced, the claims that live say nothing: they are given both, by whoever claims on
//! such a day, and by every node that learns of a new limit, so that pages agree before somebody claims.

use std::collections::BTreeSet;
use std::sync::Arc;

use base::db::Row;
use base::{Db, Fault, Id, Instant, Outcome, Tx, args};
use jiff::tz::TimeZone;
use slots::Minute;

use super::news::{self, LiveClaim, day_number};
use crate::portal::Portal;

/// The cells of a service's daily limit at a resource belong to this owner.
pub(super) fn quota_of(resource: &Id, service: &str) -> String {
    format!("quota:{resource}:{service}")
}

/// A live claim that counts towards nothing yet.
struct Uncounted {
    id: Id,
    resource: Id,
    claim: LiveClaim,
}

impl Uncounted {
    /// From the columns of [`LiveClaim::read`] and the resource.
    fn read(r: &Row<'_>) -> Result<Self, Fault> {
        Ok(Self { id: r.get(4)?, resource: r.get(7)?, claim: LiveClaim::read(r, 0)? })
    }
}

/// Counts the claims of a resource's day that were made without a limit.
///
/// # Errors
/// A fault of the engine.
pub(super) fn count_day(
    tx: &mut Tx<'_>,
    (resource, service): (&Id, &str),
    (day, zone): (i64, &TimeZone),
    now: Instant,
) -> Outcome<()> {
    // No offset is further from UTC than a day.
    let (from, to) = ((day - 1) * 1440, (day + 2) * 1440);
    let found = tx.all(
        "SELECT c.lane, c.starts_at, c.ends_at, c.expires_at, c.id, c.counted_for, c.counted_on,
                c.resource_id
         FROM claim c JOIN booking b ON b.id = c.booking_id
         WHERE c.resource_id = $1 AND c.ended_at IS NULL AND c.ends_at > $2 AND c.starts_at < $3
           AND c.counted_on IS NULL AND c.expires_at > $4 AND b.service_code = $5
         ORDER BY c.starts_at, c.id",
        args![resource, Instant::from_minutes(from), Instant::from_minutes(to), now, service],
        Uncounted::read,
    )?;
    let of_day = |x: &Uncounted| day_of(x, zone) == day;
    found.iter().filter(|x| of_day(x)).try_for_each(|x| count(tx, x, service, day))
}

/// Claims that are counted in one transaction.
const PART: i64 = 200;

/// The services with a limit, as far as a node knows.
#[derive(Debug, Default)]
pub struct Limits(BTreeSet<String>);

impl Limits {
    /// Counts what was booked before a service had a limit, once for each limit that this node learns of.
    ///
    /// # Errors
    /// A fault of the engine; the next call tries again.
    pub fn follow(&mut self, db: &Db, portal: &Arc<Portal>, now: Instant) -> Outcome<()> {
        let services = portal.city.catalogue.services().iter();
        let limited = services.filter(|x| x.passport.rules.per_day.is_some());
        let limited: BTreeSet<String> = limited.map(|x| x.code.clone()).collect();
        for code in limited.difference(&self.0) {
            let service = code.clone();
            if !db.read_wait(move |tx| stand_uncounted(tx, &service, now))? {
                continue;
            }
            let mut last = Some(Id::from(""));
            while let Some(from) = last {
                let (portal, code) = (portal.clone(), code.clone());
                last = db.write_wait(move |tx| {
                    let zone_of = |resource: &Id| portal.offer_of(&code, resource).map(|x| x.zone);
                    count_standing(tx, &code, zone_of, (now, &from, PART))
                })?;
            }
        }
        self.0 = limited;
        Ok(())
    }
}

/// Whether a service has claims that were made without a limit: asked before anything is written, since mostly
/// there are none.
pub(crate) fn stand_uncounted(tx: &mut Tx<'_>, service: &str, now: Instant) -> Outcome<bool> {
    let found = tx.opt(
        "SELECT c.id FROM claim c JOIN booking b ON b.id = c.booking_id
         WHERE c.ended_at IS NULL AND c.ends_at > $1 AND c.counted_on IS NULL AND c.expires_at > $2
           AND b.service_code = $3
         LIMIT 1",
        args![now.plus(-Instant::DAY), now, service],
        |r| r.get::<Id>(0),
    )?;
    Ok(found.is_some())
}

/// Counts up to `limit` claims of a service, from today on, that were made without a limit and whose ids come
/// after `last`; gives the last id when there may be more.
pub(crate) fn count_standing(
    tx: &mut Tx<'_>,
    service: &str,
    zone_of: impl Fn(&Id) -> Option<TimeZone>,
    (now, last, limit): (Instant, &Id, i64),
) -> Outcome<Option<Id>> {
    let mut found = tx.all(
        "SELECT c.lane, c.starts_at, c.ends_at, c.expires_at, c.id, c.counted_for, c.counted_on,
                c.resource_id
         FROM claim c JOIN booking b ON b.id = c.booking_id
         WHERE c.ended_at IS NULL AND c.ends_at > $1 AND c.counted_on IS NULL AND c.expires_at > $2
           AND b.service_code = $3 AND c.id > $4
         ORDER BY c.id LIMIT $5",
        args![now.plus(-Instant::DAY), now, service, last, limit],
        Uncounted::read,
    )?;
    let more = found.len() as i64 == limit;
    let next = found.last().filter(|_| more).map(|x| x.id.clone());
    // In one order everywhere, so that two never wait for each other in a circle.
    found.sort_by(|a, b| {
        (&a.resource, a.claim.taken.start).cmp(&(&b.resource, b.claim.taken.start))
    });
    for one in &found {
        if let Some(zone) = zone_of(&one.resource) {
            count(tx, one, service, day_of(one, &zone))?;
        }
    }
    Ok(next)
}

fn day_of(one: &Uncounted, zone: &TimeZone) -> i64 {
    day_number(Instant::from_minutes(one.claim.taken.start).in_zone(zone).date())
}

/// Gives a claim a place of its day, also one beyond the limit.
fn count(tx: &mut Tx<'_>, one: &Uncounted, service: &str, day: i64) -> Outcome<()> {
    let counted = tx.exec(
        "UPDATE claim SET counted_for = $2, counted_on = $3
         WHERE id = $1 AND ended_at IS NULL AND counted_on IS NULL",
        args![&one.id, service, day],
    )?;
    if counted == 0 {
        return Ok(());
    }
    let (owner, cell): (String, Minute) = (quota_of(&one.resource, service), day * 1440);
    let owned = tx.all(
        "SELECT lane FROM claim_cell WHERE owner = $1 AND cell = $2",
        args![&owner, cell],
        |r| r.get::<u8>(0),
    )?;
    for place in (0..=u8::MAX).filter(|x| !owned.contains(x)) {
        let taken = tx.exec(
            "INSERT INTO claim_cell (owner, lane, cell, claim_id, expires_at)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            args![&owner, place, cell, &one.id, one.claim.until],
        )?;
        if taken == 1 {
            news::tell(tx, &one.resource, one.claim.counted(service, day), true);
            return Ok(());
        }
    }
    // The day has no more places than this, and no limit is higher: it waits until one of them ends.
    tx.exec(
        "UPDATE claim SET counted_for = NULL, counted_on = NULL WHERE id = $1",
        args![&one.id],
    )?;
    Ok(())
}
