//! What a node does in a rush: joins share transactions, and people who wait are turned away from
//! memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use base::idem::{self, Key};
use base::{Actor, Channel, Cx, Error, Fault, Id, Instant, Outcome, Refusal};
use rooms::admission::{self, Candidate, Entry, Place, Standing};
use rooms::booking::Offer;
use serde::de::DeserializeOwned;
use tokio::sync::oneshot;

use crate::{App, Visit};

/// Joins that share one transaction at most.
const BATCH: usize = 256;

/// A person who joins, and where the answer goes.
type Joining = (Candidate, oneshot::Sender<Outcome<Entry>>);

/// People of this node who join a line at the same time share a transaction: its lock on the opening
/// is taken once for all of them, in the order in which they came.
#[derive(Debug, Default)]
pub struct Joins(Mutex<HashMap<Id, Vec<Joining>>>);

impl Joins {
    /// Gives somebody a place in line; answered after the commit. A browser that goes away changes
    /// nothing.
    ///
    /// # Errors
    /// What [`admission::join`] refuses; a fault of the engine.
    pub async fn join(app: &Arc<App>, opening: &Id, who: Candidate) -> Outcome<Entry> {
        let (reply, answer) = oneshot::channel();
        let first = {
            let mut waiting = app.joins.0.lock().unwrap_or_else(PoisonError::into_inner);
            let queue = waiting.get_mut(opening);
            let first = queue.is_none();
            match queue {
                Some(queue) => queue.push((who, reply)),
                None => drop(waiting.insert(opening.clone(), vec![(who, reply)])),
            }
            first
        };
        if first {
            tokio::spawn(work(app.clone(), opening.clone()));
        }
        answer.await.unwrap_or_else(|_gone| Err(Fault::new("a join was lost").into()))
    }

    /// The next to be served; nothing when nobody waits, and then the next one begins anew.
    fn next(&self, opening: &Id) -> Vec<Joining> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(queue) = waiting.get_mut(opening) else { return Vec::new() };
        let rest = queue.split_off(queue.len().min(BATCH));
        let next = std::mem::replace(queue, rest);
        if next.is_empty() {
            waiting.remove(opening);
        }
        next
    }
}

/// Gives up the caller's place in line, once under the key when there is one; told here at once, on
/// other nodes within a second.
///
/// # Errors
/// What [`admission::leave`] refuses; a fault of the engine.
pub(crate) async fn leave(visit: &Visit, opening: &Id, who: &Id, key: Option<Key>) -> Outcome<()> {
    let (cx, id, who) = (visit.cx(), opening.clone(), who.clone());
    let left = visit.db().write(move |tx| {
        match &key {
            Some(key) => idem::once(tx, &cx, key, |tx| admission::leave(tx, &cx, &id, &who))?,
            None => admission::leave(tx, &cx, &id, &who)?,
        }
        admission::entry(tx, &id, &who)
    });
    visit.app.lines.know(opening, left.await?);
    Ok(())
}

/// Serves those who join `opening` until nobody waits.
async fn work(app: Arc<App>, opening: Id) {
    loop {
        let (people, replies): (Vec<_>, Vec<_>) = app.joins.next(&opening).into_iter().unzip();
        if people.is_empty() {
            return;
        }
        let cx = Cx::new(&app.clock, &app.chance, Actor::System, Channel::Web);
        let id = opening.clone();
        let given = app.db.write(move |tx| admission::join(tx, &cx, &id, &people)).await;
        let answers: Vec<Outcome<Entry>> = match given {
            Ok(given) => {
                app.lines.know(&opening, given.iter().flatten().cloned());
                given.into_iter().map(|x| x.map_err(Into::into)).collect()
            }
            Err(error) => replies.iter().map(|_| Err(error.again())).collect(),
        };
        for (reply, answer) in replies.into_iter().zip(answers) {
            if reply.send(answer).is_err() {
                tracing::debug!("who joined did not wait for the answer");
            }
        }
    }
}

/// Turns away whoever wants a guarded time out of turn, without asking the database. What passes is
/// asked again in the transaction. Another node's «come in» may be known here a second later.
///
/// # Errors
/// `E-WAIT-01` with the place in line, the wait and the address of the opening.
pub(crate) fn gate(visit: &Visit, offer: &Offer, start: Instant) -> Result<(), Refusal> {
    let (app, now) = (&visit.app, visit.app.clock.now());
    for guard in offer.asking(start, now) {
        let place = visit.account().and_then(|who| app.lines.place(&guard.opening, who, now));
        let let_in = |x: &Place| matches!(x.standing, Standing::Inside | Standing::Served);
        if !place.as_ref().is_some_and(let_in) {
            let who = visit.account().map_or("", |x| x);
            return Err(admission::not_your_turn(&guard.opening, place.as_ref(), who));
        }
    }
    Ok(())
}

/// What stands under a key already. Asked where something refuses before the act itself is asked: who has an
/// answer is not to be told to wait for it.
///
/// # Errors
/// `E-IDEM-01` when the key came with another request; a fault of the engine.
pub(crate) async fn met<T>(visit: &Visit, key: &Key) -> Outcome<Option<T>>
where
    T: DeserializeOwned + Send + 'static,
{
    let (cx, key) = (visit.cx(), key.clone());
    visit.db().read(move |tx| idem::met(tx, &cx, &key)).await
}

/// The page of the opening, when that is why a time could not be had.
pub(crate) fn waiting_room(error: &Error) -> Option<String> {
    let Error::Refusal(refusal) = error else { return None };
    let help = refusal.help.as_ref().filter(|_| refusal.code == "E-WAIT-01")?;
    help.get("address")?.as_str().map(str::to_owned)
}
