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
    /// A password.
    pub password: bool,
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

    /// Whether a code to the phone is all that could be shown at a recovery. Above the simplified level two
    /// proofs are asked for on a device that is not known.
    pub fn has_one_proof(&self) -> bool {
        recovery_ways(self, &[]) == [Method::Sms]
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
    kinds(shown) >= if one { 1 } else { 2 }
}

/// Of how many kinds these proofs are: one contact shown twice is one.
fn kinds(shown: &[Method]) -> usize {
    Method::ALL.into_iter().filter(|x| shown.contains(x)).count()
}

/// Whether what was shown is enough to choose a new password: at the simplified level a code to a
/// contact; above it, and where every sign-in asks for two, two proofs of different kinds, of which a
/// known device may be one. Whoever has a
/// passkey or an app shows it, or a printed code: who holds the contacts alone does not get past it.
/// A control question is answered beside that and counts for nothing.
pub fn may_recover(level: Level, standing: &Standing, shown: &[Method], trust: Trust) -> bool {
    let needed = if level == Level::Simplified && !standing.asks_always() { 1 } else { 2 };
    let device = usize::from(trust != Trust::Unknown);
    let strong = shown.iter().any(|x| x.is_strong());
    let answered = shown.contains(&Method::Question);
    let proofs = kinds(shown) - usize::from(answered);
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
/// How long the password is not asked of somebody who has come back by a recovery: they are to choose
/// another, and may have to find their glasses first.
const FORGOTTEN: i64 = 30 * Instant::MINUTE;

fn within(at: Option<Instant>, lasts: i64, now: Instant) -> bool {
    at.is_some_and(|at| at.plus(lasts) > now)
}

/// Whether whoever is signed in has proved it just now: by the password and the second factor where
/// every sign-in asks for one, else by what they signed in with; `best`: by the best they have, because
/// what is changed proves who they are from now on.
pub fn is_fresh(standing: &Standing, proof: &Proof, best: bool, now: Instant) -> bool {
    let fresh = |at| within(at, FRESH, now);
    match standing {
        x if best && x.is_strong() => fresh(proof.strong_at),
        x if x.asks_always() => {
            fresh(proof.factor_at) && (!knows(x, proof, now) || fresh(proof.password_at))
        }
        _ => fresh(proof.proved_at),
    }
}

/// Whether there is a password that its owner can be asked for: whoever has just come back by a recovery
/// has forgotten it.
pub fn knows(standing: &Standing, proof: &Proof, now: Instant) -> bool {
    standing.password && !within(proof.recovered_at, FORGOTTEN, now)
}

/// How somebody who is signed in proves it once more, not counting the best they have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Once {
    /// By the password alone, which their session lacks.
    Password,
    /// In these ways first.
    By(Vec<Method>),
}

/// What is asked next of somebody who is signed in and has shown `proof`: where every sign-in asks for a
/// second factor the password and that, the password first, so that nobody without it can make the portal
/// send codes. A passkey stands for both.
pub fn once_more(standing: &Standing, proof: &Proof, now: Instant) -> Once {
    let (fresh, knows) = (|at| within(at, FRESH, now), knows(standing, proof, now));
    match standing.asks_always() {
        false if knows => Once::Password,
        true if knows && !fresh(proof.password_at) && fresh(proof.factor_at) => Once::Password,
        true if knows && !fresh(proof.password_at) => {
            let key = standing.key.then_some(Method::Key);
            Once::By(key.into_iter().chain([Method::Password]).collect())
        }
        _ => Once::By(standing.methods()),
    }
}

/// What is asked of somebody who wants another password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForPassword {
    /// The present one stands in the form.
    pub present: bool,
    /// Nothing is to be proved before.
    pub ready: bool,
}

/// What is asked for another password: the present one, which is proof enough where there is no more than
/// that; whoever has a second factor proves that first. Whoever has forgotten it has proved as much as a
/// recovery asks for.
pub fn for_password(standing: &Standing, proof: &Proof, now: Instant) -> ForPassword {
    let present = knows(standing, proof, now);
    let plain = !standing.asks_always() && !standing.is_strong();
    let recovered = within(proof.recovered_at, FORGOTTEN, now);
    let ready = plain && (present || recovered) || is_fresh(standing, proof, true, now);
    ForPassword { present, ready }
}

/// Passwords that are evaluated at once; each later one waits.
const AT_ONCE: i64 = 5;
/// Passwords that are evaluated in a row, whatever the waiting.
pub(super) const IN_A_ROW: i64 = 100;
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
mod tests;
