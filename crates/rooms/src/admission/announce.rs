//! Announcing openings: single ones, and those that arise from the releases of a service.
//!
//! A day of an offer is opened by one opening: what a second one shuts until its moment would leave the
//! line of the first with nothing to give.

use base::{Cx, Fault, FieldFault, Id, Instant, Kind, Outcome, Refusal, Tx, args};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::rules::{self, Pace};
use super::{Mode, Opening, Scope, rows};
use crate::offices;

/// An opening to announce.
#[derive(Clone, Debug)]
pub struct Announce {
    /// The series it arises from; one opening of a series at a moment.
    pub series: Option<Id>,
    /// Code of the service.
    pub service: String,
    /// Which of its offers.
    pub scope: Scope,
    /// The zone in which days are counted.
    pub zone: TimeZone,
    /// How the line is ordered.
    pub mode: Mode,
    /// When it opens; a whole minute.
    pub opens: Instant,
    /// Minutes after which it ends by itself.
    pub lasts_minutes: u32,
    /// Minutes that a person who was let in has to choose a time.
    pub choose_minutes: u32,
    /// The first local day whose places open.
    pub from: Date,
    /// The last one.
    pub to: Date,
}

/// Announces an opening. From now on its days are shut until it begins. Gives its id; for a release
/// that is announced already, nothing.
///
/// # Errors
/// A refusal of fields: `opens` in the past (`E-FORM-06`) or not a whole minute, days in the wrong
/// order, nothing that lasts. `E-WAIT-06` with the `id` of an opening that is not over and opens a day of
/// the same offer.
pub fn announce(tx: &mut Tx<'_>, cx: &Cx, command: &Announce) -> Outcome<Option<Id>> {
    check(cx, command)?;
    // First, so that two who announce at once see each other.
    touch(tx)?;
    if let Some(other) = in_the_way(tx, cx, command)? {
        return Err(Refusal::new(Kind::Conflict, "E-WAIT-06").arg("id", other).into());
    }
    let zone = command.zone.iana_name();
    let zone = zone.ok_or_else(|| Fault::new("an opening needs a named time zone"))?;
    let id = cx.new_id();
    let seed = (command.mode == Mode::Lottery).then(|| cx.chance.bytes::<32>());
    let commitment = seed.as_ref().map(|x| rules::commitment(x));
    let (scope, scope_id) = command.scope.parts();
    let ends = command.opens.plus(i64::from(command.lasts_minutes) * Instant::MINUTE);
    let made = tx.opt(
        "INSERT INTO opening (id, series_id, service_code, scope, scope_id, zone, mode, opens_at,
           ends_at, from_day, to_day, choose_minutes, seed, commitment, revision, last_rank,
           admitted_to, pace, paced_at, archived, created_at, release_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, 0, 0, $15, 0,
           FALSE, $16, $17)
         ON CONFLICT DO NOTHING RETURNING id",
        args![
            &id,
            command.series.as_ref(),
            &command.service,
            scope,
            scope_id,
            zone,
            command.mode.as_str(),
            command.opens,
            ends,
            &command.from.to_string(),
            &command.to.to_string(),
            command.choose_minutes,
            seed.as_ref().map(|x| &x[..]),
            commitment.as_ref(),
            &serde_json::to_string(&Pace::default())?,
            cx.now,
            command.series.as_ref().map(|_| command.opens),
        ],
        |r| r.get::<Id>(0),
    )?;
    Ok(made)
}

/// An announced opening with which this one shares an offer and a day. The same release of the same
/// series is no other one.
fn in_the_way(tx: &mut Tx<'_>, cx: &Cx, command: &Announce) -> Outcome<Option<Id>> {
    let zone = command.zone.iana_name().unwrap_or_default();
    let others = tx.all(
        "SELECT id, scope, scope_id FROM opening
         WHERE service_code = $1 AND zone = $2 AND archived = FALSE AND ends_at > $3
           AND from_day <= $4 AND to_day >= $5 AND (series_id IS NULL OR series_id <> $6
             OR release_at <> $7)
         ORDER BY opens_at, id",
        args![
            &command.service,
            zone,
            cx.now,
            &command.to.to_string(),
            &command.from.to_string(),
            command.series.as_ref().map_or("", |x| x.as_str()),
            command.opens,
        ],
        |r| Ok((r.get::<Id>(0)?, r.get::<String>(1)?, r.get::<String>(2)?)),
    )?;
    meeting(tx, &command.scope, others)
}

/// The first of these, given with the words of their scopes, that shares an offer with `scope`.
fn meeting(
    tx: &mut Tx<'_>,
    scope: &Scope,
    others: Vec<(Id, String, String)>,
) -> Outcome<Option<Id>> {
    let own = bounds(tx, scope)?;
    for (id, word, of) in others {
        let Some(scope) = Scope::parse(&word, &of) else { continue };
        let other = bounds(tx, &scope)?;
        let apart = |n: usize| own[n].is_some() && other[n].is_some() && own[n] != other[n];
        if !(0..own.len()).any(apart) {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// Organisation, site and resource to which a scope is bound.
fn bounds(tx: &mut Tx<'_>, scope: &Scope) -> Outcome<[Option<Id>; 3]> {
    Ok(match scope {
        Scope::Service => [None, None, None],
        Scope::Organization(id) => [Some(id.clone()), None, None],
        Scope::Site(id) => [offices::organization_of(tx, id)?, Some(id.clone()), None],
        Scope::Resource(id) => {
            let (site, organization) = offices::whereabouts(tx, id)?.unzip();
            [organization, site, Some(id.clone())]
        }
    })
}

fn check(cx: &Cx, command: &Announce) -> Result<(), Refusal> {
    let mut faults = Vec::new();
    if command.opens <= cx.now || command.opens.0 % Instant::MINUTE != 0 {
        faults.push(FieldFault::new("opens", "E-FORM-06"));
    }
    if command.to < command.from {
        faults.push(FieldFault::new("to", "E-FORM-06"));
    }
    if command.lasts_minutes == 0 {
        faults.push(FieldFault::new("lasts", "E-FORM-01"));
    }
    if command.choose_minutes == 0 {
        faults.push(FieldFault::new("choose", "E-FORM-01"));
    }
    if faults.is_empty() { Ok(()) } else { Err(Refusal::invalid(faults)) }
}

/// Ends an opening now: what is left can be booked without a line. Twice does no harm.
///
/// # Errors
/// `E-WAIT-04` when there is none.
pub fn close(tx: &mut Tx<'_>, cx: &Cx, id: &Id) -> Outcome<Opening> {
    let mut head = rows::locked(tx, id)?.ok_or_else(unknown)?;
    if head.opening.ends > cx.now {
        // One that has not begun never does. Its release is known to be announced already.
        head.opening.ends = cx.now.max(Instant(0));
        head.opening.opens = head.opening.opens.min(cx.now);
        tx.exec(
            "UPDATE opening SET opens_at = $2, ends_at = $3 WHERE id = $1",
            args![id, head.opening.opens, head.opening.ends],
        )?;
        touch(tx)?;
    }
    Ok(head.opening)
}

/// There is no such opening.
pub(super) fn unknown() -> Refusal {
    Refusal::new(Kind::NotFound, "E-WAIT-04")
}

/// A service whose every release is to be an opening.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its id.
    pub id: Id,
    /// Code of the service.
    pub service: String,
    /// Which of its offers.
    pub scope: Scope,
    /// How the lines are ordered.
    pub mode: Mode,
    /// Minutes after which each opening ends by itself.
    pub lasts_minutes: u32,
    /// Minutes to choose a time.
    pub choose_minutes: u32,
}

/// Makes every coming release of a service an opening.
///
/// # Errors
/// `E-WAIT-07` with the `id` of a series that goes on for some of the same offers.
pub fn guard(tx: &mut Tx<'_>, cx: &Cx, series: &Series) -> Outcome<Id> {
    touch(tx)?;
    let others = tx.all(
        "SELECT id, scope, scope_id FROM opening_series
         WHERE service_code = $1 AND ended_at IS NULL ORDER BY id",
        args![&series.service],
        |r| Ok((r.get::<Id>(0)?, r.get::<String>(1)?, r.get::<String>(2)?)),
    )?;
    if let Some(other) = meeting(tx, &series.scope, others)? {
        return Err(Refusal::new(Kind::Conflict, "E-WAIT-07").arg("id", other).into());
    }
    let id = cx.new_id();
    let (scope, scope_id) = series.scope.parts();
    tx.exec(
        "INSERT INTO opening_series (id, service_code, scope, scope_id, mode, lasts_minutes,
           choose_minutes)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![
            &id,
            &series.service,
            scope,
            scope_id,
            series.mode.as_str(),
            series.lasts_minutes,
            series.choose_minutes,
        ],
    )?;
    Ok(id)
}

/// Ends a series: openings that were announced stay. Says whether there was one.
///
/// # Errors
/// A fault of the engine.
pub fn unguard(tx: &mut Tx<'_>, cx: &Cx, id: &Id) -> Outcome<bool> {
    let ended = tx.exec(
        "UPDATE opening_series SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL",
        args![id, cx.now],
    )?;
    if ended > 0 {
        touch(tx)?;
    }
    Ok(ended > 0)
}

/// Raises the edition: part of every act that changes what [`super::Openings`] shows.
pub(super) fn touch(tx: &mut Tx<'_>) -> Outcome<()> {
    base::edition::raise(tx, "opening")
}
