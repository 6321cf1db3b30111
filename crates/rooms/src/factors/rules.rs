//! What is asked of whom, and how long a guesser waits. Pure.

use base::{Instant, Kind, Refusal};

use crate::accounts::Level;
use crate::sessions::Proof;

/// A way to show that one is more than a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// A code of an authenticator app.
    App,
    /// A code to the phone.
    Sms,
    /// A code to the proved e-mail.
    Email,
    /// One of the printed codes.
    Printed,
}

impl Method {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::App, Self::Sms, Self::Email, Self::Printed];

    /// As in addresses and forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Sms => "sms",
            Self::Email => "email",
            Self::Printed => "printed",
        }
    }

    /// Reads what [`Method::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|x| x.as_str() == text)
    }
}

/// What an account has switched on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// An authenticator app.
    pub app: bool,
    /// A code to a contact at every sign-in.
    pub code: bool,
    /// Printed codes that are left.
    pub printed: i64,
    /// A proved e-mail.
    pub email: bool,
}

impl Standing {
    /// Whether a second factor is switched on.
    pub fn has_factor(&self) -> bool {
        self.app || self.code
    }

    /// The ways that are open. A code to a contact is weaker than an app, so whoever has an app is
    /// offered it only when they switched it on, too.
    pub fn methods(&self) -> Vec<Method> {
        let codes = self.code || !self.app;
        let open = |method: &Method| match method {
            Method::App => self.app,
            Method::Sms => codes,
            Method::Email => codes && self.email,
            Method::Printed => self.printed > 0,
        };
        Method::ALL.into_iter().filter(open).collect()
    }
}

/// How well a browser is known to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Nobody has signed in to this account with it.
    Unknown,
    /// Its owner has signed in with it.
    Known,
    /// And has said that no second factor is needed there for a while.
    Remembered,
}

/// Whether a second factor is asked after a right password: on a new device always, on a known one
/// when the owner has switched it on.
pub fn is_asked(standing: &Standing, trust: Trust) -> bool {
    match trust {
        Trust::Unknown => true,
        Trust::Known => standing.has_factor(),
        Trust::Remembered => false,
    }
}

/// The ways that are open to somebody who has lost the password: every kind of proof once.
pub fn recovery_ways(standing: &Standing, shown: &[Method]) -> Vec<Method> {
    let open = |method: &Method| match method {
        Method::App => standing.app,
        Method::Sms => true,
        Method::Email => standing.email,
        Method::Printed => standing.printed > 0,
    };
    Method::ALL.into_iter().filter(|x| open(x) && !shown.contains(x)).collect()
}

/// Whether what was shown is enough to choose a new password: at the simplified level a code to a
/// contact; above it two proofs of different kinds, of which a known device may be one. Whoever has an
/// app shows it, or a printed code: who holds the contacts alone does not get past it.
pub fn may_recover(level: Level, standing: &Standing, shown: &[Method], trust: Trust) -> bool {
    let needed = if level == Level::Simplified { 1 } else { 2 };
    let device = usize::from(trust != Trust::Unknown);
    let strong = shown.iter().any(|x| matches!(x, Method::App | Method::Printed));
    !shown.is_empty() && shown.len() + device >= needed && (strong || !standing.app)
}

/// The level after a recovery: what was proved in person holds only with a proof that was handed over
/// then.
pub fn level_after(level: Level, shown: &[Method]) -> Level {
    match level {
        Level::Verified if !shown.contains(&Method::Printed) => Level::Standard,
        level => level,
    }
}

/// How long a proof is fresh enough for what is guarded.
const FRESH: i64 = 10 * Instant::MINUTE;

/// Whether whoever is signed in has proved it just now: by the second factor when there is one, else
/// by the password.
pub fn is_fresh(standing: &Standing, proof: &Proof, now: Instant) -> bool {
    let at = if standing.has_factor() { proof.factor_at } else { proof.proved_at };
    at.is_some_and(|at| at.plus(FRESH) > now)
}

/// Passwords that are evaluated at once; each later one waits.
const AT_ONCE: i64 = 5;
/// Passwords that are evaluated in a row, whatever the waiting.
const IN_A_ROW: i64 = 100;
/// From this one on a device that is not known proves work.
const WORK_FROM: i64 = 3;

/// Passwords in a row that did not fit, so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guesses {
    /// How many were evaluated.
    pub tries: i64,
    /// When the next one is.
    pub free_at: Instant,
}

impl Guesses {
    /// Nobody has tried.
    #[cfg(test)]
    const NONE: Self = Self { tries: 0, free_at: Instant(0) };

    /// Whether the next one needs a proof of work.
    pub fn need_work(&self) -> bool {
        self.tries + 1 >= WORK_FROM
    }

    /// One more, at `now`.
    ///
    /// # Errors
    /// `E-AUTH-04` after a hundred in a row; `E-AUTH-03` with the time to wait; `E-AUTH-05` when work
    /// is to be proved first.
    pub fn one_more(self, now: Instant, worked: bool) -> Result<Self, Refusal> {
        if self.tries >= IN_A_ROW {
            return Err(Refusal::new(Kind::TooMany, "E-AUTH-04"));
        }
        if self.free_at > now {
            return Err(wait(now, self.free_at));
        }
        if self.need_work() && !worked {
            return Err(Refusal::new(Kind::Conflict, "E-AUTH-05"));
        }
        let tries = self.tries + 1;
        Ok(Self { tries, free_at: now.plus(pause(tries)) })
    }
}

/// How long the next password waits after so many: a minute after the fifth, then twice as long each
/// time, up to an hour.
fn pause(tries: i64) -> i64 {
    match tries - AT_ONCE {
        ..0 => 0,
        over => (Instant::MINUTE << over.min(6)).min(Instant::HOUR),
    }
}

fn wait(now: Instant, until: Instant) -> Refusal {
    let seconds = (until.0 - now.0 + Instant::SECOND - 1) / Instant::SECOND;
    let seconds = u32::try_from(seconds).unwrap_or(u32::MAX);
    let minutes = seconds.div_ceil(60);
    Refusal::new(Kind::TooMany, "E-AUTH-03").arg("minutes", minutes).retry(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_device_always_meets_the_second_factor() {
        let plain = Standing { email: true, ..Standing::default() };
        let app = Standing { app: true, printed: 10, ..plain };
        for standing in [plain, app] {
            assert!(is_asked(&standing, Trust::Unknown));
            assert!(!is_asked(&standing, Trust::Remembered));
        }
        assert!(!is_asked(&plain, Trust::Known) && is_asked(&app, Trust::Known));
    }

    #[test]
    fn an_app_is_not_weakened_by_codes_to_a_phone() {
        let plain = Standing { email: true, ..Standing::default() };
        assert_eq!(plain.methods(), [Method::Sms, Method::Email]);
        assert_eq!(Standing::default().methods(), [Method::Sms]);
        let app = Standing { app: true, printed: 1, ..plain };
        assert_eq!(app.methods(), [Method::App, Method::Printed]);
        assert_eq!(Standing { code: true, printed: 0, ..app }.methods().len(), 3);
        assert!(Method::ALL.iter().all(|x| Method::parse(x.as_str()) == Some(*x)));
    }

    #[test]
    fn a_proof_is_fresh_for_ten_minutes_and_a_password_is_none_beside_a_factor() {
        let now = Instant::from_minutes(29_000_000);
        let proof = Proof { proved_at: Some(now), factor_at: None, shared: false };
        let plain = Standing::default();
        let app = Standing { app: true, ..plain };
        assert!(is_fresh(&plain, &proof, now.plus(FRESH - 1)));
        assert!(!is_fresh(&plain, &proof, now.plus(FRESH)) && !is_fresh(&app, &proof, now));
        assert!(is_fresh(&app, &Proof { factor_at: Some(now), ..proof }, now));
        assert!(!is_fresh(&plain, &Proof { proved_at: None, ..proof }, now));
    }

    #[test]
    fn recovery_asks_for_what_the_level_is_worth() {
        let plain = Standing { email: true, printed: 3, ..Standing::default() };
        let may =
            |level, standing, shown: &[Method], trust| may_recover(level, standing, shown, trust);
        let (one, two) = ([Method::Sms], [Method::Sms, Method::Email]);
        assert!(may(Level::Simplified, &plain, &one, Trust::Unknown));
        assert!(!may(Level::Simplified, &plain, &[], Trust::Remembered));
        for level in [Level::Standard, Level::Verified] {
            assert!(!may(level, &plain, &one, Trust::Unknown));
            assert!(may(level, &plain, &two, Trust::Unknown));
            assert!(may(level, &plain, &one, Trust::Known), "a device that is known");
        }
        let app = Standing { app: true, ..plain };
        assert!(!may(Level::Simplified, &app, &two, Trust::Known));
        assert!(may(Level::Standard, &app, &[Method::Sms, Method::Printed], Trust::Unknown));
        assert_eq!(recovery_ways(&app, &one), [Method::App, Method::Email, Method::Printed]);
        assert_eq!(level_after(Level::Verified, &two), Level::Standard);
        assert_eq!(level_after(Level::Verified, &[Method::Printed]), Level::Verified);
        assert_eq!(level_after(Level::Simplified, &one), Level::Simplified);
    }

    #[test]
    fn waiting_grows_and_a_hundred_in_a_row_are_the_end() {
        let (mut now, mut so_far) = (Instant::from_minutes(29_000_000), Guesses::NONE);
        let mut waits = Vec::new();
        while so_far.tries < IN_A_ROW {
            let early = so_far.one_more(so_far.free_at.plus(-1), true);
            if so_far.free_at > now {
                assert_eq!(early.unwrap_err().code, "E-AUTH-03");
                waits.push((so_far.free_at.0 - now.0) / Instant::MINUTE);
                now = so_far.free_at;
            }
            so_far = so_far.one_more(now, true).unwrap();
        }
        assert_eq!(waits[..8], [1, 2, 4, 8, 16, 32, 60, 60]);
        let end = so_far.one_more(now.plus(365 * Instant::DAY), true).unwrap_err();
        assert_eq!(end.code, "E-AUTH-04");
    }

    #[test]
    fn the_third_try_proves_work() {
        let now = Instant::from_minutes(29_000_000);
        let second = Guesses::NONE.one_more(now, false).and_then(|x| x.one_more(now, false));
        let second = second.unwrap();
        assert!(second.need_work());
        assert_eq!(second.one_more(now, false).unwrap_err().code, "E-AUTH-05");
        assert_eq!(second.one_more(now, true).unwrap().tries, 3);
    }
}
