//! Owning time: cells of a resource's grid, guarded by the primary key of `claim_cell`.

use base::{Cx, Fault, Id, Instant, Kind, Outcome, Refusal, Tx, args};
use slots::Minute;

use super::{Booking, Offer, Step, rules};
use crate::schedule;

/// A time that a claim owns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub lane: u8,
    pub start: Minute,
    pub end: Minute,
}

/// What a claim asks for.
#[derive(Clone, Debug)]
pub(super) struct Wish<'a> {
    pub offer: &'a Offer,
    pub purpose: &'a str,
    pub start: Minute,
    /// When it lapses by itself; [`Instant::NEVER`] for a confirmed booking.
    pub expires: Instant,
}

/// Claims the first free lane for the wish. The booking's row must exist; its former claim, if any,
/// is ended in the same breath, and cells that both share pass from the old to the new.
///
/// # Errors
/// `E-SLOT-05` … `E-SLOT-09` when the start is no bookable time; `E-SLOT-01` when it is taken;
/// `E-SLOT-03` when the day's limit is reached.
pub(super) fn claim(tx: &mut Tx<'_>, cx: &Cx, booking: &Id, wish: &Wish<'_>) -> Outcome<Span> {
    let offer = wish.offer;
    let ask = offer.ask(wish.purpose, cx.now.minutes());
    let table = schedule::timetable(tx, &offer.resource, &offer.site, &offer.zone)?
        .ok_or_else(|| rules::not_a_time(slots::Refused::Closed))?;
    let calendar = schedule::calendar(tx, &offer.region)?;
    let lanes =
        slots::candidates(&table.plan, &calendar, &ask, wish.start).map_err(rules::not_a_time)?;
    let (start, end) = (wish.start, wish.start + Minute::from(ask.duration));
    let grid = grid(tx, cx, offer, table.grid, start, i64::from(ask.duration))?;
    bury(tx, cx, &offer.resource, start, end)?;

    let old = live(tx, booking)?;
    let id = cx.new_id();
    if let Some(old) = &old {
        end_row(tx, cx, old, "moved")?;
    }
    tx.exec(
        "INSERT INTO claim (id, booking_id, resource_id, lane, starts_at, ends_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![
            &id,
            booking,
            &offer.resource,
            lanes.first().copied().unwrap_or(0),
            Instant::from_minutes(start),
            Instant::from_minutes(end),
            wish.expires,
        ],
    )?;
    let cells = Cells { owner: &offer.resource, from: start, to: end, step: grid };
    let lane = take_lane(tx, &id, old.as_ref(), &lanes, &cells, wish.expires)?
        .ok_or_else(|| Refusal::new(Kind::Conflict, "E-SLOT-01"))?;
    tx.exec("UPDATE claim SET lane = $2 WHERE id = $1", args![&id, lane])?;
    if let Some(limit) = offer.terms.per_day {
        take_quota(tx, cx, &id, old.as_ref(), wish, limit)?;
    }
    if let Some(old) = &old {
        tx.exec("DELETE FROM claim_cell WHERE claim_id = $1", args![old])?;
    }
    Ok(Span { lane, start, end })
}

/// A run of cells of one owner.
struct Cells<'a> {
    owner: &'a str,
    from: Minute,
    to: Minute,
    step: Minute,
}

/// The first lane all of whose cells could be taken.
fn take_lane(
    tx: &mut Tx<'_>,
    id: &Id,
    old: Option<&Id>,
    lanes: &[u8],
    cells: &Cells<'_>,
    expires: Instant,
) -> Outcome<Option<u8>> {
    let busy = tx.all(
        "SELECT DISTINCT lane FROM claim_cell
         WHERE owner = $1 AND cell >= $2 AND cell < $3 AND claim_id <> $4",
        args![cells.owner, cells.from, cells.to, old.map_or("", |x| x.as_str())],
        |r| r.get::<u8>(0),
    )?;
    for &lane in lanes.iter().filter(|x| !busy.contains(x)) {
        if take_cells(tx, id, old, lane, cells, expires)? {
            return Ok(Some(lane));
        }
        // Another transaction was faster: what was taken of this lane goes back.
        tx.exec("DELETE FROM claim_cell WHERE claim_id = $1", args![id])?;
    }
    Ok(None)
}

/// Takes the cells of one lane; `false` when somebody owns one of them. In ascending order, so two
/// claims never wait for each other in a circle.
fn take_cells(
    tx: &mut Tx<'_>,
    id: &Id,
    old: Option<&Id>,
    lane: u8,
    cells: &Cells<'_>,
    expires: Instant,
) -> Outcome<bool> {
    let mut wanted = (cells.to - cells.from + cells.step - 1) / cells.step;
    if let Some(old) = old {
        // A move that overlaps its own old time keeps the cells it already owns.
        wanted -= tx.exec(
            "UPDATE claim_cell SET claim_id = $1, expires_at = $2
             WHERE claim_id = $3 AND owner = $4 AND lane = $5 AND cell >= $6 AND cell < $7",
            args![id, expires, old, cells.owner, lane, cells.from, cells.to],
        )? as i64;
    }
    let taken = tx.exec(
        "INSERT INTO claim_cell (owner, lane, cell, claim_id, expires_at)
         WITH RECURSIVE want (cell) AS (
           SELECT CAST($3 AS BIGINT)
           UNION ALL SELECT cell + CAST($5 AS BIGINT) FROM want
           WHERE cell + CAST($5 AS BIGINT) < CAST($4 AS BIGINT))
         SELECT CAST($1 AS TEXT), CAST($2 AS BIGINT), cell, CAST($6 AS TEXT), CAST($7 AS BIGINT)
         FROM want WHERE TRUE ORDER BY cell
         ON CONFLICT DO NOTHING",
        args![cells.owner, lane, cells.from, cells.to, cells.step, id, expires],
    )? as i64;
    Ok(taken == wanted)
}

/// A daily limit is a quota whose places are lanes: the same guard, the same expiry.
fn take_quota(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: &Id,
    old: Option<&Id>,
    wish: &Wish<'_>,
    limit: u16,
) -> Outcome<()> {
    let offer = wish.offer;
    let owner = format!("quota:{}:{}", offer.resource, offer.service);
    let date = Instant::from_minutes(wish.start).in_zone(&offer.zone).date();
    let day = date.duration_since(jiff::civil::date(1970, 1, 1)).as_hours() / 24 * 1440;
    let cells = Cells { owner: &owner, from: day, to: day + 1, step: 1 };
    bury(tx, cx, &owner, day, day + 1)?;
    let places: Vec<u8> = (0..limit.min(u16::from(u8::MAX)) as u8).collect();
    match take_quota_place(tx, id, old, &places, &cells, wish.expires)? {
        true => Ok(()),
        false => Err(Refusal::new(Kind::Conflict, "E-SLOT-03").arg("limit", limit).into()),
    }
}

fn take_quota_place(
    tx: &mut Tx<'_>,
    id: &Id,
    old: Option<&Id>,
    places: &[u8],
    cells: &Cells<'_>,
    expires: Instant,
) -> Outcome<bool> {
    if let Some(old) = old {
        let kept = tx.exec(
            "UPDATE claim_cell SET claim_id = $1, expires_at = $2
             WHERE claim_id = $3 AND owner = $4 AND cell = $5",
            args![id, expires, old, cells.owner, cells.from],
        )?;
        if kept > 0 {
            return Ok(true);
        }
    }
    for &place in places {
        let taken = tx.exec(
            "INSERT INTO claim_cell (owner, lane, cell, claim_id, expires_at)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            args![cells.owner, place, cells.from, id, expires],
        )?;
        if taken == 1 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Ends the expired holds that stand in `from..to` of `owner`, history and all.
fn bury(tx: &mut Tx<'_>, cx: &Cx, owner: &str, from: Minute, to: Minute) -> Outcome<()> {
    // A cell may begin before the wished span and reach into it; cells are a day long at most.
    let dead = tx.all(
        "SELECT DISTINCT c.booking_id FROM claim_cell x JOIN claim c ON c.id = x.claim_id
         WHERE x.owner = $1 AND x.cell > $2 AND x.cell < $3 AND x.expires_at <= $4
         ORDER BY c.booking_id",
        args![owner, from - 1440, to, cx.now],
        |r| r.get::<Id>(0),
    )?;
    dead.iter().try_for_each(|id| expire(tx, cx, id, "hold ran out"))
}

/// Ends a hold whose time is over, unless somebody else just did.
pub(super) fn expire(tx: &mut Tx<'_>, cx: &Cx, id: &Id, reason: &str) -> Outcome<()> {
    let Some(mut booking) = super::rows::locked(tx, id)? else { return Ok(()) };
    let over = booking.expires.is_some_and(|at| at <= cx.now);
    if !over || booking.state.after(Step::Expire).is_none() {
        return Ok(());
    }
    let cx = Cx { actor: base::Actor::System, channel: base::Channel::Job, ..cx.clone() };
    free(tx, &cx, &booking, "expired")?;
    booking.pass(tx, &cx, Step::Expire, reason, |_| {})
}

/// Gives the time of a booking back.
pub(super) fn free(tx: &mut Tx<'_>, cx: &Cx, booking: &Booking, by: &str) -> Outcome<()> {
    let Some(id) = live(tx, &booking.id)? else { return Ok(()) };
    end_row(tx, cx, &id, by)?;
    tx.exec("DELETE FROM claim_cell WHERE claim_id = $1", args![&id])?;
    Ok(())
}

/// Sets until when the live claim of a booking stands.
pub(super) fn prolong(tx: &mut Tx<'_>, booking: &Id, until: Instant) -> Outcome<()> {
    let id = live(tx, booking)?.ok_or_else(|| Fault::new("a held booking has no live claim"))?;
    tx.exec("UPDATE claim SET expires_at = $2 WHERE id = $1", args![&id, until])?;
    tx.exec("UPDATE claim_cell SET expires_at = $2 WHERE claim_id = $1", args![&id, until])?;
    Ok(())
}

fn live(tx: &mut Tx<'_>, booking: &Id) -> Outcome<Option<Id>> {
    Ok(tx.opt(
        "SELECT id FROM claim WHERE booking_id = $1 AND ended_at IS NULL",
        args![booking],
        |r| r.get(0),
    )?)
}

fn end_row(tx: &mut Tx<'_>, cx: &Cx, id: &Id, by: &str) -> Outcome<()> {
    tx.exec("UPDATE claim SET ended_at = $2, ended_by = $3 WHERE id = $1", args![id, cx.now, by])?;
    Ok(())
}

/// The grid on which this claim can be made: refined, with the cells of all live claims of the
/// resource, when the present one is too coarse.
fn grid(
    tx: &mut Tx<'_>,
    cx: &Cx,
    offer: &Offer,
    present: u16,
    start: Minute,
    duration: i64,
) -> Outcome<Minute> {
    let fine = gcd(gcd(present.into(), start), duration);
    if fine == i64::from(present) {
        return Ok(fine);
    }
    schedule::refine(tx, &offer.resource, fine as u16)?;
    let claims = tx.all(
        "SELECT id, lane, starts_at, ends_at, expires_at FROM claim
         WHERE resource_id = $1 AND ended_at IS NULL AND ends_at > $2",
        args![&offer.resource, cx.now.plus(-Instant::DAY)],
        |r| {
            let (starts, ends): (Instant, Instant) = (r.get(2)?, r.get(3)?);
            let span = Span { lane: r.get(1)?, start: starts.minutes(), end: ends.minutes() };
            Ok((r.get::<Id>(0)?, span, r.get::<Instant>(4)?))
        },
    )?;
    for (id, span, expires) in claims {
        let cells = Cells { owner: &offer.resource, from: span.start, to: span.end, step: fine };
        // Its coarse cells are there already, so fewer than all are new.
        take_cells(tx, &id, None, span.lane, &cells, expires)?;
    }
    Ok(fine)
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a.abs() } else { gcd(b, a % b) }
}
