//! What somebody wanted to book when their level was too low, or their address not enough: kept until
//! they have it.

use base::vault::Spot;
use base::{Cx, Fault, Id, Instant, Outcome, Pii, Tx, args};
use serde::{Deserialize, Serialize};

use super::{Kind, Profile, rules};
use crate::accounts::Level;
use crate::catalogue::AddressNeed;
use crate::privacy::{Cell, Row};

/// How long it is kept.
const KEPT: i64 = 14 * Instant::DAY;

/// A booking that was interrupted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The level it takes.
    pub level: Level,
    /// The address it takes, if any.
    pub address: Option<AddressNeed>,
    /// Code of the service.
    pub service: Pii<String>,
    /// The page that goes on with it: a path of the portal, with all that was chosen.
    pub back: Pii<String>,
}

impl Wish {
    /// Whether `profile` has by now what it takes.
    pub fn is_met(&self, profile: &Profile) -> bool {
        let home = profile.standing(Kind::Registration);
        profile.account.level >= self.level && rules::serves(self.address, home).is_ok()
    }
}

#[derive(Serialize, Deserialize)]
struct Written {
    service: String,
    back: String,
    #[serde(default)]
    address: Option<AddressNeed>,
}

/// Keeps the wish of `account`; the one before it goes.
///
/// # Errors
/// A fault of the engine.
pub fn keep(tx: &mut Tx<'_>, cx: &Cx, account: &Id, wish: &Wish) -> Outcome<()> {
    let written = Written {
        service: wish.service.reveal().clone(),
        back: wish.back.reveal().clone(),
        address: wish.address,
    };
    let sealed = tx.key(account)?.seal_json(spot(account), &written)?;
    tx.exec(
        "INSERT INTO level_wish (account_id, level, wish_sealed, at, expires_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (account_id) DO UPDATE SET level = excluded.level,
           wish_sealed = excluded.wish_sealed, at = excluded.at, expires_at = excluded.expires_at",
        args![account, wish.level.as_str(), &sealed, cx.now, cx.now.plus(KEPT)],
    )?;
    Ok(())
}

/// The wish of `account`, as long as it is kept.
///
/// # Errors
/// A fault of the engine.
pub fn kept(tx: &mut Tx<'_>, now: Instant, account: &Id) -> Outcome<Option<Wish>> {
    let stored = tx.opt(
        "SELECT level, wish_sealed FROM level_wish WHERE account_id = $1 AND expires_at > $2",
        args![account, now],
        |r| Ok((r.get::<String>(0)?, r.get::<Vec<u8>>(1)?)),
    )?;
    let Some((level, sealed)) = stored else { return Ok(None) };
    let Written { service, back, address } = tx.key(account)?.open_json(spot(account), &sealed)?;
    let known = Level::parse(&level);
    let level = known.ok_or_else(|| Fault::new(format!("`{level}` is no level of an account")))?;
    Ok(Some(Wish { level, address, service: service.into(), back: back.into() }))
}

/// Lets the wish of `account` go: it was taken up, or is wanted no more.
///
/// # Errors
/// A fault of the engine.
pub fn leave(tx: &mut Tx<'_>, account: &Id) -> Outcome<()> {
    tx.exec("DELETE FROM level_wish WHERE account_id = $1", args![account])?;
    Ok(())
}

/// What this table keeps of a person, for them: also when it is over and not swept yet.
pub(super) fn rows(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Row>> {
    let key = tx.key(account)?;
    Ok(tx.all(
        "SELECT level, wish_sealed, at, expires_at FROM level_wish WHERE account_id = $1",
        args![account],
        |r| {
            let written: Written = key.open_json(spot(account), &r.get::<Vec<u8>>(1)?)?;
            Ok(Row::new()
                .with("service", Cell::Service(written.service))
                .code("level", ("account-level-", &r.get::<String>(0)?))
                .with("page", Cell::Path(written.back.into()))
                .at("at", r.get::<Instant>(2)?)
                .at("ends", r.get::<Instant>(3)?))
        },
    )?)
}

fn spot(account: &str) -> Spot<'_> {
    Spot::new("level_wish", "wish", account)
}
