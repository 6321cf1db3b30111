//! The thread of a node that moves the line on and looks for the answers of its own people.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use base::db::Queue;
use base::{Db, Error, Fault, Outcome, args};

use super::GROUP;
use super::line::{Node, Waiters};
use super::turn::{self, Turn, Turned};

/// How long it rests while people of this node wait for what another node is deciding.
const SOON: Duration = Duration::from_millis(8);
/// How long it rests while nobody waits here. Wishes that another node left behind wait so long.
const IDLE: Duration = Duration::from_millis(500);

/// Moves the line on whenever somebody of this node waits, or somebody was left behind.
pub(super) struct Dispatcher {
    db: Db,
    turns: Queue<Turn, Turned>,
    waiters: Arc<Waiters>,
}

impl Dispatcher {
    pub(super) fn new(db: &Db, node: Node, waiters: Arc<Waiters>) -> Result<Self, Fault> {
        let turns = db.queue(move |tx, turns: &[Turn]| {
            let mut answers = Vec::with_capacity(turns.len());
            for turn in turns {
                answers.push(match (turn, turn::take(tx, turn, &node)) {
                    // The engine asks to run it again: it was alone, so that may help.
                    (Turn::After(_), Err(Error::Fault(x))) if x.is_retryable() => {
                        return Err(x.into());
                    }
                    (_, answer) => answer,
                });
            }
            Ok(answers)
        })?;
        Ok(Self { db: db.clone(), turns, waiters })
    }

    /// Works until the line is closed.
    pub(super) fn work(self, woken: &Receiver<()>) {
        loop {
            let rest = self.round().unwrap_or_else(|error| {
                tracing::warn!(%error, "the line of all nodes does not move on");
                IDLE
            });
            match woken.recv_timeout(rest) {
                Err(RecvTimeoutError::Disconnected) => return,
                Ok(()) | Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// Serves a group if there is one and nobody else does; gives the time to rest.
    fn round(&self) -> Outcome<Duration> {
        let waiting = self.waiters.next();
        if waiting.is_empty() && !self.left_behind()? {
            return Ok(IDLE);
        }
        let served = self.serve()?;
        let waiting = self.waiters.next();
        if !waiting.is_empty()
            && let Turned::Here(_, answers) = self.turns.ask_wait(Turn::Look(waiting))?
        {
            self.waiters.hear(answers);
        }
        Ok(match (served, self.waiting()) {
            (0, true) => SOON,
            (0, false) => IDLE,
            _ => Duration::ZERO,
        })
    }

    fn waiting(&self) -> bool {
        !self.waiters.next().is_empty()
    }

    /// Whether somebody stands in line; asked without the dispatcher's own connection, which a node
    /// that never sees a rush never opens.
    fn left_behind(&self) -> Outcome<bool> {
        self.db.read_wait(|tx| {
            Ok(tx.one(
                "SELECT a.seq > s.seq FROM dispatch_mark a JOIN dispatch_mark s ON s.name = 'served'
                 WHERE a.name = 'asked'",
                args![],
                |r| r.get(0),
            )?)
        })
    }

    /// Serves the next group; when that cannot be done as one, each wish by itself. Gives how many
    /// were answered.
    fn serve(&self) -> Outcome<usize> {
        match self.turns.ask_wait(Turn::Next(GROUP)) {
            Ok(turned) => Ok(self.hear(turned).unwrap_or(0)),
            Err(Error::Fault(fault)) if fault.is_away() => Err(fault.into()),
            Err(error) => {
                tracing::debug!(%error, "a group is served one by one");
                for count in 0..GROUP {
                    if self.one()? == 0 {
                        return Ok(count);
                    }
                }
                Ok(GROUP)
            }
        }
    }

    /// Serves one wish. What breaks at it is said to whoever waits, so that nobody stands behind it
    /// for ever.
    fn one(&self) -> Outcome<usize> {
        let Turned::Here(served, _) = self.turns.ask_wait(Turn::Look(Vec::new()))? else {
            return Ok(0);
        };
        let said = match self.turns.ask_wait(Turn::After(served)) {
            Ok(turned) => return Ok(self.hear(turned).unwrap_or(0)),
            Err(Error::Fault(fault)) if fault.is_away() => return Err(fault.into()),
            Err(Error::Fault(fault)) => {
                tracing::error!(%fault, "a wish cannot be served");
                turn::said(&Err(fault.into()))?
            }
            Err(refusal) => turn::said(&Err(refusal))?,
        };
        Ok(self.hear(self.turns.ask_wait(Turn::Say(served, said))?).unwrap_or(0))
    }

    /// Hands out what was said; nothing when another node is at work.
    fn hear(&self, turned: Turned) -> Option<usize> {
        let Turned::Here(_, answers) = turned else { return None };
        let count = answers.len();
        self.waiters.hear(answers);
        Some(count)
    }
}
