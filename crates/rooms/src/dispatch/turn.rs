//! What the dispatcher does in one transaction. All of it stands behind the lock on the mark `served`,
//! which nobody waits for: where it is locked, another node is at work.

use base::db::Sort::{Number, Text};
use base::db::{Insert, Keyed};
use base::{Error, Instant, Outcome, Tx, answer, args, locking};

use super::{Node, wish};
use crate::booking::{Ask, Held, people, serve};

/// A step of the line.
#[derive(Clone, Debug)]
pub(super) enum Turn {
    /// Serve the next wishes, so many at most.
    Next(usize),
    /// Serve the one after this number alone, unless somebody did.
    After(i64),
    /// Answer the one after this number without serving it.
    Say(i64, String),
    /// Only look for the answers to these numbers.
    Look(Vec<i64>),
}

/// What a turn came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Turned {
    /// Another node is at work.
    Elsewhere,
    /// The number up to which all are served, and answers by number: what was said now, or found.
    Here(i64, Vec<(i64, String)>),
}

/// Takes a turn. A group that cannot be served as one is a fault, and nothing has happened; a refusal
/// is that of the only wish that was served, which wrote before it was refused: to be undone, and then to be
/// said to it, when it is taken by itself.
///
/// # Errors
/// As above; a fault of the engine.
pub(super) fn take(tx: &mut Tx<'_>, turn: &Turn, node: &Node) -> Outcome<Turned> {
    if let Turn::Look(seqs) = turn {
        return look(tx, seqs);
    }
    let served = tx.locked(
        locking!("SELECT seq FROM dispatch_mark WHERE name = 'served'", "FOR UPDATE SKIP LOCKED"),
        args![],
        |r| r.get::<i64>(0),
    )?;
    let Some(served) = served else { return Ok(Turned::Elsewhere) };
    let said = match turn {
        Turn::Next(most) => {
            let wishes = next(tx, served, *most)?;
            decide(tx, wishes, node)?
        }
        Turn::After(seq) if *seq == served => {
            let wish = next(tx, served, 1)?;
            decide(tx, wish, node)?
        }
        Turn::Say(seq, text) if *seq == served => {
            let wish = next(tx, served, 1)?;
            wish.into_iter().map(|x| (x.0, text.clone())).collect()
        }
        Turn::After(_) | Turn::Say(..) | Turn::Look(_) => Vec::new(),
    };
    write(tx, &said, node.clock.now())?;
    Ok(Turned::Here(said.last().map_or(served, |x| x.0), said))
}

/// The wishes after `served`.
fn next(tx: &mut Tx<'_>, served: i64, most: usize) -> Outcome<Vec<(i64, String)>> {
    Ok(tx.all(
        "SELECT seq, ask FROM dispatch_ask WHERE seq > $1 AND seq <= $2 ORDER BY seq",
        args![served, served.saturating_add(most as i64)],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?)
}

/// The answers to wishes in their order.
fn decide(tx: &mut Tx<'_>, wishes: Vec<(i64, String)>, node: &Node) -> Outcome<Vec<(i64, String)>> {
    let mut asks: Vec<Ask> = Vec::with_capacity(wishes.len());
    // In the place of those to be served stands nothing yet.
    let mut said: Vec<(i64, Option<Outcome<Held>>)> = Vec::with_capacity(wishes.len());
    for (seq, text) in wishes {
        match wish::read(&text, node) {
            Ok(ask) => {
                asks.push(ask);
                said.push((seq, None));
            }
            Err(error) => said.push((seq, Some(Err(error)))),
        }
    }
    tx.lock(people(&asks))?;
    // Those that cannot be read are not served: beside them one wish is alone, and its refusal may have
    // written.
    let (alone, before) = (asks.len() == 1, tx.writes());
    let mut served = serve(tx, &asks)?.into_iter();
    let wrote = tx.writes() > before;
    let one = |(seq, known): (i64, Option<Outcome<Held>>)| match known
        .map_or_else(|| (served.next(), true), |x| (Some(x), false))
    {
        (Some(Err(Error::Refusal(refusal))), true) if alone && wrote => {
            Err(Error::Refusal(refusal))
        }
        (one, _) => Ok((seq, answer::write(&one.unwrap_or_else(|| Err(lost())))?)),
    };
    said.into_iter().map(one).collect()
}

fn lost() -> Error {
    base::Fault::new("a wish was not served").into()
}

/// What is to be said without serving.
pub(super) fn said(answer: &Outcome<Held>) -> Outcome<String> {
    answer::write(answer)
}

static ANSWER: Insert =
    Insert::into("dispatch_answer", &[("seq", Number), ("answered_at", Number), ("answer", Text)]);

fn write(tx: &mut Tx<'_>, said: &[(i64, String)], now: Instant) -> Outcome<()> {
    let Some((last, _)) = said.last() else { return Ok(()) };
    let rows = said.iter().map(|(seq, text)| args![*seq, now, text].to_vec());
    tx.insert(&ANSWER, &rows.collect::<Vec<_>>())?;
    tx.exec("UPDATE dispatch_mark SET seq = $1 WHERE name = 'served'", args![*last])?;
    Ok(())
}

fn look(tx: &mut Tx<'_>, seqs: &[i64]) -> Outcome<Turned> {
    let served = tx
        .one("SELECT seq FROM dispatch_mark WHERE name = 'served'", args![], |r| r.get::<i64>(0))?;
    let keys: Vec<_> = seqs.iter().map(|seq| args![*seq].to_vec()).collect();
    Ok(Turned::Here(served, tx.of_keys(&ANSWERS, &keys, |r| Ok((r.get(0)?, r.get(1)?)))?))
}

static ANSWERS: Keyed =
    Keyed::by(&[Number], "SELECT seq, answer FROM dispatch_answer WHERE seq = $1");
