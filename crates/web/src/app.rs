//! What every request shares.

use std::fmt;
use std::sync::Arc;

use base::config::Config;
use base::{Chance, Clock, Db, Id, Outcome};
use paper::token::Signer;
use rooms::accounts::{Policy, Secrets};
use rooms::admission::Lines;
use rooms::booking::{self, Confirms};
use rooms::dispatch::{Line, Node, Offers};
use rooms::identity::Ways;
use rooms::portal::{Memory, Portal};
use rooms::sessions::{self, Door};
use rooms::signatures::SignatureCheck;
use rooms::sso::elsewhere::Nobody;
use texts::{Lang, Texts};
use tokio::sync::{Semaphore, broadcast, watch};

use crate::api::fresh::Tags;
use crate::arriving::AT_ONCE;
use crate::judge::Judge;
use crate::known::Known;
use crate::meter::Meter;
use crate::pace::Pace;
use crate::ready::Ready;
use crate::rush::Joins;
use crate::shed::Gate;
use crate::slow::Slow;
use crate::vouch::Vouchers;

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
    pub memory: Arc<Memory>,
    /// Signs tickets.
    pub signer: Signer,
    /// Tells open pages whose free times have changed.
    pub live: Live,
    /// Whether the node was told to stop: who only watches is not waited for.
    pub stopping: watch::Sender<bool>,
    /// Where callers are recognised.
    pub door: Door,
    /// Where holds stand in line.
    pub line: Line,
    /// How often an account may take and give up times.
    pub pace: Pace,
    /// Where confirmations do.
    pub confirms: Confirms,
    /// The rules of accounts, and the keys kept outside the database.
    pub policy: Policy,
    /// Ways to higher levels that this portal has.
    pub ways: Ways,
    /// Where passwords are hashed.
    pub slow: Slow,
    /// Who is let in when there is too much to do.
    pub gate: Arc<Gate>,
    /// Providers of identity with which people may sign in, each behind its door.
    pub providers: Vouchers,
    /// Who judges electronic signatures.
    pub judge: Option<Judge>,
    /// Requests with files that may be read now.
    pub uploads: Semaphore,
    /// The demo mode: its pages exist, and every page says so.
    pub demo: bool,
    /// What `/metrics` tells.
    pub meter: Meter,
    /// The lines of openings.
    pub lines: Lines,
    /// People of this node who join a line now.
    pub joins: Joins,
    /// Who polls.
    pub known: Arc<Known>,
    /// How answers about free time are named.
    pub(crate) tags: Tags,
    /// Answers to guests that can be given again.
    pub(crate) ready: Ready,
}

impl App {
    /// The portal on `db` with these circumstances.
    ///
    /// # Errors
    /// A fault when the line of holds cannot be opened.
    pub fn new(
        db: Db,
        (clock, chance): (Clock, Chance),
        config: Config,
        texts: Arc<Texts>,
        (memory, signer, secrets): (Memory, Signer, Secrets),
    ) -> Outcome<Self> {
        let live = Live::default();
        live.follow(&memory);
        let memory = Arc::new(memory);
        let node = Node { clock: clock.clone(), chance: chance.clone(), offers: offers(&memory) };
        let known = Known::of(&db, &clock)?;
        Ok(Self {
            tags: Tags::new(chance.u64()),
            clock,
            chance,
            policy: Policy::of(&config, secrets),
            ways: Ways {
                registry: !config.registry.url.is_empty(),
                letters: config.letters,
                signature: false,
                scans: config.scans,
            },
            slow: Slow::default(),
            pace: Pace::new(config.holds_a_minute),
            gate: Arc::default(),
            config: Arc::new(config),
            texts,
            memory,
            signer,
            live,
            stopping: watch::Sender::new(false),
            door: sessions::door(&db)?,
            line: Line::open(&db, &node)?,
            confirms: booking::confirms(&db)?,
            db,
            providers: Vouchers::new(Arc::new(Nobody)),
            judge: None,
            uploads: Semaphore::new(AT_ONCE),
            demo: false,
            meter: Meter::default(),
            lines: Lines::default(),
            joins: Joins::default(),
            known,
            ready: Ready::default(),
        })
    }

    /// From now on signatures are judged by `check`: a way to a higher level, and to sign in.
    pub fn judge_signatures(&mut self, check: Arc<dyn SignatureCheck>) {
        self.judge = Some(Judge::new(check));
        self.ways.signature = true;
    }

    /// Whether somebody looks for viruses in what is uploaded.
    pub fn has_scanner(&self) -> bool {
        !self.config.scanner.url.is_empty()
    }

    /// Writes that wait for their turn on this node, and people who wait in the line of all nodes.
    pub fn waiting(&self) -> usize {
        self.db.waiting() + self.line.waiting()
    }

    /// The portal's name.
    pub fn name(&self, lang: Lang) -> &str {
        lang.pick(&self.config.name, &self.config.name_en)
    }

    /// The portal's reference data as they are now.
    pub fn portal(&self) -> Arc<Portal> {
        self.memory.now()
    }
}

/// What is offered, as the memory has it at the moment of the question.
fn offers(memory: &Arc<Memory>) -> Offers {
    let memory = memory.clone();
    Arc::new(move |service, resource| memory.now().offer_of(service, resource))
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "App({})", self.db.engine())
    }
}

/// News about free times, from the acts of all nodes to the pages that watch.
#[derive(Clone, Debug)]
pub struct Live(broadcast::Sender<Id>);

impl Default for Live {
    fn default() -> Self {
        Self(broadcast::channel(256).0)
    }
}

impl Live {
    /// Passes on what the memory has learned, from this node or another. Nobody may be watching; that
    /// is fine.
    fn follow(&self, memory: &Memory) {
        let watchers = self.0.clone();
        memory.watch(Box::new(move |resource| {
            if watchers.receiver_count() > 0 && watchers.send(resource.clone()).is_err() {
                tracing::trace!("nobody watches {resource}");
            }
        }));
    }

    /// Watches from now on.
    pub fn watch(&self) -> broadcast::Receiver<Id> {
        self.0.subscribe()
    }
}
