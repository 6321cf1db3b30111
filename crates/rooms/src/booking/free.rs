//! Free time as it is shown: the timetables in memory, the live claims from the database. May be a
//! moment old; only the claim itself is exact.

use base::{Id, Instant, Outcome, Tx, args};
use jiff::civil::Date;
use slots::{DayCount, Slot, Start, Taken};

use super::Offer;
use crate::schedule::Schedule;

/// A question about the free time of one or several offers of the same service.
#[derive(Clone, Copy, Debug)]
pub struct Free<'a> {
    /// The timetables.
    pub schedule: &'a Schedule,
    /// The moment of the question.
    pub now: Instant,
    /// Code of the purpose; `""` when not chosen.
    pub purpose: &'a str,
}

/// A free start at a resource.
#[derive(Clone, Copy, Debug)]
pub struct FreeSlot<'a> {
    /// Where.
    pub offer: &'a Offer,
    /// When, and how many places.
    pub slot: Slot,
}

impl<'a> Free<'a> {
    /// The soonest free starts of all `offers` on the local dates, at most `limit`.
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn slots(
        &self,
        tx: &mut Tx<'_>,
        offers: &'a [Offer],
        days: (Date, Date),
        limit: usize,
    ) -> Outcome<Vec<FreeSlot<'a>>> {
        let mut all = Vec::new();
        for offer in offers {
            let slots = self.one(tx, offer, days, |plan, calendar, ask, taken| {
                slots::slots(plan, calendar, ask, days.0..=days.1, taken)
            })?;
            all.extend(slots.unwrap_or_default().into_iter().map(|slot| FreeSlot { offer, slot }));
        }
        all.sort_by(|a, b| {
            (a.slot.start, &a.offer.resource).cmp(&(b.slot.start, &b.offer.resource))
        });
        all.truncate(limit);
        Ok(all)
    }

    /// The free places of each local date, summed over `offers`.
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn days(
        &self,
        tx: &mut Tx<'_>,
        offers: &[Offer],
        days: (Date, Date),
    ) -> Outcome<Vec<DayCount>> {
        let mut sum: Vec<DayCount> = Vec::new();
        for offer in offers {
            let one = self.one(tx, offer, days, |plan, calendar, ask, taken| {
                slots::days(plan, calendar, ask, days.0..=days.1, taken)
            })?;
            let Some(one) = one else { continue };
            if sum.is_empty() {
                sum = one;
                continue;
            }
            for (day, other) in sum.iter_mut().zip(one) {
                day.free += other.free;
                day.state = brighter(day.state, other.state);
            }
        }
        Ok(sum)
    }

    /// Every bookable start of a date at one resource, also the taken ones.
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn table(&self, tx: &mut Tx<'_>, offer: &Offer, date: Date) -> Outcome<Vec<Start>> {
        let table = self.one(tx, offer, (date, date), |plan, calendar, ask, taken| {
            slots::day_table(plan, calendar, ask, date, taken)
        })?;
        Ok(table.unwrap_or_default())
    }

    /// The free starts of one offer beside claims that are known already.
    pub fn beside(&self, offer: &Offer, days: (Date, Date), taken: &[Taken]) -> Vec<Slot> {
        let Some(table) = self.schedule.timetable(&offer.resource) else { return Vec::new() };
        let ask = offer.ask(self.purpose, self.now.minutes());
        let calendar = self.schedule.calendar(&offer.region);
        slots::slots(&table.plan, calendar, &ask, days.0..=days.1, taken)
    }

    fn one<T>(
        &self,
        tx: &mut Tx<'_>,
        offer: &Offer,
        days: (Date, Date),
        compute: impl FnOnce(&slots::Plan, &slots::Calendar, &slots::Ask, &[Taken]) -> T,
    ) -> Outcome<Option<T>> {
        let Some(table) = self.schedule.timetable(&offer.resource) else { return Ok(None) };
        let midnight = |date: Date| {
            let zoned = date.to_zoned(offer.zone.clone()).map(|x| x.timestamp().into());
            zoned.unwrap_or(self.now)
        };
        // A day more at both ends: windows cross midnight.
        let from = midnight(days.0).plus(-Instant::DAY);
        let to = midnight(days.1).plus(2 * Instant::DAY);
        let taken = taken(tx, &offer.resource, from, to, self.now)?;
        let ask = offer.ask(self.purpose, self.now.minutes());
        let calendar = self.schedule.calendar(&offer.region);
        Ok(Some(compute(&table.plan, calendar, &ask, &taken)))
    }
}

/// The state that says more to the person: free before full before not yet before closed.
fn brighter(a: slots::DayState, b: slots::DayState) -> slots::DayState {
    use slots::DayState::{Closed, Full, NotYet, Open};
    [Open, Full, NotYet, Closed].into_iter().find(|x| *x == a || *x == b).unwrap_or(a)
}

/// Live claims of a resource that touch the time between two moments.
///
/// # Errors
/// A fault of the engine.
pub fn taken(
    tx: &mut Tx<'_>,
    resource: &Id,
    from: Instant,
    to: Instant,
    now: Instant,
) -> Outcome<Vec<Taken>> {
    Ok(tx.all(
        "SELECT lane, starts_at, ends_at FROM claim
         WHERE resource_id = $1 AND ended_at IS NULL AND starts_at >= $2 AND starts_at < $3
           AND expires_at > $4",
        args![resource, from, to, now],
        |r| {
            let (start, end): (Instant, Instant) = (r.get(1)?, r.get(2)?);
            Ok(Taken { lane: r.get(0)?, start: start.minutes(), end: end.minutes() })
        },
    )?)
}

/// How many times of an offer's resource are held on local dates by people who have not confirmed.
///
/// # Errors
/// A fault of the engine.
pub fn undecided(tx: &mut Tx<'_>, offer: &Offer, days: (Date, Date), now: Instant) -> Outcome<u32> {
    let midnight = |date: Date| {
        let zoned = date.to_zoned(offer.zone.clone()).map(|x| Instant::from(x.timestamp()));
        zoned.unwrap_or(now)
    };
    Ok(tx.one(
        "SELECT count(*) FROM claim
         WHERE resource_id = $1 AND ended_at IS NULL AND starts_at >= $2 AND starts_at < $3
           AND expires_at > $4 AND expires_at < $5",
        args![
            &offer.resource,
            midnight(days.0),
            midnight(days.1.saturating_add(jiff::Span::new().days(1))),
            now,
            Instant::NEVER,
        ],
        |r| r.get(0),
    )?)
}
