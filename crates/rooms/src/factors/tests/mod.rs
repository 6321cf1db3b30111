//! The room's stories, on both engines.

mod change;
mod devices;
mod guessing;
mod helped;
mod meanwhile;
mod named;
mod once;
pub(crate) use once::at_once;
mod recovery;
mod taken;

use base::{Actor, Chance, Channel, Clock, Cx, Db, Error, Id, Instant, Outcome, Tx};
use texts::Lang;

use super::signin::{Asked, Entered, Opened, Passed, Wish};
use super::*;
use crate::accounts::signin::Identifier;
use crate::accounts::{Email, Level, NewAccount, PersonName, Phone, Policy, Secrets};
use crate::sessions;

const PHONE: &str = "+79123456789";
const PASSWORD: &str = "Ясень горит7!";

fn policy() -> Policy {
    Policy::of(&base::config::Config::default(), Secrets::new([7; 32]))
}

/// A database, a clock to move, and the acts of one person.
pub(super) struct Stage {
    pub db: Db,
    pub clock: Clock,
    pub chance: Chance,
    pub anna: Id,
}

impl Stage {
    pub fn new(db: Db) -> Self {
        let clock = Clock::fixed(Instant::from_minutes(29_000_000));
        let chance = Chance::seeded(5);
        let hash = policy().secrets.hash_password(PASSWORD, &chance).unwrap();
        let new = NewAccount {
            surname: PersonName::parse("surname", "Соколова").unwrap(),
            name: PersonName::parse("name", "Анна").unwrap(),
            patronymic: PersonName::parse_optional("patronymic", "").unwrap(),
            phone: Phone::parse("phone", PHONE).unwrap(),
            email: Some(Email::parse("email", "anna@example.org").unwrap()),
            email_verified: true,
            password_hash: Some(hash),
            level: Level::Simplified,
            lang: Lang::Ru,
        };
        let cx = Cx::new(&clock, &chance, Actor::Guest, Channel::Web);
        let anna = db.write_wait(move |tx| crate::accounts::add(tx, &cx, &new)).unwrap();
        Self { db, clock, chance, anna }
    }

    /// Every act has a moment of its own.
    pub fn act<T: Send + 'static>(
        &self,
        act: impl Fn(&mut Tx<'_>, &Cx) -> Outcome<T> + Send + 'static,
    ) -> Outcome<T> {
        self.clock.advance(1000);
        let cx = Cx::new(&self.clock, &self.chance, Actor::Guest, Channel::Web);
        self.db.write_wait(move |tx| act(tx, &cx))
    }

    fn ask(&self, wish: &Wish) -> Outcome<Asked> {
        let wish = wish.clone();
        self.act(move |tx, cx| signin::ask(tx, cx, &policy(), &wish))
    }

    fn enter(&self, wish: &Wish, typed: &str) -> Outcome<Entered> {
        let Asked { challenge, seen } = self.ask(wish)?;
        let proven = challenge.check(&policy().secrets, typed)?;
        let wish = wish.clone();
        self.act(move |tx, cx| signin::enter(tx, cx, &policy(), (&proven, &seen), &wish))
    }

    /// Up to the second factor; gives the token of the half sign-in.
    pub fn half(&self, came: &Came) -> String {
        match self.enter(&wish(PHONE, came), PASSWORD).unwrap() {
            Entered::Half(token) => token,
            Entered::In(_) => panic!("no second factor was asked"),
        }
    }

    fn pass(&self, half: &str, came: &Came, with: (Method, &str)) -> Outcome<Opened> {
        let (half, came, typed) = (half.to_owned(), came.clone(), with.1.to_owned());
        let passed = self
            .act(move |tx, cx| signin::pass(tx, cx, &policy(), (&half, &came), (with.0, &typed)));
        match passed?? {
            Passed::In(opened) => Ok(opened),
            Passed::More => panic!("more is asked"),
        }
    }

    /// Who is signed in with a session.
    pub fn who(&self, session: &str) -> Option<sessions::SignedIn> {
        let caller = sessions::Caller { now: self.clock.now(), token: session.to_owned() };
        let mut who =
            self.db.read_wait(move |tx| sessions::recognise(tx, std::slice::from_ref(&caller)));
        who.as_mut().unwrap().remove(0)
    }

    /// The code that was sent last.
    pub fn code(&self) -> String {
        let letters = self.act(|tx, _| testkit::letters(tx)).unwrap();
        let says =
            |x: &str| ["factor-code", "signin-code", "recovery-code", "recovery-link"].contains(&x);
        let code = letters.iter().find(|x| says(&x.0) && x.1["code"].is_string()).unwrap();
        code.1["code"].as_str().unwrap().to_owned()
    }

    /// The secret of the newest link «It was not me».
    fn link(&self) -> String {
        let letters = self.act(|tx, _| testkit::letters(tx)).unwrap();
        let notice = letters.iter().find(|x| x.0.starts_with("security-")).unwrap();
        notice.1["path"].as_str().unwrap().strip_prefix(notice::LINK_PATH).unwrap().to_owned()
    }

    /// The events that the owner was told, the newest first.
    pub fn told(&self) -> Vec<String> {
        let letters = self.act(|tx, _| testkit::letters(tx)).unwrap();
        let told = letters.into_iter().filter_map(|x| Some(x.0.strip_prefix("security-")?.into()));
        told.collect()
    }

    /// Signs in on a new device; gives its tokens.
    fn first_sign_in(&self, came: &Came) -> Vec<String> {
        let half = self.half(came);
        let opened = self.pass(&half, came, (Method::Sms, &self.code())).unwrap();
        opened.devices.unwrap()
    }

    /// Somebody else with this phone.
    fn other(&self, phone: &str) -> Id {
        let name = |text: &str| PersonName::parse_optional("name", text).unwrap();
        let new = NewAccount {
            surname: name("Громов"),
            name: name("Борис"),
            patronymic: name(""),
            phone: Phone::parse("phone", phone).unwrap(),
            email: None,
            email_verified: false,
            password_hash: None,
            level: Level::Simplified,
            lang: Lang::Ru,
        };
        self.act(move |tx, cx| crate::accounts::add(tx, cx, &new)).unwrap()
    }

    /// Adds an app; gives its secret and the printed codes.
    fn app(&self) -> (Seed, Vec<String>) {
        let anna = self.anna.clone();
        let (id, seed) = self
            .act(move |tx, cx| {
                let id = add(tx, cx, &anna, "Телефон")?;
                Ok((id.clone(), pending(tx, cx.now, &anna, &id)?))
            })
            .unwrap();
        let (anna, code) = (self.anna.clone(), seed.code(totp::step(self.clock.now())));
        let added = self
            .act(move |tx, cx| confirm(tx, cx, &policy(), (&anna, &id), (&code, &Came::default())));
        let printed = added.unwrap().unwrap().printed;
        (seed, printed.into_iter().map(base::Pii::into_revealed).collect())
    }

    /// The next code that the app shows.
    fn shown(&self, seed: &Seed) -> String {
        self.clock.advance(30 * Instant::SECOND);
        seed.code(totp::step(self.clock.now()))
    }
}

fn wish(who: &str, came: &Came) -> Wish {
    Wish { identifier: Identifier::parse(who), work: Work::default(), came: came.clone() }
}

/// A browser that holds these tokens.
pub(super) fn browser(tokens: &[String]) -> Came {
    let address = "203.0.113.77".parse::<std::net::IpAddr>().unwrap();
    Came {
        device: "Firefox, Windows".into(),
        tokens: tokens.to_vec(),
        address: Some(address.into()),
        ..Came::default()
    }
}

fn each(test: impl Fn(Stage)) {
    testkit::each_engine(crate::MIGRATIONS, |db| test(Stage::new(db)));
}

pub(super) fn code_of<T: std::fmt::Debug>(outcome: Outcome<T>) -> &'static str {
    outcome.unwrap_err().code().unwrap()
}

#[test]
fn a_new_device_asks_for_a_code_to_a_contact_and_is_known_afterwards() {
    each(|stage| {
        let half = stage.half(&browser(&[]));
        let code = stage.code();
        let wrong = if code == "000000" { "000001" } else { "000000" };
        let tried = stage.pass(&half, &browser(&[]), (Method::Sms, wrong));
        assert_eq!(code_of(tried), "E-AUTH-02-WRONG");
        let other = stage.half(&browser(&[]));
        let tried = stage.pass(&other, &browser(&[]), (Method::Sms, &code));
        assert_ne!(stage.code(), code, "each half sign-in has its own");
        assert_eq!(code_of(tried), "E-AUTH-02-WRONG");
        let opened = stage.pass(&half, &browser(&[]), (Method::Sms, &code)).unwrap();
        assert_eq!(stage.who(&opened.session).unwrap().account, stage.anna);
        assert_eq!(stage.told(), ["new-device"]);
        let tried = stage.pass(&half, &browser(&[]), (Method::Sms, &code));
        assert_eq!(code_of(tried), "E-AUTH-02-USED", "a half sign-in ends");

        let known = browser(&opened.devices.unwrap());
        assert!(matches!(
            stage.enter(&wish("anna@example.org", &known), PASSWORD),
            Ok(Entered::In(_))
        ));
        assert_eq!(stage.told().len(), 1, "nothing new");
    });
}

#[test]
fn a_half_sign_in_is_no_session_and_waits_for_ten_minutes() {
    each(|stage| {
        let half = stage.half(&browser(&[]));
        assert_eq!(stage.who(&half), None);
        let code = stage.code();
        stage.clock.advance(10 * Instant::MINUTE);
        let tried = stage.pass(&half, &browser(&[]), (Method::Sms, &code));
        assert_eq!(code_of(tried), "E-AUTH-02-EXPIRED");
        let now = stage.clock.now();
        assert_eq!(stage.db.write_wait(move |tx| sweep(tx, now)).unwrap(), 1);
    });
}

#[test]
fn an_app_is_asked_on_known_devices_too_and_the_other_way_is_a_printed_code() {
    each(|stage| {
        let known = browser(&stage.first_sign_in(&browser(&[])));
        let (seed, printed) = stage.app();
        assert_eq!(printed.len(), 10);
        assert_eq!(stage.told()[0], "factor-added");
        let half = stage.half(&known);
        let shown = stage.shown(&seed);
        assert_eq!(code_of(stage.pass(&half, &known, (Method::Sms, &shown))), "E-AUTH-02-EXPIRED");
        assert_eq!(code_of(stage.pass(&half, &known, (Method::App, "000000"))), "E-AUTH-09");
        let spaced = format!("{} {}", &shown[..3], &shown[3..]);
        let opened = stage.pass(&half, &known, (Method::App, &spaced)).unwrap();
        let known = browser(&opened.devices.unwrap());

        let half = stage.half(&known);
        assert_eq!(code_of(stage.pass(&half, &known, (Method::App, &shown))), "E-AUTH-02-NEXT");
        let typed = printed[3].to_lowercase().replace('-', " ");
        let opened = stage.pass(&half, &known, (Method::Printed, &typed)).unwrap();
        assert_eq!(stage.told()[0], "code-used");
        let known = browser(&opened.devices.unwrap());
        let half = stage.half(&known);
        assert_eq!(code_of(stage.pass(&half, &known, (Method::Printed, &typed))), "E-AUTH-09");
    });
}

#[test]
fn ten_second_factors_in_an_hour_are_enough() {
    each(|stage| {
        let (seed, _) = stage.app();
        let half = stage.half(&browser(&[]));
        for typed in ["", "12345", "абвгде"].repeat(4) {
            let tried = stage.pass(&half, &browser(&[]), (Method::App, typed));
            assert_eq!(code_of(tried), "E-AUTH-02-SIX", "it can be no code, and is no try");
        }
        for _ in 0..10 {
            let tried = stage.pass(&half, &browser(&[]), (Method::App, "000000"));
            assert_eq!(code_of(tried), "E-AUTH-09");
        }
        let tried = stage.pass(&half, &browser(&[]), (Method::App, &stage.shown(&seed)));
        assert_eq!(code_of(tried), "E-AUTH-06");
    });
}

#[test]
fn every_event_refusal_and_message_has_its_words_in_both_languages() {
    let texts = texts::Texts::load().unwrap();
    let codes = ["03", "04", "05", "06", "07", "08", "09", "11", "13", "14", "15", "21"]
        .map(|x| format!("e-auth-{x}"));
    let keys_of_keys = ["01", "02", "03", "04", "05", "06", "07"].map(|x| format!("e-key-{x}"));
    let codes = codes.into_iter().chain(keys_of_keys).chain(
        ["e-reg-01", "e-rec-01", "e-rec-02", "e-rec-03", "e-rec-04", "e-rec-05", "e-rec-06"]
            .map(str::to_owned),
    );
    let events = Event::ALL.map(Event::as_str);
    let keys =
        events.iter().flat_map(|x| [format!("notify-security-{x}"), format!("happened-{x}")]);
    let others = ["security-subject", "security-email", "security-sms", "factor-code-sms"]
        .map(|x| format!("notify-{x}"));
    let more =
        ["factor-code-email", "factor-code-subject", "contact-code-sms", "contact-code-email"]
            .into_iter()
            .chain(["contact-code-subject", "contact-undo-sms", "contact-undo-email"])
            .chain(["contact-undo-subject", "recovery-code-sms", "recovery-code-voice"])
            .chain(["recovery-code-email", "recovery-code-subject", "opens"])
            .chain(["signin-code-sms", "signin-code-voice", "signin-code-email"])
            .chain(["signin-code-subject"])
            .map(|x| format!("notify-{x}"));
    for key in codes.into_iter().chain(keys).chain(others).chain(more) {
        for lang in [Lang::Ru, Lang::En] {
            assert!(texts.has(lang, &key), "{key} in {lang:?}");
        }
    }
}
