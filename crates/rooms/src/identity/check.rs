//! The way through the registries: asked once, polled by the worker until they answer.

use std::cmp::Ordering;

use base::vault::{Field, Spot};
use base::{Chance, Clock, Cx, Db, Id, Instant, Outcome, Pii, Refusal, Tx, args};
use serde_json::{Map, Value};

use super::data::Written;
use super::registry::{Asked, Registry, RegistryFault, Reply};
use super::way::{self, Note, State, Way, WayKind};
use super::{How, Kind, Profile, Saved, notice, profile, save, scan, stop};
use crate::accounts::limits::{self, Limit};
use crate::accounts::papers;
use crate::accounts::{self, Level, Policy};

/// Within that the registries should have answered.
const PROMISED: i64 = 24 * Instant::HOUR;
/// After that nobody waits any more.
const PATIENCE: i64 = 14 * Instant::DAY;
/// How long a question is ours while it is asked.
const LEASE: i64 = Instant::MINUTE;
/// How many are taken at once: the longest call times this is below the lease.
const BATCH: i64 = 4;
/// The first pause between two polls, and the longest of a question that is not late.
const PAUSES: (i64, i64) = (2 * Instant::SECOND, 5 * Instant::MINUTE);
/// The pause of a late one.
const LATE_PAUSE: i64 = 30 * Instant::MINUTE;
/// Questions of one person.
const A_DAY: Limit = Limit { most: 10, window: Instant::DAY, code: "E-ACC-13" };

/// Asks the registries whether what `account` typed is so; a question under way goes on. Gives the
/// way.
///
/// # Errors
/// `E-FORM-08` without the consent, `E-ACC-12` while something is missing, faulty fields when a paper
/// does not serve, `E-ACC-13` after too many questions within a day.
pub fn begin(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (account, consent): (&Id, bool),
) -> Outcome<()> {
    agreed(tx, cx, policy, (account, consent))?;
    let profile = save::known(tx, account)?;
    open(tx, cx, &profile)
}

/// Keeps the consent to being checked: every way asks for it where it begins, scans where they are sent.
/// Gives the level, whose row is ours before anything is written that refers to it.
///
/// # Errors
/// `E-FORM-08` without the consent, `E-ACC-02` when there is no such account.
pub fn agreed(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (account, consent): (&Id, bool),
) -> Outcome<Level> {
    if !consent {
        let fault = base::FieldFault::new("consent", "E-FORM-08");
        return Err(Refusal::invalid(vec![fault]).into());
    }
    let level = accounts::lock_level(tx, account)?;
    accounts::consent(tx, cx, account, stop::CONSENT, &policy.privacy, cx.now)?;
    Ok(level)
}

/// Asks once more after a change, when that is possible and the person still agrees to it.
pub(super) fn again(tx: &mut Tx<'_>, cx: &Cx, account: &Id) -> Outcome<Saved> {
    let profile = save::known(tx, account)?;
    if complete(&profile, cx.now).is_err() {
        return Ok(Saved::Kept { asked: false });
    }
    if !stop::agrees(tx, account)? {
        return Ok(Saved::NotAgreed);
    }
    match open(tx, cx, &profile) {
        Ok(()) => Ok(Saved::Kept { asked: true }),
        Err(base::Error::Refusal(_)) => Ok(Saved::Kept { asked: false }),
        Err(fault) => Err(fault),
    }
}

fn open(tx: &mut Tx<'_>, cx: &Cx, profile: &Profile) -> Outcome<()> {
    let account = &profile.account.id;
    complete(profile, cx.now)?;
    if way::open_of(tx, account)?.iter().any(|x| x.kind == WayKind::Registry) {
        return Ok(());
    }
    limits::count(tx, cx, &format!("check:{account}"), A_DAY)?;
    let kind = (WayKind::Registry, State::Waiting);
    let begun = way::begin(tx, cx, account, kind, cx.now.plus(PROMISED))?;
    let Some(id) = begun else { return Ok(()) };
    let sealed = tx.key(account)?.seal_json(spot(&id), &asked(profile)?)?;
    tx.exec(
        "INSERT INTO registry_check (way_id, account_id, asked_sealed, attempts, next_at, lease_until)
         VALUES ($1, $2, $3, 0, $4, 0)",
        args![&id, account, &sealed, cx.now],
    )?;
    Ok(())
}

/// Whether everything is there, and the passport serves.
///
/// # Errors
/// `E-ACC-12` with the first kind that is missing; faulty fields when the passport does not serve.
pub fn complete(profile: &Profile, now: Instant) -> Result<(), Refusal> {
    if let Some(first) = profile.missing().first() {
        let refusal = Refusal::new(base::Kind::Conflict, "E-ACC-12");
        return Err(refusal.arg("kind", first.as_str()));
    }
    let passport = profile.get(Kind::Passport).and_then(|x| x.values.passport());
    let Some((passport, born)) = passport.zip(profile.born()) else {
        return Err(Refusal::new(base::Kind::Conflict, "E-ACC-12").arg("kind", "passport"));
    };
    let verdict = passport.validity(&born, super::read::today(now));
    papers::validity("passport", verdict).map_or(Ok(()), |x| Err(Refusal::invalid(vec![x])))
}

/// What the registries are asked.
fn asked(profile: &Profile) -> Outcome<Value> {
    let asked = |x: &Kind| x.is_asked() || *x == Kind::Registration;
    let known = Kind::ALL.into_iter().filter(asked).filter_map(|x| profile.get(x));
    let said = known.map(|x| {
        let fields = serde_json::to_value(Written::from(&x.values))?;
        Ok((x.kind.as_str().to_owned(), fields))
    });
    Ok(Value::Object(said.collect::<Outcome<Map<_, _>>>()?))
}

/// Where a question stands.
fn spot(way: &str) -> Spot<'_> {
    Spot::new("registry_check", "asked", way)
}

/// Asks the registries what waits to be asked. Any number of them, on any number of nodes, may work
/// beside each other.
#[derive(Clone, Copy)]
pub struct Checker<'a> {
    /// Where the questions are.
    pub db: &'a Db,
    /// What time it is.
    pub clock: &'a Clock,
    /// For ids, and for the jitter between polls.
    pub chance: &'a Chance,
    /// The way to the registries.
    pub registry: &'a dyn Registry,
}

impl std::fmt::Debug for Checker<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Checker")
    }
}

/// What a round has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Questions that were asked or polled.
    pub asked: usize,
    /// Of these, calls without an answer.
    pub faults: usize,
    /// Of these, answers.
    pub settled: usize,
    /// Questions that became late in this round.
    pub late: usize,
}

/// A question that is ours for a while.
struct Taken {
    way: Id,
    account: Id,
    ticket: Option<String>,
    attempts: i64,
    sealed: Vec<u8>,
}

/// What a call brought.
enum Brought {
    Ticket(String),
    Reply(Reply),
    Fault(RegistryFault),
}

impl Checker<'_> {
    /// Asks or polls what is due.
    ///
    /// # Errors
    /// A fault of the database; what was taken comes back when its lease ends.
    pub fn run_once(&self) -> Outcome<Round> {
        let late = self.mark_late()?;
        let now = self.clock.now();
        let taken = self.db.write_wait(move |tx| take(tx, now))?;
        let mut round = Round { asked: taken.len(), late, ..Round::default() };
        for (taken, data) in taken {
            // Whoever withdraws while others are asked about is asked about no more.
            let way = taken.way.clone();
            if !self.db.read_wait(move |tx| waits(tx, &way))? {
                continue;
            }
            let brought = self.call(&taken, data);
            round.faults += usize::from(matches!(brought, Brought::Fault(_)));
            if let Brought::Fault(fault) = &brought {
                tracing::warn!(way = %taken.way, attempts = taken.attempts, %fault, "a registry did not answer");
            }
            let (cx, jitter) = (self.cx(), self.chance.below(1000));
            let settled = self.db.write_wait(move |tx| note(tx, &cx, &taken, &brought, jitter))?;
            round.settled += usize::from(settled);
        }
        Ok(round)
    }

    fn cx(&self) -> Cx {
        Cx::new(self.clock, self.chance, base::Actor::System, base::Channel::Job)
    }

    fn call(&self, taken: &Taken, data: Option<Pii<Value>>) -> Brought {
        let Some(data) = data else {
            let text = "the question cannot be opened".to_owned();
            return Brought::Fault(RegistryFault { lost: false, text });
        };
        match &taken.ticket {
            Some(ticket) => self.registry.poll(ticket).map_or_else(Brought::Fault, Brought::Reply),
            None => {
                let asked = Asked { id: taken.way.to_string(), kind: "identity", data };
                self.registry.ask(&asked).map_or_else(Brought::Fault, Brought::Ticket)
            }
        }
    }

    /// Says of questions without an answer that they take longer than usual.
    fn mark_late(&self) -> Outcome<usize> {
        let cx = self.cx();
        self.db.write_wait(move |tx| {
            let mut count = 0;
            for way in way::run_out(tx, cx.now, (WayKind::Registry, State::Waiting), 100)? {
                let Some(mut way) = locked(tx, way)? else { continue };
                if way.pass(tx, &cx, State::Late, None)? {
                    way.prolong(tx, way.begun_at.plus(PATIENCE))?;
                    notice::tell(tx, &cx, &way, "identity-check-late")?;
                    tracing::warn!(way = %way.id, "registries have not answered within a day");
                    count += 1;
                }
            }
            for way in way::run_out(tx, cx.now, (WayKind::Registry, State::Late), 100)? {
                let Some(mut way) = locked(tx, way)? else { continue };
                if way.pass(tx, &cx, State::Expired, None)? {
                    done(tx, &cx, &way.id)?;
                    notice::tell(tx, &cx, &way, "identity-check-expired")?;
                }
            }
            Ok(count)
        })
    }
}

/// The way as it is once its account's row is ours; nothing when the account is closed.
pub(super) fn locked(tx: &mut Tx<'_>, way: Way) -> Outcome<Option<Way>> {
    match accounts::lock_level(tx, &way.account) {
        Ok(_) => way::by_id(tx, &way.id),
        Err(base::Error::Refusal(_)) => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// Takes what is due for the time of a lease, with what is to be asked.
fn take(tx: &mut Tx<'_>, now: Instant) -> Outcome<Vec<(Taken, Option<Pii<Value>>)>> {
    let taken = tx.all(
        "WITH due (way) AS MATERIALIZED (
             SELECT way_id FROM registry_check
             WHERE done_at IS NULL AND next_at <= $1 AND lease_until < $1
             ORDER BY next_at, way_id LIMIT $3)
         UPDATE registry_check SET lease_until = $2, attempts = attempts + 1
         FROM due WHERE way_id = way AND done_at IS NULL AND lease_until < $1
         RETURNING way_id, account_id, ticket, attempts, asked_sealed",
        args![now, now.plus(LEASE), BATCH],
        |r| {
            Ok(Taken {
                way: r.get(0)?,
                account: r.get(1)?,
                ticket: r.get(2)?,
                attempts: r.get(3)?,
                sealed: r.get(4)?,
            })
        },
    )?;
    let opened = taken.into_iter().map(|x| {
        let key = tx.key_of(&x.account)?;
        let data = key.map(|key| key.open_json(spot(&x.way), &x.sealed)).transpose()?;
        Ok((x, data.map(Pii::new)))
    });
    opened.collect()
}

/// Whether the answer to a question still counts.
fn waits(tx: &mut Tx<'_>, way: &Id) -> Outcome<bool> {
    let sql = "SELECT way_id FROM registry_check WHERE way_id = $1 AND done_at IS NULL";
    Ok(tx.opt(sql, args![way], |r| r.get::<Id>(0))?.is_some())
}

/// Notes what a call brought; whether it was an answer that counts.
fn note(tx: &mut Tx<'_>, cx: &Cx, taken: &Taken, brought: &Brought, jitter: u64) -> Outcome<bool> {
    let ticket = match brought {
        Brought::Reply(reply) if *reply != Reply::Pending => {
            return settle(tx, cx, &taken.way, reply);
        }
        Brought::Ticket(ticket) => Some(ticket.clone()),
        Brought::Fault(fault) if fault.lost => None,
        _ => taken.ticket.clone(),
    };
    let way = way::by_id(tx, &taken.way)?;
    let late = way.is_some_and(|x| x.state == State::Late);
    let next = cx.now.plus(pause(taken.attempts, late, jitter));
    // Whoever took it later has a higher number of attempts.
    tx.exec(
        "UPDATE registry_check SET ticket = $3, next_at = $4, lease_until = 0
         WHERE way_id = $1 AND attempts = $2 AND done_at IS NULL",
        args![&taken.way, taken.attempts, ticket.as_deref(), next],
    )?;
    Ok(false)
}

/// Twice as long each time, and up to a tenth more by chance (`jitter` in thousandths).
fn pause(attempts: i64, late: bool, jitter: u64) -> i64 {
    let (first, longest) = PAUSES;
    let doubled = first << (attempts - 1).clamp(0, 12);
    let wait = if late { LATE_PAUSE } else { doubled.min(longest) };
    wait + wait / 10 * i64::try_from(jitter % 1000).unwrap_or(0) / 1000
}

/// Nobody asks this question any more.
pub(super) fn done(tx: &mut Tx<'_>, cx: &Cx, way: &Id) -> Outcome<()> {
    let sql = "UPDATE registry_check SET done_at = $2 WHERE way_id = $1 AND done_at IS NULL";
    tx.exec(sql, args![way, cx.now])?;
    Ok(())
}

/// Takes an answer: whether it was the first for a question that still waits.
pub(super) fn settle(tx: &mut Tx<'_>, cx: &Cx, way: &Id, reply: &Reply) -> Outcome<bool> {
    done(tx, cx, way)?;
    let Some(way) = way::by_id(tx, way)? else { return Ok(false) };
    let Some(mut way) = locked(tx, way)? else { return Ok(false) };
    if way.state.is_over() {
        return Ok(false);
    }
    let mut lives = false;
    let (to, event, note) = match reply {
        Reply::Pending => return Ok(false),
        Reply::Match { also } if attest(tx, cx, &way.account, How::Registry)? => {
            if also.iter().any(|x| x == Kind::Registration.as_str()) && still_lives(tx, &way)? {
                let home = (&[Kind::Registration][..], How::Registry);
                lives = attest_addresses(tx, cx, &way.account, home)?;
            }
            (State::Passed, None, None)
        }
        Reply::Match { .. } => (State::Taken, Some("identity-check-taken"), None),
        Reply::Unknown => (State::Unknown, Some("identity-check-unknown"), None),
        Reply::Mismatch { fields } => {
            let note = Note { fields: known_fields(fields), ..Note::default() };
            (State::Mismatch, Some("identity-check-mismatch"), Some(note))
        }
    };
    if !way.pass(tx, cx, to, note.as_ref())? {
        return Ok(false);
    }
    match event {
        Some(event) => notice::tell(tx, cx, &way, event)?,
        None => raise(tx, cx, &way, (Level::Standard, lives))?,
    }
    Ok(true)
}

/// Whether the address of registration is the one that was asked about: a change of it ends no question.
fn still_lives(tx: &mut Tx<'_>, way: &Way) -> Outcome<bool> {
    let sql = "SELECT asked_sealed FROM registry_check WHERE way_id = $1";
    let Some(sealed) = tx.opt(sql, args![&way.id], |r| r.get::<Vec<u8>>(0))? else {
        return Ok(false);
    };
    let asked: Value = tx.key(&way.account)?.open_json(spot(&way.id), &sealed)?;
    let profile = save::known(tx, &way.account)?;
    let present = profile.get(Kind::Registration).map(|x| Written::from(&x.values));
    let present = present.map(serde_json::to_value).transpose()?;
    Ok(present.is_some_and(|x| asked[Kind::Registration.as_str()] == x))
}

/// Fields that our forms have; a registry cannot put words of its own on our pages.
fn known_fields(fields: &[String]) -> Vec<String> {
    let ours = |x: &&String| {
        let (kind, field) = x.split_once('.').unwrap_or((x, ""));
        Kind::parse(kind).is_some_and(|kind| kind.fields().contains(&field))
    };
    fields.iter().filter(ours).cloned().collect()
}

/// Raises the level at the end of `way`, and tells; `lives`: the way has proved an address. What has nothing left
/// to lead to ends.
pub(super) fn raise(
    tx: &mut Tx<'_>,
    cx: &Cx,
    way: &Way,
    (level, lives): (Level, bool),
) -> Outcome<()> {
    let before = accounts::lock_level(tx, &way.account)?;
    if before == Level::Verified {
        return proved(tx, cx, way, lives);
    }
    // Step by step: whoever was compared with all papers has been at the level between, a moment earlier.
    let steps = Level::ALL.into_iter().filter(|x| *x > before && *x <= level);
    for (after, step) in (0..).zip(steps) {
        let cx = Cx { now: cx.now.plus(after), ..cx.clone() };
        accounts::set_level(tx, &cx, &way.account, step, way.kind.as_str())?;
    }
    needless(tx, cx, &way.account)?;
    notice::raised(tx, cx, (&way.account, &way.id, way.revision), before.max(level))
}

/// Hears that `way` is over and changed no level; `lives`: it has proved an address, and tells.
pub(super) fn proved(tx: &mut Tx<'_>, cx: &Cx, way: &Way, lives: bool) -> Outcome<()> {
    needless(tx, cx, &way.account)?;
    if lives { notice::address(tx, cx, way) } else { Ok(()) }
}

/// Sets the level of `account` on the word of somebody outside these ways (a provider, the engineer), and tells.
///
/// # Errors
/// `E-ACC-02` when there is no such account.
pub fn set_level(
    tx: &mut Tx<'_>,
    cx: &Cx,
    account: &Id,
    (level, reason): (Level, &str),
) -> Outcome<()> {
    let before = accounts::lock_level(tx, account)?;
    accounts::set_level(tx, cx, account, level, reason)?;
    match level.cmp(&before) {
        Ordering::Less => notice::lowered(tx, cx, account, level),
        Ordering::Equal => Ok(()),
        Ordering::Greater => {
            needless(tx, cx, account)?;
            notice::raised(tx, cx, (account, &cx.op, cx.now.0), level)
        }
    }
}

/// Ends the ways on which somebody of the highest level goes to prove who they are: nobody has to look at them any
/// more. One that can still prove the address of registration goes on.
fn needless(tx: &mut Tx<'_>, cx: &Cx, account: &Id) -> Outcome<()> {
    let profile = save::known(tx, account)?;
    if profile.account.level < Level::Verified {
        return Ok(());
    }
    for mut way in way::open_of(tx, account)? {
        let useful = match way.kind {
            WayKind::Registry | WayKind::Signature => true,
            WayKind::Visit | WayKind::Letter => profile.has_to_prove(),
            WayKind::Scan => profile.has_to_prove() && scan::shows_home(tx, &way)?,
        };
        if !useful && way.pass(tx, cx, State::Ended, None)? {
            scan::ended(tx, &way)?;
        }
    }
    Ok(())
}

/// Notes that these addresses of `account` were proved, as they are now; whether any was. One that was not typed, or
/// says «as registered», has no proof of its own.
pub(crate) fn attest_addresses(
    tx: &mut Tx<'_>,
    cx: &Cx,
    account: &Id,
    (kinds, how): (&[Kind], How),
) -> Outcome<bool> {
    let profile = save::known(tx, account)?;
    let own = |x: &Kind| profile.get(*x).is_some_and(|x| !x.is_as_registered());
    let kinds: Vec<Kind> = kinds.iter().copied().filter(|x| x.is_address() && own(x)).collect();
    profile::verified(tx, cx, account, (&kinds, how))?;
    Ok(!kinds.is_empty())
}

/// Notes that the data of `account` on which levels rest were checked, by a registry also the INN that it was asked
/// about: nobody else has looked at it. `false`, and nothing is noted,
/// when the SNILS belongs to another account.
///
/// # Errors
/// A fault of the engine.
pub(crate) fn attest(tx: &mut Tx<'_>, cx: &Cx, account: &Id, how: How) -> Outcome<bool> {
    let seen = |x: &Kind| if how == How::Registry { x.is_asked() } else { x.is_needed() };
    let seen: Vec<Kind> = Kind::ALL.into_iter().filter(seen).collect();
    attest_kinds(tx, cx, account, (&seen, how))
}

/// [`attest`] for those of `kinds` that are there.
pub(super) fn attest_kinds(
    tx: &mut Tx<'_>,
    cx: &Cx,
    account: &Id,
    (kinds, how): (&[Kind], How),
) -> Outcome<bool> {
    let number = tx.hold_index()?;
    let profile = save::known(tx, account)?;
    let Some(snils) = profile.get(Kind::Snils) else { return Ok(false) };
    let [former, present] = tx.vault().indexes(Field::Snils, snils.values.get("number"));
    tx.exec(
        "INSERT INTO snils_owner (snils_index, account_id, index_key, at)
         SELECT $1, $2, $3, $4
         WHERE NOT EXISTS (SELECT 1 FROM snils_owner WHERE snils_index = $5)
         ON CONFLICT DO NOTHING",
        args![&present, account, number, cx.now, &former],
    )?;
    let sql = "SELECT account_id FROM snils_owner WHERE snils_index IN ($1, $2)";
    let owners: Vec<Id> = tx.all(sql, args![&former, &present], |r| r.get(0))?;
    if owners.as_slice() != std::slice::from_ref(account) {
        return Ok(false);
    }
    let there = |x: &Kind| profile.get(*x).is_some();
    let kinds: Vec<Kind> = kinds.iter().copied().filter(there).collect();
    profile::verified(tx, cx, account, (&kinds, how))?;
    Ok(true)
}

/// Whose account has this SNILS, by its eleven digits, as checked by a registry or an operator.
///
/// # Errors
/// A fault of the engine.
pub fn owner(tx: &mut Tx<'_>, digits: &str) -> Outcome<Option<Id>> {
    accounts::found_by_index(tx, |tx| {
        let [former, present] = tx.vault().indexes(Field::Snils, digits);
        let sql = "SELECT account_id FROM snils_owner WHERE snils_index IN ($1, $2)";
        Ok(tx.opt(sql, args![&former, &present], |r| r.get(0))?)
    })
}

/// Writes up to `limit` indexes of owned SNILS anew that stand under a former key; gives how many
/// there were. Zero means that the former keys are needed no more.
///
/// # Errors
/// A fault of the engine, or when somebody's data cannot be opened.
pub fn reindex(tx: &mut Tx<'_>, limit: i64) -> Outcome<usize> {
    let number = tx.hold_index()?;
    let sql =
        "SELECT account_id FROM snils_owner WHERE index_key < $1 ORDER BY account_id LIMIT $2";
    let due: Vec<Id> = tx.all(sql, args![number, limit], |r| r.get(0))?;
    for account in &due {
        let profile = save::known(tx, account)?;
        let Some(snils) = profile.get(Kind::Snils) else { continue };
        let index = tx.vault().index(Field::Snils, snils.values.get("number"));
        tx.exec(
            "UPDATE snils_owner SET snils_index = $2, index_key = $3
             WHERE account_id = $1 AND index_key < $3",
            args![account, &index, number],
        )?;
    }
    Ok(due.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_have_an_end() {
        let pauses: Vec<_> = (1..12).map(|x| pause(x, false, 0) / Instant::SECOND).collect();
        assert_eq!(pauses, [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
        assert_eq!(pause(1, true, 0), LATE_PAUSE);
        assert!(pause(9, false, 999) < PAUSES.1 + PAUSES.1 / 10);
        assert!(pause(i64::MAX, false, u64::MAX) > 0);
    }

    #[test]
    fn a_registry_names_fields_of_ours_only() {
        let said = ["passport.number", "passport.colour", "<b>", "living.same", "snils"];
        let said = said.map(str::to_owned);
        assert_eq!(known_fields(&said), ["passport.number", "living.same"]);
    }
}
