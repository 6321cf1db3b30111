//! What others are told of claims, and how they read those that live.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use base::db::{News, Row};
use base::{Fault, Id, Instant, Outcome, Tx, args};
use jiff::civil::Date;
use slots::Taken;

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
        let mut hasher = DefaultHasher::new();
        id.as_str().hash(&mut hasher);
        Self { key: hasher.finish(), taken, until }
    }

    /// Reads lane, start, end, expiry and id, in this order from a column on.
    pub(super) fn read(r: &Row<'_>, first: usize) -> Result<Self, Fault> {
        let (start, end): (Instant, Instant) = (r.get(first + 1)?, r.get(first + 2)?);
        let taken = Taken { lane: r.get(first)?, start: start.minutes(), end: end.minutes() };
        let id: Id = r.get(first + 4)?;
        Ok(Self::new(&id, taken, r.get(first + 3)?))
    }
}

/// Tells the memories that a claim lives as it is now, or has ended.
pub(super) fn tell(tx: &mut Tx<'_>, resource: &Id, claim: LiveClaim, alive: bool) {
    tx.tell(News::new(FREE_TIME, resource.as_str(), ClaimChange { claim, alive }));
}

/// Shows every live claim that is not over, with its resource.
///
/// # Errors
/// A fault of the engine.
pub fn live_claims(
    tx: &mut Tx<'_>,
    now: Instant,
    mut see: impl FnMut(&Id, LiveClaim),
) -> Outcome<()> {
    let mut last = (now, Id::from(""));
    loop {
        // A page at a time: a driver may keep all rows of an answer in memory.
        let page = tx.all(
            "SELECT lane, starts_at, ends_at, expires_at, id, resource_id FROM claim
             WHERE ended_at IS NULL AND (ends_at, id) > ($1, $2) AND expires_at > $3
             ORDER BY ends_at, id LIMIT $4",
            args![last.0, &last.1, now, PAGE as i64],
            |r| {
                see(&r.get::<Id>(5)?, LiveClaim::read(r, 0)?);
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
        "SELECT lane, starts_at, ends_at, expires_at, id FROM claim
         WHERE resource_id = $1 AND ended_at IS NULL AND ends_at > $2 AND expires_at > $2",
        args![resource, now],
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
