//! The way through a service centre: a code that the person shows, and somebody who compares the
//! papers with what was typed.

use base::vault::{DataKey, Spot};
use base::{Cx, Id, Instant, Kind as Refused, Outcome, Pii, Refusal, Tx, args};

use super::way::{self, Note, State, Way, WayKind};
use super::{How, Kind, Profile, check, claim, notice, save, stop};
use crate::access::{Action, Place, Scope, rules::reason as told};
use crate::accounts::codes::{plain, symbols};
use crate::accounts::limits::{self, Limit};
use crate::accounts::{self, Level, Policy};
use crate::offices::Offices;
use crate::privacy;

/// How long the code leads to the person.
const LIVES: i64 = 30 * Instant::DAY;
/// Letters and digits of a code: 40 bits, which only few may try.
const LENGTH: usize = 8;
/// Codes that one person of the staff may try.
const TRIES: Limit = Limit { most: 60, window: Instant::HOUR, code: "E-ACC-17" };
/// How long a look lasts: afterwards it is noted anew.
const LOOK_LASTS: i64 = 15 * Instant::MINUTE;

/// Makes the code by which `account` is found at a service centre; one that goes on stays.
///
/// # Errors
/// `E-FORM-08` without the consent, `E-ACC-12` while something is missing, `E-ACC-14` when nothing is left
/// to prove.
pub fn invite(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (account, consent): (&Id, bool),
) -> Outcome<()> {
    check::agreed(tx, cx, policy, (account, consent))?;
    let profile = save::known(tx, account)?;
    if !profile.has_to_prove() {
        return Err(Refusal::new(Refused::Conflict, "E-ACC-14").into());
    }
    check::complete(&profile, cx.now)?;
    let kind = (WayKind::Visit, State::Invited);
    let begun = way::begin(tx, cx, account, kind, cx.now.plus(LIVES))?;
    let Some(id) = begun else { return Ok(()) };
    let code = symbols::<LENGTH>(&cx.chance);
    let sealed = tx.key(account)?.seal(spot(&id), &code)?;
    tx.exec(
        "INSERT INTO visit_code (way_id, account_id, digest, code_sealed) VALUES ($1, $2, $3, $4)",
        args![&id, account, &digest(policy, &code)[..], &sealed],
    )?;
    Ok(())
}

/// Ends the way: the person will not come.
///
/// # Errors
/// A fault of the engine.
pub fn decline(tx: &mut Tx<'_>, cx: &Cx, account: &Id, kind: WayKind) -> Outcome<()> {
    accounts::lock_level(tx, account)?;
    for mut way in way::open_of(tx, account)? {
        if way.kind == kind {
            way.pass(tx, cx, State::Ended, None)?;
            super::scan::ended(tx, &way)?;
            if kind == WayKind::Registry {
                check::done(tx, cx, &way.id)?;
            }
        }
    }
    Ok(())
}

/// The code of a way, in two halves: `7K2M-49QX`.
pub(super) fn code(tx: &mut Tx<'_>, way: &Way) -> Outcome<Option<Pii<String>>> {
    let sql = "SELECT code_sealed FROM visit_code WHERE way_id = $1";
    let sealed: Option<Vec<u8>> = tx.opt(sql, args![&way.id], |r| r.get(0))?;
    let Some(sealed) = sealed else { return Ok(None) };
    let key: DataKey = tx.key(&way.account)?;
    let code = key.open_text(spot(&way.id), &sealed)?;
    let (one, two) = code.split_at(LENGTH / 2);
    Ok(Some(format!("{one}-{two}").into()))
}

fn spot(way: &str) -> Spot<'_> {
    Spot::new("visit_code", "code", way)
}

fn digest(policy: &Policy, code: &str) -> [u8; 32] {
    policy.secrets.digest("visit", &plain(code))
}

/// Somebody of the staff at a service centre.
#[derive(Clone, Debug)]
pub struct Operator {
    /// Their account.
    pub id: Id,
    /// The centre at which they work.
    pub site: Id,
}

/// The centre at which `me` may compare papers, or send letters, by `scope`.
///
/// # Errors
/// `E-ROLE-01` when the scope was made for something else, `E-ACC-18` when none of its sites is a
/// service centre.
pub fn operator(offices: &Offices, scope: &Scope, me: &Id) -> Result<Operator, Refusal> {
    if !matches!(scope.action(), Action::CheckIdentity | Action::SendLetters | Action::ReviewScans)
    {
        return Err(Refusal::new(Refused::Forbidden, "E-ROLE-01"));
    }
    let centre = scope.places().find_map(|place| match place {
        Place::Site(id) => offices.site(id).filter(|x| x.card.centre).map(|x| x.id.clone()),
        _ => None,
    });
    let site = centre.ok_or_else(|| Refusal::new(Refused::Forbidden, "E-ACC-18"))?;
    Ok(Operator { id: me.clone(), site })
}

/// The way of the person who shows this code. A try counts, whether or not the code is known.
///
/// # Errors
/// `E-ACC-17` after too many tries; nothing is told of whether a code is unknown, used or over:
/// that is no refusal, so that the try stays counted.
pub fn find(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (operator, typed): (&Operator, &str),
) -> Outcome<Option<Id>> {
    limits::count(tx, cx, &format!("visit:{}", operator.id), TRIES)?;
    let found: Option<(Id, Id)> = tx.opt(
        "SELECT w.id, w.account_id FROM visit_code c JOIN level_way w ON w.id = c.way_id
         WHERE c.digest = $1 AND w.over_at IS NULL AND w.expires_at > $2",
        args![&digest(policy, typed)[..], cx.now],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?;
    let Some((way, account)) = found else { return Ok(None) };
    Ok(stop::stays(tx, &account)?.then_some(way))
}

/// A person at the desk.
#[derive(Clone, Debug)]
pub struct Guest {
    /// Their way.
    pub way: Way,
    /// What they typed; only after the look was noted.
    pub profile: Option<Profile>,
}

impl Guest {
    /// What was shown, so that nothing else can be confirmed: versions of all data.
    pub fn stamp(&self) -> String {
        self.profile.as_ref().map(stamp).unwrap_or_default()
    }
}

pub(super) fn stamp(profile: &Profile) -> String {
    Kind::ALL.map(|x| profile.version(x).to_string()).join(".")
}

/// The person of a way, with what they typed when `operator` has noted the look a moment ago.
///
/// # Errors
/// `E-ACC-19` when there is no such way, or it is over.
pub fn guest(tx: &mut Tx<'_>, now: Instant, operator: &Operator, id: &str) -> Outcome<Guest> {
    let way = waiting(tx, now, id)?;
    let looked = has_looked(tx, now, operator, &way)?;
    let profile = looked.then(|| save::known(tx, &way.account)).transpose()?;
    Ok(Guest { way, profile })
}

/// Whether `operator` has noted a look at a way a moment ago.
pub(super) fn has_looked(
    tx: &mut Tx<'_>,
    now: Instant,
    operator: &Operator,
    way: &Way,
) -> Outcome<bool> {
    let sql = "SELECT id FROM visit_look WHERE way_id = $1 AND looker_id = $2 AND at > $3 LIMIT 1";
    let since = now.plus(-LOOK_LASTS);
    Ok(tx.opt(sql, args![&way.id, &operator.id, since], |r| r.get::<Id>(0))?.is_some())
}

fn waiting(tx: &mut Tx<'_>, now: Instant, id: &str) -> Outcome<Way> {
    let way = way::by_id(tx, id)?;
    let gone = || Refusal::new(Refused::NotFound, "E-ACC-19");
    let way = way.filter(|x| x.state == State::Invited && x.expires_at > now).ok_or_else(gone)?;
    if stop::stays(tx, &way.account)? { Ok(way) } else { Err(gone().into()) }
}

/// Notes that `operator` opens what the person typed.
///
/// # Errors
/// `E-ACC-19` when the way is over, `E-ACC-15` for one's own.
pub fn look(tx: &mut Tx<'_>, cx: &Cx, operator: &Operator, id: &str) -> Outcome<()> {
    let way = waiting(tx, cx.now, id)?;
    note_look(tx, cx, operator, &way, "identity")
}

/// Notes a look at `what` of the person of a way, which that person sees.
pub(super) fn note_look(
    tx: &mut Tx<'_>,
    cx: &Cx,
    operator: &Operator,
    way: &Way,
    what: &'static str,
) -> Outcome<()> {
    not_own(operator, way)?;
    privacy::looked(tx, cx, &way.account, what)?;
    tx.exec(
        "INSERT INTO visit_look (id, way_id, at, looker_id, site_id) VALUES ($1, $2, $3, $4, $5)",
        args![&cx.new_id(), &way.id, cx.now, &operator.id, &operator.site],
    )?;
    Ok(())
}

pub(super) fn not_own(operator: &Operator, way: &Way) -> Result<(), Refusal> {
    match operator.id == way.account {
        true => Err(Refusal::new(Refused::Forbidden, "E-ACC-15")),
        false => Ok(()),
    }
}

/// What somebody at a service centre found.
#[derive(Clone, Debug)]
pub enum Found {
    /// Passport, SNILS and face are those of the person; the stamp says what was compared.
    Same {
        /// From [`Guest::stamp`].
        stamp: String,
        /// Addresses that stand in the papers just so: on the page of registration, in a certificate of a
        /// temporary one.
        addresses: Vec<Kind>,
    },
    /// They are not, and why.
    Else {
        /// In words for the person.
        reason: String,
    },
}

/// Ends the visit. Of many who decide at once one decides.
///
/// # Errors
/// `E-ACC-19` when the way is over, `E-ACC-15` for one's own, `E-ACC-16` when what was compared was
/// not looked at within the last minutes or has changed since, faults of the field `reason`.
pub fn decide(
    tx: &mut Tx<'_>,
    cx: &Cx,
    operator: &Operator,
    (id, found): (&str, &Found),
) -> Outcome<State> {
    let way = waiting(tx, cx.now, id)?;
    not_own(operator, &way)?;
    // What was typed stays as it is until this is decided.
    accounts::lock_level(tx, &way.account)?;
    let Guest { mut way, profile } = guest(tx, cx.now, operator, id)?;
    let stale = || Refusal::new(Refused::Conflict, "E-ACC-16");
    let profile = profile.ok_or_else(stale)?;
    match found {
        Found::Else { reason } => {
            if let Some(fault) = told(reason) {
                return Err(Refusal::invalid(vec![fault]).into());
            }
            let note = Note { reason: reason.trim().to_owned(), ..Note::default() };
            end(tx, cx, &mut way, State::Refused, Some(&note))?;
            notice::tell(tx, cx, &way, "identity-visit-refused")?;
        }
        Found::Same { stamp: shown, .. } if *shown != stamp(&profile) => return Err(stale().into()),
        Found::Same { addresses, .. } => match claim::in_person(tx, cx, &way.account)? {
            true => {
                let home = (&addresses[..], How::Visit);
                let lives = check::attest_addresses(tx, cx, &way.account, home)?;
                end(tx, cx, &mut way, State::Passed, None)?;
                decline(tx, cx, &way.account, WayKind::Registry)?;
                check::raise(tx, cx, &way, (Level::Verified, lives))?;
            }
            false => {
                end(tx, cx, &mut way, State::Taken, None)?;
                notice::tell(tx, cx, &way, "identity-visit-taken")?;
            }
        },
    }
    Ok(way.state)
}

fn end(tx: &mut Tx<'_>, cx: &Cx, way: &mut Way, to: State, note: Option<&Note>) -> Outcome<()> {
    match way.pass(tx, cx, to, note)? {
        true => Ok(()),
        false => Err(Refusal::new(Refused::NotFound, "E-ACC-19").into()),
    }
}
