//! What every request shares.

use std::fmt;
use std::sync::Arc;

use base::config::Config;
use base::{Chance, Clock, Db, Id};
use paper::token::Signer;
use rooms::accounts::{Policy, Secrets};
use rooms::admission::Lines;
use rooms::portal::{Memory, Portal};
use texts::Texts;
use tokio::sync::broadcast;

use crate::known::Known;
use crate::meter::Meter;
use crate::rush::Joins;
use crate::slow::Slow;

/// The running portal: made once, shared by all requests.
pub struct App {
    /// The database.
    pub db: Db,
    /// Where «now» comes from.
    pub clock: Clock,
    /// Where randomness comes from.
    pub chance: Chance,
    /// The engineer's settings.
    pub config: Arc<Config>,
    /// The texts of both languages.
    pub texts: Arc<Texts>,
    /// Places, services, offices and timetables.
    pub memory: Memory,
    /// Signs tickets.
    pub signer: Signer,
    /// Tells open pages whose free times have changed.
    pub live: Live,
    /// The rules of accounts, and the keys kept outside the database.
    pub policy: Policy,
    /// Where passwords are hashed.
    pub slow: Slow,
    /// The demo mode: its pages exist, and every page says so.
    pub demo: bool,
    /// What `/metrics` tells.
    pub meter: Meter,
    /// The lines of openings.
    pub lines: Lines,
    /// People of this node who join a line now.
    pub joins: Joins,
    /// Who polls.
    pub known: Known,
}

impl App {
    /// The portal on `db` with these circumstances.
    pub fn new(
        db: Db,
        (clock, chance): (Clock, Chance),
        config: Config,
        texts: Arc<Texts>,
        (memory, signer, secrets): (Memory, Signer, Secrets),
    ) -> Self {
        Self {
            db,
            clock,
            chance,
            policy: Policy::of(&config, secrets),
            slow: Slow::default(),
            config: Arc::new(config),
            texts,
            memory,
            signer,
            live: Live::default(),
            demo: false,
            meter: Meter::default(),
            lines: Lines::default(),
            joins: Joins::default(),
            known: Known::default(),
        }
    }

    /// The portal's reference data as they are now.
    pub fn portal(&self) -> Arc<Portal> {
        self.memory.now()
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "App({})", self.db.engine())
    }
}

/// News about free times, from the acts of this node to the pages that watch.
#[derive(Clone, Debug)]
pub struct Live(broadcast::Sender<Id>);

impl Default for Live {
    fn default() -> Self {
        Self(broadcast::channel(256).0)
    }
}

impl Live {
    /// The free times of this resource have changed. Nobody may be watching; that is fine.
    pub fn changed(&self, resource: &Id) {
        if self.0.send(resource.clone()).is_err() {
            tracing::trace!("nobody watches {resource}");
        }
    }

    /// Watches from now on.
    pub fn watch(&self) -> broadcast::Receiver<Id> {
        self.0.subscribe()
    }
}
