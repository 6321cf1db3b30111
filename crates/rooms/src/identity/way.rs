//! Ways to a higher level: their states, and the one way in which they change.

use base::db::Row;
use base::vault::Spot;
use base::{Cx, Fault, Id, Instant, Outcome, Tx, args};
use serde::{Deserialize, Serialize};

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WayKind {
    /// The registries are asked.
    Registry,
    /// The person comes to a service centre.
    Visit,
    /// A code comes in a registered letter.
    Letter,
    /// The person signs with a qualified electronic signature.
    Signature,
    /// The person sends pictures of their papers.
    Scan,
}

impl WayKind {
    /// All ways.
    pub const ALL: [Self; 5] =
        [Self::Registry, Self::Signature, Self::Scan, Self::Visit, Self::Letter];

    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Registry => "registry",
            Self::Visit => "visit",
            Self::Letter => "letter",
            Self::Signature => "signature",
            Self::Scan => "scan",
        }
    }

    /// Reads what [`WayKind::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|x| x.as_str() == text)
    }
}

/// Where somebody is on a way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Registries: asked, no answer yet. Signature: it is compared.
    Waiting,
    /// Registries: no answer within a day.
    Late,
    /// Registries, signature: something differs.
    Mismatch,
    /// Registries: they know no such person.
    Unknown,
    /// The SNILS belongs to another account.
    Taken,
    /// Scans: pictures are added.
    Gathering,
    /// Scans: they wait to be compared.
    Queued,
    /// Visit: the code is shown, the person may come.
    Invited,
    /// Letter: waits to be printed.
    Created,
    /// Letter: the post has it.
    HandedOver,
    /// Letter: the person has it.
    Delivered,
    /// It has led to its level.
    Passed,
    /// Somebody said no, and why.
    Refused,
    /// The code was tried too often.
    Spent,
    /// Its time ran out.
    Expired,
    /// The person, or a change of their data, ended it.
    Ended,
}

use State::*;

/// From where to where, on which ways.
const TRANSITIONS: &[(WayKind, &[State], &[State])] = &[
    (WayKind::Registry, &[Waiting], &[Late]),
    (WayKind::Registry, &[Waiting, Late], &[Passed, Mismatch, Unknown, Taken, Expired, Ended]),
    (WayKind::Visit, &[Invited], &[Passed, Refused, Taken, Expired, Ended]),
    // A signature is good or not: the way is over in the transaction that begins it.
    (WayKind::Signature, &[Waiting], &[Passed, Mismatch, Taken, Ended]),
    (WayKind::Scan, &[Gathering], &[Queued, Expired, Ended]),
    (WayKind::Scan, &[Queued], &[Passed, Refused, Taken, Ended]),
    (WayKind::Letter, &[Created], &[HandedOver, Ended]),
    (WayKind::Letter, &[HandedOver], &[Delivered]),
    (WayKind::Letter, &[HandedOver, Delivered], &[Passed, Spent, Expired, Ended]),
];

impl State {
    /// All states.
    pub const ALL: [Self; 16] = [
        Waiting, Late, Mismatch, Unknown, Taken, Gathering, Queued, Invited, Created, HandedOver,
        Delivered, Passed, Refused, Spent, Expired, Ended,
    ];

    /// As stored, and as part of the keys of its texts.
    pub fn as_str(self) -> &'static str {
        match self {
            Waiting => "waiting",
            Late => "late",
            Mismatch => "mismatch",
            Unknown => "unknown",
            Taken => "taken",
            Gathering => "gathering",
            Queued => "queued",
            Invited => "invited",
            Created => "created",
            HandedOver => "handed-over",
            Delivered => "delivered",
            Passed => "passed",
            Refused => "refused",
            Spent => "spent",
            Expired => "expired",
            Ended => "ended",
        }
    }

    /// Reads what [`State::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|x| x.as_str() == text)
    }

    /// Whether nothing follows.
    pub fn is_over(self) -> bool {
        !TRANSITIONS.iter().any(|x| x.1.contains(&self))
    }
}

fn leads(kind: WayKind, from: State, to: State) -> bool {
    TRANSITIONS.iter().any(|x| x.0 == kind && x.1.contains(&from) && x.2.contains(&to))
}

/// What is said beside a state; sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Note {
    /// Fields that differ, as in forms: `passport.number`.
    pub fields: Vec<String>,
    /// Why, in the words of whoever decided.
    pub reason: String,
    /// Why, as one of the reasons to choose from.
    pub code: String,
}

/// A way that somebody has begun.
#[derive(Clone, Debug)]
pub struct Way {
    /// Its id.
    pub id: Id,
    /// Who goes it.
    pub account: Id,
    /// Which way.
    pub kind: WayKind,
    /// Where they are.
    pub state: State,
    /// Number of the last transition.
    pub revision: i64,
    /// What is said beside the state.
    pub note: Note,
    /// When it was begun.
    pub begun_at: Instant,
    /// When it last changed.
    pub changed_at: Instant,
    /// When its time runs out.
    pub expires_at: Instant,
}

impl Way {
    /// Moves on to `to`; `false` when it does not lead there, or somebody was faster.
    pub(super) fn pass(
        &mut self,
        tx: &mut Tx<'_>,
        cx: &Cx,
        to: State,
        note: Option<&Note>,
    ) -> Outcome<bool> {
        if !leads(self.kind, self.state, to) {
            return Ok(false);
        }
        let key = tx.key(&self.account)?;
        let sealed = note.map(|x| key.seal_json(spot(&self.id), x)).transpose()?;
        let moved = tx.exec(
            "UPDATE level_way
             SET state = $3, revision = revision + 1, changed_at = $4, note_sealed = $5,
                 over_at = $6
             WHERE id = $1 AND revision = $2",
            args![
                &self.id,
                self.revision,
                to.as_str(),
                cx.now,
                sealed.as_ref(),
                to.is_over().then_some(cx.now),
            ],
        )?;
        if moved == 0 {
            return Ok(false);
        }
        (self.state, self.changed_at) = (to, cx.now);
        self.revision += 1;
        self.note = note.cloned().unwrap_or_default();
        record(tx, cx, &self.id, (self.revision, to))?;
        Ok(true)
    }

    /// Gives the way so much time from now on.
    pub(super) fn prolong(&mut self, tx: &mut Tx<'_>, until: Instant) -> Outcome<()> {
        let sql = "UPDATE level_way SET expires_at = $2 WHERE id = $1";
        tx.exec(sql, args![&self.id, until])?;
        self.expires_at = until;
        Ok(())
    }
}

/// Begins a way in `state`; nothing when this one is under way already.
pub(super) fn begin(
    tx: &mut Tx<'_>,
    cx: &Cx,
    account: &Id,
    (kind, state): (WayKind, State),
    expires_at: Instant,
) -> Outcome<Option<Id>> {
    let begun: Option<Id> = tx.opt(
        "INSERT INTO level_way (id, account_id, kind, state, revision, begun_at, changed_at,
                                expires_at)
         VALUES ($1, $2, $3, $4, 1, $5, $5, $6)
         ON CONFLICT DO NOTHING RETURNING id",
        args![&cx.new_id(), account, kind.as_str(), state.as_str(), cx.now, expires_at],
        |r| r.get(0),
    )?;
    if let Some(id) = &begun {
        record(tx, cx, id, (1, state))?;
    }
    Ok(begun)
}

/// Takes a way back that has only just begun, as if it had never been.
pub(super) fn unbegin(tx: &mut Tx<'_>, way: &Id) -> Outcome<()> {
    let fresh = "SELECT id FROM level_way WHERE id = $1 AND revision = 1";
    let Some(way) = tx.opt(fresh, args![way], |r| r.get::<Id>(0))? else { return Ok(()) };
    tx.exec("DELETE FROM one_time_code WHERE subject = $1", args![&way])?;
    tx.exec("DELETE FROM level_way_event WHERE way_id = $1", args![&way])?;
    tx.exec("DELETE FROM level_way WHERE id = $1", args![&way])?;
    Ok(())
}

fn record(tx: &mut Tx<'_>, cx: &Cx, way: &Id, (revision, state): (i64, State)) -> Outcome<()> {
    tx.exec(
        "INSERT INTO level_way_event (way_id, revision, at, op_id, actor, channel, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![
            way,
            revision,
            cx.now,
            &cx.op,
            &cx.actor.label(),
            cx.channel.label(),
            state.as_str(),
        ],
    )?;
    Ok(())
}

/// Where the note of a way stands.
pub(super) fn spot(way: &str) -> Spot<'_> {
    Spot::new("level_way", "note", way)
}

type Stored = (Way, Option<Vec<u8>>);

/// `SELECT` of all columns of a way, and what follows the table's name.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, account_id, kind, state, revision, note_sealed, begun_at, changed_at,
                    expires_at
             FROM level_way ",
            $rest
        )
    };
}

fn row(r: &Row<'_>) -> Result<Stored, Fault> {
    let (kind, state): (String, String) = (r.get(2)?, r.get(3)?);
    let known = WayKind::parse(&kind).zip(State::parse(&state));
    let (kind, state) =
        known.ok_or_else(|| Fault::new(format!("`{kind}`, `{state}` is no state of a way")))?;
    let way = Way {
        id: r.get(0)?,
        account: r.get(1)?,
        kind,
        state,
        revision: r.get(4)?,
        note: Note::default(),
        begun_at: r.get(6)?,
        changed_at: r.get(7)?,
        expires_at: r.get(8)?,
    };
    Ok((way, r.get(5)?))
}

fn opened(tx: &mut Tx<'_>, (mut way, sealed): Stored) -> Outcome<Way> {
    if let Some(sealed) = sealed {
        way.note = tx.key(&way.account)?.open_json(spot(&way.id), &sealed)?;
    }
    Ok(way)
}

/// The ways that `account` goes now.
pub(super) fn open_of(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Way>> {
    let stored = tx.all(
        select!("WHERE account_id = $1 AND over_at IS NULL ORDER BY id"),
        args![account],
        row,
    )?;
    stored.into_iter().map(|x| opened(tx, x)).collect()
}

/// The newest way of each kind that `account` went or goes.
pub(super) fn newest_of(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Way>> {
    let stored = tx.all(
        select!(
            "w
             WHERE account_id = $1 AND NOT EXISTS (
               SELECT 1 FROM level_way n
               WHERE n.account_id = w.account_id AND n.kind = w.kind AND n.id > w.id)
             ORDER BY kind"
        ),
        args![account],
        row,
    )?;
    stored.into_iter().map(|x| opened(tx, x)).collect()
}

/// All ways that `account` went, the oldest first.
pub(super) fn all_of(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Way>> {
    let stored = tx.all(select!("WHERE account_id = $1 ORDER BY id"), args![account], row)?;
    stored.into_iter().map(|x| opened(tx, x)).collect()
}

/// The way `id`.
pub(super) fn by_id(tx: &mut Tx<'_>, id: &str) -> Outcome<Option<Way>> {
    let stored = tx.opt(select!("WHERE id = $1"), args![id], row)?;
    stored.map(|x| opened(tx, x)).transpose()
}

/// Ways of this kind in `state` whose time has run out.
pub(super) fn run_out(
    tx: &mut Tx<'_>,
    now: Instant,
    (kind, state): (WayKind, State),
    limit: i64,
) -> Outcome<Vec<Way>> {
    let stored = tx.all(
        select!(
            "WHERE kind = $1 AND over_at IS NULL AND state = $2 AND expires_at <= $3
             ORDER BY expires_at, id LIMIT $4"
        ),
        args![kind.as_str(), state.as_str(), now, limit],
        row,
    )?;
    stored.into_iter().map(|x| opened(tx, x)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_read_back_and_every_way_comes_to_an_end() {
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Some(state));
        }
        for kind in WayKind::ALL {
            assert_eq!(WayKind::parse(kind.as_str()), Some(kind));
            let from: Vec<_> = TRANSITIONS.iter().filter(|x| x.0 == kind).collect();
            assert!(from.iter().any(|x| x.2.contains(&Passed)), "{kind:?} leads nowhere");
            for state in from.iter().flat_map(|x| x.1) {
                assert!(leads(kind, *state, Ended), "{kind:?} cannot be left in {state:?}");
            }
        }
        for state in [Passed, Mismatch, Unknown, Taken, Refused, Spent, Expired, Ended] {
            assert!(state.is_over(), "{state:?}");
        }
        assert!(!leads(WayKind::Letter, Created, Passed), "a letter nobody has sent opens nothing");
    }
}
