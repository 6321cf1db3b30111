//! News: what a committed transaction tells the memories of all nodes.
//!
//! On the node that wrote, listeners hear before the answer leaves. Other nodes on the same server
//! ask the table `news` a few times a second. A row becomes visible with its transaction, and
//! transactions commit in another order than they began, so each question goes back further than a
//! transaction can last and skips what was heard already. All of them go by the server's clock: a node
//! whose own is wrong would hear nothing, or take the news away before others have heard them.

use std::any::Any;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, Weak};
use std::thread;
use std::time::Duration;

use super::Sort::{Number, Text};
use super::{Db, Insert, Node, Tx};
use crate::{Chance, Clock, Fault, Instant, Outcome, args};

/// How often a node asks for the news of the others.
const PAUSE: Duration = Duration::from_millis(300);
/// How far back it asks: longer than a transaction lasts and clocks differ.
const BACK: i64 = 20 * Instant::SECOND;
/// How far back it asks mostly: as long as almost all transactions last.
const NEAR: i64 = 3 * Instant::SECOND;
/// Every how manieth time it asks further back.
const FAR: u32 = 10;
/// Keys of a topic that share a row.
const TOGETHER: usize = 50;
/// How long the rows are kept.
const KEPT: i64 = 2 * Instant::MINUTE;
/// After so many questions old rows are removed, and the server is asked what time it is.
const NOW_AND_THEN: u32 = 100;
/// A clock that differs more from the server's is told of.
const APART: i64 = 2 * Instant::SECOND;

/// A change that somebody keeps a picture of in memory.
#[derive(Clone)]
pub struct News {
    /// What kind: the listener's own word, or [`News::ALL`].
    pub topic: Cow<'static, str>,
    /// What it is about, for example a resource's id.
    pub key: String,
    /// The change itself, in the listener's own type; nothing when it comes from another node, and
    /// then the listener reads anew what it needs.
    pub fact: Option<Arc<dyn Any + Send + Sync>>,
}

impl News {
    /// The topic of «anything may have changed»: this node could not be told for a while, and
    /// whoever keeps a picture reads it anew.
    pub const ALL: &'static str = "*";

    /// A change of `key`, as its own listener knows it.
    pub fn new(topic: &'static str, key: impl Into<String>, fact: impl Any + Send + Sync) -> Self {
        Self { topic: Cow::Borrowed(topic), key: key.into(), fact: Some(Arc::new(fact)) }
    }

    fn from_elsewhere(topic: impl Into<Cow<'static, str>>, key: String) -> Self {
        Self { topic: topic.into(), key, fact: None }
    }
}

impl fmt::Debug for News {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "News({} {})", self.topic, self.key)
    }
}

/// Who wants to hear the news; it looks at the topic itself.
pub type Listener = Arc<dyn Fn(&[News]) + Send + Sync>;

/// Those who hear, and the name under which this node tells.
pub(super) struct Listeners {
    all: RwLock<Vec<Listener>>,
    node: String,
    told: AtomicU64,
    clock: Clock,
    /// Microseconds by which the server's clock is ahead of it.
    ahead: AtomicI64,
}

impl fmt::Debug for Listeners {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Listeners({})", self.node)
    }
}

impl Listeners {
    /// Nobody yet, on a machine with this clock.
    pub(super) fn new(clock: Clock) -> Self {
        let node = format!("{:016x}", Chance::os().u64());
        let (told, ahead) = (AtomicU64::new(0), AtomicI64::new(0));
        Self { all: RwLock::default(), node, told, clock, ahead }
    }

    /// The moment by the server's clock.
    fn now(&self) -> Instant {
        self.clock.now().plus(self.ahead.load(Ordering::Relaxed))
    }

    /// Adds one; says whether it is the first.
    pub(super) fn add(&self, listener: Listener) -> bool {
        let mut all = self.all.write().unwrap_or_else(PoisonError::into_inner);
        all.push(listener);
        all.len() == 1
    }

    pub(super) fn hear(&self, news: &[News]) {
        if news.is_empty() {
            return;
        }
        for listener in &*self.all.read().unwrap_or_else(PoisonError::into_inner) {
            listener(news);
        }
    }
}

static ROW: Insert = Insert::into(
    "news",
    &[("id", Text), ("at", Number), ("node", Text), ("topic", Text), ("key", Text)],
);

/// What stands between the keys of a row; no key contains it.
const BETWEEN: &str = "\n";

/// Leaves the news of a transaction for the other nodes, as part of it: mostly one row a topic.
pub(super) fn publish(tx: &mut Tx<'_>, news: &[News], from: &Listeners) -> Result<(), Fault> {
    let now = from.now();
    let mut topics: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for one in news {
        topics.entry(&one.topic).or_default().insert(&one.key);
    }
    let mut rows = Vec::new();
    for (topic, keys) in topics {
        for keys in keys.into_iter().collect::<Vec<_>>().chunks(TOGETHER) {
            let number = from.told.fetch_add(1, Ordering::Relaxed);
            rows.push((format!("{}-{number}", from.node), topic, keys.join(BETWEEN)));
        }
    }
    let rows = rows.iter();
    let rows = rows.map(|(id, topic, keys)| args![id, now, &from.node, *topic, keys].to_vec());
    tx.insert(&ROW, &rows.collect::<Vec<_>>())
}

/// Starts the thread that asks for the news of other nodes, as long as the database is open.
pub(super) fn follow(node: Weak<Node>) -> Result<(), Fault> {
    let work = move || {
        let (mut round, mut heard) = (0_u32, Heard::default());
        while let Some(node) = node.upgrade() {
            let db = Db(node);
            if round.is_multiple_of(NOW_AND_THEN)
                && let Err(error) = agree(&db)
            {
                tracing::warn!(%error, "the server was not asked what time it is");
            }
            if let Err(error) = heard.ask(&db, round.is_multiple_of(FAR)) {
                tracing::warn!(%error, "the news of other nodes could not be read");
            }
            if round.is_multiple_of(NOW_AND_THEN)
                && let Err(error) = forget(&db)
            {
                tracing::warn!(%error, "old news could not be removed");
            }
            round = round.wrapping_add(1);
            drop(db);
            thread::sleep(PAUSE);
        }
    };
    let thread = thread::Builder::new().name("okno-news".into()).spawn(work);
    thread.map(|_| ()).map_err(|error| Fault::of("cannot start the thread for news", error))
}

/// What was heard already.
#[derive(Default)]
struct Heard {
    /// Ids and times of the rows within reach.
    ids: HashMap<String, Instant>,
    /// When the table was last read.
    last: Option<Instant>,
}

impl Heard {
    /// Reads what is new and hands it on. After a failure the next question reaches back as far;
    /// after a longer one everything is to be read anew.
    fn ask(&mut self, db: &Db, far: bool) -> Outcome<()> {
        let now = db.0.around.listeners.now();
        let since_last = self.last.map_or(0, |last| now.0 - last.0);
        let near = !far && since_last < NEAR / 2;
        let since = now.plus(if near { -NEAR } else { -BACK });
        let own = db.0.around.listeners.node.clone();
        let rows = db.read_wait(move |tx| {
            Ok(tx.all(
                "SELECT id, at, topic, key FROM news WHERE at > $1 AND node <> $2 ORDER BY at, id",
                args![since, &own],
                |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)),
            )?)
        })?;
        let fresh: Vec<(String, Instant, String, String)> =
            rows.into_iter().filter(|(id, ..)| !self.ids.contains_key(id)).collect();
        self.ids.retain(|_, at| *at > now.plus(-BACK));
        let mut news = Vec::new();
        if since_last > BACK / 2 {
            news.push(News::from_elsewhere(News::ALL, String::new()));
        }
        for (id, at, topic, keys) in fresh {
            self.ids.insert(id, at);
            let one = |key: &str| News::from_elsewhere(topic.clone(), key.to_owned());
            news.extend(keys.split(BETWEEN).map(one));
        }
        self.last = Some(now);
        db.0.around.listeners.hear(&news);
        Ok(())
    }
}

/// Asks the server what time it is.
fn agree(db: &Db) -> Outcome<()> {
    let listeners = &db.0.around.listeners;
    let asked = listeners.clock.now();
    let server = db.read_wait(|tx| {
        let now = "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)";
        Ok(tx.one(now, args![], |r| r.get::<i64>(0))?)
    })?;
    let answered = listeners.clock.now();
    let ahead = server - (asked.0 + (answered.0 - asked.0) / 2);
    if ahead.abs() > APART {
        let seconds = ahead / Instant::SECOND;
        tracing::warn!(
            seconds,
            "the clock of this machine is behind that of the database's server"
        );
    }
    listeners.ahead.store(ahead, Ordering::Relaxed);
    Ok(())
}

fn forget(db: &Db) -> Outcome<u64> {
    let before = db.0.around.listeners.now().plus(-KEPT);
    db.write_wait(move |tx| Ok(tx.exec("DELETE FROM news WHERE at < $1", args![before])?))
}
