//! Holding a time while the form is filled in, and giving it a little more time once.

use base::{Cx, Id, Instant, Kind, Outcome, Refusal, Tx, args};
use serde::{Deserialize, Serialize};

use super::claim::{self, Wish};
use super::store::{New, store};
use super::{Booking, Offer, State, Step, rows, rules, served};
use crate::accounts::Level;
use crate::{admission, mandates};

/// Times a person may hold at once, over all services.
const MAX_HOLDS: i64 = 2;

/// A wish for a time.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Hold {
    /// Who wishes it.
    pub account: Id,
    /// The level of that account, as it is now.
    pub level: Level,
    /// The start.
    pub start: Instant,
    /// Code of the purpose, when it is chosen already; it may need more minutes.
    pub purpose: String,
    /// A draft to continue: its form is kept.
    pub draft: Option<Id>,
}

/// A held time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Id of the hold, later of the booking.
    pub id: Id,
    /// When the time is given to others.
    pub expires_at: Instant,
}

/// Holds a time. A person's former hold for the same service is given back in the same breath; when
/// the new time can not be had, the former one stays.
///
/// # Errors
/// `E-AUTH-12` when the account's level is too low; `E-SLOT-01` when the time is taken; `E-SLOT-03`
/// at the day's limit; `E-SLOT-04` when the person already has such a booking; `E-SLOT-05` …
/// `E-SLOT-09` when the start is no bookable time; `E-HOLD-01` when the person holds too much;
/// `E-WAIT-01` when the time is given along a line and it is not the person's turn; `E-ADR-02` and
/// `E-ADR-03` when the service asks for an address of registration, `E-AGE-01` when it is for another age.
pub fn hold(tx: &mut Tx<'_>, cx: &Cx, offer: &Offer, wish: &Hold) -> Outcome<Held> {
    fits(offer, wish)?;
    served::may_hold(tx, offer, wish)?;
    if !wish.purpose.is_empty()
        && let Some(other) = rows::active(tx, &wish.account, &offer.service, &wish.purpose, "")?
        && !mandates::any_live(tx, &wish.account)?
    {
        // Whoever may act for others says in the form for whom this visit is.
        return Err(rows::already_active(&other).into());
    }
    let pass = admission::ask(tx, cx, offer, &wish.account, wish.start)?;
    let former = holds(tx, cx, &wish.account)?;
    let (same, others): (Vec<_>, Vec<_>) =
        former.into_iter().partition(|(_, service, _)| *service == offer.service);
    if others.len() as i64 >= MAX_HOLDS {
        // The first of them runs out then; to give one back is sooner.
        let first = others.iter().map(|x| x.2).min().unwrap_or(cx.now);
        let seconds = (first.0 - cx.now.0).div_euclid(Instant::SECOND) + 1;
        let refusal = Refusal::new(Kind::TooMany, "E-HOLD-01").arg("max", MAX_HOLDS);
        return Err(refusal.retry(u32::try_from(seconds).unwrap_or(1)).into());
    }
    let mut booking = begin(tx, cx, offer, wish, same.first().map(|x| &x.0))?;
    for (id, ..) in &same {
        give_back(tx, cx, id)?;
    }
    let expires = offer.terms.hold_until(cx.now);
    if !wish.purpose.is_empty() {
        booking.purpose.clone_from(&wish.purpose);
    }
    let purpose = booking.purpose.clone();
    let ask = Wish { offer, purpose: &purpose, start: wish.start.minutes(), expires };
    let choice = claim::choose(tx, cx, &ask, None)?;
    let time = (&offer.resource, choice.start, choice.end);
    let held = |x: &mut Booking| x.hold(time, choice.lane(), expires);
    if booking.revision > 0 {
        booking.pass(tx, cx, Step::Hold, "", held)?;
    } else {
        held(&mut booking);
        store(tx, &[&New::held(cx, booking.clone())])?;
    }
    let span = claim::take(tx, cx, &booking.id, &ask, &choice)?;
    if booking.lane != Some(span.lane) {
        rows::set_lane(tx, &booking.id, span.lane)?;
    }
    pass.used(tx, cx, offer)?;
    Ok(Held { id: booking.id, expires_at: expires })
}

/// What needs no database: the level, and a start on a whole minute.
pub(super) fn fits(offer: &Offer, wish: &Hold) -> Result<(), Refusal> {
    rules::may_book(wish.level, &offer.terms)?;
    match wish.start.0 % Instant::MINUTE {
        0 => Ok(()),
        _ => Err(rules::not_a_time(slots::Refused::OffGrid, &offer.zone)),
    }
}

/// The booking that will own the time: the draft to continue, or a new one that is not stored yet
/// and goes on with what was typed for the draft or the former hold. The purpose of a former hold comes
/// along where it needs as many minutes: the time was chosen among those of the purpose that is wished, or of none.
fn begin(
    tx: &mut Tx<'_>,
    cx: &Cx,
    offer: &Offer,
    wish: &Hold,
    former: Option<&Id>,
) -> Outcome<Booking> {
    let mut fresh = Booking::new(cx, &wish.account, &offer.service);
    let Some(source) = wish.draft.as_ref().or(former) else { return Ok(fresh) };
    let old = rows::owned(tx, &wish.account, source)?;
    if old.service != offer.service {
        return Ok(fresh);
    }
    if old.state == State::Draft {
        return Ok(old);
    }
    fresh.form = old.form;
    if wish.draft.is_some() || offer.duration(&old.purpose) == offer.duration(&wish.purpose) {
        fresh.purpose = old.purpose;
    }
    Ok(fresh)
}

/// Ends a former hold: another time was chosen.
fn give_back(tx: &mut Tx<'_>, cx: &Cx, id: &Id) -> Outcome<()> {
    let Some(mut old) = rows::locked(tx, id)? else { return Ok(()) };
    claim::free(tx, cx, &old, "replaced")?;
    old.pass(tx, cx, Step::Expire, "another time was chosen", |_| {})
}

/// Ends what a person holds for a service.
pub(super) fn give_back_all(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (account, service): (&Id, &str),
) -> Outcome<()> {
    let former = holds(tx, cx, account)?.into_iter().filter(|x| x.1 == service);
    former.into_iter().try_for_each(|(id, ..)| give_back(tx, cx, &id))
}

/// Live holds of an account: id, service, and when each runs out.
fn holds(tx: &mut Tx<'_>, cx: &Cx, account: &Id) -> Outcome<Vec<(Id, String, Instant)>> {
    Ok(tx.all(
        "SELECT id, service_code, expires_at FROM booking
         WHERE account_id = $1 AND state || '' = 'held' AND expires_at > $2 ORDER BY id",
        args![account, cx.now],
        |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
    )?)
}

/// Gives a hold its time once more, after what is left of it: for those who need longer to fill in a
/// form. Who asks early loses nothing.
///
/// # Errors
/// `E-STA-01` for a stranger's hold; `E-HOLD-02` when it has run out; `E-HOLD-03` the second time.
pub fn extend(tx: &mut Tx<'_>, cx: &Cx, account: &Id, id: &str, minutes: u32) -> Outcome<Held> {
    let mut booking = rows::owned(tx, account, id)?;
    still_held(&booking, cx.now)?;
    if booking.extended {
        return Err(Refusal::new(Kind::Conflict, "E-HOLD-03").into());
    }
    let until = rules::extended(booking.expires.unwrap_or(cx.now), minutes, cx.now);
    claim::prolong(tx, &booking.id, until)?;
    booking.pass(tx, cx, Step::Extend, "", |x| {
        x.extended = true;
        x.expires = Some(until);
    })?;
    Ok(Held { id: booking.id, expires_at: until })
}

/// Whether the hold is still alive.
///
/// # Errors
/// `E-HOLD-02` when its time is over, `E-HOLD-04` when the person ended it before that, by choosing
/// another time or giving it back; `E-STA-02` when it is no hold any more.
pub fn still_held(booking: &Booking, now: Instant) -> Result<(), Refusal> {
    let over = booking.expires.is_none_or(|at| at <= now);
    match booking.state {
        State::Held if !over => Ok(()),
        State::Expired if !over => Err(Refusal::new(Kind::Gone, "E-HOLD-04")),
        State::Held | State::Expired => Err(Refusal::new(Kind::Gone, "E-HOLD-02")),
        state => Err(rules::wrong_state(state)),
    }
}
