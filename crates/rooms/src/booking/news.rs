//! What others are told of claims, and how they read those that live.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use base::db::{News, Row};
use base::{Fault, Id, Instant, Outcome, Tx, args};
use jiff::civil::Date;
use slots::Taken;
use slots::index::Counted;

use super::Offer;

/// Claims that are read at a time.
const PAGE: usize = 20_000;

/// The topic of news about taken and freed time; the key is the resource.
pub const FREE_TIME: &str = "free";

/// A claim that is alive, or was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiveClaim {
    /// A number that stands for its id.
    pub key: u64,
    /// What it takes.
    pub taken: Taken,
    /// When it lapses by itself; [`Instant::NEVER`] for a booking.
    pub until: Instant,
    /// The daily limit towards which it counts.
    pub counted: Option<Counted>,
}

/// The fact of a piece of [`FREE_TIME`] news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClaimChange {
    /// The claim as it is now, or as it was when it ended.
    pub claim: LiveClaim,
    /// Whether it lives.
    pub alive: bool,
}

impl LiveClaim {
    /// A claim as the database has it.
    pub fn new(id: &Id, taken: Taken, until: Instant) -> Self {
        Self { key: number_of(id), taken, until, counted: None }
    }

    /// The same claim, which counts towards the daily limit of a service on a local day.
    pub(super) fn counted(self, service: &str, day: i64) -> Self {
        let counted = Counted { service: number_of(service), day, key: self.key };
        Self { counted: Some(counted), ..self }
    }

    /// Reads lane, start, end, expiry, id, and the service and day for which it counts, in this order
    /// from a column on.
    pub(super) fn read(r: &Row<'_>, first: usize) -> Result<Self, Fault> {
        let (start, end): (Instant, Instant) = (r.get(first + 1)?, r.get(first + 2)?);
        let taken = Taken { lane: r.get(first)?, start: start.minutes(), end: end.minutes() };
        let id: Id = r.get(first + 4)?;
        let claim = Self::new(&id, taken, r.get(first + 3)?);
        let counted: (Option<String>, Option<i64>) = (r.get(first + 5)?, r.get(first + 6)?);
        Ok(match counted {
            (Some(service), Some(day)) => claim.counted(&service, day),
            _ => claim,
        })
    }
}

/// The number of a day since 1970-01-01.
pub(crate) fn day_number(date: Date) -> i64 {
    date.duration_since(jiff::civil::date(1970, 1, 1)).as_hours() / 24
}

/// The number that stands for an id or a code in the memory of a node.
pub(crate) fn number_of(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish()
}

/// Tells the memories that a claim lives as it is now, or has ended.
pub(super) fn tell(tx: &mut Tx<'_>, resource: &Id, claim: LiveClaim, alive: bool) {
    tx.tell(News::new(FREE_TIME, resource.as_str(), ClaimChange { claim, alive }));
}

/// From when on claims are read: one that is over still counts towards the limit of its day.
fn of_today(now: Instant) -> Instant {
    now.plus(-26 * Instant::HOUR)
}

/// Shows every live claim that is not over or counts towards a limit of today, with its resource.
///
/// # Errors
/// A fault of the engine.
pub fn live_claims(
    tx: &mut Tx<'_>,
    now: Instant,
    mut see: impl FnMut(&Id, LiveClaim),
) -> Outcome<()> {
    let mut last = (of_today(now), Id::from(""));
    loop {
        // A page at a time: a driver may keep all rows of an answer in memory.
        let page = tx.all(
            "SELECT lane, starts_at, ends_at, expires_at, id, counted_for, counted_on, resource_id
             FROM claim
             WHERE ended_at IS NULL AND (ends_at, id) > ($1, $2) AND expires_at > $3
               AND (ends_at > $3 OR counted_on IS NOT NULL)
             ORDER BY ends_at, id LIMIT $4",
            args![last.0, &last.1, now, PAGE as i64],
            |r| {
                see(&r.get::<Id>(7)?, LiveClaim::read(r, 0)?);
                Ok((r.get::<Instant>(2)?, r.get::<Id>(4)?))
            },
        )?;
        match page.len() == PAGE {
            true => last = page.into_iter().next_back().unwrap_or(last),
            false => return Ok(()),
        }
    }
}

/// [`live_claims`] of one resource.
///
/// # Errors
/// A fault of the engine.
pub fn live_claims_of(tx: &mut Tx<'_>, resource: &Id, now: Instant) -> Outcome<Vec<LiveClaim>> {
    Ok(tx.all(
        "SELECT lane, starts_at, ends_at, expires_at, id, counted_for, counted_on FROM claim
         WHERE resource_id = $1 AND ended_at IS NULL AND ends_at > $3 AND expires_at > $2
           AND (ends_at > $2 OR counted_on IS NOT NULL)",
        args![resource, now, of_today(now)],
        |r| LiveClaim::read(r, 0),
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
         WHERE resource_id = $1 AND ended_at IS NULL AND ends_at > $2
           AND starts_at >= $2 AND starts_at < $3 AND expires_at > $4 AND expires_at < $5",
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
