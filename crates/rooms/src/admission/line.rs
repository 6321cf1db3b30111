//! The lines in the memory of a node: whoever polls is answered from here, without the database.
//!
//! A picture of a line is replaced whole. What this node did itself is known at once (`fresh`); what
//! others did comes with the next look, which asks the database once a second in one query for the
//! entries whose revision is higher than the last known one.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use base::{Db, Fault, Id, Instant, Outcome, Tx, args};
use serde::{Deserialize, Serialize};

use super::rows::{self, Head};
use super::rules::{self, Estimate, Pace};
use super::{Entry, Opening, Standing};

/// Places of the days that an opening opens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Places {
    /// Visits that can be taken at this moment.
    pub free: u32,
    /// Held while somebody fills in the form: they may come back.
    pub undecided: u32,
    /// There are days with times, and people took them all; otherwise nothing free may also mean that
    /// the days are shut or over.
    pub full: bool,
}

/// A line as it was a moment ago.
#[derive(Clone, Debug)]
pub struct Line {
    revision: i64,
    last_rank: i64,
    drawn: Option<Instant>,
    /// Of a lottery that is drawn.
    seed: Option<Arc<str>>,
    pace: Pace,
    people: HashMap<Id, Entry>,
    /// Ranks of those who wait, in order.
    waiting: Vec<i64>,
    inside: u32,
    /// Those on the list of a lottery.
    listed: u32,
    places: Option<Places>,
}

/// Where a person stands, in figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The standing; a lottery that is not drawn gives no rank.
    pub standing: Standing,
    /// People ahead; none on an undrawn list.
    pub ahead: Option<u32>,
    /// How long it may take.
    pub estimate: Option<Estimate>,
    /// Inside and served: until when.
    pub until: Option<Instant>,
    /// The person was moved to the tail once.
    pub moved: bool,
}

impl Line {
    fn empty() -> Self {
        Self {
            revision: 0,
            last_rank: 0,
            drawn: None,
            seed: None,
            pace: Pace::default(),
            people: HashMap::new(),
            waiting: Vec::new(),
            inside: 0,
            listed: 0,
            places: None,
        }
    }

    /// People in line.
    pub fn waiting(&self) -> u32 {
        self.waiting.len() as u32
    }

    /// People who were let in and have not taken a time yet.
    pub fn inside(&self) -> u32 {
        self.inside
    }

    /// People on the list of a lottery that is not drawn.
    pub fn listed(&self) -> u32 {
        self.listed
    }

    /// When the lottery was drawn.
    pub fn drawn(&self) -> Option<Instant> {
        self.drawn
    }

    /// The seed of a lottery in hexadecimal digits, a secret until the draw.
    pub fn seed(&self) -> Option<&str> {
        self.seed.as_deref()
    }

    /// The line stands still, or nearly so.
    pub fn paused(&self) -> bool {
        self.pace.paused()
    }

    /// Places left, where they were counted.
    pub fn places(&self) -> Option<Places> {
        self.places
    }

    /// Nobody is in it: there is nothing to move on.
    pub fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.inside == 0 && self.listed == 0
    }

    /// Where `entry` stands at `now`.
    fn place(&self, entry: &Entry, now: Instant) -> Option<Place> {
        if !rules::stands(entry, now) && entry.standing != Standing::Inside {
            return None;
        }
        let ahead = entry.rank.filter(|_| entry.standing == Standing::Waiting).map(|rank| {
            // Whoever came between this picture and the entry is ahead too.
            let unseen = (rank - 1 - self.last_rank).max(0);
            let ahead = self.waiting.partition_point(|x| *x < rank) as i64 + unseen;
            u32::try_from(ahead).unwrap_or(u32::MAX)
        });
        Some(Place {
            standing: entry.standing,
            ahead,
            estimate: ahead.and_then(|ahead| rules::estimate(ahead + 1, &self.pace)),
            until: entry.until,
            moved: entry.moved,
        })
    }

    /// The line with what has changed.
    fn with(&self, head: &Head, changed: Vec<Entry>) -> Self {
        let mut next = Self {
            revision: head.revision,
            last_rank: head.last_rank,
            drawn: head.drawn,
            seed: head.seed.as_ref().filter(|_| head.drawn.is_some()).map(|x| rules::hex(x).into()),
            pace: head.pace,
            ..self.clone()
        };
        if changed.is_empty() {
            return next;
        }
        next.people.extend(changed.into_iter().map(|x| (x.account.clone(), x)));
        let people = || next.people.values();
        let waits = |x: &&Entry| x.standing == Standing::Waiting;
        next.waiting = people().filter(waits).filter_map(|x| x.rank).collect();
        next.waiting.sort_unstable();
        next.listed = people().filter(waits).filter(|x| x.rank.is_none()).count() as u32;
        next.inside = people().filter(|x| x.standing == Standing::Inside).count() as u32;
        next
    }
}

/// All lines of a node.
#[derive(Debug, Default)]
pub struct Lines {
    lines: RwLock<Arc<HashMap<Id, Arc<Line>>>>,
    /// Entries changed by this node that its picture does not show yet: by opening and account.
    fresh: RwLock<HashMap<(Id, Id), Entry>>,
}

impl Lines {
    /// The line of an opening; an empty one when nobody came yet.
    pub fn line(&self, opening: &Id) -> Arc<Line> {
        let lines = self.lines.read().unwrap_or_else(PoisonError::into_inner);
        lines.get(opening).cloned().unwrap_or_else(|| Arc::new(Line::empty()))
    }

    /// Where a person stands; nothing for whoever is not in this line.
    pub fn place(&self, opening: &Id, account: &Id, now: Instant) -> Option<Place> {
        let line = self.line(opening);
        let fresh = self.fresh.read().unwrap_or_else(PoisonError::into_inner);
        let given = fresh.get(&(opening.clone(), account.clone()));
        let known = line.people.get(account);
        let newest = match (given, known) {
            (Some(given), Some(known)) if !is_newer(given, known) => known,
            (given, known) => given.or(known)?,
        };
        line.place(newest, now)
    }

    /// Notes entries that this node changed: their owners see at once where they stand.
    pub fn know(&self, opening: &Id, entries: impl IntoIterator<Item = Entry>) {
        let mut fresh = self.fresh.write().unwrap_or_else(PoisonError::into_inner);
        fresh.extend(entries.into_iter().map(|x| ((opening.clone(), x.account.clone()), x)));
    }

    /// Looks at what has changed in these lines; forgets all others.
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn follow(&self, db: &Db, openings: &[Arc<Opening>]) -> Outcome<()> {
        let given: Vec<(Id, Id)> = {
            let fresh = self.fresh.read().unwrap_or_else(PoisonError::into_inner);
            fresh.keys().cloned().collect()
        };
        let mut lines = HashMap::with_capacity(openings.len());
        for opening in openings {
            let (id, known) = (opening.id.clone(), self.line(&opening.id));
            let since = known.revision;
            let (head, changed) = db.read_wait(move |tx| changes(tx, &id, since))?;
            let next = match head {
                Some(head) => Arc::new(known.with(&head, changed)),
                None => known,
            };
            lines.insert(opening.id.clone(), next);
        }
        *self.lines.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(lines);
        // What was given before the look began is in the picture now.
        let mut fresh = self.fresh.write().unwrap_or_else(PoisonError::into_inner);
        given.iter().for_each(|key| drop(fresh.remove(key)));
        Ok(())
    }

    /// Notes how many places an opening has left.
    pub fn count(&self, opening: &Id, places: Places) {
        let mut lines = self.lines.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = Arc::make_mut(&mut lines).get_mut(opening) {
            Arc::make_mut(line).places = Some(places);
        }
    }
}

/// Whether what this node did itself is newer than its picture: a person who came back has a higher
/// rank, and one who left or came again under the same rank did so just now.
fn is_newer(given: &Entry, known: &Entry) -> bool {
    let out = |x: &Entry| x.standing == Standing::Out;
    // Whoever left the list of a lottery has a rank that was never handed out.
    let rank = |x: &Entry| x.rank.filter(|rank| *rank > 0);
    rank(given) > rank(known) || (rank(given) == rank(known) && out(given) != out(known))
}

/// The opening and the entries that changed after `since`, in one query: nothing when the revision
/// is the known one.
fn changes(tx: &mut Tx<'_>, id: &Id, since: i64) -> Outcome<(Option<Head>, Vec<Entry>)> {
    let mut head = None;
    let entries = tx.all(
        "SELECT o.id, o.series_id, o.service_code, o.scope, o.scope_id, o.zone, o.mode, o.opens_at,
                o.ends_at, o.from_day, o.to_day, o.choose_minutes, o.seed, o.commitment, o.drawn_at,
                o.revision, o.last_rank, o.admitted_to, o.pace, o.paced_at, o.release_at,
                e.id, e.account_id, e.rank, e.state, e.until_at, e.moved
         FROM opening o LEFT JOIN opening_entry e
           ON e.opening_id = o.id AND (e.revision > $2 OR e.revision < 0)
         WHERE o.id = $1 AND o.revision > $2",
        args![id, since],
        |r| {
            if head.is_none() {
                head = Some(rows::head(r)?);
            }
            let Some(id) = r.get::<Option<Id>>(21)? else { return Ok(None) };
            Ok(Some(Entry {
                id,
                account: r.get(22)?,
                rank: r.get(23)?,
                standing: standing(&r.get::<String>(24)?)?,
                until: r.get(25)?,
                moved: r.get(26)?,
            }))
        },
    )?;
    Ok((head, entries.into_iter().flatten().collect()))
}

fn standing(word: &str) -> Result<Standing, Fault> {
    Standing::parse(word).ok_or_else(|| Fault::new(format!("`{word}` is no standing")))
}
