//! Devices: browsers in which a person has signed in before.
//!
//! The browser holds an id and a secret of 256 bits; the secret changes at every use. Whoever brings
//! a known id with an old secret holds a copy: the device is unknown from then on, for both.

use base::vault::Spot;
use base::{Cx, Id, Instant, Kind, Outcome, Pii, Refusal, Tx, args};
use subtle::ConstantTimeEq;

use super::rules::Trust;
use super::{Address, digest, token};
use crate::sessions;

/// How long a device is known after its last sign-in.
pub const DEVICE_LIVES: i64 = 365 * Instant::DAY;
/// How long no second factor is asked on a device that is remembered.
const REMEMBERED: i64 = 30 * Instant::DAY;
/// Length of an id within a token.
const ID: usize = 26;
/// Tokens of one browser that are looked at: a family shares it.
const TOKENS: usize = 3;

/// The browser that somebody comes with, as far as the safety of an account is concerned.
#[derive(Clone, Debug, Default)]
pub struct Came {
    /// «Firefox, Windows»; empty when it does not say.
    pub device: String,
    /// Tokens of devices that it holds, one an account.
    pub tokens: Vec<String>,
    /// Where from, when that is known.
    pub address: Option<Address>,
    /// «Somebody else's computer»: nothing is left on it.
    pub shared: bool,
    /// «Remember this device»: no second factor here for thirty days.
    pub remember: bool,
    /// How long a session lives on a device that is remembered, in microseconds; 0: as long as others.
    pub trusted_for: i64,
}

impl Came {
    /// Device and place in words, as the owner will recognise them.
    pub fn words(&self) -> Pii<String> {
        let place = self.address.map(|x| x.words().into_revealed()).unwrap_or_default();
        let parts = [self.device.as_str(), &place];
        let parts: Vec<&str> = parts.into_iter().filter(|x| !x.is_empty()).collect();
        parts.join(", ").into()
    }
}

/// A device as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its id.
    pub id: Id,
    /// Device and place in words.
    pub name: Pii<String>,
    /// When somebody first signed in there.
    pub created_at: Instant,
    /// When last.
    pub seen_at: Instant,
    /// Until when no second factor is asked there.
    pub remembered_until: Option<Instant>,
}

/// What a browser is to an account.
#[derive(Clone, Debug)]
pub struct Seen {
    /// How well it is known.
    pub trust: Trust,
    /// The device's id and the token that it brought.
    pub(super) device: Option<(Id, String)>,
    /// A copy of this device's token came: it is to be forgotten.
    pub(super) copied: Option<Id>,
}

/// What the browser of `came` is to `account`. Asks the same whether or not there is an account.
pub(super) fn seen(
    tx: &mut Tx<'_>,
    now: Instant,
    account: Option<&Id>,
    came: &Came,
) -> Outcome<Seen> {
    let mut brought: Vec<(&str, &str)> =
        came.tokens.iter().take(TOKENS).filter_map(|x| x.split_at_checked(ID)).collect();
    brought.resize(TOKENS, ("", ""));
    let found = tx.opt(
        "SELECT id, digest, remembered_until FROM device
         WHERE account_id = $1 AND id IN ($2, $3, $4) AND ends_at > $5",
        args![account.map_or("", Id::as_str), brought[0].0, brought[1].0, brought[2].0, now],
        |r| Ok((r.get::<Id>(0)?, r.get::<Vec<u8>>(1)?, r.get::<Instant>(2)?)),
    )?;
    let unknown = Seen { trust: Trust::Unknown, device: None, copied: None };
    let Some((id, kept, remembered_until)) = found else { return Ok(unknown) };
    let secret = brought.iter().find(|x| x.0 == &*id).map_or("", |x| x.1);
    if !bool::from(digest(secret)[..].ct_eq(&kept)) {
        return Ok(Seen { copied: Some(id), ..unknown });
    }
    let trust = if remembered_until > now { Trust::Remembered } else { Trust::Known };
    let token = format!("{id}{secret}");
    Ok(Seen { trust, device: Some((id, token)), copied: None })
}

/// What a browser is that was `seen` a while ago: strange, when its owner has forgotten the device meanwhile.
/// Another window of it may have changed the secret since; that is no copy.
pub(super) fn anew(tx: &mut Tx<'_>, now: Instant, account: &Id, seen: &Seen) -> Outcome<Seen> {
    let id = seen.device.as_ref().map_or("", |x| x.0.as_str());
    let sql = "SELECT id FROM device WHERE id = $1 AND account_id = $2 AND ends_at > $3";
    let stands = tx.opt(sql, args![id, account, now], |r| r.get::<Id>(0))?.is_some();
    Ok(match stands {
        true => seen.clone(),
        false => Seen { trust: Trust::Unknown, device: None, copied: None },
    })
}

/// Whether `account` has signed in with this browser before; of nobody it is asked at the same cost.
pub(super) fn is_known(
    tx: &mut Tx<'_>,
    cx: &Cx,
    account: Option<&Id>,
    came: &Came,
) -> Outcome<bool> {
    Ok(seen(tx, cx.now, account, came)?.device.is_some())
}

/// Notes that somebody has signed in with a browser: gives the device's id and the tokens that the
/// browser is to hold from now on, unless another sign-in of the same browser was quicker.
pub(super) fn keep(
    tx: &mut Tx<'_>,
    cx: &Cx,
    account: &Id,
    (seen, came): (&Seen, &Came),
) -> Outcome<(Id, Option<Vec<String>>)> {
    let (id, secret) =
        (seen.device.as_ref().map_or_else(|| cx.new_id(), |x| x.0.clone()), token(cx));
    let name = tx.key(account)?.seal(spot(&id), came.words().reveal())?;
    let until = if came.remember { cx.now.plus(REMEMBERED) } else { Instant(0) };
    let ends = cx.now.plus(DEVICE_LIVES);
    let mut tokens = came.tokens.clone();
    if let Some((_, brought)) = &seen.device {
        let turned = tx.exec(
            "UPDATE device
             SET digest = $3, name_sealed = $4, seen_at = $5, ends_at = $6,
                 remembered_until = CASE WHEN remembered_until < $7 THEN $7
                                         ELSE remembered_until END
             WHERE id = $1 AND digest = $2",
            args![
                &id,
                &digest(brought.split_at_checked(ID).map_or("", |x| x.1))[..],
                &digest(&secret)[..],
                &name,
                cx.now,
                ends,
                until,
            ],
        )?;
        if turned == 0 {
            return Ok((id, None));
        }
        tokens.retain(|x| x != brought);
    } else {
        tx.exec(
            "INSERT INTO device (id, account_id, digest, name_sealed, created_at, seen_at,
                                 remembered_until, ends_at)
             VALUES ($1, $2, $3, $4, $5, $5, $6, $7)",
            args![&id, account, &digest(&secret)[..], &name, cx.now, until, ends],
        )?;
    }
    tokens.insert(0, format!("{id}{secret}"));
    tokens.truncate(TOKENS);
    Ok((id, Some(tokens)))
}

/// Whether a device is remembered.
pub(super) fn is_remembered(tx: &mut Tx<'_>, now: Instant, id: &Id) -> Outcome<bool> {
    let sql = "SELECT id FROM device WHERE id = $1 AND remembered_until > $2";
    Ok(tx.opt(sql, args![id, now], |r| r.get::<Id>(0))?.is_some())
}

/// The devices of `account`, the one used last first.
pub(super) fn all(tx: &mut Tx<'_>, now: Instant, account: &Id) -> Outcome<Vec<Device>> {
    let key = tx.key(account)?;
    Ok(tx.all(
        "SELECT id, name_sealed, created_at, seen_at, remembered_until FROM device
         WHERE account_id = $1 AND ends_at > $2 ORDER BY seen_at DESC, id DESC",
        args![account, now],
        |r| {
            let id: Id = r.get(0)?;
            let name = key.open_text(spot(&id), &r.get::<Vec<u8>>(1)?)?;
            let until: Instant = r.get(4)?;
            Ok(Device {
                id,
                name: name.into(),
                created_at: r.get(2)?,
                seen_at: r.get(3)?,
                remembered_until: (until > now).then_some(until),
            })
        },
    )?)
}

/// Forgets a device: the next sign-in there is as on a new one, and nobody stays signed in there. The session
/// of `token`, which asks, goes on; says whether it is on that device.
///
/// # Errors
/// `E-AUTH-11` when there is no such device.
pub fn revoke(tx: &mut Tx<'_>, account: &Id, (id, token): (&Id, &str)) -> Outcome<bool> {
    let sql = "DELETE FROM device WHERE id = $1 AND account_id = $2";
    match tx.exec(sql, args![id, account])? {
        0 => Err(Refusal::new(Kind::Gone, "E-AUTH-11").into()),
        _ => sessions::close_on(tx, account, id, token),
    }
}

/// Forgets all devices of `account` but this one.
pub(super) fn revoke_others(tx: &mut Tx<'_>, account: &Id, but: Option<&Id>) -> Outcome<u64> {
    let sql = "DELETE FROM device WHERE account_id = $1 AND id <> $2";
    Ok(tx.exec(sql, args![account, but.map_or("", Id::as_str)])?)
}

fn spot(id: &str) -> Spot<'_> {
    Spot::new("device", "name", id)
}
