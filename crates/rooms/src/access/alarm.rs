//! Alarms: somebody of the staff opened more cards within an hour than work explains, or helps more
//! people back in. Those who watch over the portal are told at once; at the desk nobody is stopped for
//! opening cards.

use base::outbox::{self, Letter};
use base::{Cx, Id, Instant, Kind, Outcome, Refusal, Tx, args};
use serde_json::{Value, json};

use super::{Action, Role, Scope, read, table};

/// Cards that one person may open in an hour before somebody is told.
pub const CARDS: i64 = 50;
/// The hour.
const WINDOW: i64 = Instant::HOUR;
/// The kind of these alarms.
const KIND: &str = "cards";
/// Roles that are told.
const WATCH: [Role; 2] = [Role::SecurityOfficer, Role::PortalAdmin];
/// How long the message is worth sending.
const WORTH: i64 = Instant::DAY;
/// Alarms that are shown.
const SHOWN: i64 = 200;

/// Something to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// Its id.
    pub id: Id,
    /// When.
    pub at: Instant,
    /// What it is about: `cards`, `help`.
    pub kind: String,
    /// Who gave cause.
    pub account: Id,
    /// How many cards they had opened, or people they had helped.
    pub count: i64,
    /// When somebody noted to have seen it.
    pub seen_at: Option<Instant>,
    /// Who, as in histories.
    pub seen_by: Option<String>,
}

/// Looks whether `looker` has opened too many cards, in the transaction that writes the look.
pub(super) fn watch(tx: &mut Tx<'_>, cx: &Cx, looker: &Id) -> Outcome<()> {
    let since = cx.now.plus(-WINDOW);
    let cards: i64 = tx.one(
        "SELECT count(DISTINCT booking_id) FROM staff_look WHERE looker_id = $1 AND at > $2",
        args![looker, since],
        |r| r.get(0),
    )?;
    if cards <= CARDS { Ok(()) } else { raise(tx, cx, looker, (KIND, cards, WINDOW)) }
}

/// Raises an alarm of `kind` about `account`, who did `count` of it, unless there was one within the
/// `window`, however many more there are.
///
/// # Errors
/// A fault of the engine.
pub(crate) fn raise(
    tx: &mut Tx<'_>,
    cx: &Cx,
    account: &Id,
    (kind, count, window): (&'static str, i64, i64),
) -> Outcome<()> {
    let since = cx.now.plus(-window);
    let sql = "SELECT count(*) FROM staff_alarm WHERE kind = $1 AND account_id = $2 AND at > $3";
    if tx.one(sql, args![kind, account, since], |r| r.get::<i64>(0))? > 0 {
        return Ok(());
    }
    let id = cx.new_id();
    tx.exec(
        "INSERT INTO staff_alarm (id, at, kind, account_id, count) VALUES ($1, $2, $3, $4, $5)",
        args![&id, cx.now, kind, account, count],
    )?;
    tracing::warn!(alarm = %id, kind, count, "somebody of the staff does more than work explains");
    let event = if kind == KIND { "staff-alarm" } else { "staff-alarm-help" };
    tell(tx, cx, (event, &id), json!({"count": count, "link": "/staff/alarms"}))
}

/// Tells those who watch over the portal that `event` has happened to `subject`; the page `link` shows it.
pub(crate) fn tell_watchers(
    tx: &mut Tx<'_>,
    cx: &Cx,
    about: (&str, &str),
    link: &str,
) -> Outcome<()> {
    tell(tx, cx, about, json!({ "link": link }))
}

fn tell(tx: &mut Tx<'_>, cx: &Cx, (event, subject): (&str, &str), mut said: Value) -> Outcome<()> {
    for watcher in watchers(tx, cx.now)? {
        said["account"] = watcher.as_str().into();
        let letter = Letter {
            subject: &format!("{subject}/{watcher}"),
            seq: cx.now.0,
            event,
            payload: &said.to_string(),
            private: None,
            priority: 1,
            expires: cx.now.plus(WORTH),
        };
        outbox::put(tx, cx, letter)?;
    }
    Ok(())
}

/// Those who watch over the portal.
fn watchers(tx: &mut Tx<'_>, now: Instant) -> Outcome<Vec<Id>> {
    let all = read::everybody(tx, now)?.into_iter();
    let mut ids: Vec<Id> = all
        .filter(|x| WATCH.contains(&x.grant.role) && x.grant.is_live(now))
        .filter(|x| table::reach(x.grant.role, Action::WatchAlarms).admits(x.grant.place.kind()))
        .map(|x| x.account)
        .collect();
    ids.sort();
    ids.dedup();
    Ok(ids)
}

/// The newest alarms.
///
/// # Errors
/// `E-ROLE-01` when `scope` was made for something else; a fault of the engine.
pub fn alarms(tx: &mut Tx<'_>, scope: &Scope) -> Outcome<Vec<Alarm>> {
    allowed(scope)?;
    Ok(tx.all(
        "SELECT id, at, account_id, count, seen_at, seen_by, kind FROM staff_alarm
         ORDER BY at DESC, id DESC LIMIT $1",
        args![SHOWN],
        |r| {
            Ok(Alarm {
                id: r.get(0)?,
                at: r.get(1)?,
                account: r.get(2)?,
                count: r.get(3)?,
                seen_at: r.get(4)?,
                seen_by: r.get(5)?,
                kind: r.get(6)?,
            })
        },
    )?)
}

/// Notes that whoever acts has seen an alarm; never the one who gave cause.
///
/// # Errors
/// `E-ROLE-17` when there is none that waits to be seen by them.
pub fn saw(tx: &mut Tx<'_>, cx: &Cx, (scope, me): (&Scope, &Id), alarm: &Id) -> Outcome<()> {
    allowed(scope)?;
    let seen = tx.exec(
        "UPDATE staff_alarm SET seen_at = $2, seen_by = $3
         WHERE id = $1 AND seen_at IS NULL AND account_id <> $4",
        args![alarm, cx.now, &cx.actor.label(), me],
    )?;
    if seen == 0 { Err(Refusal::new(Kind::Gone, "E-ROLE-17").into()) } else { Ok(()) }
}

fn allowed(scope: &Scope) -> Result<(), Refusal> {
    match scope.action() {
        Action::WatchAlarms => Ok(()),
        _ => Err(Refusal::new(Kind::Forbidden, "E-ROLE-01")),
    }
}
