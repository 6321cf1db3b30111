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
    /// What was shown, and when.
    pub proof: Proof,
    /// How long it lives, in microseconds, on a device that a citizen trusts.
    pub trusted_for: Option<i64>,
}

/// What was shown beside the password, or in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factor {
    /// Nothing.
    Nothing,
    /// What whoever holds the phone number can show: a code to a contact.
    Contact,
    /// More than that: a passkey, an app, a printed code in their place.
    Strong,
}

/// When whoever is signed in has proved it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// The password was typed, or something in its place.
    pub proved_at: Option<Instant>,
    /// The password itself, or a passkey: what whoever holds a contact or a stolen session cannot show.
    pub password_at: Option<Instant>,
    /// A second factor was shown.
    pub factor_at: Option<Instant>,
    /// It was more than a code to a contact.
    pub strong_at: Option<Instant>,
    /// Its owner came back by a recovery: the password is forgotten.
    pub recovered_at: Option<Instant>,
    /// On somebody else's computer.
    pub shared: bool,
}

impl Proof {
    /// Who has just shown `factor`, beside the password or something in its place.
    pub fn now(now: Instant, factor: Factor, shared: bool) -> Self {
        let factor_at = (factor != Factor::Nothing).then_some(now);
        let strong_at = factor_at.filter(|_| factor == Factor::Strong);
        Self { proved_at: Some(now), factor_at, strong_at, shared, ..Self::default() }
    }

    /// It was the password, or a passkey.
    #[must_use]
    pub fn knowing(self) -> Self {
        Self { password_at: self.proved_at, ..self }
    }

    /// With what was shown before: a weaker proof takes away nothing, each keeps its own time.
    #[must_use]
    pub fn beside(self, earlier: &Self) -> Self {
        Self {
            proved_at: self.proved_at.or(earlier.proved_at),
            password_at: self.password_at.or(earlier.password_at),
            factor_at: self.factor_at.or(earlier.factor_at),
            strong_at: self.strong_at.or(earlier.strong_at),
            recovered_at: self.recovered_at.or(earlier.recovered_at),
            shared: self.shared,
        }
    }
}

/// Opens a browser's session of `account`; gives the token, which is shown only now. An account that
/// was to be closed stays: its owner is back.
///
/// # Errors
/// A fault of the engine.
pub fn enter(tx: &mut Tx<'_>, cx: &Cx, account: &Id, opening: &Opening<'_>) -> Outcome<String> {
    closing::take_back(tx, cx, account)?;
    let token: String = cx.chance.bytes::<32>().iter().map(|byte| format!("{byte:02x}")).collect();
    let digest = digest(&token);
    let (key, row) = (tx.key(account)?, row(&digest));
    let device = match opening.device {
        "" => None,
        device => Some(key.seal(spot(&row), device)?),
    };
    let place = opening.place.map(|x| key.seal(place_spot(&row), x.reveal())).transpose()?;
    let (staff, proof) = (is_staff(tx, account)?, &opening.proof);
    let trusted_for = opening.trusted_for.filter(|_| !staff && !proof.shared);
    let idle_for = proof.shared.then_some(IDLE_SHARED).or(trusted_for);
    let idle = if staff { STAFF_IDLE } else { IDLE };
    tx.exec(
        "INSERT INTO session (token_digest, account_id, kind, device_sealed, place_sealed,
                              created_at, seen_at, idle_until, ends_at, device_id, idle_for,
                              proved_at, factor_at, strong_at, staff, password_at,
                              recovered_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        args![
            &digest[..],
            account,
            Kind::Browser.as_str(),
            device.as_ref(),
            place.as_ref(),
            cx.now,
            cx.now.plus(idle_for.unwrap_or(idle)),
            cx.now.plus(trusted_for.unwrap_or(TOTAL)),
            opening.on,
            idle_for,
            proof.proved_at,
            proof.factor_at,
            proof.strong_at,
            staff,
            proof.password_at,
            proof.recovered_at,
        ],
    )?;
    Ok(token)
}

/// What the session of `token` has shown, as long as it stands.
///
/// # Errors
/// A fault of the engine.
pub fn proof(tx: &mut Tx<'_>, now: Instant, token: &str) -> Outcome<Option<Proof>> {
    Ok(tx.opt(
        "SELECT proved_at, factor_at, strong_at, idle_for, password_at, recovered_at FROM session
         WHERE token_digest = $1 AND idle_until > $2 AND ends_at > $2",
        args![&digest(token)[..], now],
        |r| {
            let shared = r.get::<Option<i64>>(3)?.is_some_and(|x| x == IDLE_SHARED);
            let (proved_at, factor_at, strong_at) = (r.get(0)?, r.get(1)?, r.get(2)?);
            let (password_at, recovered_at) = (r.get(4)?, r.get(5)?);
            Ok(Proof { proved_at, password_at, factor_at, strong_at, recovered_at, shared })
        },
    )?)
}

/// Uses up what a recovery permits in the session of `token`: its owner has a new password.
pub(crate) fn use_recovery(tx: &mut Tx<'_>, token: &str) -> Outcome<()> {
    let sql = "UPDATE session SET recovered_at = NULL WHERE token_digest = $1";
    tx.exec(sql, args![&digest(token)[..]])?;
    Ok(())
}

/// Where the place of the session with this digest stands.
pub(super) fn place_spot(row: &str) -> Spot<'_> {
    Spot::new("session", "place", row)
}
