//! A person's own keys: adding, naming, taking away.

use base::{Cx, Id, Instant, Kind, Outcome, Pii, Refusal, Tx, args};

use super::super::app::{Added, named};
use super::super::notice::{self, Event};
use super::super::{printed, strong};
use super::{
    Attested, BASE64, Came, Kept, Policy, Purpose, attested, challenge, credential_spot, digest,
    name_spot, site, unsealed,
};
use base64::Engine as _;

/// Keys of one person.
const MOST: usize = 10;

/// A key as its owner knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// Its id here.
    pub id: Id,
    /// What its owner calls it.
    pub name: Pii<String>,
    /// Its maker keeps a copy for its owner, so losing the device does not lose the key.
    pub backed_up: bool,
    /// When it was added.
    pub created_at: Instant,
    /// When it was last used.
    pub used_at: Option<Instant>,
    /// Somebody has a copy of it: it opens nothing any more.
    pub copied: bool,
}

/// Registers a key of `account`, on the word of the browser that holds the session `holder`. Brings
/// printed codes when there were none before.
///
/// # Errors
/// `E-FORM-00` when the name is missing or too long; `E-KEY-01` when the challenge does not count any
/// more; `E-KEY-02` when the key does not fit; `E-KEY-04` when there are enough; `E-KEY-07` when it is
/// registered already; `E-KEY-06` where the portal's address allows no keys.
pub fn add(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (account, holder): (&Id, &str),
    (given, name, came): (&Attested, &str, &Came),
) -> Outcome<Added> {
    let name = named(name)?;
    let site = site(policy)?;
    challenge::accept(tx, cx.now, &policy.secrets, (Purpose::Add, holder), &given.token)?;
    let new = attested(site, given)?;
    if all(tx, account)?.len() >= MOST {
        return Err(Refusal::new(Kind::Conflict, "E-KEY-04").arg("max", MOST).into());
    }
    let (id, key) = (cx.new_id(), tx.key(account)?);
    let kept = Kept {
        id: BASE64.encode(&new.credential),
        key: BASE64.encode(&new.cose),
        transports: transports(&given.transports),
    };
    let kept = serde_json::to_string(&kept);
    let kept = kept.map_err(|error| base::Fault::of("a passkey cannot be written", error))?;
    let first = tx.opt(
        "INSERT INTO passkey (id, account_id, credential_digest, name_sealed, credential_sealed,
                              counter, backed_up, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING id",
        args![
            &id,
            account,
            &digest(&new.credential)[..],
            &key.seal(name_spot(&id), name)?,
            &key.seal(credential_spot(&id), &kept)?,
            i64::from(new.counter),
            new.backed_up,
            cx.now,
        ],
        |r| r.get::<Id>(0),
    )?;
    first.ok_or_else(|| Refusal::new(Kind::Conflict, "E-KEY-07"))?;
    let left = printed::left(tx, account)?;
    let printed = if left == 0 { printed::make(tx, cx, policy, account)? } else { Vec::new() };
    notice::tell(tx, cx, policy, account, (Event::FactorAdded, came))?;
    Ok(Added { printed })
}

/// The ways to a key that browsers know; what else a browser says is dropped.
fn transports(said: &str) -> String {
    let known = ["ble", "cable", "hybrid", "internal", "nfc", "smart-card", "usb"];
    let said: Vec<&str> = said.split_whitespace().collect();
    known.into_iter().filter(|x| said.contains(x)).collect::<Vec<_>>().join(" ")
}

/// Calls a key otherwise.
///
/// # Errors
/// `E-FORM-00` when the name is missing or too long; `E-KEY-05` when there is no such key.
pub fn rename(tx: &mut Tx<'_>, account: &Id, id: &Id, name: &str) -> Outcome<()> {
    let sealed = tx.key(account)?.seal(name_spot(id), named(name)?)?;
    let renamed = tx.exec(
        "UPDATE passkey SET name_sealed = $3 WHERE id = $1 AND account_id = $2",
        args![id, account, &sealed],
    )?;
    if renamed == 0 { Err(gone().into()) } else { Ok(()) }
}

/// Takes a key away.
///
/// # Errors
/// `E-KEY-05` when there is no such key; `E-AUTH-21` when somebody of the staff would be left without.
pub fn remove(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (account, id): (&Id, &Id),
    came: &Came,
) -> Outcome<()> {
    let sql = "DELETE FROM passkey WHERE id = $1 AND account_id = $2";
    if tx.exec(sql, args![id, account])? == 0 {
        return Err(gone().into());
    }
    strong::removed(tx, cx.now, account)?;
    notice::tell(tx, cx, policy, account, (Event::FactorRemoved, came))
}

fn gone() -> Refusal {
    Refusal::new(Kind::Gone, "E-KEY-05")
}

/// The keys of `account`, the oldest first.
pub(crate) fn all(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Passkey>> {
    let key = tx.key(account)?;
    Ok(tx.all(
        "SELECT id, name_sealed, backed_up, created_at, used_at, copied_at IS NOT NULL FROM passkey
         WHERE account_id = $1 ORDER BY created_at, id",
        args![account],
        |r| {
            let id: Id = r.get(0)?;
            let name = key.open_text(name_spot(&id), &r.get::<Vec<u8>>(1)?)?;
            Ok(Passkey {
                id,
                name: name.into(),
                backed_up: r.get(2)?,
                created_at: r.get(3)?,
                used_at: r.get(4)?,
                copied: r.get(5)?,
            })
        },
    )?)
}

/// Ids (base64url) of the keys of `account` and the ways to them, for its browser to look for.
///
/// # Errors
/// A fault of the engine.
pub fn known(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<(String, String)>> {
    let rows = tx.all(
        "SELECT id, credential_sealed FROM passkey
         WHERE account_id = $1 AND copied_at IS NULL ORDER BY created_at, id",
        args![account],
        |r| Ok((r.get::<Id>(0)?, r.get::<Vec<u8>>(1)?)),
    )?;
    let open = |(id, sealed): (Id, Vec<u8>)| {
        unsealed(tx, account, &id, &sealed).map(|x| (x.id, x.transports))
    };
    rows.into_iter().map(open).collect()
}
