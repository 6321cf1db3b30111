//! The way through an electronic signature: the certificate says who somebody is.

use base::vault::Field;
use base::{Cx, Id, Kind as Refused, Outcome, Refusal, Tx, args};
use ident::same_name;

use super::way::{self, Note, State, WayKind};
use super::{How, Kind, Profile, check, notice, save, stop, visit};
use crate::accounts::{self, Level, Policy};
use crate::signatures::Signer;

/// Whether a signature can lead `account` on.
///
/// # Errors
/// `E-ACC-14` when no level is above, `E-ACC-12` while the SNILS is missing.
fn may_sign(tx: &mut Tx<'_>, account: &Id) -> Outcome<Profile> {
    let profile = save::known(tx, account)?;
    if profile.account.level == Level::Verified {
        return Err(Refusal::new(Refused::Conflict, "E-ACC-14").into());
    }
    if profile.get(Kind::Snils).is_none() {
        let refusal = Refusal::new(Refused::Conflict, "E-ACC-12");
        return Err(refusal.arg("kind", Kind::Snils.as_str()).into());
    }
    Ok(profile)
}

/// Somebody wants to sign, with their consent to being checked by it.
///
/// # Errors
/// `E-FORM-08` without the consent, else as [`may_sign`].
pub fn agree_to_sign(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (account, consent): (&Id, bool),
) -> Outcome<Profile> {
    let profile = may_sign(tx, account)?;
    check::agreed(tx, cx, policy, (account, consent))?;
    Ok(profile)
}

/// Goes the way of a signature to its end: to `verified` when the certificate agrees with what is known.
///
/// # Errors
/// `E-ACC-14` when no level is above, `E-ACC-12` while the SNILS is missing, `E-SIG-01` when the consent was
/// withdrawn meanwhile.
pub(crate) fn by_signature(
    tx: &mut Tx<'_>,
    cx: &Cx,
    account: &Id,
    signer: &Signer,
) -> Outcome<State> {
    accounts::lock_level(tx, account)?;
    let profile = may_sign(tx, account)?;
    let over = || Refusal::new(Refused::Gone, "E-SIG-01");
    if !stop::agrees(tx, account)? {
        return Err(over().into());
    }
    let kind = (WayKind::Signature, State::Waiting);
    let begun = way::begin(tx, cx, account, kind, cx.now)?;
    let way = begun.map(|id| way::by_id(tx, &id)).transpose()?.flatten();
    let mut way = way.ok_or_else(over)?;
    let fields = differing(&profile, signer);
    if !fields.is_empty() {
        let note = Note { fields, ..Note::default() };
        way.pass(tx, cx, State::Mismatch, Some(&note))?;
        return Ok(State::Mismatch);
    }
    let mut proved = vec![Kind::Name, Kind::Snils];
    proved.extend((!signer.inn.is_empty()).then_some(Kind::Inn));
    if !check::attest_kinds(tx, cx, account, (&proved, How::Signature))? {
        way.pass(tx, cx, State::Taken, None)?;
        notice::tell(tx, cx, &way, "identity-check-taken")?;
        return Ok(State::Taken);
    }
    way.pass(tx, cx, State::Passed, None)?;
    visit::decline(tx, cx, account, WayKind::Registry)?;
    check::raise(tx, cx, &way, (Level::Verified, false))?;
    Ok(State::Passed)
}

/// Fields in which the certificate says otherwise. An INN counts when both sides have one.
fn differing(profile: &Profile, signer: &Signer) -> Vec<String> {
    let account = &profile.account;
    // An only name stands in either place, here and there.
    let names = account.names().settled();
    let given = format!("{} {}", names.name, names.patronymic);
    let signed = ident::FullName { surname: &signer.surname, name: &signer.given, patronymic: "" };
    let signed = signed.settled();
    let number = |kind: Kind| profile.get(kind).map_or("", |x| x.values.get("number")).to_owned();
    let (snils, inn) = (number(Kind::Snils), number(Kind::Inn));
    let differs = [
        ("name.surname", !same_name(names.surname, signed.surname)),
        ("name.name", !same_name(&given, signed.name)),
        ("snils.number", snils != signer.snils),
        ("inn.number", !inn.is_empty() && !signer.inn.is_empty() && inn != signer.inn),
    ];
    differs.into_iter().filter(|x| x.1).map(|x| x.0.to_owned()).collect()
}

/// The account whose confirmed SNILS stands in the certificate, if the surname and name are theirs, too.
///
/// # Errors
/// A fault of the engine.
pub(crate) fn owner_of(tx: &mut Tx<'_>, signer: &Signer) -> Outcome<Option<Id>> {
    let [former, present] = tx.vault().indexes(Field::Snils, &signer.snils);
    let sql = "SELECT account_id FROM snils_owner WHERE snils_index IN ($1, $2)";
    let Some(owner) = tx.opt(sql, args![&former, &present], |r| r.get::<Id>(0))? else {
        return Ok(None);
    };
    let Some(profile) = super::profile(tx, &owner)? else { return Ok(None) };
    let named = |x: &String| x.starts_with("name.");
    let same = !differing(&profile, signer).iter().any(named);
    Ok(same.then_some(owner))
}
