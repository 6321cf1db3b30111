//! Certificates with which people have signed here.

use base::vault::Spot;
use base::{Cx, Id, Instant, Kind, Outcome, Pii, Refusal, Tx, args};
use serde::{Deserialize, Serialize};

use super::Signer;
use crate::accounts::Policy;
use crate::factors::{self, Came, Event};
use crate::privacy::{Part, Row};

/// What its owner recognises it by.
#[derive(Serialize, Deserialize)]
struct Kept {
    issuer: String,
    serial: String,
    until: i64,
}

/// A certificate as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Its id here.
    pub id: Id,
    /// Whoever gave it out.
    pub issuer: Pii<String>,
    /// Its number.
    pub serial: Pii<String>,
    /// Until when it is good.
    pub until: Instant,
    /// When it was first shown here.
    pub seen_at: Instant,
    /// When it was last used.
    pub used_at: Instant,
    /// Its owner took it away.
    pub removed: bool,
}

/// Notes that `signer`'s certificate was used for `account`. The owner hears of one that was not known.
pub(super) fn used(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (account, signer): (&Id, &Signer),
    came: &Came,
) -> Outcome<()> {
    let id = cx.new_id();
    let kept = Kept {
        issuer: signer.issuer.clone(),
        serial: signer.serial.clone(),
        until: signer.until.0,
    };
    let sealed = tx.key(account)?.seal_json(spot(&id), &kept)?;
    let digest = digest(policy, signer);
    let new = tx.opt(
        "INSERT INTO signature_certificate (id, account_id, digest, sealed, seen_at, used_at)
         VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT DO NOTHING RETURNING id",
        args![&id, account, &digest[..], &sealed, cx.now],
        |r| r.get::<Id>(0),
    )?;
    if new.is_some() {
        return factors::tell(tx, cx, policy, account, (Event::CertificateSeen, came));
    }
    tx.exec(
        "UPDATE signature_certificate SET used_at = $3, removed_at = NULL
         WHERE account_id = $1 AND digest = $2",
        args![account, &digest[..], cx.now],
    )?;
    Ok(())
}

/// Whether `account` took this certificate away.
pub(super) fn is_removed(
    tx: &mut Tx<'_>,
    policy: &Policy,
    (account, signer): (&Id, &Signer),
) -> Outcome<bool> {
    let removed = tx.opt(
        "SELECT id FROM signature_certificate
         WHERE account_id = $1 AND digest = $2 AND removed_at IS NOT NULL",
        args![account, &digest(policy, signer)[..]],
        |r| r.get::<Id>(0),
    )?;
    Ok(removed.is_some())
}

/// The certificates of `account`, the newest first.
///
/// # Errors
/// A fault of the engine.
pub fn all(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Certificate>> {
    let key = tx.key(account)?;
    Ok(tx.all(
        "SELECT id, sealed, seen_at, used_at, removed_at IS NOT NULL FROM signature_certificate
         WHERE account_id = $1 ORDER BY seen_at DESC, id DESC",
        args![account],
        |r| {
            let id: Id = r.get(0)?;
            let Kept { issuer, serial, until } = key.open_json(spot(&id), &r.get::<Vec<u8>>(1)?)?;
            Ok(Certificate {
                id,
                issuer: issuer.into(),
                serial: serial.into(),
                until: Instant(until),
                seen_at: r.get(2)?,
                used_at: r.get(3)?,
                removed: r.get(4)?,
            })
        },
    )?)
}

/// Takes a certificate away: it signs nobody in any more. Its owner is told.
///
/// # Errors
/// `E-SIG-12` when there is no such certificate.
pub fn remove(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (account, id): (&Id, &Id),
    came: &Came,
) -> Outcome<()> {
    let sql = "UPDATE signature_certificate SET removed_at = $3
               WHERE id = $1 AND account_id = $2 AND removed_at IS NULL";
    if tx.exec(sql, args![id, account, cx.now])? == 0 {
        return Err(Refusal::new(Kind::Gone, "E-SIG-12").into());
    }
    factors::tell(tx, cx, policy, account, (Event::CertificateRemoved, came))
}

/// What this room keeps of a person, for them.
pub(crate) fn export(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Part>> {
    let rows = all(tx, account)?.into_iter().map(|x| {
        Row::new()
            .text("name", x.issuer)
            .text("number", x.serial)
            .at("ends", x.until)
            .at("at", x.seen_at)
            .at("seen", x.used_at)
    });
    Ok(vec![Part { name: "certificates", rows: rows.collect() }])
}

/// Forgets all that is kept here of `person`.
pub(crate) fn forget(tx: &mut Tx<'_>, person: &Id) -> Outcome<Vec<String>> {
    tx.exec("DELETE FROM signature_challenge WHERE account_id = $1", args![person])?;
    tx.exec("DELETE FROM signature_certificate WHERE account_id = $1", args![person])?;
    Ok(Vec::new())
}

/// A certificate is no secret: whoever has it must not find its owner here.
fn digest(policy: &Policy, signer: &Signer) -> [u8; 32] {
    let hex: String = signer.fingerprint.iter().map(|x| format!("{x:02x}")).collect();
    policy.secrets.digest("certificate", &hex)
}

fn spot(id: &str) -> Spot<'_> {
    Spot::new("signature_certificate", "sealed", id)
}
