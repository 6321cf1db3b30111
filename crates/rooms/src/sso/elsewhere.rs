//! Signing in here with an account of elsewhere: a bank, an authority, another portal.
//!
//! A person leaves for a provider with a [`Trip`] that only their browser can come back from, and only
//! once. What the provider proves is an [`Identity`]. One that belongs to an account here opens it;
//! one that nobody has is kept until its owner has signed in with their own account or opened one, and has
//! said that both are theirs. Of whoever left as a guest it is kept for a few minutes, and tells nothing,
//! unless they go on with it. An equal name, e-mail or phone links nothing.

use base::vault::{NOBODY, Spot};
use base::{Cx, Fault, Id, Instant, Kind, Outcome, Pii, Refusal, Tx, args};
use ident::{FullName, same_name, same_patronymic};
use serde::{Deserialize, Serialize};

pub use super::provider::{Departure, Nobody, NotProved, Provider, Providers, Return};
use super::{keys, secret};
use crate::accounts::{self, Level, Policy};
use crate::identity::{self, Profile};

/// How long a person may take at the provider, and how long an identity waits for the account that was
/// signed in when they left.
const WAITS: i64 = 30 * Instant::MINUTE;
/// How long what a guest has brought waits at their browser until they go on with it …
const LINGERS: i64 = 5 * Instant::MINUTE;
/// … and from then on, until they have signed in or opened an account.
const GOES_ON: i64 = 15 * Instant::MINUTE;

/// Who somebody is at a provider, proved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Who the provider is.
    pub issuer: String,
    /// Who the person is there.
    pub subject: String,
    /// The level here that its proof is worth.
    pub level: Option<Level>,
    /// Surname.
    pub surname: String,
    /// Given name.
    pub name: String,
    /// Patronymic.
    pub patronymic: String,
    /// Date of birth, «1988-04-17», or as much of it as the provider tells; may be empty.
    #[serde(default)]
    pub born: String,
    /// E-mail; it proves nothing here.
    pub email: String,
    /// Phone; it proves nothing here.
    pub phone: String,
}

impl Identity {
    /// «Анна С.»: enough for its owner to know it.
    pub fn short(&self) -> Pii<String> {
        let who = FullName { surname: &self.surname, name: &self.name, patronymic: "" }.settled();
        if who.name.is_empty() {
            return who.surname.to_owned().into();
        }
        let first = who.surname.chars().next().map(|x| format!(" {x}.")).unwrap_or_default();
        format!("{}{first}", who.name).into()
    }

    /// Why this proof does not raise the level of whoever is known so. A proof of somebody else's identity
    /// proves nothing about its owner; and who somebody is rests on their papers and SNILS, which have to
    /// be checked before, as with a letter. Of whoever does not agree to being checked nothing is compared.
    fn withheld(&self, profile: &Profile, agrees: bool) -> Option<Withheld> {
        let account = &profile.account;
        if !agrees {
            let checked = account.level >= Level::Standard;
            return Some(if checked { Withheld::Consent } else { Withheld::Data });
        }
        let known = |one: &str, other: &str| !one.trim().is_empty() && !other.trim().is_empty();
        let patronymic = (self.patronymic.as_str(), account.patronymic.reveal());
        let own = account.names().settled();
        let told = FullName { surname: &self.surname, name: &self.name, patronymic: "" }.settled();
        let named = same_name(told.surname, own.surname)
            && same_name(told.name, own.name)
            && (!known(patronymic.0, patronymic.1) || same_patronymic(patronymic.0, patronymic.1));
        // A provider may tell the year alone, or, with the year 0000, the day alone.
        let told = Some(self.born.trim()).filter(|x| !x.is_empty() && !x.starts_with("0000"));
        let born = profile.born().map(|x| x.date().to_string());
        if !named {
            Some(Withheld::Name)
        } else if told.zip(born).is_some_and(|(told, born)| !born.starts_with(told)) {
            Some(Withheld::Birth)
        } else if account.level < Level::Standard {
            Some(Withheld::Data)
        } else {
            None
        }
    }

    /// By what it is found: for ever the same, and nothing that tells who it is.
    fn index(&self, tx: &mut Tx<'_>, cx: &Cx) -> Outcome<String> {
        keys::ready(tx, cx)?;
        keys::digest(tx, ["elsewhere", &self.issuer, &self.subject])
    }
}

/// Why a proof that was worth a higher level did not raise it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withheld {
    /// The provider knows another name.
    Name,
    /// The provider knows another date of birth.
    Birth,
    /// Papers and SNILS are not there or not checked.
    Data,
    /// Nobody agreed to being checked, or they do not any more.
    Consent,
}

impl Withheld {
    const ALL: [Self; 4] = [Self::Name, Self::Birth, Self::Data, Self::Consent];

    /// As stored, and in the keys of texts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Birth => "birth",
            Self::Data => "data",
            Self::Consent => "consent",
        }
    }

    fn stored(row: &base::db::Row<'_>, column: usize) -> Result<Option<Self>, Fault> {
        let text: Option<String> = row.get(column)?;
        Ok(text.and_then(|x| Self::ALL.into_iter().find(|y| y.as_str() == x)))
    }
}

/// What is kept of a trip.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    redirect: String,
    nonce: String,
    verifier: String,
    next: String,
    /// Who was signed in when it began.
    #[serde(default)]
    account: Option<Id>,
    /// Who came back, when no account has them yet.
    arrived: Option<Identity>,
    /// Whoever came back has gone on with it.
    #[serde(default)]
    taken_up: bool,
}

/// Somebody under way.
#[derive(Clone, Debug)]
pub struct Trip {
    /// Secrets of the trip.
    pub departure: Departure,
    /// Where they want to go afterwards.
    pub next: String,
    /// Who was signed in when they left: what comes back is for nobody else.
    pub account: Option<Id>,
}

/// Begins a trip of the browser that holds `token`, in which `account` is signed in, if anybody is.
///
/// # Errors
/// A fault of the engine.
pub fn depart(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (token, provider, account): (&str, &str, Option<&Id>),
    (redirect, next): (&str, &str),
) -> Outcome<Departure> {
    let fresh = || secret::fresh(&cx.chance);
    let (state, nonce, verifier) = (fresh(), fresh(), fresh());
    let kept = Kept {
        redirect: redirect.to_owned(),
        nonce: nonce.clone(),
        verifier: verifier.clone(),
        next: next.to_owned(),
        account: account.cloned(),
        arrived: None,
        taken_up: false,
    };
    keep(tx, cx, (&named(&state), token, provider), (&kept, WAITS))?;
    Ok(Departure { redirect: redirect.to_owned(), state, nonce, verifier })
}

fn keep(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (id, token, provider): (&str, &str, &str),
    (kept, waits): (&Kept, i64),
) -> Outcome<()> {
    let sealed = tx.key(NOBODY)?.seal_json(spot(id), kept)?;
    tx.exec(
        "INSERT INTO sso_trip (id, browser_digest, provider, sealed, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        args![id, &secret::digest(token)[..], provider, &sealed, cx.now, cx.now.plus(waits)],
    )?;
    Ok(())
}

/// Ends the trip with this `state`, of the browser that holds `token`, to this provider: once.
///
/// # Errors
/// `E-SSO-32` when there is none.
pub fn back(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (token, provider): (&str, &str),
    state: &str,
) -> Outcome<Trip> {
    let id = named(state);
    let sealed: Option<Vec<u8>> = tx.opt(
        "DELETE FROM sso_trip
         WHERE id = $1 AND browser_digest = $2 AND provider = $3 AND expires_at > $4
         RETURNING sealed",
        args![&id, &secret::digest(token)[..], provider, cx.now],
        |r| r.get(0),
    )?;
    let sealed = sealed.ok_or_else(over)?;
    let kept: Kept = tx.key(NOBODY)?.open_json(spot(&id), &sealed)?;
    let Kept { redirect, nonce, verifier, next, account, .. } = kept;
    let departure = Departure { redirect, state: state.to_owned(), nonce, verifier };
    Ok(Trip { departure, next, account })
}

/// The account that the identity belongs to. Its use is noted, and its level raised to what the proof
/// is worth, if it is of the same person, who agrees to being checked.
///
/// # Errors
/// A fault of the engine.
pub fn owner(tx: &mut Tx<'_>, cx: &Cx, provider: &str, identity: &Identity) -> Outcome<Option<Id>> {
    let index = identity.index(tx, cx)?;
    let sql = "SELECT account_id FROM sso_link WHERE provider = $1 AND subject_index = $2";
    let Some(account) = tx.opt(sql, args![provider, &index], |r| r.get::<Id>(0))? else {
        return Ok(None);
    };
    // Who takes all links away at this moment is heard first.
    accounts::lock(tx, &account)?;
    let found: Option<Id> = tx.opt(
        "UPDATE sso_link SET used_at = $3
         WHERE provider = $1 AND subject_index = $2 AND account_id = $4 RETURNING account_id",
        args![provider, &index, cx.now, &account],
        |r| r.get(0),
    )?;
    if let Some(account) = &found {
        raise(tx, cx, account, (provider, identity))?;
    }
    Ok(found)
}

/// Keeps an identity that nobody has until its owner has signed in; under a name that only the browser
/// with `token` can use. Of whoever was signed in when the `trip` began nobody else gets it.
///
/// # Errors
/// A fault of the engine.
pub fn wait(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (token, provider): (&str, &str),
    (identity, trip): (Identity, &Trip),
) -> Outcome<()> {
    let none = String::new;
    let kept = Kept {
        redirect: none(),
        nonce: none(),
        verifier: none(),
        next: trip.next.clone(),
        account: trip.account.clone(),
        arrived: Some(identity),
        taken_up: false,
    };
    let waits = if kept.account.is_some() { WAITS } else { LINGERS };
    put(tx, cx, (token, provider), (&kept, waits))
}

/// Keeps what waits in the browser with `token`, in place of what waited there.
fn put(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (token, provider): (&str, &str),
    kept: (&Kept, i64),
) -> Outcome<()> {
    let id = waiting(token);
    tx.exec("DELETE FROM sso_trip WHERE id = $1", args![&id])?;
    keep(tx, cx, (&id, token, provider), kept)
}

/// Whoever has come back as a guest goes on with it in the browser with `token`: from now on it says whose
/// it is, and waits until they have signed in or opened an account.
///
/// # Errors
/// `E-SSO-32` when nothing waits there any more.
pub fn take_up(tx: &mut Tx<'_>, cx: &Cx, (token, account): (&str, Option<&Id>)) -> Outcome<()> {
    let (provider, kept) = kept(tx, cx.now, (token, account))?.ok_or_else(over)?;
    if kept.account.is_some() || kept.taken_up {
        return Ok(());
    }
    put(tx, cx, (token, &provider), (&Kept { taken_up: true, ..kept }, GOES_ON))
}

/// What waits in the browser with `token`, for `account`, and from which provider it came.
fn kept(
    tx: &mut Tx<'_>,
    now: Instant,
    (token, account): (&str, Option<&Id>),
) -> Outcome<Option<(String, Kept)>> {
    let id = waiting(token);
    let row: Option<(String, Vec<u8>)> = tx.opt(
        "SELECT provider, sealed FROM sso_trip WHERE id = $1 AND expires_at > $2",
        args![&id, now],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?;
    let Some((provider, sealed)) = row else { return Ok(None) };
    let kept: Kept = tx.key(NOBODY)?.open_json(spot(&id), &sealed)?;
    let theirs = kept.account.is_none() || kept.account.as_ref() == account;
    Ok(Some((provider, kept)).filter(|_| theirs))
}

/// An identity that waits for its account.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Whose proof it is.
    pub provider: String,
    /// Who came back.
    pub identity: Identity,
    /// Where they want to go afterwards.
    pub next: String,
    /// Whoever came back has gone on with it, or was signed in already: it may be said whose it is.
    pub told: bool,
    /// Whoever links it has to be asked whether they agree to being checked: it could raise their level.
    pub asks: bool,
}

/// The identity that waits in the browser with `token`, for `account`, which is signed in there, if any.
///
/// # Errors
/// A fault of the engine.
pub fn waits(
    tx: &mut Tx<'_>,
    now: Instant,
    (token, account): (&str, Option<&Id>),
) -> Outcome<Option<Waiting>> {
    let Some((provider, kept)) = kept(tx, now, (token, account))? else { return Ok(None) };
    let Some(identity) = kept.arrived else { return Ok(None) };
    let asks = match account {
        Some(account) => asks(tx, account, &identity)?,
        None => false,
    };
    let told = kept.account.is_some() || kept.taken_up;
    Ok(Some(Waiting { provider, identity, next: kept.next, told, asks }))
}

/// Whether `identity` could raise `account` if its owner agreed to being checked.
fn asks(tx: &mut Tx<'_>, account: &Id, identity: &Identity) -> Outcome<bool> {
    let present = accounts::read::account(tx, account)?.map(|x| x.level);
    let worth = present.is_some_and(|x| x >= Level::Standard && identity.level > Some(x));
    Ok(worth && !identity::agrees(tx, account)?)
}

/// Forgets the trips of the browser with `token`, and who waits there: somebody signs out.
///
/// # Errors
/// A fault of the engine.
pub fn forget(tx: &mut Tx<'_>, token: &str) -> Outcome<()> {
    let sql = "DELETE FROM sso_trip WHERE browser_digest = $1";
    tx.exec(sql, args![&secret::digest(token)[..]])?;
    Ok(())
}

/// What was linked.
#[derive(Clone, Debug)]
pub struct Linked {
    /// Where its owner wants to go afterwards.
    pub next: String,
    /// Why that did not raise the level, though the proof was worth a higher one.
    pub withheld: Option<Withheld>,
}

/// Links the identity that waits in the browser with `token` to `account`, whose owner has said so, and
/// perhaps that they agree to being checked by it, to the text of that day.
///
/// # Errors
/// `E-SSO-32` when none waits for this account any more, `E-SSO-33` when it belongs to another account,
/// `E-SSO-34` when the account has another identity of this provider.
pub fn link(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (token, account): (&str, &Id),
    agreed: Option<&Policy>,
) -> Outcome<Linked> {
    let found = waits(tx, cx.now, (token, Some(account)))?;
    let found = found.filter(|x| x.told).ok_or_else(over)?;
    // Before anything refers to the account.
    accounts::lock(tx, account)?;
    if let Some(policy) = agreed {
        identity::agree(tx, cx, policy, (account, true))?;
    }
    tx.exec("DELETE FROM sso_trip WHERE id = $1", args![&waiting(token)])?;
    let index = found.identity.index(tx, cx)?;
    let linked = tx.opt(
        "INSERT INTO sso_link (provider, subject_index, account_id, linked_at, used_at)
         VALUES ($1, $2, $3, $4, $4) ON CONFLICT DO NOTHING RETURNING account_id",
        args![&found.provider, &index, account, cx.now],
        |r| r.get::<Id>(0),
    )?;
    if linked.is_none() {
        let sql = "SELECT account_id FROM sso_link WHERE provider = $1 AND subject_index = $2";
        let owner: Option<Id> = tx.opt(sql, args![&found.provider, &index], |r| r.get(0))?;
        match owner {
            Some(owner) if owner == *account => {}
            Some(_) => return Err(Refusal::new(Kind::Conflict, "E-SSO-33").into()),
            None => return Err(Refusal::new(Kind::Conflict, "E-SSO-34").into()),
        }
    }
    let withheld = raise(tx, cx, account, (&found.provider, &found.identity))?;
    Ok(Linked { next: found.next, withheld })
}

/// Raises the level to what the proof is worth, or notes and gives why not.
fn raise(
    tx: &mut Tx<'_>,
    cx: &Cx,
    account: &Id,
    (provider, identity): (&str, &Identity),
) -> Outcome<Option<Withheld>> {
    // What the level rests on stays as it is until this is decided.
    let present = accounts::lock_level(tx, account)?;
    let worth = identity.level.filter(|x| *x > present);
    let profile = identity::profile(tx, account)?;
    let agrees = identity::agrees(tx, account)?;
    let withheld = worth.and(profile.as_ref()).and_then(|x| identity.withheld(x, agrees));
    if let (Some(level), None) = (worth, withheld) {
        identity::set_level(tx, cx, account, (level, &format!("provider {provider}")))?;
    }
    tx.exec(
        "UPDATE sso_link SET withheld = $3 WHERE account_id = $1 AND provider = $2",
        args![account, provider, withheld.map(Withheld::as_str)],
    )?;
    Ok(withheld)
}

/// A link as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Of which provider.
    pub provider: String,
    /// Since when.
    pub linked_at: Instant,
    /// When it was last used.
    pub used_at: Instant,
    /// Why that did not raise the level, though the proof was worth a higher one.
    pub withheld: Option<Withheld>,
}

/// The links of `account`.
///
/// # Errors
/// A fault of the engine.
pub fn links(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Link>> {
    Ok(tx.all(
        "SELECT provider, linked_at, used_at, withheld FROM sso_link
         WHERE account_id = $1 ORDER BY provider",
        args![account],
        |r| {
            let withheld = Withheld::stored(r, 3)?;
            Ok(Link { provider: r.get(0)?, linked_at: r.get(1)?, used_at: r.get(2)?, withheld })
        },
    )?)
}

/// Takes a link away; the level that its proof gave stays, as a proof that was made.
///
/// # Errors
/// `E-SSO-35` when there is none.
pub fn unlink(tx: &mut Tx<'_>, (account, provider): (&Id, &str)) -> Outcome<()> {
    let sql = "DELETE FROM sso_link WHERE account_id = $1 AND provider = $2";
    match tx.exec(sql, args![account, provider])? {
        0 => Err(Refusal::new(Kind::Gone, "E-SSO-35").into()),
        _ => Ok(()),
    }
}

/// Takes all links of `account` away: somebody else may have made them.
///
/// # Errors
/// A fault of the engine.
pub fn unlink_all(tx: &mut Tx<'_>, account: &Id) -> Outcome<()> {
    tx.exec("DELETE FROM sso_link WHERE account_id = $1", args![account])?;
    Ok(())
}

/// The token of a browser that is about to leave.
pub fn token(cx: &Cx) -> String {
    secret::fresh(&cx.chance)
}

/// The row of a trip: what comes back in the address opens nothing by itself.
fn named(state: &str) -> String {
    secret::encoded(secret::digest(state))
}

fn waiting(token: &str) -> String {
    named(&format!("waits {token}"))
}

fn over() -> Refusal {
    Refusal::new(Kind::Gone, "E-SSO-32")
}

fn spot(id: &str) -> Spot<'_> {
    Spot::new("sso_trip", "sealed", id)
}
