//! Typing and correcting a datum.

use base::{Cx, FieldFault, Id, Outcome, Refusal, Tx, args};

use super::way::{self, State, WayKind};
use super::{Kind, Profile, Values, Ways, check, notice, profile, rules};
use crate::accounts::{self, Level};
use crate::mandates;

/// A datum to keep.
#[derive(Clone, Debug)]
pub struct Save {
    /// Whose.
    pub account: Id,
    /// Which.
    pub kind: Kind,
    /// What it says now.
    pub values: Values,
    /// The version that the form showed.
    pub version: i64,
    /// The person has agreed to what follows from it.
    pub agreed: bool,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It was known just so.
    Same,
    /// It is kept.
    Kept {
        /// The registries are asked anew.
        asked: bool,
    },
    /// It is kept. The registries would be asked anew, but the consent to that does not stand.
    NotAgreed,
}

/// What a change costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// The level falls to this one.
    Level(Level),
    /// The address is proved no more.
    Proof,
}

/// What a change of `kind` would cost the person; nothing when it is free.
pub fn consequence(profile: &Profile, kind: Kind) -> Option<Cost> {
    let checked = profile.is_checked(kind);
    let (level, remains) =
        (profile.account.level, rules::remains(profile.account.level, kind, checked));
    match remains < level {
        true => Some(Cost::Level(remains)),
        false => (kind.is_address() && checked).then_some(Cost::Proof),
    }
}

/// The fault of whoever has not agreed to a cost.
fn not_agreed(cost: Cost) -> FieldFault {
    match cost {
        Cost::Level(after) => FieldFault::new("agree", "E-ACC-11").arg("level", after.as_str()),
        Cost::Proof => FieldFault::new("agree", "E-ADR-01"),
    }
}

/// Keeps a datum. What was checked of it is checked no more, the level falls to what remains, and the
/// registries are asked anew when they can be.
///
/// # Errors
/// `E-ACC-02` when there is no such account, `E-ACC-10` when the datum was changed since the form was
/// shown, `E-ACC-11` at the field `agree` when the level would fall and nobody agreed, `E-ADR-01` there
/// when an address would be proved no more.
pub fn save(tx: &mut Tx<'_>, cx: &Cx, ways: Ways, save: &Save) -> Outcome<Saved> {
    let Save { account, kind, values, .. } = save;
    accounts::lock_level(tx, account)?;
    let profile = known(tx, account)?;
    // A name is kept with the account, and changed there ([`renamed`]).
    if *kind == Kind::Name || profile.get(*kind).is_some_and(|x| x.values == *values) {
        return Ok(Saved::Same);
    }
    if profile.version(*kind) != save.version {
        return Err(Refusal::new(base::Kind::Conflict, "E-ACC-10").into());
    }
    let cost = consequence(&profile, *kind);
    if let Some(cost) = cost.filter(|_| !save.agreed) {
        return Err(Refusal::invalid(vec![not_agreed(cost)]).into());
    }
    profile::store(tx, cx, account, (*kind, values))?;
    if *kind == Kind::Snils {
        tx.exec("DELETE FROM snils_owner WHERE account_id = $1", args![account])?;
    }
    let was_asked = ended(tx, cx, account, *kind)?;
    if let Some(Cost::Level(after)) = cost {
        accounts::set_level(tx, cx, account, after, &format!("changed: {}", kind.as_str()))?;
        notice::lowered(tx, cx, account, after)?;
    }
    let again = kind.is_asked()
        && (profile.is_checked(*kind) || was_asked || is_corrected(tx, &profile, *kind)?);
    match again && ways.registry {
        true => check::again(tx, cx, account),
        false => Ok(Saved::Kept { asked: false }),
    }
}

/// Whether all that the registries know differently has been typed anew, `kind` now and the rest
/// before: then the corrected data are asked about by themselves.
fn is_corrected(tx: &mut Tx<'_>, profile: &Profile, kind: Kind) -> Outcome<bool> {
    let ways = way::newest_of(tx, &profile.account.id)?;
    let differs = ways.iter().find(|x| x.kind == WayKind::Registry && x.state == State::Mismatch);
    let Some(way) = differs else { return Ok(false) };
    let mut kinds = way.note.fields.iter().filter_map(|x| Kind::parse(x.split('.').next()?));
    let anew = |x: Kind| profile.get(x).is_some_and(|datum| datum.typed_at > way.changed_at);
    let named = !way.note.fields.is_empty();
    Ok(named && kinds.all(|x| x == kind || anew(x)))
}

/// What is known of `account`.
pub(super) fn known(tx: &mut Tx<'_>, account: &Id) -> Outcome<Profile> {
    let missing = || Refusal::new(base::Kind::NotFound, "E-ACC-02");
    Ok(profile::profile(tx, account)?.ok_or_else(missing)?)
}

/// Hears that `account` was renamed, and what its level was `before`: the name is checked no more, what was under
/// way with the old one is over, and the owner is told of the level.
///
/// # Errors
/// A fault of the engine.
pub(crate) fn renamed(tx: &mut Tx<'_>, cx: &Cx, account: &Id, before: Level) -> Outcome<()> {
    profile::store(tx, cx, account, (Kind::Name, &Values::default()))?;
    ended(tx, cx, account, Kind::Name)?;
    mandates::renamed(tx, cx, account)?;
    match before > Level::Simplified {
        true => notice::lowered(tx, cx, account, Level::Simplified),
        false => Ok(()),
    }
}

/// Hears that the name of `account` is spelled differently: what was checked of it stays checked, and what
/// is under way goes on.
///
/// # Errors
/// A fault of the engine.
pub(crate) fn respelled(tx: &mut Tx<'_>, cx: &Cx, account: &Id) -> Outcome<()> {
    let checked = known(tx, account)?.get(Kind::Name).and_then(|x| x.verified);
    profile::store(tx, cx, account, (Kind::Name, &Values::default()))?;
    match checked {
        Some((at, how)) => {
            let cx = Cx { now: at, ..cx.clone() };
            profile::verified(tx, &cx, account, (&[Kind::Name], how))
        }
        None => Ok(()),
    }
}

/// Ends the ways on which the old datum was under way; whether the registries were being asked.
pub(super) fn ended(tx: &mut Tx<'_>, cx: &Cx, account: &Id, kind: Kind) -> Outcome<bool> {
    let mut asked = false;
    for mut way in way::open_of(tx, account)? {
        let of_it = match way.kind {
            WayKind::Registry => kind.is_asked(),
            // Whoever receives sees the data as they are then; a signature is over when it has begun.
            WayKind::Visit | WayKind::Signature | WayKind::Scan => false,
            WayKind::Letter => kind.is_needed() || kind == Kind::Registration,
        };
        if of_it && way.pass(tx, cx, State::Ended, None)? && way.kind == WayKind::Registry {
            check::done(tx, cx, &way.id)?;
            asked = true;
        }
    }
    Ok(asked)
}
