//! How often an account may take and give up times: a person who chooses among them never meets it, a program
//! that holds and lets go all the time does. Each node counts for itself, in memory: what must never
//! happen is guarded by the database.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use base::{Id, Instant, Kind, Refusal};

/// After so many accounts those that have all of theirs again are forgotten.
const MANY: usize = 10_000;

/// What each account may still do, filled up evenly.
#[derive(Debug)]
pub struct Pace {
    /// 0: as often as they like.
    per_minute: u16,
    accounts: Mutex<HashMap<Id, Left>>,
}

#[derive(Clone, Copy, Debug)]
struct Left {
    /// Microseconds of waiting that were earned and not spent.
    earned: i64,
    at: Instant,
}

impl Pace {
    /// So many a minute, and twice as many at once.
    pub fn new(per_minute: u16) -> Self {
        Self { per_minute, accounts: Mutex::default() }
    }

    /// Counts one more act of an account.
    ///
    /// # Errors
    /// `E-HOLD-05` with the seconds until the next one; then nothing is counted.
    pub fn take(&self, account: &Id, now: Instant) -> Result<(), Refusal> {
        let Some(cost) = self.cost() else { return Ok(()) };
        let whole = 2 * i64::from(self.per_minute) * cost;
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        let earned = |x: &Left| (x.earned + (now.0 - x.at.0).max(0)).min(whole);
        if accounts.len() >= MANY {
            accounts.retain(|_, left| earned(left) < whole);
        }
        let have = accounts.get(account).map_or(whole, earned);
        if have < cost {
            let seconds = (cost - have).div_euclid(Instant::SECOND) + 1;
            let refusal = Refusal::new(Kind::TooMany, "E-HOLD-05").arg("seconds", seconds);
            return Err(refusal.retry(u32::try_from(seconds).unwrap_or(u32::MAX)));
        }
        accounts.insert(account.clone(), Left { earned: have - cost, at: now });
        Ok(())
    }

    /// The act was refused for another reason: it does not count.
    pub fn give_back(&self, account: &Id) {
        let Some(cost) = self.cost() else { return };
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(left) = accounts.get_mut(account) {
            left.earned += cost;
        }
    }

    /// Microseconds that one act costs.
    fn cost(&self) -> Option<i64> {
        (self.per_minute > 0).then(|| Instant::MINUTE / i64::from(self.per_minute))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_at_once_then_ten_a_minute_and_everybody_for_themselves() {
        let (pace, anna, boris) = (Pace::new(10), Id::from("anna"), Id::from("boris"));
        let mut now = Instant(1_000_000_000);
        let many = |who: &Id, now| (0..400).filter(|_| pace.take(who, now).is_ok()).count();
        assert_eq!(many(&anna, now), 20);
        let refused = pace.take(&anna, now).unwrap_err();
        assert_eq!((refused.code, refused.retry_after), ("E-HOLD-05", Some(7)));
        assert_eq!(many(&boris, now), 20);
        now = now.plus(Instant::MINUTE);
        assert_eq!(many(&anna, now), 10);
        pace.give_back(&anna);
        assert_eq!(many(&anna, now), 1, "what was refused otherwise does not count");
        assert_eq!(many(&anna, now.plus(Instant::DAY)), 20);
        let free = Pace::new(0);
        assert!((0..400).all(|_| free.take(&anna, now).is_ok()));
    }
}
