//! Visits as those who receive see them. Every query takes the scope of whoever asks: without one
//! nobody reads another person's booking.

use base::{Id, Instant, Kind, Outcome, Refusal, Tx, args};

use super::State;
use super::read::{Filter, list};
use super::rows::{self, Booking};
use crate::access::{Action, Object, Scope, Spot};
use crate::offices::Offices;

/// Whether a visit in this state is one that an office expects, receives or has received.
fn is_visit(state: State) -> bool {
    use State::{Arrived, Completed, Confirmed, InService, NoShow, Pending};
    matches!(state, Pending | Confirmed | Arrived | InService | Completed | NoShow)
}

/// The visits of the calendars that `scope` reaches and that own their time, by time. `day` gives the day's beginning and
/// end at a calendar, which lies in the zone of its site; nothing leaves the calendar out.
///
/// # Errors
/// A fault of the engine.
pub fn visits(
    tx: &mut Tx<'_>,
    scope: &Scope,
    offices: &Offices,
    day: impl Fn(&Id) -> Option<(Instant, Instant)>,
) -> Outcome<Vec<Booking>> {
    let calendars = scope.calendars(offices);
    let days = calendars.iter().filter_map(|id| day(id).map(|(since, until)| (id, since, until)));
    let mut all = rows::of_calendars(tx, &days.collect::<Vec<_>>())?;
    all.retain(|x| is_visit(x.state));
    all.sort_by(|a, b| (a.starts, &a.resource, &a.id).cmp(&(b.starts, &b.resource, &b.id)));
    Ok(all)
}

/// Whose booking has this number, for somebody who helps on the telephone.
///
/// # Errors
/// `E-ROLE-01` when `scope` was made for something else.
pub fn owner_of(tx: &mut Tx<'_>, scope: &Scope, number: &str) -> Outcome<Option<Id>> {
    helps(scope)?;
    let sql = "SELECT account_id FROM booking WHERE number = $1";
    Ok(tx.opt(sql, args![number], |r| r.get(0))?)
}

/// The newest bookings of somebody who calls, as far as they are more than a draft.
///
/// # Errors
/// As [`owner_of`].
pub fn of_caller(
    tx: &mut Tx<'_>,
    scope: &Scope,
    account: &Id,
    limit: usize,
) -> Outcome<Vec<Booking>> {
    helps(scope)?;
    list(tx, account, Filter::All, None, limit)
}

fn helps(scope: &Scope) -> Result<(), Refusal> {
    match scope.action() {
        Action::HelpByPhone => Ok(()),
        _ => Err(Refusal::new(Kind::Forbidden, "E-ROLE-01")),
    }
}

/// One visit.
///
/// # Errors
/// `E-STA-01` when there is none within `scope`: whoever may not see it learns nothing.
pub fn visit(tx: &mut Tx<'_>, scope: &Scope, offices: &Offices, id: &str) -> Outcome<Booking> {
    let within = |x: &Booking| {
        let spot = Spot::of_resource(offices, x.resource.as_ref());
        is_visit(x.state) && scope.covers(&Object { account: None, spot })
    };
    let found = rows::found(tx, id)?.filter(within);
    found.ok_or_else(|| Refusal::new(Kind::NotFound, "E-STA-01").into())
}
