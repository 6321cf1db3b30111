//! The line in which confirmations wait: many in one transaction.
//!
//! After a rush for times comes a rush for numbers. What confirmations have to know is read for all of
//! them with one query a kind, each is decided, and what they write goes out together. Two asks for
//! one booking never share a group, and a purpose that needs a longer time takes its turn through
//! [`confirm`]. The keys of the tables guard both ways alike.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use base::db::Sort::{Number, Text};
use base::db::{Insert, Keyed, Queue, Update};
use base::idem::{self, Key};
use base::{Cx, Db, Fault, Id, Instant, Kind, Outcome, Refusal, Tx, Vault, args};

use super::confirm::{Confirm, Confirmed, behalf_by, code, confirm, numbers, step};
use super::hold::still_held;
use super::news::{self, LiveClaim};
use super::store::{self, Entry};
use super::{Booking, Offer, read, rows, rules};
use crate::accounts::{self, Account};
use crate::admission;
use crate::mandates::{self, Mandate};

/// Makes the command of the hold and the person, as they are in the transaction: checks the form.
pub type Fill = dyn Fn(&Booking, &Account) -> Outcome<(Offer, Confirm)> + Send + Sync;

/// A wish to confirm a hold, with the circumstances of its act.
#[derive(Clone)]
pub struct Confirming {
    /// When, who, by which way.
    pub cx: Cx,
    /// Who confirms.
    pub account: Id,
    /// The hold.
    pub booking: Id,
    /// What makes it happen once.
    pub key: Key,
    /// What is confirmed.
    pub fill: Arc<Fill>,
}

impl fmt::Debug for Confirming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Confirming({} by {})", self.booking, self.account)
    }
}

/// The line of a node.
pub type Confirms = Queue<Confirming, Confirmed>;

/// Opens the line.
///
/// # Errors
/// A fault when its thread cannot be started.
pub fn confirms(db: &Db) -> Result<Confirms, Fault> {
    db.queue(serve)
}

/// Answers all asks, in their order.
pub(super) fn serve(tx: &mut Tx<'_>, asks: &[Confirming]) -> Outcome<Vec<Outcome<Confirmed>>> {
    let mut answers = Vec::with_capacity(asks.len());
    while let Some(first) = asks.get(answers.len()) {
        let mut seen = HashSet::new();
        let rest = &asks[answers.len()..];
        let apart = rest.iter().take_while(|x| seen.insert(&x.booking)).count();
        let simple = if apart > 1 { together(tx, &rest[..apart])? } else { Vec::new() };
        match simple.is_empty() {
            true => answers.push(alone(tx, first, asks.len() == 1)?),
            false => answers.extend(simple),
        }
    }
    Ok(answers)
}

/// One confirmation by itself. Beside others it must not be refused after it wrote: that fault lets
/// each run alone.
fn alone(tx: &mut Tx<'_>, ask: &Confirming, only: bool) -> Outcome<Outcome<Confirmed>> {
    let before = tx.writes();
    let answer = idem::once(tx, &ask.cx, &ask.key, |tx| {
        let held = read::of_account(tx, &ask.account, &ask.booking)?;
        let person = accounts::read::account(tx, &ask.account)?.ok_or_else(nobody)?;
        let (offer, command) = (ask.fill)(&held, &person)?;
        confirm(tx, &ask.cx, &offer, &command)
    });
    match answer {
        Err(base::Error::Refusal(_)) if !only && tx.writes() > before => {
            Err(Fault::new("a confirmation was refused after it wrote").retryable(true).into())
        }
        Err(base::Error::Fault(fault)) => Err(fault.into()),
        answer => Ok(answer),
    }
}

fn nobody() -> Refusal {
    Refusal::new(Kind::NotFound, "E-STA-01")
}

/// The answers to as many asks as are simple, from the first one on.
fn together(tx: &mut Tx<'_>, asks: &[Confirming]) -> Outcome<Vec<Outcome<Confirmed>>> {
    let mut known = Known::read(tx, asks)?;
    let filled: Vec<_> = asks.iter().map(|ask| known.fill(ask)).collect();
    known.read_active(tx, filled.iter().flatten().filter_map(|x| x.as_ref().ok()))?;
    let mut answers = Vec::new();
    let mut bound = Vec::new();
    for (ask, filled) in asks.iter().zip(filled) {
        match known.decide(ask, filled) {
            Decision::Answer(answer) => answers.push(Some(answer)),
            Decision::Bind(one) => {
                answers.push(None);
                bound.push(*one);
            }
            Decision::NotSimple => break,
        }
    }
    let mut bound = finish(tx, bound)?.into_iter();
    // What was decided stands in the order of the asks, and so do the answers made of it.
    Ok(answers.into_iter().filter_map(|x| x.or_else(|| bound.next().map(Ok))).collect())
}

type Filled = (Offer, Confirm);

/// A confirmation that was decided and not written yet.
struct Bound<'a> {
    ask: &'a Confirming,
    offer: Offer,
    command: Confirm,
    booking: Booking,
    claim: Claim,
}

enum Decision<'a> {
    Answer(Outcome<Confirmed>),
    Bind(Box<Bound<'a>>),
    NotSimple,
}

/// The live claim of a booking.
#[derive(Clone)]
struct Claim {
    id: Id,
    resource: Id,
    live: LiveClaim,
}

/// What the database says about all asks, and what those before the present one took.
struct Known {
    vault: Vault,
    keys: idem::Kept,
    bookings: HashMap<Id, Booking>,
    people: HashMap<Id, Account>,
    claims: HashMap<Id, Claim>,
    active: rows::Active,
    mandates: HashMap<Id, Mandate>,
}

impl Known {
    fn read(tx: &mut Tx<'_>, asks: &[Confirming]) -> Outcome<Self> {
        let ids: Vec<&Id> = asks.iter().map(|x| &x.booking).collect();
        let bookings = rows::many_locked(tx, &ids)?;
        let people: HashSet<&Id> = asks.iter().map(|x| &x.account).collect();
        let people = accounts::read::many(tx, &people.into_iter().collect::<Vec<_>>())?;
        let ids: Vec<_> = ids.into_iter().map(|id| args![id].to_vec()).collect();
        let claims = tx.of_keys(&CLAIMS, &ids, |r| {
            let claim = Claim { id: r.get(5)?, resource: r.get(8)?, live: LiveClaim::read(r, 1)? };
            Ok((r.get(0)?, claim))
        })?;
        // Last of all: whoever sees what another node did under a key sees the key, too.
        let keys = asks.iter().map(|x| (&x.cx, &x.key)).collect::<Vec<_>>();
        let keys = idem::kept(tx, &keys)?;
        Ok(Self {
            vault: tx.vault().clone(),
            keys,
            bookings: bookings.into_iter().map(|x| (x.id.clone(), x)).collect(),
            people: people.into_iter().map(|x| (x.id.clone(), x)).collect(),
            claims: claims.into_iter().collect(),
            active: HashMap::new(),
            mandates: HashMap::new(),
        })
    }

    /// What is confirmed; nothing when the key was used already.
    fn fill(&self, ask: &Confirming) -> Option<Outcome<Filled>> {
        if self.keys.contains_key(&(ask.cx.actor.label(), ask.key.key.clone())) {
            return None;
        }
        let held = self.bookings.get(&ask.booking).filter(|x| x.account == ask.account);
        let person = self.people.get(&ask.account);
        Some(match (held, person) {
            (Some(held), Some(person)) => (ask.fill)(held, person),
            _ => Err(nobody().into()),
        })
    }

    fn read_active<'a>(
        &mut self,
        tx: &mut Tx<'_>,
        filled: impl Iterator<Item = &'a Filled>,
    ) -> Outcome<()> {
        let filled: Vec<_> = filled.collect();
        let wishes =
            filled.iter().filter_map(|(_, x)| Some((&x.account, &x.on_behalf.as_ref()?.mandate)));
        let wishes: Vec<_> = wishes.collect();
        // A rush of people who come for themselves asks nothing more.
        if !wishes.is_empty() {
            self.mandates = mandates::take(tx, &wishes)?;
        }
        let principal = |x: &Confirm| {
            let mandate = x.on_behalf.as_ref().and_then(|x| self.mandates.get(&x.mandate));
            mandate.map_or("", |x| x.principal.as_str())
        };
        let visits: HashSet<_> = filled
            .iter()
            .map(|(offer, x)| (&x.account, &offer.service, &x.purpose, principal(x)))
            .collect();
        let visits =
            visits.into_iter().map(|(who, what, why, whom)| args![who, what, why, whom].to_vec());
        self.active = rows::active_of(tx, &visits.collect::<Vec<_>>())?;
        Ok(())
    }

    /// The same questions in the same order as [`confirm`].
    fn decide<'a>(&mut self, ask: &'a Confirming, filled: Option<Outcome<Filled>>) -> Decision<'a> {
        let key = (ask.cx.actor.label(), ask.key.key.clone());
        if let Some((asked, body)) = self.keys.get(&key) {
            return Decision::Answer(idem::replay(&self.vault, &ask.key, (asked, body)));
        }
        let (offer, command) = match filled {
            Some(Ok(filled)) => filled,
            Some(Err(error)) => return Decision::Answer(Err(error)),
            None => return Decision::NotSimple,
        };
        if offer.terms.asks_profile() {
            return Decision::NotSimple;
        }
        let (booking, claim) = (self.bookings.get(&ask.booking), self.claims.get(&ask.booking));
        let Some(booking) = booking else { return Decision::NotSimple };
        if let Err(refusal) = still_held(booking, ask.cx.now)
            .and_then(|()| rules::may_book(command.level, &offer.terms))
        {
            return Decision::Answer(Err(refusal.into()));
        }
        let behalf = match behalf_by(&self.mandates, &ask.cx, &offer, &command) {
            Ok(behalf) => behalf,
            Err(refusal) => return Decision::Answer(Err(refusal.into())),
        };
        let minutes = i64::from(offer.duration(&command.purpose)) * Instant::MINUTE;
        let fits = |(from, to): (Instant, Instant)| from.plus(minutes) <= to;
        let (Some(claim), true) = (claim, booking.starts.zip(booking.ends).is_some_and(fits))
        else {
            return Decision::NotSimple;
        };
        let principal = behalf.as_ref().map_or(String::new(), |x| x.principal.to_string());
        let (service, purpose) = (offer.service.clone(), command.purpose.clone());
        let visit = (command.account.clone(), service, purpose, principal);
        if let Some(other) = self.active.get(&visit) {
            return Decision::Answer(Err(rows::already_active(other).into()));
        }
        self.active.insert(visit, booking.id.clone());
        let (mut booking, claim) = (booking.clone(), claim.clone());
        booking.behalf = behalf;
        Decision::Bind(Box::new(Bound { ask, offer, command, booking, claim }))
    }
}

/// Gives numbers and codes and writes everything. A row whose key is taken means that another
/// transaction was faster; then the whole group is decided anew, one by one.
fn finish(tx: &mut Tx<'_>, mut all: Vec<Bound<'_>>) -> Outcome<Vec<Confirmed>> {
    let acts: Vec<_> = all.iter().map(|x| (&x.ask.cx, &x.offer)).collect();
    let numbers = numbers(tx, &acts)?;
    let bound = |x: &'_ Bound<'_>| x.booking.starts.unwrap_or_default();
    let times = all.iter().map(|x| (&x.ask.cx, &x.offer, &x.command.account, bound(x)));
    admission::bound(tx, times)?;
    let mut entries: Vec<Entry> = Vec::with_capacity(all.len());
    let mut answers = Vec::with_capacity(all.len());
    for (one, number) in all.iter_mut().zip(numbers) {
        let (cx, code) = (&one.ask.cx, code(&one.ask.cx));
        let bind = |x: &mut Booking| x.bind(&one.command, &number, &code);
        entries.push(one.booking.advance(cx, step(&one.offer), "", bind)?);
        let (id, status) = (one.booking.id.clone(), one.booking.state);
        answers.push(Confirmed { id, number, code, status });
    }
    let forever = |id| args![id, Instant::NEVER].to_vec();
    let claims: Vec<_> = all.iter().map(|x| forever(&x.claim.id)).collect();
    tx.update(&CLAIM, &claims)?;
    tx.update(&CELLS, &claims)?;
    let active = all.iter().map(|Bound { booking: x, .. }| {
        args![&x.account, &x.service, &x.purpose, x.principal(), &x.id].to_vec()
    });
    tx.insert(&ACTIVE, &active.collect::<Vec<_>>())?;
    let changed = all.iter().map(|x| &x.booking).zip(&entries);
    store::change(tx, &changed.collect::<Vec<_>>())?;
    for Bound { claim, .. } in &all {
        let live = LiveClaim { until: Instant::NEVER, ..claim.live };
        news::tell(tx, &claim.resource, live, true);
    }
    let bodies = answers.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
    let keys = all.iter().zip(&bodies).map(|(x, body)| (&x.ask.cx, &x.ask.key, body.as_str()));
    idem::keep(tx, &keys.collect::<Vec<_>>())?;
    Ok(answers)
}

static CLAIM: Update = Update::of("claim", ("id", Text), &[("expires_at", Number)]);
static CELLS: Update = Update::of("claim_cell", ("claim_id", Text), &[("expires_at", Number)]);
static ACTIVE: Insert = Insert::into(
    "active_booking",
    &[
        ("account_id", Text),
        ("service_code", Text),
        ("purpose", Text),
        ("principal_id", Text),
        ("booking_id", Text),
    ],
);

static CLAIMS: Keyed = Keyed::by(
    &[Text],
    "SELECT booking_id, lane, starts_at, ends_at, expires_at, id, counted_for, counted_on,
            resource_id
          FROM claim WHERE booking_id = $1 AND ended_at IS NULL",
);
