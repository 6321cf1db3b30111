//! The outbox: effects on the outside world, written in the transaction that causes them and
//! carried out later by a worker that holds a lease.
//!
//! What a letter says is either open (ids, codes of what happened) or private (contacts, what was
//! typed, what opens something). The private part is sealed, and gone when the letter is done with.

use serde_json::Value;

use crate::db::{Insert, Sort, Update, Val};
use crate::vault::{DataKey, Spot};
use crate::{Cx, Id, Instant, Outcome, Pii, Tx, args};

/// One effect to carry out.
#[derive(Clone, Copy, Debug)]
pub struct Letter<'a> {
    /// What it is about, for example a booking's id.
    pub subject: &'a str,
    /// Number of the transition within the subject: letters of one subject keep this order.
    pub seq: i64,
    /// What happened: the name of the text to send.
    pub event: &'a str,
    /// What the worker needs, as a JSON object that anybody may read.
    pub payload: &'a str,
    /// A JSON object of the same kind that nobody else may read, and whose key seals it.
    pub private: Option<(&'a DataKey, &'a Pii<Value>)>,
    /// Lower goes first: 0 codes, 1 security, 2 transitions, 3 reminders, 4 bulk.
    pub priority: i64,
    /// When it is worth nothing any more, for example a code that has expired.
    pub expires: Instant,
}

/// A letter taken by a worker.
#[derive(Clone, Debug)]
pub struct Taken {
    /// Its id: the reference given to providers.
    pub id: Id,
    /// What it is about.
    pub subject: String,
    /// Number of the transition within the subject.
    pub seq: i64,
    /// What happened.
    pub event: String,
    /// What to say, open and private together; nothing when it cannot be read.
    pub payload: Pii<Option<Value>>,
    /// How often it was tried before.
    pub attempts: i64,
    /// When it is worth nothing any more.
    pub expires: Instant,
    /// When it was put here.
    pub created: Instant,
}

/// How a try ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The provider took it.
    Sent,
    /// Not now: again at this moment, for this cause.
    Later(Instant, String),
    /// Never: the address is wrong, the text is refused.
    Failed(String),
    /// Its time is over.
    Expired,
    /// A later transition made it untrue.
    Superseded,
}

/// A letter with its own id and the operation that causes it.
#[derive(Clone, Debug)]
pub struct Posted<'a> {
    /// Its id: the reference given to providers.
    pub id: Id,
    /// What to carry out.
    pub letter: Letter<'a>,
    /// When.
    pub at: Instant,
    /// The operation.
    pub op: &'a str,
    /// Nobody is written to about it: it is kept as a record, superseded from the beginning.
    pub silent: bool,
}

static LETTER: Insert = Insert::into(
    "outbox",
    &[
        ("id", Sort::Text),
        ("subject", Sort::Text),
        ("seq", Sort::Number),
        ("event", Sort::Text),
        ("payload", Sort::Text),
        ("priority", Sort::Number),
        ("state", Sort::Text),
        ("created_at", Sort::Number),
        ("not_before", Sort::Number),
        ("expires_at", Sort::Number),
        ("lease_until", Sort::Number),
        ("attempts", Sort::Number),
        ("done_at", Sort::Number),
        ("op_id", Sort::Text),
        ("person_id", Sort::Text),
        ("private", Sort::Bytes),
    ],
);

/// Where the private part of the letter `id` stands.
pub fn private(id: &str) -> Spot<'_> {
    Spot::new("outbox", "private", id)
}

/// Puts a letter into the outbox, in the transaction of its cause.
///
/// # Errors
/// A fault of the engine.
pub fn put(tx: &mut Tx<'_>, cx: &Cx, letter: Letter<'_>) -> Outcome<Id> {
    put_unless(tx, cx, false, letter)
}

/// [`put`]; of a `silent` letter nothing is ever said, at the same cost.
///
/// # Errors
/// As [`put`].
pub fn put_unless(tx: &mut Tx<'_>, cx: &Cx, silent: bool, letter: Letter<'_>) -> Outcome<Id> {
    let id = cx.new_id();
    put_all(tx, &[Posted { id: id.clone(), letter, at: cx.now, op: &cx.op, silent }])?;
    Ok(id)
}

/// [`put`] for the letters of many causes.
///
/// # Errors
/// A fault of the engine.
pub fn put_all(tx: &mut Tx<'_>, posted: &[Posted<'_>]) -> Outcome<()> {
    fn row<'a>(x: &'a Posted<'_>, sealed: &'a Option<Vec<u8>>) -> Vec<Val<'a>> {
        args![
            &x.id,
            x.letter.subject,
            x.letter.seq,
            x.letter.event,
            x.letter.payload,
            x.letter.priority,
            if x.silent { "superseded" } else { "queued" },
            x.at,
            x.at,
            x.letter.expires,
            0,
            0,
            x.silent.then_some(x.at),
            x.op,
            x.letter.private.map(|(key, _)| key.person()),
            sealed.as_ref(),
        ]
        .to_vec()
    }
    let seal = |x: &Posted<'_>| {
        let seal =
            |(key, what): (&DataKey, &Pii<Value>)| key.seal_json(private(&x.id), what.reveal());
        x.letter.private.map(seal).transpose()
    };
    let sealed = posted.iter().map(seal).collect::<Result<Vec<_>, _>>()?;
    let rows = posted.iter().zip(&sealed).map(|(x, sealed)| row(x, sealed));
    Ok(tx.insert(&LETTER, &rows.collect::<Vec<_>>())?)
}

/// Who a letter is for. Each lane has its own worker, so that a server of somebody else that answers
/// slowly holds up no message to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// People.
    People,
    /// Programs of others: events that begin with `call-`.
    Programs,
}

/// Takes up to `limit` letters of a lane that are due, each for `lease` microseconds.
///
/// # Errors
/// A fault of the engine.
pub fn take(
    tx: &mut Tx<'_>,
    now: Instant,
    lease: i64,
    (lane, limit): (Lane, i64),
) -> Outcome<Vec<Taken>> {
    let mut taken = tx.all(
        // Chosen once: a server that expects one letter would choose anew for each that waits.
        "WITH due (letter) AS MATERIALIZED (
             SELECT id FROM outbox
             WHERE done_at IS NULL AND not_before <= $1 AND lease_until < $1
               AND (event LIKE 'call-%') = $4
             ORDER BY priority, created_at, id LIMIT $3)
         UPDATE outbox SET lease_until = $2, attempts = attempts + 1, state = 'sending'
         FROM due WHERE id = letter AND done_at IS NULL AND lease_until < $1
         RETURNING id, subject, seq, event, attempts, expires_at, created_at, payload, person_id,
                   private",
        args![now, now.plus(lease), limit, lane == Lane::Programs],
        |r| {
            let letter = Taken {
                id: r.get(0)?,
                subject: r.get(1)?,
                seq: r.get(2)?,
                event: r.get(3)?,
                attempts: r.get(4)?,
                expires: r.get(5)?,
                created: r.get(6)?,
                payload: Pii::default(),
            };
            Ok((letter, (r.get(7)?, r.get(8)?, r.get(9)?)))
        },
    )?;
    taken.sort_by(|(a, _), (b, _)| (&a.subject, a.seq).cmp(&(&b.subject, b.seq)));
    let mut letters = Vec::with_capacity(taken.len());
    for (mut letter, said) in taken {
        letter.payload = Pii::new(said_whole(tx, &letter.id, &said)?);
        letters.push(letter);
    }
    Ok(letters)
}

/// Open part, person, private part.
type Said = (String, Option<String>, Option<Vec<u8>>);

/// What a letter says, both parts together. One that cannot be read must not hold up the others.
fn said_whole(tx: &mut Tx<'_>, id: &Id, said: &Said) -> Outcome<Option<Value>> {
    let (open, person, sealed) = said;
    let Ok(mut whole) = serde_json::from_str::<Value>(open) else { return Ok(None) };
    let (Some(person), Some(sealed)) = (person, sealed) else { return Ok(Some(whole)) };
    // Whoever was erased since is written to no more.
    let Some(key) = tx.key_of(person)? else { return Ok(None) };
    let hidden = match key.open_json::<Value>(private(id), sealed) {
        Ok(hidden) => Some(hidden),
        Err(fault) => {
            tracing::error!(%fault, "a letter cannot be opened");
            None
        }
    };
    match (whole.as_object_mut(), hidden) {
        (Some(open), Some(Value::Object(hidden))) => open.extend(hidden),
        _ => return Ok(None),
    }
    Ok(Some(whole))
}

/// Takes the private part out of a letter that was sent, or never will be.
///
/// # Errors
/// A fault of the engine.
pub fn blank(tx: &mut Tx<'_>, id: &Id) -> Outcome<()> {
    tx.exec("UPDATE outbox SET private = NULL, person_id = NULL WHERE id = $1", args![id])?;
    Ok(())
}

/// Takes the private part out of all letters about `person`; those that wait are not sent.
///
/// # Errors
/// A fault of the engine.
pub fn forget(tx: &mut Tx<'_>, person: &str) -> Outcome<()> {
    tx.exec(
        "UPDATE outbox
         SET private = NULL, person_id = NULL, note = NULL, done_at = COALESCE(done_at, created_at),
             state = CASE WHEN state IN ('queued', 'sending') THEN 'superseded' ELSE state END
         WHERE person_id = $1",
        args![person],
    )?;
    Ok(())
}

/// A letter has no `done_at` as long as it waits: that is what the index of the waiting goes by.
static END: Update = Update::of(
    "outbox",
    ("id", Sort::Text),
    &[
        ("state", Sort::Text),
        ("not_before", Sort::Number),
        ("note", Sort::Text),
        ("lease_until", Sort::Number),
        ("done_at", Sort::Number),
    ],
);

/// Notes how tries ended.
///
/// # Errors
/// A fault of the engine.
pub fn done(tx: &mut Tx<'_>, now: Instant, ends: &[(Id, Sent)]) -> Outcome<()> {
    fn row((id, how): &(Id, Sent), now: Instant) -> Vec<Val<'_>> {
        let (state, not_before, note, over) = match how {
            Sent::Sent => ("sent", now, None, true),
            Sent::Later(at, why) => ("queued", *at, Some(why), false),
            Sent::Failed(why) => ("failed", now, Some(why), true),
            Sent::Expired => ("expired", now, None, true),
            Sent::Superseded => ("superseded", now, None, true),
        };
        args![id, state, not_before, note, 0, over.then_some(now)].to_vec()
    }
    tx.update(&END, &ends.iter().map(|x| row(x, now)).collect::<Vec<_>>())?;
    Ok(())
}

/// Lets everything that waits go unsent: for a made-up history.
///
/// # Errors
/// A fault of the engine.
pub fn quiet(tx: &mut Tx<'_>) -> Outcome<()> {
    tx.exec(
        "UPDATE outbox SET state = 'superseded', done_at = created_at WHERE state = 'queued'",
        args![],
    )?;
    Ok(())
}
