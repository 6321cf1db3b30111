//! The way by a registered letter: a code comes to the address at which the person is registered, and
//! is typed in the cabinet.

use base::vault::Spot;
use base::{Cx, Id, Instant, Kind as Refused, Outcome, Pii, Refusal, Tx, args};
use ident::TrackFault;
use serde::{Deserialize, Serialize};

use super::check;
use super::visit::{Operator, not_own};
use super::way::{self, State, Way, WayKind};
use super::{How, Kind, notice, save};
use crate::accounts::codes::{plain, symbols};
use crate::accounts::limits::{self, Limit};
use crate::accounts::{self, Level, Policy};
use crate::privacy;

/// How long a letter waits to be printed.
const TO_PRINT: i64 = 30 * Instant::DAY;
/// How long its code works once the post has it.
const LIVES: i64 = 30 * Instant::DAY;
/// Letters and digits of a code: 50 bits.
const LENGTH: usize = 10;
/// How often one letter's code may be tried.
const TRIES: i64 = 10;
/// Letters that one person may ask for.
const A_MONTH: Limit = Limit { most: 2, window: 30 * Instant::DAY, code: "E-ACC-20" };

/// What stands in a letter, until the post has it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Written {
    name: String,
    address: String,
    index: String,
    code: String,
}

/// A letter to print.
#[derive(Clone, Debug)]
pub struct Letter {
    /// To whom.
    pub name: Pii<String>,
    /// Where to, on one line, without the index.
    pub address: Pii<String>,
    /// Postal index; may be empty.
    pub index: Pii<String>,
    /// The code in groups of five: `7K2M4-9QX0Z`.
    pub code: Pii<String>,
    /// Until when the code works, when it goes to the post today.
    pub until: Instant,
}

/// Asks for a letter to the address of registration; one that is under way goes on.
///
/// # Errors
/// `E-FORM-08` without the consent, `E-ACC-21` below the level «standard», `E-ACC-14` when nothing is left to
/// prove, `E-ACC-22` without an address of registration with its index, `E-ACC-20` after too many letters.
pub fn order(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (account, consent): (&Id, bool),
) -> Outcome<()> {
    if check::agreed(tx, cx, policy, (account, consent))? == Level::Simplified {
        return Err(Refusal::new(Refused::Conflict, "E-ACC-21").into());
    }
    let profile = save::known(tx, account)?;
    if !profile.has_to_prove() {
        return Err(Refusal::new(Refused::Conflict, "E-ACC-14").into());
    }
    let home = profile.get(Kind::Registration).and_then(|x| x.values.address());
    let missing = || Refusal::new(Refused::Conflict, "E-ACC-22");
    let home = home.filter(|x| x.index.is_some()).ok_or_else(missing)?;
    if way::open_of(tx, account)?.iter().any(|x| x.kind == WayKind::Letter) {
        return Ok(());
    }
    limits::count(tx, cx, &format!("letter:{account}"), A_MONTH)?;
    let kind = (WayKind::Letter, State::Created);
    let begun = way::begin(tx, cx, account, kind, cx.now.plus(TO_PRINT))?;
    let Some(id) = begun else { return Ok(()) };
    let code = symbols::<LENGTH>(&cx.chance);
    let written = Written {
        name: profile.account.full_name().into_revealed(),
        address: home.to_string(),
        index: home.index.map(|x| x.digits()).unwrap_or_default(),
        code: code.clone(),
    };
    let sealed = tx.key(account)?.seal_json(spot(&id), &written)?;
    tx.exec(
        "INSERT INTO code_letter (way_id, account_id, digest, tries, written_sealed)
         VALUES ($1, $2, $3, 0, $4)",
        args![&id, account, &digest(policy, &id, &code)[..], &sealed],
    )?;
    Ok(())
}

fn spot(way: &str) -> Spot<'_> {
    Spot::new("code_letter", "written", way)
}

/// Bound to its letter: the code of another opens nothing.
fn digest(policy: &Policy, way: &Id, code: &str) -> [u8; 32] {
    policy.secrets.digest(&format!("letter|{way}"), &plain(code))
}

/// A letter in the list of those who send them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    /// Its way.
    pub way: Id,
    /// Where it is.
    pub state: State,
    /// Since when.
    pub since: Instant,
    /// The post's number.
    pub track: Option<String>,
    /// When it was printed last, and by whom.
    pub printed: Option<(Instant, Id)>,
}

/// Letters that are to be printed or are with the post, the oldest first. Nobody's name.
///
/// # Errors
/// A fault of the engine.
pub fn posted(tx: &mut Tx<'_>, limit: i64) -> Outcome<Vec<Posted>> {
    let rows = tx.all(
        "SELECT w.id, w.state, w.changed_at, c.track, c.printed_at, c.printed_by
         FROM level_way w JOIN code_letter c ON c.way_id = w.id
         WHERE w.kind = 'letter' AND w.over_at IS NULL ORDER BY w.begun_at, w.id LIMIT $1",
        args![limit],
        |r| {
            let printed = r.get::<Option<Instant>>(4)?.zip(r.get::<Option<Id>>(5)?);
            let state = State::parse(&r.get::<String>(1)?);
            let (way, since, track) = (r.get(0)?, r.get(2)?, r.get(3)?);
            Ok(state.map(|state| Posted { way, state, since, track, printed }))
        },
    )?;
    Ok(rows.into_iter().flatten().collect())
}

/// What stands in the letter `id`, for whoever prints it; the look is noted.
///
/// # Errors
/// `E-ACC-19` when there is no such letter to print, `E-ACC-15` for one's own: whoever reads the code there
/// would prove an address at which nobody was reached.
pub fn print(tx: &mut Tx<'_>, cx: &Cx, operator: &Operator, id: &str) -> Outcome<Letter> {
    let way = to_print(tx, id)?;
    not_own(operator, &way)?;
    let sql = "SELECT written_sealed FROM code_letter WHERE way_id = $1";
    let sealed: Option<Option<Vec<u8>>> = tx.opt(sql, args![&way.id], |r| r.get(0))?;
    let sealed = sealed.flatten().ok_or_else(gone)?;
    let written: Written = tx.key(&way.account)?.open_json(spot(&way.id), &sealed)?;
    privacy::looked(tx, cx, &way.account, "letter")?;
    // Two who share a list print no letter twice.
    tx.exec(
        "UPDATE code_letter SET printed_at = $2, printed_by = $3 WHERE way_id = $1",
        args![&way.id, cx.now, &operator.id],
    )?;
    let (one, two) = written.code.split_at(LENGTH / 2);
    // The index stands on a line of its own.
    let address = street(&written).into();
    Ok(Letter {
        code: format!("{one}-{two}").into(),
        name: written.name.into(),
        address,
        index: written.index.into(),
        until: cx.now.plus(LIVES),
    })
}

fn street(written: &Written) -> String {
    let place = written.address.strip_prefix(&written.index);
    place.map_or(&*written.address, |x| x.trim_start_matches([',', ' '])).to_owned()
}

fn gone() -> Refusal {
    Refusal::new(Refused::NotFound, "E-ACC-19")
}

fn to_print(tx: &mut Tx<'_>, id: &str) -> Outcome<Way> {
    let way = way::by_id(tx, id)?;
    let open = way.filter(|x| x.kind == WayKind::Letter && x.state == State::Created);
    Ok(open.ok_or_else(gone)?)
}

/// The post has the letter, under this number: what stands in it is forgotten here.
///
/// # Errors
/// `E-ACC-19` when it is no letter to print, `E-ACC-15` for one's own, a fault of the field `track`.
pub fn hand_over(
    tx: &mut Tx<'_>,
    cx: &Cx,
    operator: &Operator,
    (id, track): (&str, &str),
) -> Outcome<()> {
    let track = number(track)?;
    let way = to_print(tx, id)?;
    not_own(operator, &way)?;
    let mut way = check::locked(tx, way)?.ok_or_else(gone)?;
    if !way.pass(tx, cx, State::HandedOver, None)? {
        return Err(gone().into());
    }
    way.prolong(tx, cx.now.plus(LIVES))?;
    tx.exec(
        "UPDATE code_letter SET written_sealed = NULL, track = $2 WHERE way_id = $1",
        args![&way.id, &track],
    )?;
    notice::sent(tx, cx, &way, (&track, false))
}

/// The post's number as it is written.
fn number(typed: &str) -> Result<String, Refusal> {
    let fault = |code| Refusal::invalid(vec![base::FieldFault::new("track", code)]);
    if typed.trim().is_empty() {
        return Err(fault("E-FORM-01"));
    }
    ident::track(typed).map_err(|x| match x {
        TrackFault::Shape => fault("E-FORM-02-TRACK"),
        TrackFault::Sum => fault("E-FORM-02-TRACK-SUM"),
    })
}

/// The number was another one: the person is told the right one.
///
/// # Errors
/// `E-ACC-19` when the post does not have the letter, `E-ACC-15` for one's own, a fault of the field
/// `track`.
pub fn renumber(
    tx: &mut Tx<'_>,
    cx: &Cx,
    operator: &Operator,
    (id, track): (&str, &str),
) -> Outcome<()> {
    let track = number(track)?;
    let way = way::by_id(tx, id)?.filter(|x| x.kind == WayKind::Letter).ok_or_else(gone)?;
    not_own(operator, &way)?;
    let way = check::locked(tx, way)?.filter(|x| x.state == State::HandedOver).ok_or_else(gone)?;
    let sql = "UPDATE code_letter SET track = $2 WHERE way_id = $1 AND track <> $2";
    match tx.exec(sql, args![&way.id, &track])? {
        0 => Ok(()),
        _ => notice::sent(tx, cx, &way, (&track, true)),
    }
}

/// The number under which the post has the letter of a way.
pub(super) fn track_of(tx: &mut Tx<'_>, way: &Id) -> Outcome<Option<String>> {
    let sql = "SELECT track FROM code_letter WHERE way_id = $1";
    Ok(tx.opt(sql, args![way], |r| r.get::<Option<String>>(0))?.flatten())
}

/// The post says that the person has the letter.
///
/// # Errors
/// `E-ACC-19` when the post does not have it, `E-ACC-15` for one's own.
pub fn delivered(tx: &mut Tx<'_>, cx: &Cx, operator: &Operator, id: &str) -> Outcome<()> {
    let way = way::by_id(tx, id)?.filter(|x| x.kind == WayKind::Letter).ok_or_else(gone)?;
    not_own(operator, &way)?;
    let mut way = check::locked(tx, way)?.ok_or_else(gone)?;
    match way.pass(tx, cx, State::Delivered, None)? {
        true => notice::tell(tx, cx, &way, "identity-letter-delivered"),
        false => Err(gone().into()),
    }
}

/// What came of typing a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// It was right; the level is «verified», and the address proved.
    Right,
    /// It was wrong; so many tries are left.
    Wrong(i64),
    /// It was tried too often, and works no more.
    Spent,
    /// No letter waits for its code.
    Nothing,
}

/// Tries the code of a letter. A wrong one is counted, so it is no refusal: that would undo the count.
///
/// # Errors
/// A fault of the engine.
pub fn redeem(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (account, typed): (&Id, &str),
) -> Outcome<Tried> {
    if accounts::lock_level(tx, account)? == Level::Simplified {
        // Somebody has lowered the level meanwhile: no letter leads over two steps.
        return Ok(Tried::Nothing);
    }
    let ways = way::open_of(tx, account)?;
    let waits = |x: &Way| {
        let there = matches!(x.state, State::HandedOver | State::Delivered);
        x.kind == WayKind::Letter && there && x.expires_at > cx.now
    };
    let Some(mut way) = ways.into_iter().find(waits) else { return Ok(Tried::Nothing) };
    // The digest stands in the condition, and the way moves on once.
    let tries: i64 = tx.one(
        "UPDATE code_letter SET tries = tries + 1 WHERE way_id = $1 RETURNING tries",
        args![&way.id],
        |r| r.get(0),
    )?;
    let sql = "SELECT way_id FROM code_letter WHERE way_id = $1 AND digest = $2";
    let right =
        tx.opt(sql, args![&way.id, &digest(policy, &way.id, typed)[..]], |r| r.get::<Id>(0))?;
    if right.is_none() {
        return match tries {
            TRIES.. => {
                way.pass(tx, cx, State::Spent, None)?;
                Ok(Tried::Spent)
            }
            _ => Ok(Tried::Wrong(TRIES - tries)),
        };
    }
    match way.pass(tx, cx, State::Passed, None)? {
        true => {
            // A change of the address would have ended the way: it is the one to which the letter went.
            let home = (&[Kind::Registration][..], How::Letter);
            let lives = check::attest_addresses(tx, cx, account, home)?;
            check::raise(tx, cx, &way, (Level::Verified, lives))?;
            Ok(Tried::Right)
        }
        false => Ok(Tried::Nothing),
    }
}

/// Ends letters and visits whose time has run out; gives their number.
///
/// # Errors
/// A fault of the engine.
pub fn run_out(tx: &mut Tx<'_>, cx: &Cx) -> Outcome<usize> {
    let ends = [
        (WayKind::Visit, State::Invited, State::Expired),
        (WayKind::Letter, State::Created, State::Ended),
        (WayKind::Letter, State::HandedOver, State::Expired),
        (WayKind::Letter, State::Delivered, State::Expired),
    ];
    let mut count = 0;
    for (kind, from, to) in ends {
        for way in way::run_out(tx, cx.now, (kind, from), 100)? {
            let Some(mut way) = check::locked(tx, way)? else { continue };
            count += usize::from(way.state == from && way.pass(tx, cx, to, None)?);
        }
    }
    Ok(count)
}
