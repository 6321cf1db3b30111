//! Who may join, how fast people are let in, how long it will take. Pure: no clock, no chance, no
//! I/O.

use base::{Id, Instant, Kind, Refusal};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Entry, Mode, Opening, Phase, Standing};
use crate::accounts::Level;

/// How long after the promised time a person who was let in can still take a time.
pub const GRACE: i64 = 2 * Instant::MINUTE;
/// The longest wait that is promised, in seconds; beyond it nobody knows.
const LONGEST: f64 = 24.0 * 3600.0;

/// Whether somebody of this level may join now.
///
/// # Errors
/// `E-WAIT-02` before a line by arrival opens, `E-WAIT-03` after the end, `E-AUTH-12` when the level
/// is too low for the service.
pub fn may_join(
    opening: &Opening,
    now: Instant,
    level: Level,
    needed: Level,
) -> Result<(), Refusal> {
    let early = opening.phase(now) == Phase::Coming && opening.mode == Mode::Fifo;
    if early {
        let opens = opening.opens.rfc3339(&opening.zone);
        let seconds = u32::try_from((opening.opens.0 - now.0) / Instant::SECOND + 1);
        let refusal = Refusal::new(Kind::Conflict, "E-WAIT-02").retry(seconds.unwrap_or(u32::MAX));
        return Err(refusal.help(serde_json::json!({ "opens_at": opens })));
    }
    if opening.phase(now) == Phase::Over {
        return Err(Refusal::new(Kind::Gone, "E-WAIT-03"));
    }
    if level < needed {
        let need = needed.as_str();
        return Err(Refusal::new(Kind::Forbidden, "E-AUTH-12").arg("level", need));
    }
    Ok(())
}

/// Whether an entry still has its place: otherwise the person may join again, at the tail.
pub fn stands(entry: &Entry, now: Instant) -> bool {
    match entry.standing {
        Standing::Waiting => true,
        Standing::Inside => entry.until.is_some_and(|at| now < at.plus(GRACE)),
        Standing::Served => entry.until.is_some_and(|at| now < at),
        Standing::Out => false,
    }
}

/// Whether somebody may take a time: was let in, or took one and may still change it.
pub fn let_in(entry: &Entry, now: Instant) -> bool {
    matches!(entry.standing, Standing::Inside | Standing::Served) && stands(entry, now)
}

/// Where somebody goes who was let in and took no time until the grace was over: to the tail once,
/// then out.
pub fn overdue(entry: &Entry, now: Instant) -> Option<Standing> {
    let late = entry.until.is_some_and(|at| now >= at.plus(GRACE));
    let to = if entry.moved { Standing::Out } else { Standing::Waiting };
    (entry.standing == Standing::Inside && late).then_some(to)
}

/// What is published of a seed before the draw: its SHA-256, in hexadecimal digits.
pub fn commitment(seed: &[u8]) -> String {
    hex(&Sha256::digest(seed))
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|x| format!("{x:02x}")).collect()
}

/// The order of a lottery: ids sorted by the SHA-256 of the seed followed by the id. Whoever knows
/// the seed and the ids can recompute it; the order in which the ids come plays no part.
pub fn draw(seed: &[u8], ids: Vec<Id>) -> Vec<Id> {
    let key = |id: &Id| -> [u8; 32] {
        Sha256::new().chain_update(seed).chain_update(id.as_str()).finalize().into()
    };
    let mut keyed: Vec<_> = ids.into_iter().map(|id| (key(&id), id)).collect();
    keyed.sort();
    keyed.into_iter().map(|x| x.1).collect()
}

/// How fast a line moves, and how many may be inside.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pace {
    /// People who may be inside at once.
    pub target: f64,
    /// People a second who were served or gave up, smoothed over a minute.
    pub rate: f64,
    /// The rate that estimates are made of: it follows, but falls slowly.
    pub shown: f64,
    /// Seconds measured so far.
    pub seconds: f64,
    /// Seconds since the target was last halved.
    pub calm: f64,
    /// Seconds since somebody last was served, while others wait.
    pub still: f64,
    /// Seconds for which people are still told that the line had come to a halt.
    pub pause: f64,
}

impl Pace {
    /// The line stands still, or did so a moment ago: estimates may have grown faster than promised.
    pub fn paused(&self) -> bool {
        self.pause > 0.0
    }
}

impl Default for Pace {
    fn default() -> Self {
        let (target, calm) = (LIMITS.least, LIMITS.calm);
        Self { target, rate: 0.0, shown: 0.0, seconds: 0.0, calm, still: 0.0, pause: 0.0 }
    }
}

/// What the controller sees.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Seen {
    /// Seconds since the last step.
    pub seconds: f64,
    /// People who were served or gave up since then.
    pub left: u32,
    /// People who are inside and have not taken a time.
    pub inside: u32,
    /// People in line.
    pub waiting: u32,
    /// Places that are free, where they were counted: nobody is let in to find nothing.
    pub places: Option<u32>,
    /// How busy the database is.
    pub load: Load,
}

/// How busy the database is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Writes that wait for the writer.
    pub depth: usize,
    /// Microseconds that a write of the last round took from being sent to being answered: the median, since
    /// many lines on a slow disk are no overload.
    pub took: i64,
}

/// Bounds of the controller.
struct Limits {
    /// People inside at once at least, and when a line begins.
    least: f64,
    /// And at most.
    most: f64,
    /// How many more a second, while all goes well.
    more: f64,
    /// People let in a second at least, while there is room.
    speed: f64,
    /// Waiting writes from which on the system is overloaded.
    depth: usize,
    /// Microseconds of a write from which on it is.
    took: i64,
    /// Seconds between two halvings.
    calm: f64,
}

const LIMITS: Limits = Limits {
    least: 20.0,
    most: 5000.0,
    more: 5.0,
    speed: 20.0,
    depth: 512,
    took: 300_000,
    calm: 5.0,
};

/// Seconds over which the rate is smoothed.
const SMOOTH: f64 = 60.0;
/// Seconds of measuring before anything is promised.
const KNOWN: f64 = 15.0;
/// A line stands still when nobody was served for so many seconds, and for so many times the usual
/// time between two people.
const STILL: (f64, f64) = (15.0, 8.0);
/// The longest time between two polls, with some slack, in seconds …
const POLLS: f64 = 75.0;
/// … in which the shown rate falls at most by this factor.
const FALL: f64 = 1.2;

/// One step of the controller: the new pace, and how many people to let in. Adds to the target while
/// all goes well, halves it when the database is overloaded.
pub fn step(pace: &Pace, seen: &Seen) -> (Pace, u32) {
    let seconds = if seen.seconds.is_finite() { seen.seconds.clamp(0.0, 5.0) } else { 0.0 };
    let mut next = measured(pace, seen, seconds);
    let overloaded = seen.load.depth > LIMITS.depth || seen.load.took > LIMITS.took;
    next.calm = (pace.calm + seconds).min(LIMITS.calm);
    if overloaded {
        if next.calm >= LIMITS.calm {
            next.target = (pace.target / 2.0).max(LIMITS.least);
            next.calm = 0.0;
        }
        return (next, 0);
    }
    let (inside, waiting) = (f64::from(seen.inside), f64::from(seen.waiting));
    if waiting > 0.0 && inside + 1.0 >= pace.target {
        next.target = (pace.target + LIMITS.more * seconds).min(LIMITS.most);
    }
    let room = next.target.min(seen.places.map_or(f64::MAX, f64::from)) - inside;
    let speed = ((LIMITS.speed + 1.5 * next.rate) * seconds).ceil();
    (next, room.min(speed).min(waiting).max(0.0) as u32)
}

/// The pace with what was seen of the rate. Measuring begins when the first one is served; time in
/// which the line stands still is told of, and not measured: afterwards it goes on as it went before.
fn measured(pace: &Pace, seen: &Seen, seconds: f64) -> Pace {
    let mut next = *pace;
    if seconds <= 0.0 || (pace.seconds == 0.0 && seen.left == 0) {
        return next;
    }
    let moving = seen.left > 0 || seen.waiting == 0;
    next.still = if moving { 0.0 } else { (pace.still + seconds).min(LONGEST) };
    if next.still > STILL.0.max(STILL.1 / pace.rate) {
        next.pause = POLLS;
        return next;
    }
    if seen.left == 0 && seen.inside == 0 {
        return next;
    }
    next.seconds = (pace.seconds + seconds).min(LONGEST);
    // The plain average until there is a minute to smooth over.
    let weight = seconds / next.seconds.min(SMOOTH).max(seconds);
    next.rate += weight * (f64::from(seen.left) / seconds - next.rate);
    if next.seconds < KNOWN || pace.shown == 0.0 {
        next.shown = if next.seconds < KNOWN { 0.0 } else { next.rate };
        return next;
    }
    let slower = next.rate < if pace.paused() { 0.8 } else { 0.5 } * pace.shown;
    if slower && seen.waiting > 0 {
        next.pause = POLLS;
        next.shown = next.rate;
        return next;
    }
    next.pause = (pace.pause - seconds).max(0.0);
    let fall = FALL.powf(seconds / POLLS);
    let rise = FALL.powf(4.0 * seconds / POLLS);
    next.shown = next.rate.clamp(pace.shown / fall, pace.shown * rise);
    next
}

/// How long the wait may be, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Estimate {
    /// At least so long.
    pub low: u32,
    /// Hardly longer than this; a minute at least.
    pub high: u32,
}

/// The wait of somebody with `ahead` people ahead; nothing while it cannot be told honestly.
pub fn estimate(ahead: u32, pace: &Pace) -> Option<Estimate> {
    let wait = f64::from(ahead) / pace.shown;
    let known = pace.seconds >= KNOWN && wait.is_finite() && wait * 1.25 <= LONGEST;
    let high = || (wait * 1.25).ceil().max(60.0);
    known.then(|| Estimate { low: (wait * 0.8).floor() as u32, high: high() as u32 })
}

/// Seconds until the next poll: a tenth of the wait, between five and sixty, spread by a fifth.
/// `spread` (0 to 1) is the same for a person at every poll, so that answers stay equal.
pub fn interval(estimate: Option<Estimate>, spread: f64) -> u32 {
    let wait = estimate.map_or(150.0, |x| f64::from(x.low + x.high) / 2.0);
    let seconds = (wait / 10.0).clamp(5.0, 60.0) * (0.8 + 0.4 * spread.clamp(0.0, 1.0));
    seconds.round() as u32
}

/// Seconds until a page that counts down is to be loaded again: at the opening itself when it is
/// near, so that nobody sees the button later than others.
pub fn countdown(now: Instant, opens: Instant, spread: f64) -> u32 {
    let left = opens.0.saturating_sub(now.0).max(0) as u64;
    let seconds = left.div_ceil(Instant::SECOND.unsigned_abs()).max(1);
    match u32::try_from(seconds) {
        Ok(near) if near <= 75 => near,
        _ => interval(Some(Estimate { low: 600, high: 600 }), spread),
    }
}

/// A number from 0 to 1 that is always the same for an id.
pub fn spread(id: &str) -> f64 {
    let digest = Sha256::digest(id.as_bytes());
    f64::from(u16::from_be_bytes([digest[0], digest[1]])) / f64::from(u16::MAX)
}
