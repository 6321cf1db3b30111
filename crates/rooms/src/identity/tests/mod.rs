//! The room's stories, on both engines.

mod addresses;
mod checks;
mod claims;
mod data;
mod rush;
mod scans;
mod stops;
mod ways;

use std::sync::Mutex;

use base::{Actor, Chance, Channel, Clock, Cx, Db, Id, Instant, Outcome, Tx};

use super::*;
use crate::accounts::{self, Level, Policy, Secrets, tests::anna};
use crate::factors;

/// A person, a clock to move, and a registry that answers what it is told.
struct Stage {
    db: Db,
    clock: Clock,
    chance: Chance,
    anna: Id,
}

const WITH: Ways = Ways { registry: true, letters: true, signature: true, scans: true };

fn policy() -> Policy {
    Policy::of(&base::config::Config::default(), Secrets::new([7; 32]))
}

/// What Anna types, by kinds.
const TYPED: [(Kind, &[(&str, &str)]); 3] = [
    (Kind::Birth, &[("date", "17.04.1988"), ("sex", "female"), ("place", "гор. Томск")]),
    (Kind::Snils, &[("number", "112-233-445 95")]),
    (
        Kind::Passport,
        &[
            ("series", "00 08"),
            ("number", "100001"),
            ("issued_on", "20.05.2008"),
            ("issuer", "ОВД Кировского района города Томска"),
            ("subdivision", "000-001"),
        ],
    ),
];

/// The story on both engines; at its end all invariants hold.
fn each(story: impl Fn(&Stage)) {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        story(&stage);
        assert_eq!(stage.act(|tx, _| verify(tx)).unwrap(), []);
    });
}

impl Stage {
    fn new(db: Db) -> Self {
        // 22 November 2026.
        let (clock, chance) = (Clock::fixed(Instant(1_795_329_600_000_000)), Chance::seeded(5));
        let cx = Cx::new(&clock, &chance, Actor::Guest, Channel::Web);
        let anna = db.write_wait(move |tx| anna(tx, &cx)).unwrap();
        Self { db, clock, chance, anna }
    }

    fn cx(&self) -> Cx {
        Cx::new(&self.clock, &self.chance, Actor::Account(self.anna.clone()), Channel::Web)
    }

    /// Every act has a moment of its own.
    fn act<T: Send + 'static>(
        &self,
        act: impl Fn(&mut Tx<'_>, &Cx) -> Outcome<T> + Send + 'static,
    ) -> Outcome<T> {
        self.clock.advance(1000);
        let cx = self.cx();
        self.db.write_wait(move |tx| act(tx, &cx))
    }

    fn profile_of(&self, account: &Id) -> Profile {
        let id = account.clone();
        self.act(move |tx, _| profile(tx, &id)).unwrap().unwrap()
    }

    fn profile(&self) -> Profile {
        self.profile_of(&self.anna)
    }

    fn level(&self) -> Level {
        self.profile().account.level
    }

    fn read(&self, profile: &Profile, kind: Kind, typed: &[(&str, &str)]) -> Values {
        let beside = Beside { born: profile.born(), today: read::today(self.clock.now()) };
        let field = |name: &str| typed.iter().find(|x| x.0 == name).map_or("", |x| x.1);
        read_datum(kind, field, beside).unwrap()
    }

    /// Types a datum into a form that was opened just now.
    fn type_in(&self, account: &Id, kind: Kind, typed: &[(&str, &str)]) -> Outcome<Saved> {
        self.type_as(account, (kind, typed), false)
    }

    fn type_as(
        &self,
        account: &Id,
        (kind, typed): (Kind, &[(&str, &str)]),
        agreed: bool,
    ) -> Outcome<Saved> {
        let profile = self.profile_of(account);
        let values = self.read(&profile, kind, typed);
        let (account, version) = (account.clone(), profile.version(kind));
        let datum = Save { account, kind, values, version, agreed };
        self.act(move |tx, cx| save(tx, cx, WITH, &datum))
    }

    /// Anna calls herself so, on the page of her name.
    fn named(&self, surname: &str, name: &str) {
        let fields = ["surname", "name", "patronymic"];
        let names = accounts::Names::parse(fields, [surname, name, ""], true).unwrap();
        let (id, came) = (self.anna.clone(), factors::Came::default());
        let act = move |tx: &mut Tx<'_>, cx: &Cx| {
            factors::change::rename(tx, cx, &policy(), (&id, &names), &came)
        };
        self.act(act).unwrap();
    }

    fn type_all(&self, account: &Id) {
        for (kind, typed) in TYPED {
            self.type_in(account, kind, typed).unwrap();
        }
    }

    /// What Anna has agreed to.
    fn consents(&self) -> Vec<accounts::read::Consent> {
        let anna = self.anna.clone();
        self.act(move |tx, _| accounts::read::consents(tx, &anna)).unwrap()
    }

    fn begin(&self, account: &Id) -> Outcome<()> {
        let account = account.clone();
        self.act(move |tx, cx| begin_check(tx, cx, &policy(), (&account, true)))
    }

    /// A round of the worker.
    fn round(&self, registry: &dyn Registry) -> Round {
        self.clock.advance(Instant::SECOND);
        let checker = Checker { db: &self.db, clock: &self.clock, chance: &self.chance, registry };
        checker.run_once().unwrap()
    }

    fn ways(&self) -> Vec<Way> {
        let id = self.anna.clone();
        self.act(move |tx, _| way::newest_of(tx, &id)).unwrap()
    }

    /// Events of all letters about ways and levels, the newest first.
    fn told(&self) -> Vec<String> {
        let letters = self.act(|tx, _| testkit::letters(tx)).unwrap();
        letters.into_iter().map(|x| x.0).filter(|x| x.starts_with("identity-")).collect()
    }
}

/// A registry that gives these answers in turn, the last one for ever, and keeps what it was asked.
#[derive(Default)]
struct Played {
    asked: Mutex<Vec<String>>,
    answers: Mutex<Vec<Result<Reply, RegistryFault>>>,
}

impl Played {
    fn with(answers: impl IntoIterator<Item = Reply>) -> Self {
        let answers = answers.into_iter().map(Ok).collect();
        Self { answers: Mutex::new(answers), ..Self::default() }
    }
}

impl Registry for Played {
    fn ask(&self, asked: &Asked) -> Result<String, RegistryFault> {
        let mut all = self.asked.lock().unwrap();
        all.push(asked.data.reveal().to_string());
        Ok(format!("ticket of {}", asked.id))
    }

    fn poll(&self, _: &str) -> Result<Reply, RegistryFault> {
        let mut answers = self.answers.lock().unwrap();
        match answers.len() {
            1 => answers[0].clone(),
            _ => answers.remove(0),
        }
    }
}

fn code<T: std::fmt::Debug>(refused: Outcome<T>) -> &'static str {
    refused.unwrap_err().code().unwrap()
}
