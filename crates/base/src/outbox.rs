//! The outbox: effects on the outside world, written in the transaction that causes them and
//! carried out later by a worker that holds a lease.

use serde::{Deserialize, Serialize};

use crate::db::{Insert, Sort, Update, Val};
use crate::{Cx, Id, Instant, Outcome, Tx, args};

/// One effect to carry out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Letter<'a> {
    /// What it is about, for example a booking's id.
    pub subject: &'a str,
    /// Number of the transition within the subject: letters of one subject keep this order.
    pub seq: i64,
    /// What happened: the name of the text to send.
    pub event: &'a str,
    /// What the worker needs, as JSON.
    pub payload: &'a str,
    /// Lower goes first: 0 codes, 1 security, 2 transitions, 3 reminders, 4 bulk.
    pub priority: i64,
    /// When it is worth nothing any more, for example a code that has expired.
    pub expires: Instant,
}

/// A letter taken by a worker.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Taken {
    /// Its id: the reference given to providers.
    pub id: Id,
    /// What it is about.
    pub subject: String,
    /// Number of the transition within the subject.
    pub seq: i64,
    /// What happened.
    pub event: String,
    /// JSON of what to say.
    pub payload: String,
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
    ],
);

/// Puts a letter into the outbox, in the transaction of its cause.
///
/// # Errors
/// A fault of the engine.
pub fn put(tx: &mut Tx<'_>, cx: &Cx, letter: Letter<'_>) -> Outcome<Id> {
    let id = cx.new_id();
    put_all(tx, &[Posted { id: id.clone(), letter, at: cx.now, op: &cx.op, silent: false }])?;
    Ok(id)
}

/// [`put`] for the letters of many causes.
///
/// # Errors
/// A fault of the engine.
pub fn put_all(tx: &mut Tx<'_>, posted: &[Posted<'_>]) -> Outcome<()> {
    fn row<'a>(x: &'a Posted<'_>) -> Vec<Val<'a>> {
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
        ]
        .to_vec()
    }
    Ok(tx.insert(&LETTER, &posted.iter().map(row).collect::<Vec<_>>())?)
}

/// Takes up to `limit` letters that are due, each for `lease` microseconds.
///
/// # Errors
/// A fault of the engine.
pub fn take(tx: &mut Tx<'_>, now: Instant, lease: i64, limit: i64) -> Outcome<Vec<Taken>> {
    let mut letters = tx.all(
        "UPDATE outbox SET lease_until = $2, attempts = attempts + 1, state = 'sending'
         WHERE id IN (SELECT id FROM outbox
                      WHERE done_at IS NULL AND not_before <= $1 AND lease_until < $1
                      ORDER BY priority, created_at, id LIMIT $3)
           AND done_at IS NULL AND lease_until < $1
         RETURNING id, subject, seq, event, payload, attempts, expires_at, created_at",
        args![now, now.plus(lease), limit],
        |r| {
            Ok(Taken {
                id: r.get(0)?,
                subject: r.get(1)?,
                seq: r.get(2)?,
                event: r.get(3)?,
                payload: r.get(4)?,
                attempts: r.get(5)?,
                expires: r.get(6)?,
                created: r.get(7)?,
            })
        },
    )?;
    letters.sort_by(|a, b| (&a.subject, a.seq).cmp(&(&b.subject, b.seq)));
    Ok(letters)
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
