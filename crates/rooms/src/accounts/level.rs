//! How surely the portal knows who somebody is.

use base::vault::Spot;
use base::{Cx, Fault, Id, Kind, Outcome, Refusal, Tx, args};
use serde::{Deserialize, Serialize};

/// A level of an account; a service sets its minimum, and a higher level includes the lower ones.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// A name and a proved phone.
    #[default]
    Simplified,
    /// Passport and SNILS agree with the registries.
    Standard,
    /// Identity proved in person or by an equal method.
    Verified,
}

impl Level {
    /// All levels, the lowest first.
    pub const ALL: [Self; 3] = [Self::Simplified, Self::Standard, Self::Verified];

    /// As stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Simplified => "simplified",
            Self::Standard => "standard",
            Self::Verified => "verified",
        }
    }

    /// Reads what [`Level::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == text)
    }
}

impl From<base::config::BookingLevel> for Level {
    fn from(level: base::config::BookingLevel) -> Self {
        use base::config::BookingLevel::{Simplified, Standard, Verified};
        match level {
            Simplified => Self::Simplified,
            Standard => Self::Standard,
            Verified => Self::Verified,
        }
    }
}

/// Sets the level of `account` and notes why. Setting the level that it has changes nothing.
///
/// # Errors
/// `E-ACC-02` when there is no such account.
pub fn set(tx: &mut Tx<'_>, cx: &Cx, account: &Id, level: Level, reason: &str) -> Outcome<()> {
    let old = lock_level(tx, account)?;
    if old == level {
        return Ok(());
    }
    tx.exec("UPDATE account SET level = $2 WHERE id = $1", args![account, level.as_str()])?;
    super::changed(tx, account);
    // What an engineer writes may name papers and numbers.
    let reason = tx.key(account)?.seal(spot(&cx.op), reason)?;
    tx.exec(
        "INSERT INTO level_change (account_id, at, op_id, actor, channel, from_level, to_level,
                                   reason_sealed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![
            account,
            cx.now,
            &cx.op,
            &cx.actor.label(),
            cx.channel.label(),
            old.as_str(),
            level.as_str(),
            &reason,
        ],
    )?;
    Ok(())
}

/// The level of `account`, whose row is ours until the transaction ends: whatever changes what is
/// known of a person begins here. Rows that refer to the account may come meanwhile: a lock that kept
/// them away would let two, who wrote such a row first, wait for each other.
///
/// # Errors
/// `E-ACC-02` when there is no such account.
pub(crate) fn lock_level(tx: &mut Tx<'_>, account: &Id) -> Outcome<Level> {
    let query = base::locking!(
        "SELECT level FROM account WHERE id = $1 AND closed_at IS NULL",
        "FOR NO KEY UPDATE"
    );
    let level: Option<String> = tx.locked(query, args![account], |r| r.get(0))?;
    let level = level.ok_or_else(|| Refusal::new(Kind::NotFound, "E-ACC-02"))?;
    let known = Level::parse(&level);
    Ok(known.ok_or_else(|| Fault::new(format!("`{level}` is no level of an account")))?)
}

/// Where the reason of a change stands.
pub(crate) fn spot(op: &str) -> Spot<'_> {
    Spot::new("level_change", "reason", op)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_ordered_and_read_back() {
        assert!(Level::Simplified < Level::Standard && Level::Standard < Level::Verified);
        assert!(Level::ALL.iter().all(|x| Level::parse(x.as_str()) == Some(*x)));
        assert_eq!(Level::parse("confirmed"), None);
    }
}
