//! What the demo's staff did before anybody came: they opened the data of some visitors, through the same
//! acts as everybody's.

use base::{Actor, Channel, Cx, Db, Id, Instant, Outcome, Tx};

use super::people::logins;
use super::staff::scope;
use crate::access::{self, Action, Look, Spot};
use crate::accounts;
use crate::booking::{self, Booking};
use crate::city::City;
use crate::offices::Offices;
use crate::trail::{self, Done, Kind};

/// Visitors that each of the staff has opened, and why.
const REASONS: [&str; 3] = ["visit", "papers", "call"];

/// Each of `staff` who may has opened some visitors.
///
/// # Errors
/// A fault of the engine or of the demo's file.
pub fn seed(db: &Db, cx: &Cx, staff: &[Id]) -> Outcome<()> {
    let city = City::load(db)?;
    for who in staff {
        let (asker, asked, city_of) = (cx.clone(), who.clone(), city.offices.clone());
        let found = db.read_wait(move |tx| visitors(tx, &asker, &city_of, &asked))?;
        for (booking, reason) in found.into_iter().zip(REASONS) {
            let actor = Actor::Account(who.clone());
            let cx = Cx { actor, channel: Channel::Web, op: cx.new_id(), ..cx.clone() };
            let offices = city.offices.clone();
            db.write_wait(move |tx| open(tx, &cx, &offices, (&booking, reason)))?;
        }
    }
    Ok(())
}

/// The next visits of whoever `who` receives, but of those who try the demo out.
fn visitors(tx: &mut Tx<'_>, cx: &Cx, offices: &Offices, who: &Id) -> Outcome<Vec<Booking>> {
    let Some(scope) = scope(tx, cx.now, who, Action::OpenVisitor)? else { return Ok(Vec::new()) };
    let mut own = Vec::new();
    for login in logins()? {
        own.extend(accounts::read::by_contact(tx, &login.email)?.map(|x| x.id));
    }
    let all = booking::visits(tx, &scope, offices, |_| Some((cx.now, Instant::NEVER)))?;
    Ok(all.into_iter().filter(|x| !own.contains(&x.account)).take(REASONS.len()).collect())
}

fn open(
    tx: &mut Tx<'_>,
    cx: &Cx,
    offices: &Offices,
    (booking, reason): (&Booking, &str),
) -> Outcome<()> {
    let Actor::Account(who) = &cx.actor else { return Ok(()) };
    let Some(scope) = scope(tx, cx.now, who, Action::OpenVisitor)? else { return Ok(()) };
    let spot = Spot::of_resource(offices, booking.resource.as_ref());
    let Some(by) = scope.grant_for(&spot).cloned() else { return Ok(()) };
    let look = Look {
        looker: who.clone(),
        booking: booking.id.clone(),
        account: booking.account.clone(),
        by,
        reason: reason.to_owned(),
    };
    access::look(tx, cx, &scope, &look)?;
    let done = Done::to(Kind::Booking, booking.id.as_str()).by_grant(Some(&look.by));
    trail::by_staff(tx, cx, (&scope, offices), &done)
}
