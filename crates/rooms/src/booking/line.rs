//! The line in which holds wait: strictly in order of arrival, many in one transaction.
//!
//! A rush is many people who want a first hold at the same moment. What such holds have to know is
//! read for all of them with one query a kind, each is decided in its turn beside what those before
//! it took, and what they write goes out together. Whatever is not that simple (a draft to continue,
//! a former hold to give back, an expired one in the way, a quota, a grid to refine) takes its turn
//! through [`hold`]. The keys of the tables guard both ways alike.

use std::collections::{HashMap, HashSet};

use base::db::Sort::{Number, Text};
use base::db::{Insert, Keyed, Queue, Val};
use base::idem::{self, Key};
use base::{Cx, Db, Fault, Id, Instant, Kind, Outcome, Refusal, Tx, Vault, args};
use sha2::{Digest as _, Sha256};
use slots::Minute;

use super::claim::grid_of;
use super::hold::{Held, Hold, fits, hold};
use super::news::{self, LiveClaim};
use super::store::{New, store};
use super::{Booking, Offer, rows, rules};
use crate::{mandates, schedule};

/// A wish for a time, with the circumstances of its act.
#[derive(Clone, Debug)]
pub struct Ask {
    /// When, who, by which way.
    pub cx: Cx,
    /// The service at a resource.
    pub offer: Offer,
    /// The wish.
    pub wish: Hold,
    /// What makes it happen once.
    pub key: Key,
}

/// The line of a node.
pub type Line = Queue<Ask, Held>;

/// Opens the line.
///
/// # Errors
/// A fault when its thread cannot be started.
pub fn line(db: &Db) -> Result<Line, Fault> {
    db.queue_apart(people, serve)
}

/// What a group locks: a person's holds are counted, and another node, or the line of all nodes, may be adding
/// one that nobody sees yet.
pub(crate) fn people(asks: &[Ask]) -> Vec<i64> {
    let number = |ask: &Ask| {
        let digest: [u8; 32] = Sha256::digest(format!("holds:{}", ask.wish.account)).into();
        let [a, b, c, d, e, f, g, h, ..] = digest;
        i64::from_be_bytes([a, b, c, d, e, f, g, h])
    };
    asks.iter().map(number).collect()
}

/// Answers all asks, in their order.
pub(crate) fn serve(tx: &mut Tx<'_>, asks: &[Ask]) -> Outcome<Vec<Outcome<Held>>> {
    let mut answers = Vec::with_capacity(asks.len());
    while let Some(first) = asks.get(answers.len()) {
        let rest = &asks[answers.len()..];
        let plain = rest.iter().take_while(|x| x.is_plain()).count();
        let simple = if plain > 1 { together(tx, &rest[..plain])? } else { Vec::new() };
        match simple.is_empty() {
            true => answers.push(alone(tx, first, asks.len() == 1)?),
            false => answers.extend(simple),
        }
    }
    Ok(answers)
}

/// One hold by itself. Beside others it must not be refused after it wrote: that fault lets each run
/// alone.
fn alone(tx: &mut Tx<'_>, ask: &Ask, only: bool) -> Outcome<Outcome<Held>> {
    let before = tx.writes();
    let answer = idem::once(tx, &ask.cx, &ask.key, |tx| hold(tx, &ask.cx, &ask.offer, &ask.wish));
    match answer {
        Err(base::Error::Refusal(_)) if !only && tx.writes() > before => {
            Err(Fault::new("a hold was refused after it wrote").retryable(true).into())
        }
        Err(base::Error::Fault(fault)) => Err(fault.into()),
        answer => Ok(answer),
    }
}

/// The answers to as many asks as are simple, from the first one on.
fn together(tx: &mut Tx<'_>, asks: &[Ask]) -> Outcome<Vec<Outcome<Held>>> {
    let mut known = Known::read(tx, asks)?;
    let mut taken = Vec::new();
    let mut answers = Vec::new();
    for ask in asks {
        match known.decide(ask) {
            Decision::Answer(answer) => answers.push(answer),
            Decision::Take(hold) => {
                let id = hold.new.booking.id.clone();
                answers.push(Ok(Held { id, expires_at: hold.expires }));
                taken.push(*hold);
            }
            Decision::NotSimple => break,
        }
    }
    write(tx, &taken)?;
    Ok(answers)
}

/// A hold that was decided and not written yet.
struct Taken<'a> {
    ask: &'a Ask,
    new: New,
    claim: Id,
    expires: Instant,
    cells: Vec<Minute>,
    answer: String,
}

enum Decision<'a> {
    Answer(Outcome<Held>),
    Take(Box<Taken<'a>>),
    NotSimple,
}

/// A cell that somebody owns.
struct Cell {
    lane: u8,
    cell: Minute,
    expires: Instant,
}

/// What the database says about all asks, and what those before the present one took.
struct Known {
    vault: Vault,
    keys: idem::Kept,
    holders: HashSet<Id>,
    active: rows::Active,
    /// Of those who have such a visit already: whose next one may be for somebody else.
    acting: HashSet<Id>,
    grids: HashMap<Id, schedule::Grid>,
    cells: HashMap<Id, Vec<Cell>>,
}

impl Known {
    fn read(tx: &mut Tx<'_>, asks: &[Ask]) -> Outcome<Self> {
        let now = asks.iter().map(|x| x.cx.now).min().unwrap_or_default();
        let people = asks.iter().map(|x| args![&x.wish.account, now].to_vec());
        let holders = tx.of_keys(&HOLDERS, &people.collect::<Vec<_>>(), |r| r.get(0))?;
        let visit = |x: &Ask| !x.wish.purpose.is_empty();
        let visits = asks.iter().filter(|x| visit(x));
        let visits =
            visits.map(|x| args![&x.wish.account, &x.offer.service, &x.wish.purpose, ""].to_vec());
        let active = rows::active_of(tx, &visits.collect::<Vec<_>>())?;
        let twice: HashSet<&Id> = active.keys().map(|x| &x.0).collect();
        let acting = match twice.is_empty() {
            true => Vec::new(),
            false => mandates::acting(tx, &twice.into_iter().collect::<Vec<_>>())?,
        };
        let mut resources: Vec<&Id> = asks.iter().map(|x| &x.offer.resource).collect();
        resources.sort();
        resources.dedup();
        let grids = schedule::grids(tx, &resources)?;
        let spans: HashSet<(&Id, Minute, Minute)> = asks.iter().map(Ask::span).collect();
        let mut spans: Vec<_> = spans.into_iter().collect();
        spans.sort();
        let spans: Vec<Vec<Val<'_>>> =
            spans.into_iter().map(|(owner, from, to)| args![owner, from, to].to_vec()).collect();
        let mut cells: HashMap<Id, Vec<Cell>> = HashMap::new();
        let owned = tx.of_keys(&CELLS, &spans, |r| {
            let cell = Cell { lane: r.get(1)?, cell: r.get(2)?, expires: r.get(3)? };
            Ok((r.get(0)?, cell))
        })?;
        for (owner, cell) in owned {
            cells.entry(owner).or_default().push(cell);
        }
        // Last of all: whoever sees what another node did under a key sees the key, too.
        let keys = asks.iter().map(|x| (&x.cx, &x.key)).collect::<Vec<_>>();
        let keys = idem::kept(tx, &keys)?;
        Ok(Self {
            vault: tx.vault().clone(),
            keys,
            holders: holders.into_iter().collect(),
            active,
            acting: acting.into_iter().collect(),
            grids: grids.into_iter().collect(),
            cells,
        })
    }

    /// The same questions in the same order as [`hold`].
    fn decide<'a>(&mut self, ask: &'a Ask) -> Decision<'a> {
        let (wish, offer) = (&ask.wish, &ask.offer);
        let key = (ask.cx.actor.label(), ask.key.key.clone());
        if let Some((asked, body)) = self.keys.get(&key) {
            return Decision::Answer(idem::replay(&self.vault, &ask.key, (asked, body)));
        }
        if let Err(refusal) = fits(offer, wish) {
            return Decision::Answer(Err(refusal.into()));
        }
        let (service, purpose) = (offer.service.clone(), wish.purpose.clone());
        let visit = (wish.account.clone(), service, purpose, String::new());
        if let Some(other) =
            self.active.get(&visit).filter(|_| !self.acting.contains(&wish.account))
        {
            return Decision::Answer(Err(rows::already_active(other).into()));
        }
        let grid = self.grids.get(&offer.resource);
        let memory = offer.known.as_ref().filter(|x| grid.is_some_and(|grid| grid.holds(x)));
        let (Some(grid), Some(memory)) = (grid, memory) else { return Decision::NotSimple };
        let first = !self.holders.contains(&wish.account);
        let (start, end) = (ask.span().1, ask.span().2);
        let fine = grid_of(grid.minutes, start, end - start) == i64::from(grid.minutes);
        if !first || !fine {
            return Decision::NotSimple;
        }
        let question = offer.ask(&wish.purpose, ask.cx.now.minutes());
        let plan = &memory.table.plan;
        let lanes = match slots::candidates(plan, &memory.calendar, &question, start) {
            Ok(lanes) => lanes,
            Err(why) => return Decision::Answer(Err(rules::not_a_time(why, &offer.zone).into())),
        };
        let step = usize::from(grid.minutes);
        let wanted: Vec<Minute> = (start..end).step_by(step).collect();
        let cells = self.cells.entry(offer.resource.clone()).or_default();
        let in_the_way = || cells.iter().filter(|x| (start..end).contains(&x.cell));
        if in_the_way().any(|x| x.expires <= ask.cx.now) {
            return Decision::NotSimple;
        }
        let free = lanes.into_iter().find(|lane| in_the_way().all(|x| x.lane != *lane));
        let Some(lane) = free else {
            return Decision::Answer(Err(Refusal::new(Kind::Conflict, "E-SLOT-01").into()));
        };
        let taken = Taken::new(ask, lane, wanted);
        let owned = |&cell: &Minute| Cell { lane, cell, expires: taken.expires };
        cells.extend(taken.cells.iter().map(owned));
        self.holders.insert(wish.account.clone());
        self.keys.insert(key, (ask.key.stored(&self.vault), taken.answer.clone()));
        Decision::Take(Box::new(taken))
    }
}

impl Ask {
    /// Whether its own words let it be decided beside others. A guarded time is asked for and noted
    /// person by person; a quota has cells of its own; what a profile must say is read of each.
    fn is_plain(&self) -> bool {
        let known = self.offer.known.is_some() && self.offer.terms.per_day.is_none();
        let known = known && !self.offer.terms.asks_profile();
        self.wish.draft.is_none() && known && !self.is_guarded()
    }

    /// Whether the time is given along a line at the moment of the wish.
    pub(crate) fn is_guarded(&self) -> bool {
        self.offer.asking(self.wish.start, self.cx.now).next().is_some()
    }

    /// The resource and the minutes that are wished.
    fn span(&self) -> (&Id, Minute, Minute) {
        let start = self.wish.start.minutes();
        let duration = Minute::from(self.offer.duration(&self.wish.purpose));
        (&self.offer.resource, start, start + duration)
    }
}

impl<'a> Taken<'a> {
    fn new(ask: &'a Ask, lane: u8, cells: Vec<Minute>) -> Self {
        let (cx, offer) = (&ask.cx, &ask.offer);
        let (resource, start, end) = ask.span();
        let expires = offer.terms.hold_until(cx.now);
        let mut booking = Booking::new(cx, &ask.wish.account, &offer.service);
        booking.purpose.clone_from(&ask.wish.purpose);
        booking.hold((resource, start, end), lane, expires);
        let answer = Held { id: booking.id.clone(), expires_at: expires };
        let answer = serde_json::to_string(&answer).unwrap_or_default();
        Self { ask, new: New::held(cx, booking), claim: cx.new_id(), expires, cells, answer }
    }

    fn claim_row(&self) -> Vec<Val<'_>> {
        let x = &self.new.booking;
        let time = args![&self.claim, &x.id, x.resource.as_ref(), x.lane, x.starts, x.ends];
        [time, args![self.expires]].concat()
    }

    fn live_claim(&self) -> LiveClaim {
        let (_, start, end) = self.ask.span();
        let lane = self.new.booking.lane.unwrap_or_default();
        LiveClaim::new(&self.claim, slots::Taken { lane, start, end }, self.expires)
    }

    fn cell_row(&self, cell: Minute) -> Vec<Val<'_>> {
        let lane = self.new.booking.lane;
        args![&self.ask.offer.resource, lane, cell, &self.claim, self.expires].to_vec()
    }
}

static CLAIM: Insert = Insert::into(
    "claim",
    &[
        ("id", Text),
        ("booking_id", Text),
        ("resource_id", Text),
        ("lane", Number),
        ("starts_at", Number),
        ("ends_at", Number),
        ("expires_at", Number),
    ],
);

static CELL: Insert = Insert::into(
    "claim_cell",
    &[
        ("owner", Text),
        ("lane", Number),
        ("cell", Number),
        ("claim_id", Text),
        ("expires_at", Number),
    ],
);

/// Writes what was decided. A row whose key is taken means that another node was faster; then the
/// whole group is decided anew, one by one.
fn write(tx: &mut Tx<'_>, all: &[Taken<'_>]) -> Outcome<()> {
    store(tx, &all.iter().map(|x| &x.new).collect::<Vec<_>>())?;
    tx.insert(&CLAIM, &all.iter().map(Taken::claim_row).collect::<Vec<_>>())?;
    let cells = all.iter().flat_map(|x| x.cells.iter().map(move |cell| (x, *cell)));
    let mut cells: Vec<_> = cells.collect();
    // In one order everywhere, so that two nodes never wait for each other in a circle.
    cells.sort_by_key(|(x, cell)| (&x.ask.offer.resource, x.new.booking.lane, *cell));
    let cells: Vec<_> = cells.into_iter().map(|(x, cell)| x.cell_row(cell)).collect();
    tx.insert(&CELL, &cells)?;
    for one in all {
        news::tell(tx, &one.ask.offer.resource, one.live_claim(), true);
    }
    let keys: Vec<_> = all.iter().map(|x| (&x.ask.cx, &x.ask.key, x.answer.as_str())).collect();
    idem::keep(tx, &keys)
}

/// Through the bookings of the person: `|| ''` keeps the index of what can run out away, which is all that is
/// held while a rush lasts, and which a plan made before the rush would read for each person.
pub(super) const HOLDS: &str = "SELECT account_id FROM booking
          WHERE account_id = $1 AND state || '' = 'held' AND expires_at > $2";
static HOLDERS: Keyed = Keyed::by(&[Text, Number], HOLDS);

static CELLS: Keyed = Keyed::by(
    &[Text, Number, Number],
    "SELECT owner, lane, cell, expires_at FROM claim_cell
          WHERE owner = $1 AND cell >= $2 AND cell < $3",
);
