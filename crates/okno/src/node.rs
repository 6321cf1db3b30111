//! A node: the server and the worker on one database.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use base::config::Config;
use base::{Actor, Chance, Channel, Clock, Cx, Db, Fault, Instant, Outcome, idem};
use rooms::admission::Keeper;
use rooms::files::{self, Scanner, Scanning};
use rooms::identity::{self, Checker, Registry, Round};
use rooms::notify::{self, Mailer, Post};
use rooms::portal::Memory;
use rooms::signatures::{self, SignatureCheck};
use rooms::sso::elsewhere::Providers;
use rooms::sso::{self, logout};
use rooms::text::Text;
use rooms::{accounts, booking, dispatch, factors, mandates, privacy, sessions, trail};
use texts::Texts;
use web::App;

use crate::alone::alone;
use crate::erased;
use crate::keys::Keys;

/// How long the worker rests when there is little to do.
const REST: Duration = Duration::from_millis(250);
/// Letters after which it looks for more at once; of fewer, the next ones gather while it rests.
const MANY: usize = 32;
/// How long the keeper of lines rests between two rounds.
const ROUND: Duration = Duration::from_secs(1);
/// How long its threads are waited for after the order to stop.
const JOIN: Duration = Duration::from_secs(5);
/// How often the worker tidies.
const TIDY: i64 = 10 * Instant::SECOND;
/// Holds that are ended in one transaction, and how many such parts a tidying has at most: whoever else works
/// on this thread is not forgotten.
const PART: i64 = 200;
const PARTS: usize = 50;
/// How long idempotency keys are kept.
const KEYS_KEPT: i64 = 72 * Instant::HOUR;

/// How long messages to people without an account are kept.
const UNOWNED_KEPT: i64 = Instant::DAY;

/// What a node needs.
pub(crate) struct Node {
    pub config: Config,
    pub db: Db,
    pub keys: Keys,
    pub demo: bool,
    pub post: Arc<dyn Post>,
    pub sites: Arc<dyn logout::Sites>,
    pub providers: Arc<dyn Providers>,
    pub registry: Option<Arc<dyn Registry>>,
    pub signatures: Option<Arc<dyn SignatureCheck>>,
    pub scanner: Option<Arc<dyn Scanner>>,
}

impl Node {
    /// Serves until the process is told to stop (SIGINT or SIGTERM). `ready` speaks when the first
    /// request can come.
    pub(crate) fn run(self, ready: impl FnOnce(&App, std::net::SocketAddr)) -> Outcome<()> {
        let _alone = alone(&self.config.database)?;
        let texts = Texts::load().map_err(|error| Fault::of("the texts are broken", error))?;
        let circumstances = (Clock::system(), Chance::os());
        let level = self.config.booking_level.into();
        let memory = Memory::load(&self.db, (&circumstances.0, level))?;
        let parts = (memory, self.keys.signer, self.keys.secrets);
        let mut app = App::new(self.db, circumstances, self.config, Arc::new(texts), parts)?;
        app.demo = self.demo;
        app.providers = web::Vouchers::new(self.providers);
        if let Some(check) = self.signatures {
            app.judge_signatures(check);
        }
        let app = Arc::new(app);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| Fault::of("cannot start the runtime", error))?;
        let stop = Arc::new(AtomicBool::new(false));
        // Whoever asks first after a restart finds their place.
        app.lines.follow(&app.db, app.portal().openings.all())?;
        let worker = worker(&app, self.post, &stop)?;
        let lines = line_keeper(&app, self.demo, &stop)?;
        let sites = caller_of_sites(&app, self.sites, &stop)?;
        let registry = self.registry.map(|x| checker(&app, x, &stop)).transpose()?;
        let scanner = self.scanner.map(|x| scanning(&app, x, &stop)).transpose()?;
        let served = runtime.block_on(async {
            let listener = web::server::listen(app.config.listen)?;
            let address = listener.local_addr()?;
            ready(&app, address);
            web::serve(app.clone(), listener, told_to_stop()).await
        });
        stop.store(true, Ordering::Relaxed);
        let threads = [worker, lines, sites].into_iter().chain(registry).chain(scanner);
        join(threads.collect(), JOIN);
        runtime.shutdown_timeout(JOIN);
        served
    }
}

/// Waits for threads, and not for ever: what one of them has begun is undone where the server is gone, and
/// done again by the next node.
#[allow(clippy::disallowed_methods, reason = "how long a thread is waited for decides nothing")]
fn join(threads: Vec<thread::JoinHandle<()>>, limit: Duration) {
    let began = std::time::Instant::now();
    for thread in threads {
        while !thread.is_finished() && began.elapsed() < limit {
            thread::sleep(limit.min(Duration::from_millis(20)));
        }
        if !thread.is_finished() {
            let name = thread.thread().name().unwrap_or_default();
            tracing::warn!(name, "a thread of the node is not waited for any longer");
        } else if thread.join().is_err() {
            tracing::error!("a thread of the node had panicked");
        }
    }
}

async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut term) = signal(SignalKind::terminate()) else { return };
    tokio::select! {
        _ = term.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    tracing::info!("stopping");
}

/// The worker's thread: sends messages, ends what has run out, keeps the memory fresh.
fn worker(
    app: &Arc<App>,
    post: Arc<dyn Post>,
    stop: &Arc<AtomicBool>,
) -> Outcome<thread::JoinHandle<()>> {
    let (app, stop) = (app.clone(), stop.clone());
    let work = move || {
        let portal = notify::Portal {
            name: Text::new(app.config.name.clone(), app.config.name_en.clone()),
            url: app.config.public_url.trim_end_matches('/').to_owned(),
            support_phone: app.config.support_phone.clone(),
        };
        let (mut tidied, mut erased, mut limits) = (Instant(0), None, booking::Limits::default());
        while !stop.load(Ordering::Relaxed) {
            let facts = web::facts::Facts { app: &app };
            let mailer = Mailer {
                db: &app.db,
                clock: &app.clock,
                chance: &app.chance,
                texts: &app.texts,
                portal: &portal,
                facts: &facts,
                post: &*post,
            };
            let sent = mailer.run_once().unwrap_or_else(|error| complain("messages", &error));
            if let Err(error) = app.memory.refresh(&app.db) {
                complain("the memory", &error);
            }
            let now = app.clock.now();
            if now.0 - tidied.0 >= TIDY {
                tidied = now;
                if let Err(error) = limits.follow(&app.db, &app.portal(), now) {
                    complain("daily limits", &error);
                }
                if let Err(error) = tidy(&app, &mut erased) {
                    complain("tidying", &error);
                }
            }
            if sent < MANY {
                thread::sleep(REST);
            }
        }
    };
    let started = thread::Builder::new().name("okno-worker".into()).spawn(work);
    Ok(started.map_err(|error| Fault::of("cannot start the worker", error))?)
}

/// The thread that tells connected sites who has left: apart from the worker, so that a site that
/// answers slowly holds up no message.
fn caller_of_sites(
    app: &Arc<App>,
    sites: Arc<dyn logout::Sites>,
    stop: &Arc<AtomicBool>,
) -> Outcome<thread::JoinHandle<()>> {
    let (app, stop) = (app.clone(), stop.clone());
    let work = move || {
        let issuer = app.config.public_url.trim_end_matches('/').to_owned();
        while !stop.load(Ordering::Relaxed) {
            let cx = Cx::new(&app.clock, &app.chance, Actor::System, Channel::Job);
            let ended = app.db.write_wait(move |tx| logout::follow(tx, &cx));
            let (db, clock, chance) = (&app.db, &app.clock, &app.chance);
            let caller = logout::Caller { db, clock, chance, issuer: &issuer, sites: &*sites };
            if let Err(error) = ended.and_then(|_| caller.run_once()) {
                complain("telling sites", &error);
            }
            thread::sleep(ROUND);
        }
    };
    let started = thread::Builder::new().name("okno-sites".into()).spawn(work);
    Ok(started.map_err(|error| Fault::of("cannot start the caller of sites", error))?)
}

/// The thread that looks after the lines of openings: apart from the worker, so that a slow mail
/// server holds nobody up.
fn line_keeper(
    app: &Arc<App>,
    demo: bool,
    stop: &Arc<AtomicBool>,
) -> Outcome<thread::JoinHandle<()>> {
    let (app, stop) = (app.clone(), stop.clone());
    let work = move || {
        let mut keeper = Keeper::default();
        while !stop.load(Ordering::Relaxed) {
            if let Err(error) = keep_lines(&app, &mut keeper, demo) {
                complain("the lines", &error);
            }
            thread::sleep(ROUND);
        }
    };
    let started = thread::Builder::new().name("okno-lines".into()).spawn(work);
    Ok(started.map_err(|error| Fault::of("cannot start the keeper of lines", error))?)
}

/// The thread that asks registries: apart from the worker, so that slow registries hold no message up.
fn checker(
    app: &Arc<App>,
    registry: Arc<dyn Registry>,
    stop: &Arc<AtomicBool>,
) -> Outcome<thread::JoinHandle<()>> {
    let (app, stop) = (app.clone(), stop.clone());
    let work = move || {
        while !stop.load(Ordering::Relaxed) {
            match check(&app, &*registry) {
                Ok(round) if round.asked > 0 => continue,
                Ok(_) => {}
                Err(error) => drop(complain("the registries", &error)),
            }
            thread::sleep(ROUND);
        }
    };
    let started = thread::Builder::new().name("okno-registry".into()).spawn(work);
    Ok(started.map_err(|error| Fault::of("cannot start the thread of registries", error))?)
}

/// The thread that has files scanned for viruses: apart from the worker, so that a slow scanner holds no
/// message up.
fn scanning(
    app: &Arc<App>,
    scanner: Arc<dyn Scanner>,
    stop: &Arc<AtomicBool>,
) -> Outcome<thread::JoinHandle<()>> {
    let (app, stop) = (app.clone(), stop.clone());
    let work = move || {
        let mut rest = 0;
        while !stop.load(Ordering::Relaxed) {
            match scan(&app, &*scanner) {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => drop(complain("the scanner", &error)),
            }
            if rest == 0 {
                rest = look_again(&app, &*scanner).unwrap_or_else(|error| {
                    complain("looking at clean files again", &error);
                    RESTS
                });
            }
            rest = rest.saturating_sub(1);
            thread::sleep(ROUND);
        }
    };
    let started = thread::Builder::new().name("okno-scanner".into()).spawn(work);
    Ok(started.map_err(|error| Fault::of("cannot start the thread of the scanner", error))?)
}

/// Rounds for which nothing is looked at again after there was nothing to look at.
const RESTS: u32 = 60;

fn scanner_of<'a>(app: &'a App, scanner: &'a dyn Scanner) -> Scanning<'a> {
    Scanning { db: &app.db, clock: &app.clock, chance: &app.chance, scanner }
}

/// Has a file scanned that waits; whether there was one.
fn scan(app: &App, scanner: &dyn Scanner) -> Outcome<bool> {
    let (worked, found) = scanner_of(app, scanner).run_once()?;
    tell_infected(app, found)?;
    Ok(worked)
}

/// Asks the scanner about itself, and has a file looked at again that an older one called clean; gives the
/// rounds to rest.
fn look_again(app: &App, scanner: &dyn Scanner) -> Outcome<u32> {
    let scanning = scanner_of(app, scanner);
    scanning.ask()?;
    let (worked, found) = scanning.run_again()?;
    tell_infected(app, found)?;
    let now = app.clock.now();
    if let Some(standing) = app.db.read_wait(move |tx| files::standing(tx, now))? {
        app.meter.scanner(&standing, now);
        return Ok(if worked || standing.again > 0 { 2 } else { RESTS });
    }
    Ok(RESTS)
}

fn tell_infected(app: &App, found: Option<files::Infected>) -> Outcome<()> {
    let Some(found) = found else { return Ok(()) };
    let cx = Cx::new(&app.clock, &app.chance, Actor::System, Channel::Job);
    app.db.write_wait(move |tx| identity::scan::infected(tx, &cx, &found))
}

fn check(app: &App, registry: &dyn Registry) -> Outcome<Round> {
    let checker = Checker { db: &app.db, clock: &app.clock, chance: &app.chance, registry };
    let round = checker.run_once()?;
    let meter = &app.meter;
    meter.registry_calls.fetch_add(round.asked as u64, Ordering::Relaxed);
    meter.registry_faults.fetch_add(round.faults as u64, Ordering::Relaxed);
    let late = app.db.read_wait(identity::read::count_late)?;
    meter.checks_late.store(late, Ordering::Relaxed);
    Ok(round)
}

fn keep_lines(app: &App, keeper: &mut Keeper, demo: bool) -> Outcome<()> {
    let depth = app.waiting();
    app.memory.refresh(&app.db)?;
    let (portal, cx) =
        (app.portal(), Cx::new(&app.clock, &app.chance, Actor::System, Channel::Job));
    if demo {
        rooms::demo::openings::keep(&app.db, &portal, &cx)?;
    }
    keeper.round(&app.db, &app.lines, &portal, &cx, depth)
}

fn complain(what: &str, error: &base::Error) -> usize {
    tracing::error!(%error, "the worker failed at {what}");
    0
}

/// Sweeps until a part is not full, each in a transaction of its own: after a rush thousands of holds run out
/// in the same minute.
fn in_parts(mut sweep: impl FnMut() -> Outcome<usize>) -> Outcome<()> {
    for _ in 0..PARTS {
        if sweep()? < PART as usize {
            return Ok(());
        }
    }
    Ok(())
}

fn tidy(app: &App, erased: &mut Option<i64>) -> Outcome<()> {
    let cx = Cx::new(&app.clock, &app.chance, Actor::System, Channel::Job);
    mandates::remind(&app.db, &cx)?;
    let (now, policy) = (cx.now, app.policy.clone());
    privacy::erase_due(&app.db, &cx)?;
    // Of those who were erased by other nodes, too: any of their folders may be all that is left.
    erased::follow(&app.config.data, &app.db, erased)?;
    let trail_until = now.plus(-i64::from(app.config.trail_days) * Instant::DAY);
    let holds = cx.clone();
    in_parts(|| {
        let cx = holds.clone();
        app.db.write_wait(move |tx| booking::sweep(tx, &cx, PART))
    })?;
    app.db.write_wait(move |tx| {
        sessions::sweep(tx, now)?;
        factors::tell_guessed(tx, &cx, &policy)?;
        factors::sweep(tx, now)?;
        sso::sweep(tx, now)?;
        signatures::sweep(tx, now)?;
        identity::scan::run_out(tx, &cx)?;
        files::sweep(tx, now)?;
        accounts::register::sweep(tx, now)?;
        identity::letter::run_out(tx, &cx)?;
        identity::sweep(tx, now)?;
        dispatch::sweep(tx, now)?;
        idem::forget(tx, now.plus(-KEYS_KEPT))?;
        notify::sweep(tx, now.plus(-UNOWNED_KEPT))?;
        trail::sweep(tx, trail_until)?;
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_hangs_does_not_hold_up_the_end() {
        let (go_on, waits) = std::sync::mpsc::channel::<()>();
        let hangs = thread::spawn(move || waits.recv().unwrap_or_default());
        join(vec![thread::spawn(|| {}), hangs], Duration::from_millis(1));
        drop(go_on);
    }

    #[test]
    fn what_has_run_out_is_ended_part_by_part() {
        let mut left = 1_000_usize;
        let mut parts = 0;
        in_parts(|| {
            let now = left.min(200);
            (left, parts) = (left - now, parts + 1);
            Ok(now)
        })
        .unwrap();
        assert_eq!((left, parts), (0, 6));
        let mut calls = 0;
        in_parts(|| {
            calls += 1;
            Ok(200)
        })
        .unwrap();
        assert_eq!(calls, PARTS);
    }
}
