//! What is asked of whom, and how long a guesser waits. Pure.

use base::{Instant, Kind, Refusal};

use crate::accounts::Level;
use crate::sessions::Proof;

/// A way to show that one is more than a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// The answer to the control question: asked beside the proofs of a recovery, and none itself.
    Question,
    /// A passkey.
    Key,
    /// A code of an authenticator app.
    App,
    /// A code to the phone.
    Sms,
    /// A code to the proved e-mail.
    Email,
    /// One of the printed codes.
    Printed,
    /// The password, after a code to a contact has stood for it and was not enough.
    Password,
}

impl Method {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 7] = [
        Self::Question,
        Self::Key,
        Self::App,
        Self::Sms,
        Self::Email,
        Self::Printed,
        Self::Password,
    ];

    /// As in addresses and forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Key => "key",
            Self::App => "app",
            Self::Sms => "sms",
            Self::Email => "email",
            Self::Printed => "printed",
            Self::Password => "password",
        }
    }

    /// Whether whoever holds the contacts alone cannot show it.
    pub fn is_strong(self) -> bool {
        matches!(self, Self::Key | Self::App | Self::Printed)
    }

    /// Reads what [`Method::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|x| x.as_str() == text)
    }
}

/// What an account has switched on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// A passkey that was not copied.
    pub key: bool,
    /// An authenticator app.
    pub app: bool,
    /// A code to a contact at every sign-in.
    pub code: bool,
    /// Printed codes that are left.
    pub printed: i64,
    /// A proved e-mail.
    pub email: bool,
    /// A control question.
    pub question: bool,
}

impl Standing {
    /// Whether every password meets a second factor. A passkey alone does not ask for one: it is
    /// another way in.
    pub fn asks_always(&self) -> bool {
        self.app || self.code
    }

    /// Whether there is something better than a code to a contact.
    pub fn is_strong(&self) -> bool {
        self.key || self.app
    }

    /// The ways that are open at a sign-in. A code to a contact is weaker than an app, so whoever has
    /// an app is offered it only when they switched it on, too.
    pub fn methods(&self) -> Vec<Method> {
        let codes = self.code || !self.app;
        let open = |method: &Method| match method {
            Method::Key => self.key,
            Method::App => self.app,
            Method::Sms => codes,
            Method::Email => codes && self.email,
            Method::Printed => self.printed > 0,
            Method::Question | Method::Password => false,
        };
        Method::ALL.into_iter().filter(open).collect()
    }

    /// The ways to the best proof: nothing weaker than what they have, or a thief with a phone number
    /// could put a key of their own beside it.
    pub fn best_methods(&self) -> Vec<Method> {
        let strong = self.is_strong();
        self.methods().into_iter().filter(|x| x.is_strong() || !strong).collect()
    }

    /// Whether `method` is worth a session that may work for the staff. A printed code stands in for
    /// an app or a key that is lost, so without one it is worth no more than a code to a contact.
    pub fn is_worth_staff(&self, method: Method) -> bool {
        method.is_strong() && self.is_strong()
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
        Trust::Known => standing.asks_always(),
        Trust::Remembered => false,
    }
}

/// The ways that are open to somebody who has lost the password: every kind of proof once. The control
/// question comes after the first proof, or it would tell strangers that there is an account.
pub fn recovery_ways(standing: &Standing, shown: &[Method]) -> Vec<Method> {
    let open = |method: &Method| match method {
        Method::Key => standing.key,
        Method::App => standing.app,
        Method::Sms => true,
        Method::Email => standing.email,
        Method::Printed => standing.printed > 0,
        Method::Question => standing.question && !shown.is_empty(),
        Method::Password => false,
    };
    Method::ALL.into_iter().filter(|x| open(x) && !shown.contains(x)).collect()
}

/// The ways that are open to somebody who signs in by a code to a contact and has shown `shown`.
/// Whoever has a passkey or an app shows that, or a printed code; the others something of another kind.
pub fn ways_beside_code(standing: &Standing, shown: &[Method]) -> Vec<Method> {
    let strong = standing.is_strong();
    let open = |method: &Method| match method {
        Method::Key => standing.key,
        Method::App => standing.app,
        Method::Sms => !strong,
        Method::Email => !strong && standing.email,
        Method::Printed => standing.printed > 0,
        Method::Question => false,
        Method::Password => !strong,
    };
    Method::ALL.into_iter().filter(|x| open(x) && !shown.contains(x)).collect()
}

/// Whether what was shown opens a session to somebody who signs in by a code in place of the password:
/// the code never stands for both. A passkey or an app is asked for wherever there is one. Else one
/// code is enough with a device that is known, unless its owner wants two proofs every time, and with
/// any device at the simplified level, which is worth no more.
pub fn may_enter_by_code(
    level: Level,
    standing: &Standing,
    shown: &[Method],
    trust: Trust,
) -> bool {
    if standing.is_strong() {
        return shown.iter().any(|x| x.is_strong());
    }
    let one = match trust {
        Trust::Remembered => true,
        Trust::Known => !standing.asks_always(),
        Trust::Unknown => level == Level::Simplified && !standing.asks_always(),
    };
    shown.len() >= if one { 1 } else { 2 }
}

/// Whether what was shown is enough to choose a new password: at the simplified level a code to a
/// contact; above it two proofs of different kinds, of which a known device may be one. Whoever has a
/// passkey or an app shows it, or a printed code: who holds the contacts alone does not get past it.
/// A control question is answered beside that and counts for nothing.
pub fn may_recover(level: Level, standing: &Standing, shown: &[Method], trust: Trust) -> bool {
    let needed = if level == Level::Simplified { 1 } else { 2 };
    let device = usize::from(trust != Trust::Unknown);
    let strong = shown.iter().any(|x| x.is_strong());
    let answered = shown.contains(&Method::Question);
    let proofs = shown.len() - usize::from(answered);
    let enough = proofs > 0 && proofs + device >= needed && (strong || !standing.is_strong());
    enough && (answered || !standing.question)
}

/// The level after a recovery: what was proved in person holds only with a proof that no thief of
/// contacts and telephones can show: a passkey, which asks for its owner's finger, or a printed code.
pub fn level_after(level: Level, shown: &[Method]) -> Level {
    match level {
        Level::Verified if !shown.iter().any(|x| matches!(x, Method::Key | Method::Printed)) => {
            Level::Standard
        }
        level => level,
    }
}

/// How long a proof is fresh enough for what is guarded.
const FRESH: i64 = 10 * Instant::MINUTE;

/// Whether whoever is signed in has proved it just now: by the second factor where every sign-in asks
/// for one, else by the password; `best`: by the best they have, because what is changed proves who
/// they are from now on.
pub fn is_fresh(standing: &Standing, proof: &Proof, best: bool, now: Instant) -> bool {
    let at = match standing {
        x if best && x.is_strong() => proof.strong_at,
        x if x.asks_always() => proof.factor_at,
        _ => proof.proved_at,
    };
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
    use crate::sessions::Factor;

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
        let both = Standing { code: true, ..app };
        assert_eq!(both.methods().len(), 4);
        assert_eq!(both.best_methods(), [Method::App, Method::Printed]);
        assert_eq!(plain.best_methods(), plain.methods());
        assert!(Method::ALL.iter().all(|x| Method::parse(x.as_str()) == Some(*x)));
    }

    #[test]
    fn a_proof_is_fresh_for_ten_minutes_and_a_password_is_none_beside_a_factor() {
        let now = Instant::from_minutes(29_000_000);
        let proof = |factor| Proof::now(now, factor, false);
        let (by_password, by_code, by_app) =
            (proof(Factor::Nothing), proof(Factor::Contact), proof(Factor::Strong));
        let plain = Standing::default();
        let (app, key) = (Standing { app: true, ..plain }, Standing { key: true, ..plain });
        let code = Standing { code: true, ..plain };
        for best in [false, true] {
            assert!(is_fresh(&plain, &by_password, best, now.plus(FRESH - 1)));
            assert!(!is_fresh(&plain, &by_password, best, now.plus(FRESH)));
            assert!(!is_fresh(&app, &by_password, best, now));
            assert!(is_fresh(&app, &by_app, best, now) && is_fresh(&key, &by_app, best, now));
            assert!(is_fresh(&code, &by_code, best, now));
            assert!(!is_fresh(&code, &by_password, best, now));
        }
        // A key does not make everyday changes harder; what proves people is changed by the best.
        assert!(is_fresh(&key, &by_password, false, now) && !is_fresh(&key, &by_code, true, now));
        assert!(!is_fresh(&Standing { code: true, ..app }, &by_code, true, now));
        let unproved = Proof { proved_at: None, ..by_password };
        assert!(!is_fresh(&plain, &unproved, false, now));
        let later = Proof::now(now.plus(FRESH), Factor::Contact, false).beside(Some(now));
        assert!(later.strong_at.is_some() && !is_fresh(&key, &later, true, now.plus(FRESH)));
    }

    #[test]
    fn a_passkey_is_a_way_in_and_the_best_proof_but_asks_for_nothing_by_itself() {
        let key = Standing { key: true, printed: 9, email: true, ..Standing::default() };
        assert!(!is_asked(&key, Trust::Known) && is_asked(&key, Trust::Unknown));
        assert_eq!(key.methods(), [Method::Key, Method::Sms, Method::Email, Method::Printed]);
        assert_eq!(key.best_methods(), [Method::Key, Method::Printed]);
        assert!(key.is_worth_staff(Method::Key) && key.is_worth_staff(Method::Printed));
        assert!(!key.is_worth_staff(Method::Sms));
        assert!(!Standing { key: false, ..key }.is_worth_staff(Method::Printed));
        assert!(!may_recover(Level::Simplified, &key, &[Method::Sms, Method::Email], Trust::Known));
        assert!(may_recover(Level::Verified, &key, &[Method::Sms, Method::Key], Trust::Unknown));
        assert_eq!(level_after(Level::Verified, &[Method::Sms, Method::Key]), Level::Verified);
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
    fn a_control_question_is_asked_beside_the_proofs_and_is_none() {
        let asked = Standing { email: true, question: true, ..Standing::default() };
        let question = Method::Question;
        assert_eq!(recovery_ways(&asked, &[]), [Method::Sms, Method::Email], "not to strangers");
        assert_eq!(recovery_ways(&asked, &[Method::Sms]), [question, Method::Email]);
        assert_eq!(recovery_ways(&asked, &[Method::Sms, question]), [Method::Email]);
        let may = |level, shown: &[Method]| may_recover(level, &asked, shown, Trust::Unknown);
        assert!(!may(Level::Simplified, &[Method::Sms]));
        assert!(may(Level::Simplified, &[Method::Sms, question]));
        assert!(!may(Level::Standard, &[Method::Sms, question]), "still one kind of proof");
        assert!(!may(Level::Standard, &[Method::Sms, Method::Email]));
        assert!(may(Level::Standard, &[Method::Sms, question, Method::Email]));
        assert!(!may_recover(Level::Simplified, &asked, &[question], Trust::Remembered));
        assert!(!asked.methods().contains(&question), "never at the sign-in");
        assert!(!ways_beside_code(&asked, &[Method::Sms]).contains(&question));
        assert_eq!(level_after(Level::Verified, &[Method::Sms, question]), Level::Standard);
    }

    #[test]
    fn a_code_stands_for_the_password_and_never_for_both_factors() {
        use Level::{Simplified, Standard, Verified};
        use Trust::{Known, Remembered, Unknown};
        let plain = Standing { email: true, printed: 2, ..Standing::default() };
        let always = Standing { code: true, ..plain };
        let (sms, two) = ([Method::Sms], [Method::Sms, Method::Email]);
        let with_password = [Method::Sms, Method::Password];
        // Level, standing, device: is one code enough?
        let table = [
            (Simplified, plain, Unknown, true),
            (Simplified, always, Unknown, false),
            (Standard, plain, Unknown, false),
            (Verified, plain, Unknown, false),
            (Standard, plain, Known, true),
            (Verified, plain, Known, true),
            (Verified, always, Known, false),
            (Verified, always, Remembered, true),
        ];
        for (level, standing, trust, enough) in table {
            let may = |shown: &[Method]| may_enter_by_code(level, &standing, shown, trust);
            assert_eq!(may(&sms), enough, "{level:?} {trust:?}");
            assert!(may(&two) && may(&with_password) && !may(&[]), "{level:?} {trust:?}");
        }
        for strong in [Standing { app: true, ..plain }, Standing { key: true, ..always }] {
            for trust in [Unknown, Known, Remembered] {
                let may = |shown: &[Method]| may_enter_by_code(Simplified, &strong, shown, trust);
                assert!(!may(&sms) && !may(&two) && !may(&with_password));
                assert!(may(&[Method::Sms, Method::App]) && may(&[Method::Sms, Method::Printed]));
            }
            assert!(ways_beside_code(&strong, &sms).iter().all(|x| x.is_strong()));
        }
        let ways = ways_beside_code(&plain, &sms);
        assert_eq!(ways, [Method::Email, Method::Printed, Method::Password]);
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
