//! Opening a session of a browser after a sign-in.

use base::vault::Spot;
use base::{Cx, Id, Instant, Outcome, Pii, Tx, args};

use super::{IDLE, Kind, STAFF_IDLE, TOTAL, digest, is_staff, row, spot};
use crate::accounts::closing;

/// A session on somebody else's computer ends after so long without a request.
const IDLE_SHARED: i64 = 10 * Instant::MINUTE;

/// What a session begins with.
#[derive(Clone, Copy, Debug)]
pub struct Opening<'a> {
    /// What the person will recognise, for example «Firefox, Windows».
    pub device: &'a str,
    /// Where from, in words.
    pub place: Option<&'a Pii<String>>,
    /// The device that is known by now.
    pub on: Option<&'a Id>,
    /// Somebody else's computer.
    pub shared: bool,
    /// A second factor was shown.
    pub factor: bool,
}

/// Opens a browser's session of `account`, whose password was typed just now; gives the token, which
/// is shown only now. An account that was to be closed stays: its owner is back.
///
/// # Errors
/// A fault of the engine.
pub fn enter(tx: &mut Tx<'_>, cx: &Cx, account: &Id, opening: &Opening<'_>) -> Outcome<String> {
    closing::take_back(tx, cx.now, account)?;
    let token: String = cx.chance.bytes::<32>().iter().map(|byte| format!("{byte:02x}")).collect();
    let digest = digest(&token);
    let (key, row) = (tx.key(account)?, row(&digest));
    let device = match opening.device {
        "" => None,
        device => Some(key.seal(spot(&row), device)?),
    };
    let place = opening.place.map(|x| key.seal(place_spot(&row), x.reveal())).transpose()?;
    let staff = is_staff(tx, account)?;
    let idle_for = opening.shared.then_some(IDLE_SHARED);
    let idle = if staff { STAFF_IDLE } else { IDLE };
    tx.exec(
        "INSERT INTO session (token_digest, account_id, kind, device_sealed, place_sealed,
                              created_at, seen_at, idle_until, ends_at, device_id, idle_for,
                              proved_at, factor_at, staff)
         VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9, $10, $6, $11, $12)",
        args![
            &digest[..],
            account,
            Kind::Browser.as_str(),
            device.as_ref(),
            place.as_ref(),
            cx.now,
            cx.now.plus(idle_for.unwrap_or(idle)),
            cx.now.plus(TOTAL),
            opening.on,
            idle_for,
            opening.factor.then_some(cx.now),
            staff,
        ],
    )?;
    Ok(token)
}

/// When whoever is signed in has proved it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The password was typed.
    pub proved_at: Option<Instant>,
    /// A second factor was shown.
    pub factor_at: Option<Instant>,
    /// On somebody else's computer.
    pub shared: bool,
}

/// What the session of `token` was opened with, as long as it stands.
///
/// # Errors
/// A fault of the engine.
pub fn proof(tx: &mut Tx<'_>, now: Instant, token: &str) -> Outcome<Option<Proof>> {
    Ok(tx.opt(
        "SELECT proved_at, factor_at, idle_for FROM session
         WHERE token_digest = $1 AND idle_until > $2 AND ends_at > $2",
        args![&digest(token)[..], now],
        |r| {
            let shared = r.get::<Option<i64>>(2)?.is_some();
            Ok(Proof { proved_at: r.get(0)?, factor_at: r.get(1)?, shared })
        },
    )?)
}

/// Where the place of the session with this digest stands.
pub(super) fn place_spot(row: &str) -> Spot<'_> {
    Spot::new("session", "place", row)
}
