//! Who is served first when there is more to do than can be done, and who is asked to come back.
//!
//! Every route has a class ([`Rate`]); the classes are ordered by what is given up first. Three things
//! guard a class:
//! * **a door**: so many requests of the class under way, so many more waiting, each with a
//!   deadline; one that waited too long is sent away before it begins;
//! * **room** for slow work: a row that begins with a hash ([`Route::slow`]) is not begun without it;
//! * **the level**: how much of the lowest classes is let in at all. It rises while requests wait
//!   too long for a processor and falls when they do not ([`level`], [`pulse`]).
//!
//! What is computed in one go (pages, free times, search) has a narrow door: whoever waits there does
//! not stand in the runtime's queue, in which everybody else is heard and sent away.
//!
//! Whoever is sent away gets an answer made beforehand ([`busy`]): it costs a few microseconds, so
//! that saying no to nine of ten leaves the tenth its time.
//!
//! Tickets, check-in, signing out, health and files never wait here.

mod busy;
mod level;
mod pulse;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use axum::extract::Request;
use axum::http::{HeaderMap, Method, header};
use axum::response::Response;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;
use tower::{Service, ServiceExt as _};

use crate::route::{Rate, Route};
use crate::slow::come_back;
use crate::visit::bearer;
use crate::{App, cookies};
use busy::Busy;
pub use level::Level;
pub(crate) use pulse::start;

/// How many of a class may be under way, how many may wait, and how long.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Requests under way.
    pub at_once: usize,
    /// Requests that wait for their turn.
    pub waiting: usize,
    /// How long one may wait.
    pub deadline: Duration,
}

/// The bounds of a class; nothing for those that never wait.
pub fn bounds(class: Rate) -> Option<Bounds> {
    let (at_once, waiting, millis) = match class {
        Rate::Static | Rate::Vital => return None,
        Rate::Other | Rate::Search => (computed_at_once() / 2, 64, 250),
        Rate::Read => (computed_at_once(), 512, 500),
        Rate::Secret | Rate::Elsewhere => (64, 64, 3_000),
        // As many as connections: an opening brings thousands in one second, in their order.
        Rate::Hold => (512, 8_192, 15_000),
        Rate::Poll => (256, 1_024, 2_000),
        Rate::Known => (64, 128, 5_000),
        Rate::Move => (256, 1_024, 15_000),
        Rate::Write => (512, 4_096, 20_000),
    };
    Some(Bounds { at_once, waiting, deadline: Duration::from_millis(millis) })
}

/// Pages that are made at once: enough to keep every processor busy while some wait for the database,
/// few enough to be made within some milliseconds.
fn computed_at_once() -> usize {
    4 * std::thread::available_parallelism().map_or(4, usize::from).max(4)
}

/// The classes behind a narrow door.
const COMPUTED: [Rate; 3] = [Rate::Other, Rate::Search, Rate::Read];

/// So much of a wait makes pages rare and leaves everything that matters more as it is: a line of
/// people who want to hold a time is served to its end, but nobody is sent to its tail.
const ENTRANCE: Duration = Duration::from_millis(190);

/// Longer than any wait: nobody came in.
const NOBODY: u64 = u64::MAX;

/// The doors of all classes and the level.
#[derive(Debug)]
pub struct Gate {
    doors: [Door; Rate::ALL.len()],
    level: AtomicU32,
    /// Spreads those who are let in evenly over those who come.
    turn: AtomicU32,
}

#[derive(Debug)]
struct Door {
    bounds: Option<Bounds>,
    room: Semaphore,
    waiting: AtomicUsize,
    came: AtomicU64,
    sent_away: AtomicU64,
    /// The least wait of those who came in since it was last asked for, in microseconds.
    least: AtomicU64,
}

impl Default for Gate {
    fn default() -> Self {
        Self::with(bounds)
    }
}

impl Gate {
    /// A gate with other bounds.
    pub fn with(bounds: impl Fn(Rate) -> Option<Bounds>) -> Self {
        let door = |class| {
            let bounds = bounds(class);
            Door {
                room: Semaphore::new(bounds.map_or(0, |x| x.at_once)),
                bounds,
                waiting: AtomicUsize::new(0),
                came: AtomicU64::new(0),
                sent_away: AtomicU64::new(0),
                least: AtomicU64::new(NOBODY),
            }
        };
        Self { doors: Rate::ALL.map(door), level: AtomicU32::new(0), turn: AtomicU32::new(0) }
    }

    /// Sets how much is let in from now on.
    pub fn set(&self, level: Level) {
        self.level.store(level.packed(), Relaxed);
    }

    /// How much is let in now.
    pub fn level(&self) -> Level {
        Level::unpacked(self.level.load(Relaxed))
    }

    /// Requests of each class that came so far.
    pub fn came(&self) -> [u64; Rate::ALL.len()] {
        self.doors.each_ref().map(|x| x.came.load(Relaxed))
    }

    /// Requests of a class that were sent away so far.
    pub fn sent_away(&self, class: Rate) -> u64 {
        self.doors[class as usize].sent_away.load(Relaxed)
    }

    /// The longest of the least waits at the narrow doors in the interval that ends now. Those who
    /// wait to hold a time count as far as holding back those who would only join them.
    fn least_wait(&self, interval: Duration) -> Duration {
        let doors = COMPUTED.map(|class| &self.doors[class as usize]);
        let narrow = doors.map(|x| x.least_wait(interval)).into_iter().max().unwrap_or_default();
        narrow.max(self.doors[Rate::Hold as usize].least_wait(interval).min(ENTRANCE))
    }

    /// Counts a request; whether it may go to its door, as far as the level is concerned.
    fn lets_in(&self, class: Rate) -> bool {
        let door = &self.doors[class as usize];
        door.came.fetch_add(1, Relaxed);
        let level = self.level();
        // An odd step visits all of 256 values before it repeats one.
        let turn = || self.turn.fetch_add(157, Relaxed) as u8;
        let lets_in = door.bounds.is_none() || level.is_open() || level.lets_in(class, turn());
        door.sent_away.fetch_add(u64::from(!lets_in), Relaxed);
        lets_in
    }

    /// Counts a request for which there was no room.
    fn no_room(&self, class: Rate) {
        let door = &self.doors[class as usize];
        door.came.fetch_add(1, Relaxed);
        door.sent_away.fetch_add(1, Relaxed);
    }

    /// Through the door, at once or when its turn comes; nothing when it has to come back. The
    /// permit is its place among those under way.
    async fn enter(&self, class: Rate) -> Option<Inside<'_>> {
        let door = &self.doors[class as usize];
        let Some(bounds) = door.bounds else { return Some(Inside(None)) };
        let inside = door.pass(bounds).await;
        if inside.is_none() {
            door.sent_away.fetch_add(1, Relaxed);
        }
        inside.map(|x| Inside(Some(x)))
    }
}

/// A request under way.
struct Inside<'g>(#[expect(dead_code, reason = "held, not read")] Option<SemaphorePermit<'g>>);

impl Door {
    async fn pass(&self, bounds: Bounds) -> Option<SemaphorePermit<'_>> {
        if let Ok(permit) = self.room.try_acquire() {
            self.least.store(0, Relaxed);
            return Some(permit);
        }
        let waiting = Waiting::begin(&self.waiting, bounds.waiting)?;
        let began = Instant::now();
        let turn = tokio::time::timeout(bounds.deadline, self.room.acquire()).await;
        drop(waiting);
        let permit = turn.ok()?.ok()?;
        self.least.fetch_min(began.elapsed().as_micros() as u64, Relaxed);
        Some(permit)
    }

    fn least_wait(&self, interval: Duration) -> Duration {
        match (self.least.swap(NOBODY, Relaxed), self.waiting.load(Relaxed)) {
            (NOBODY, 0) => Duration::ZERO,
            // Somebody waits, and nobody came in all the time.
            (NOBODY, _) => interval,
            (least, _) => Duration::from_micros(least),
        }
    }
}

/// A place among those who wait; given back also when the caller hangs up.
struct Waiting<'g>(&'g AtomicUsize);

impl<'g> Waiting<'g> {
    fn begin(count: &'g AtomicUsize, most: usize) -> Option<Self> {
        let one = Self(count);
        // The place is taken first, so that it is given back on either way out.
        (count.fetch_add(1, Relaxed) < most).then_some(one)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

/// Class of the rows with one path, by method, and whether they begin with slow work.
type Classes = matchit::Router<Vec<(Method, Rate, bool)>>;

/// Stands before all layers: who is sent away costs none of them anything.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    pub app: Arc<App>,
    classes: Arc<Classes>,
    busy: Arc<Busy>,
}

impl Guard {
    /// For these routes. Panics when two paths contradict each other, as the table's own router does.
    pub fn new(app: &Arc<App>, routes: &[Route]) -> Self {
        let mut rows: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for x in routes {
            rows.entry(x.path).or_default().push((x.method.clone(), x.rate, x.slow));
        }
        let mut classes = Classes::new();
        for (path, rows) in rows {
            classes.insert(path, rows).unwrap_or_else(|error| panic!("{path}: {error}"));
        }
        let busy = Arc::new(Busy::new(&app.config, &app.texts));
        Self { app: app.clone(), classes: Arc::new(classes), busy }
    }

    /// The class of a request that may go to its door, or the word to come back.
    #[expect(clippy::result_large_err, reason = "the answer goes on as it is")]
    pub fn admit<B>(&self, request: &Request<B>) -> Result<Rate, Response> {
        let (class, slow) = self.class(request);
        let app = &self.app;
        let after = if slow && !app.slow.has_room() {
            app.gate.no_room(class);
            come_back()
        } else if app.gate.lets_in(class) {
            return Ok(class);
        } else {
            busy::after(class)
        };
        Err(self.busy.answer(app, (class, after), request))
    }

    /// Lets `request` through the door of its class to `service`, or answers that it has to come back.
    pub async fn pass<B, S>(&self, class: Rate, request: Request<B>, service: S) -> S::Response
    where
        S: Service<Request<B>, Response = Response, Error = Infallible>,
    {
        match self.app.gate.enter(class).await {
            Some(_inside) => service.oneshot(request).await.unwrap_or_else(|never| match never {}),
            None => self.busy.answer(&self.app, (class, busy::after(class)), &request),
        }
    }

    /// The class of a request: that of its route, seen together with who asks. And whether it begins
    /// with slow work.
    fn class<B>(&self, request: &Request<B>) -> (Rate, bool) {
        let method = match *request.method() {
            Method::HEAD => &Method::GET,
            ref other => other,
        };
        let rows = self.classes.at(request.uri().path());
        let row = rows.ok().and_then(|x| x.value.iter().find(|row| row.0 == *method));
        let headers = request.headers();
        let (class, slow) = row.map_or((Rate::Other, false), |x| (x.1, x.2));
        let class = match class {
            Rate::Secret if self.is_marked(headers) || self.is_recognised(headers) => Rate::Known,
            Rate::Poll if !self.is_recognised(headers) => Rate::Read,
            class => class,
        };
        let robot = class == Rate::Read && is_robot(headers);
        (if robot { Rate::Search } else { class }, slow)
    }

    /// Whether somebody has signed in with this browser before. A cookie that merely looks so does
    /// not help: the mark is checked, which costs a microsecond and no read.
    fn is_marked(&self, headers: &HeaderMap) -> bool {
        let mark = cookies::read(headers, cookies::BROWSER);
        mark.is_some_and(|x| self.app.policy.secrets.is_mark(x))
    }

    /// Whether this node has recognised the session not long ago.
    fn is_recognised(&self, headers: &HeaderMap) -> bool {
        let cookie = || cookies::read(headers, cookies::session_name(&self.app.config));
        let token = bearer(headers).or_else(cookie);
        token.is_some_and(|x| self.app.known.remembers(x, self.app.clock.now()))
    }
}

/// Robots that say so.
pub(crate) fn is_robot(headers: &HeaderMap) -> bool {
    let agent = headers.get(header::USER_AGENT).map(|x| x.as_bytes()).unwrap_or_default();
    let says = |word: &[u8]| agent.windows(word.len()).any(|x| x.eq_ignore_ascii_case(word));
    [&b"bot"[..], b"spider", b"crawl"].into_iter().any(says)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::run;

    fn tight(class: Rate) -> Option<Bounds> {
        let deadline = Duration::from_millis(30);
        bounds(class).map(|_| Bounds { at_once: 2, waiting: 3, deadline })
    }

    #[test]
    fn a_class_has_a_bounded_number_under_way_and_a_bounded_queue() {
        run(async {
            let gate = Arc::new(Gate::with(tight));
            let (first, second) = (gate.enter(Rate::Hold).await, gate.enter(Rate::Hold).await);
            assert!(first.is_some() && second.is_some());
            let waiting: Vec<_> = (0..3)
                .map(|_| {
                    let gate = gate.clone();
                    tokio::spawn(async move { gate.enter(Rate::Hold).await.is_some() })
                })
                .collect();
            tokio::task::yield_now().await;
            assert!(gate.enter(Rate::Hold).await.is_none(), "the queue has an end");
            assert!(gate.enter(Rate::Write).await.is_some(), "another class has its own door");
            drop((first, second));
            for one in waiting {
                assert!(one.await.unwrap());
            }
            assert_eq!(gate.sent_away(Rate::Hold), 1);
        });
    }

    #[test]
    fn the_wait_at_a_narrow_door_is_told_once_an_interval() {
        const INTERVAL: Duration = Duration::from_millis(100);
        run(async {
            let patient = |class| tight(class).map(|x| Bounds { deadline: 100 * INTERVAL, ..x });
            let gate = Arc::new(Gate::with(patient));
            assert_eq!(gate.least_wait(INTERVAL), Duration::ZERO, "nobody came");
            let inside = (gate.enter(Rate::Read).await, gate.enter(Rate::Read).await);
            assert_eq!(gate.least_wait(INTERVAL), Duration::ZERO, "nobody waited");
            let third = {
                let gate = gate.clone();
                tokio::spawn(async move { gate.enter(Rate::Read).await.is_some() })
            };
            tokio::time::sleep(Duration::from_millis(10)).await;
            assert_eq!(gate.least_wait(INTERVAL), INTERVAL, "somebody waits and nobody came in");
            drop(inside);
            assert!(third.await.unwrap());
            let waited = gate.least_wait(INTERVAL);
            assert!(waited >= Duration::from_millis(10), "{waited:?}");
            assert_eq!(gate.least_wait(INTERVAL), Duration::ZERO, "told once");
        });
    }

    #[test]
    fn who_waits_longer_than_the_deadline_never_begins_and_who_hangs_up_leaves_the_queue() {
        run(async {
            let gate = Gate::with(tight);
            let inside = (gate.enter(Rate::Read).await, gate.enter(Rate::Read).await);
            assert!(gate.enter(Rate::Read).await.is_none());
            let hung_up = tokio::time::timeout(Duration::from_millis(1), gate.enter(Rate::Read));
            assert!(hung_up.await.is_err());
            assert_eq!(gate.doors[Rate::Read as usize].waiting.load(Relaxed), 0);
            drop(inside);
            assert!(gate.enter(Rate::Read).await.is_some());
        });
    }

    #[test]
    fn the_level_lets_in_a_part_of_its_class_all_above_and_none_below() {
        let gate = Gate::default();
        gate.set(Level::of(Rate::Read, 0.25));
        let mut of = [0; Rate::ALL.len()];
        for _ in 0..256 {
            for class in Rate::ALL {
                of[class as usize] += u32::from(gate.lets_in(class));
            }
        }
        assert_eq!((of[Rate::Other as usize], of[Rate::Search as usize]), (0, 0));
        let read = of[Rate::Read as usize];
        assert!((56..=72).contains(&read), "{read} of 256 instead of a quarter");
        assert!(of[Rate::Secret as usize..].iter().all(|x| *x == 256), "{of:?}");
        assert_eq!(gate.came(), [256; Rate::ALL.len()]);
        assert_eq!(gate.sent_away(Rate::Read), u64::from(256 - read));
    }

    #[test]
    fn robots_that_say_so_come_last() {
        let agent =
            |text: &str| [(header::USER_AGENT, text.parse().unwrap())].into_iter().collect();
        assert!(is_robot(&agent("Mozilla/5.0 (compatible; YandexBot/3.0)")));
        assert!(is_robot(&agent("Baiduspider")));
        assert!(!is_robot(&agent("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0")));
        assert!(!is_robot(&HeaderMap::new()));
    }
}
