//! Owning time: cells of a resource's grid, guarded by the primary key of `claim_cell`.

use base::{Cx, Fault, Id, Instant, Kind, Outcome, Refusal, Tx, args};
use slots::{Minute, Taken};

use super::news::{self, LiveClaim};
use super::{Booking, Offer, Step, limits, rules};
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

/// A time that looks free: what [`take`] will write.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    pub start: Minute,
    pub end: Minute,
    /// Lanes that nobody owns, the first one first.
    lanes: Vec<u8>,
    grid: Minute,
    /// The live claim of the same booking, which ends when this one is made.
    old: Option<Id>,
}

impl Choice {
    /// The lane that will be taken unless another transaction is faster.
    pub fn lane(&self) -> u8 {
        self.lanes.first().copied().unwrap_or(0)
    }
}

/// Claims the first free lane for the wish. The booking's row must exist; its former claim, if any,
/// is ended in the same breath, and cells that both share pass from the old to the new.
///
/// # Errors
/// Those of [`choose`] and [`take`].
pub(super) fn claim(tx: &mut Tx<'_>, cx: &Cx, booking: &Id, wish: &Wish<'_>) -> Outcome<Span> {
    let old = live(tx, booking)?;
    let choice = choose(tx, cx, wish, old)?;
    take(tx, cx, booking, wish, &choice)
}

/// Looks which lanes the wish could take. Writes nothing, unless expired holds stand there or the
/// resource's grid is too coarse.
///
/// # Errors
/// `E-SLOT-05` … `E-SLOT-09` when the start is no bookable time; `E-SLOT-01` when it is taken.
pub(super) fn choose(
    tx: &mut Tx<'_>,
    cx: &Cx,
    wish: &Wish<'_>,
    old: Option<Id>,
) -> Outcome<Choice> {
    let offer = wish.offer;
    let ask = offer.ask(wish.purpose, cx.now.minutes());
    let no_time = |why| rules::not_a_time(why, &offer.zone);
    let closed = || no_time(slots::Refused::Closed);
    let present = schedule::grid(tx, &offer.resource)?.ok_or_else(closed)?;
    let lanes = match offer.known.as_ref().filter(|x| present.holds(x)) {
        Some(known) => slots::candidates(&known.table.plan, &known.calendar, &ask, wish.start),
        None => {
            let table = schedule::timetable(tx, &offer.resource, &offer.site, &offer.zone)?;
            let calendar = schedule::calendar(tx, &offer.region)?;
            slots::candidates(&table.ok_or_else(closed)?.plan, &calendar, &ask, wish.start)
        }
    };
    let mut lanes = lanes.map_err(no_time)?;
    let (start, end) = (wish.start, wish.start + Minute::from(ask.duration));
    let grid = grid(tx, cx, offer, present.minutes, start, i64::from(ask.duration))?;
    let busy = bury(tx, cx, &offer.resource, start, end, old.as_ref())?;
    lanes.retain(|x| !busy.contains(x));
    match lanes.is_empty() {
        true => Err(Refusal::new(Kind::Conflict, "E-SLOT-01").into()),
        false => Ok(Choice { start, end, lanes, grid, old }),
    }
}

/// Whether the time of a booking could be as long as the wish asks. A look: writes nothing, and only
/// [`claim`] is exact.
///
/// # Errors
/// A fault of the engine.
pub(super) fn has_room(tx: &mut Tx<'_>, cx: &Cx, booking: &Id, wish: &Wish<'_>) -> Outcome<bool> {
    let offer = wish.offer;
    let Some(present) = schedule::grid(tx, &offer.resource)? else { return Ok(false) };
    let ask = offer.ask(wish.purpose, cx.now.minutes());
    let table = schedule::timetable(tx, &offer.resource, &offer.site, &offer.zone)?;
    let calendar = schedule::calendar(tx, &offer.region)?;
    let lanes = table.map(|x| slots::candidates(&x.plan, &calendar, &ask, wish.start));
    let Some(Ok(mut lanes)) = lanes else { return Ok(false) };
    let old = live(tx, booking)?;
    let end = wish.start + Minute::from(ask.duration);
    let busy = tx.all(
        "SELECT lane FROM claim_cell
         WHERE owner = $1 AND cell > $2 AND cell < $3 AND claim_id <> $4 AND expires_at > $5",
        args![
            &offer.resource,
            wish.start - Minute::from(present.minutes),
            end,
            old.as_ref().map_or("", |x| x.as_str()),
            cx.now,
        ],
        |r| r.get::<u8>(0),
    )?;
    lanes.retain(|x| !busy.contains(x));
    Ok(!lanes.is_empty())
}

/// Makes the claim. The booking's row must exist.
///
/// # Errors
/// `E-SLOT-01` when another transaction was faster; `E-SLOT-03` when the day's limit is reached.
pub(super) fn take(
    tx: &mut Tx<'_>,
    cx: &Cx,
    booking: &Id,
    wish: &Wish<'_>,
    choice: &Choice,
) -> Outcome<Span> {
    let offer = wish.offer;
    let (start, end, old) = (choice.start, choice.end, choice.old.as_ref());
    let id = cx.new_id();
    if let Some(old) = old {
        end_row(tx, cx, old, "moved")?;
    }
    let day = offer.terms.per_day.map(|_| day_of(offer, start));
    tx.exec(
        "INSERT INTO claim (id, booking_id, resource_id, lane, starts_at, ends_at, expires_at,
           counted_for, counted_on)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        args![
            &id,
            booking,
            &offer.resource,
            choice.lane(),
            Instant::from_minutes(start),
            Instant::from_minutes(end),
            wish.expires,
            day.map(|_| offer.service.as_str()),
            day,
        ],
    )?;
    let cells = Cells { owner: &offer.resource, from: start, to: end, step: choice.grid };
    let lane = take_lane(tx, &id, old, &choice.lanes, &cells, wish.expires)?
        .ok_or_else(|| Refusal::new(Kind::Conflict, "E-SLOT-01"))?;
    if lane != choice.lane() {
        tx.exec("UPDATE claim SET lane = $2 WHERE id = $1", args![&id, lane])?;
    }
    if let Some((limit, day)) = offer.terms.per_day.zip(day) {
        take_quota(tx, cx, &id, old, wish, (limit, day))?;
    }
    if let Some(old) = old {
        tx.exec("DELETE FROM claim_cell WHERE claim_id = $1", args![old])?;
    }
    let claim = LiveClaim::new(&id, Taken { lane, start, end }, wish.expires);
    let claim = day.map_or(claim, |day| claim.counted(&offer.service, day));
    news::tell(tx, &offer.resource, claim, true);
    Ok(Span { lane, start, end })
}

/// A run of cells of one owner.
struct Cells<'a> {
    owner: &'a str,
    from: Minute,
    to: Minute,
    step: Minute,
}

/// The first of `lanes` all of whose cells could be taken.
fn take_lane(
    tx: &mut Tx<'_>,
    id: &Id,
    old: Option<&Id>,
    lanes: &[u8],
    cells: &Cells<'_>,
    expires: Instant,
) -> Outcome<Option<u8>> {
    for &lane in lanes {
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
    if wanted == 1 && old.is_none() {
        return take_cell(tx, id, lane, cells, expires);
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

/// Takes the first cell of a run; `false` when somebody owns it.
fn take_cell(
    tx: &mut Tx<'_>,
    id: &Id,
    lane: u8,
    cells: &Cells<'_>,
    expires: Instant,
) -> Outcome<bool> {
    let taken = tx.exec(
        "INSERT INTO claim_cell (owner, lane, cell, claim_id, expires_at)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        args![cells.owner, lane, cells.from, id, expires],
    )?;
    Ok(taken == 1)
}

/// The local day towards whose limit a start counts.
fn day_of(offer: &Offer, start: Minute) -> i64 {
    super::news::day_number(Instant::from_minutes(start).in_zone(&offer.zone).date())
}

/// A daily limit is a quota whose places are lanes: the same guard, the same expiry. Where it was
/// lowered or introduced, those beyond it count too.
fn take_quota(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: &Id,
    old: Option<&Id>,
    wish: &Wish<'_>,
    (limit, day): (u16, i64),
) -> Outcome<()> {
    let offer = wish.offer;
    let whose = (&offer.resource, offer.service.as_str());
    limits::count_day(tx, whose, (day, &offer.zone), cx.now)?;
    let owner = limits::quota_of(&offer.resource, &offer.service);
    let cell = day * 1440;
    let cells = Cells { owner: &owner, from: cell, to: cell + 1, step: 1 };
    let busy = bury(tx, cx, &owner, cell, cell + 1, old)?;
    let most = rules::most_a_day(limit);
    let places = (0..most).filter(|x| busy.len() < usize::from(most) && !busy.contains(x));
    let places: Vec<u8> = places.collect();
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
        if take_cell(tx, id, place, cells, expires)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The lanes of `owner` that others than `old` own somewhere in `from..to`. Expired holds that stand
/// there are ended, history and all.
fn bury(
    tx: &mut Tx<'_>,
    cx: &Cx,
    owner: &str,
    from: Minute,
    to: Minute,
    old: Option<&Id>,
) -> Outcome<Vec<u8>> {
    let owned = tx.all(
        "SELECT lane, expires_at, claim_id FROM claim_cell
         WHERE owner = $1 AND cell >= $2 AND cell < $3 AND claim_id <> $4",
        args![owner, from, to, old.map_or("", |x| x.as_str())],
        |r| Ok((r.get::<u8>(0)?, r.get::<Instant>(1)?, r.get::<Id>(2)?)),
    )?;
    let (dead, alive): (Vec<_>, Vec<_>) = owned.into_iter().partition(|x| x.1 <= cx.now);
    let mut over = Vec::with_capacity(dead.len());
    for (.., claim) in dead {
        over.extend(tx.opt("SELECT booking_id FROM claim WHERE id = $1", args![&claim], |r| {
            r.get::<Id>(0)
        })?);
    }
    // In one order everywhere, so that two claims never wait for each other in a circle.
    over.sort();
    over.dedup();
    over.iter().try_for_each(|id| expire(tx, cx, id, "hold ran out"))?;
    Ok(alive.into_iter().map(|x| x.0).collect())
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
    let claim: Option<(Id, Id, LiveClaim)> = tx.opt(
        "UPDATE claim SET expires_at = $2 WHERE booking_id = $1 AND ended_at IS NULL
         RETURNING lane, starts_at, ends_at, expires_at, id, counted_for, counted_on, resource_id",
        args![booking, until],
        |r| Ok((r.get(4)?, r.get(7)?, LiveClaim::read(r, 0)?)),
    )?;
    let (id, resource, claim) =
        claim.ok_or_else(|| Fault::new("a held booking has no live claim"))?;
    tx.exec("UPDATE claim_cell SET expires_at = $2 WHERE claim_id = $1", args![&id, until])?;
    news::tell(tx, &resource, claim, true);
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
    let ended = tx.opt(
        "UPDATE claim SET ended_at = $2, ended_by = $3 WHERE id = $1
         RETURNING lane, starts_at, ends_at, expires_at, id, counted_for, counted_on, resource_id",
        args![id, cx.now, by],
        |r| Ok((r.get::<Id>(7)?, LiveClaim::read(r, 0)?)),
    )?;
    if let Some((resource, claim)) = ended {
        news::tell(tx, &resource, claim, false);
    }
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
    let fine = grid_of(present, start, duration);
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

/// The grid on which a claim can be made where the present one is this.
pub(super) fn grid_of(present: u16, start: Minute, duration: i64) -> Minute {
    gcd(gcd(present.into(), start), duration)
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a.abs() } else { gcd(b, a % b) }
}
