//! The room's stories, on both engines, with a post that remembers.

use std::sync::Mutex;

use base::outbox::{self, Letter};
use base::vault::NOBODY;
use base::{Actor, Chance, Channel, Clock, Cx, Db, Id, Instant, Pii};
use serde_json::{Value, json};
use texts::{Lang, Texts};

use super::read::{Filter, Message, messages};
use super::*;
use crate::accounts::tests::anna;
use crate::booking;

/// Remembers what it took; refuses as often as it is told.
#[derive(Default)]
struct Postman {
    mails: Mutex<Vec<Mail>>,
    sms: Mutex<Vec<Sms>>,
    calls: Mutex<Vec<Call>>,
    mail_faults: Mutex<Vec<PostFault>>,
}

impl Post for Postman {
    fn mail(&self, mail: &Mail) -> Result<Posted, PostFault> {
        if let Some(fault) = self.mail_faults.lock().unwrap().pop() {
            return Err(fault);
        }
        self.mails.lock().unwrap().push(mail.clone());
        Ok(Posted::Sent)
    }

    fn sms(&self, sms: &Sms) -> Result<Posted, PostFault> {
        self.sms.lock().unwrap().push(sms.clone());
        Ok(Posted::Sent)
    }

    fn call(&self, call: &Call) -> Result<Posted, PostFault> {
        self.calls.lock().unwrap().push(call.clone());
        Ok(Posted::Sent)
    }
}

/// The post of the demo.
struct Notebook;

impl Post for Notebook {
    fn mail(&self, _: &Mail) -> Result<Posted, PostFault> {
        Ok(Posted::Recorded)
    }
    fn sms(&self, _: &Sms) -> Result<Posted, PostFault> {
        Ok(Posted::Recorded)
    }
}

struct NoFacts;

impl Facts for NoFacts {
    fn of(&self, _: &Booking, _: Option<&Mandate>) -> Value {
        Value::Null
    }
}

struct Stage {
    db: Db,
    clock: Clock,
    chance: Chance,
    texts: Texts,
    portal: Portal,
    postman: Postman,
    account: Id,
}

impl Stage {
    fn new(db: Db) -> Self {
        let clock = Clock::fixed(Instant::from_minutes(29_000_000));
        let chance = Chance::seeded(11);
        let cx = Cx::new(&clock, &chance, Actor::System, Channel::Job);
        let account = db.write_wait(move |tx| anna(tx, &cx)).unwrap();
        let portal = Portal {
            name: Text::new("Окно", "Okno"),
            url: "https://okno.example.org".into(),
            support_phone: "8 (800) 000-00-00".into(),
        };
        let texts = Texts::load().unwrap();
        Self { db, clock, chance, texts, portal, postman: Postman::default(), account }
    }

    fn put(&self, subject: &'static str, seq: i64, event: &'static str, payload: &Value) {
        let cx = Cx::new(&self.clock, &self.chance, Actor::System, Channel::Job);
        let mut open = payload.clone();
        let secret = ["to", "code", "path"].map(|name| open.as_object_mut()?.remove_entry(name));
        let private = match event.starts_with("booking") {
            true => None,
            false => Some(Pii::new(Value::Object(secret.into_iter().flatten().collect()))),
        };
        let payload = if private.is_some() { open } else { payload.clone() }.to_string();
        let lives = if event.starts_with("booking") { Instant::DAY } else { 10 * Instant::MINUTE };
        let expires = cx.now.plus(lives);
        self.db
            .write_wait(move |tx| {
                let (key, payload) = (tx.key(NOBODY)?, &payload);
                let private = private.as_ref().map(|x| (&key, x));
                let letter = Letter { subject, seq, event, payload, private, priority: 0, expires };
                outbox::put(tx, &cx, letter)
            })
            .unwrap();
    }

    fn run(&self) -> usize {
        self.run_with(&self.postman)
    }

    fn run_with(&self, post: &dyn Post) -> usize {
        let Self { db, clock, chance, texts, portal, .. } = self;
        Mailer { db, clock, chance, texts, portal, facts: &NoFacts, post }.run_once().unwrap()
    }

    fn states(&self) -> Vec<String> {
        let sql = "SELECT state FROM outbox ORDER BY seq, id";
        self.db.read_wait(|tx| Ok(tx.all(sql, &[], |r| r.get(0))?)).unwrap()
    }

    fn messages(&self) -> Vec<Message> {
        self.db.read_wait(|tx| messages(tx, Filter::All, 100)).unwrap()
    }

    fn visit(&self) -> Value {
        json!({
            "account": self.account, "booking": "b1", "number": "26-000123-4", "code": "KXTR-7MWP",
            "service": {"ru": "Личный приём", "en": "Personal reception"},
            "organization": "Администрация города", "site": "Главное здание",
            "address": "г. Томск, проспект Ленина, 73", "room": "204", "zone": "Asia/Tomsk",
            "starts_at": 1_797_045_600_000_000_i64, "change_until": 1_796_959_200_000_000_i64,
            "cancel_until": 1_796_959_200_000_000_i64,
            "specialist": "Иванов И. И.", "link": "/bookings/b1",
            "bring": [{"ru": "паспорт"}, "СНИЛС"],
        })
    }
}

fn each(test: impl Fn(Stage)) {
    testkit::each_engine(crate::MIGRATIONS, |db| test(Stage::new(db)));
}

#[test]
fn a_confirmed_visit_is_told_with_time_place_code_and_papers() {
    each(|stage| {
        stage.put("b1", 1, "booking-confirmed", &stage.visit());
        assert_eq!(stage.run(), 1);
        assert_eq!(stage.run(), 0);
        let mail = stage.postman.mails.lock().unwrap()[0].clone();
        assert_eq!(mail.to, "anna@example.org");
        assert_eq!(mail.subject, "Запись подтверждена: 12 декабря, 10:20");
        let parts = [
            "Здравствуйте, Анна!",
            "Когда: суббота, 12 декабря 2026, 10:20",
            "Кабинет: 204",
            "Адрес: г. Томск, проспект Ленина, 73",
            "Номер записи: 26-000123-4",
            "Код: KXTR-7MWP",
            "Возьмите с собой:\n— паспорт\n— СНИЛС",
            "https://okno.example.org/bookings/b1",
            "До 11 декабря, 10:20 запись можно перенести",
        ];
        for part in parts {
            assert!(mail.body.contains(part), "{part} is missing in:\n{}", mail.body);
        }
        let sms = stage.postman.sms.lock().unwrap()[0].clone();
        assert_eq!(sms.to, "+79123456789");
        assert!(segments(&sms.text) <= 2, "{}", sms.text);
        assert!(
            sms.text
                .starts_with("Вы записаны: 12 декабря, 10:20. Запись 26-000123-4, код KXTR-7MWP."),
            "{}",
            sms.text
        );
        assert_eq!(stage.states(), ["sent"]);
        let id = Id::from("b1");
        let kept = stage.db.read_wait(move |tx| messages(tx, Filter::Booking(&id), 9)).unwrap();
        assert_eq!(kept.len(), 2);
        assert!(kept.iter().all(|message| message.state == "sent"));
    });
}

#[test]
fn a_contact_that_was_only_just_given_gets_no_link_that_shuts_the_others_out() {
    each(|stage| {
        let said = json!({
            "account": stage.account, "path": "/notme/secret", "plain": "+79123456789",
            "device": "Firefox", "starts_at": 1_797_045_600_000_000_i64, "zone": "Europe/Moscow",
        });
        stage.put("e1", 1, "security-contact-changed", &said);
        stage.run();
        let mail = stage.postman.mails.lock().unwrap()[0].clone();
        assert!(mail.body.contains("https://okno.example.org/notme/secret"), "{}", mail.body);
        let sms = stage.postman.sms.lock().unwrap()[0].clone();
        assert!(sms.text.contains("Изменён телефон или почта"), "{}", sms.text);
        assert!(!sms.text.contains("notme"), "{}", sms.text);
    });
}

#[test]
fn a_closing_says_until_when_one_can_stay_apart_from_when_it_was_asked_for() {
    each(|stage| {
        let said = json!({
            "account": stage.account, "path": "/notme/secret", "device": "Firefox",
            "starts_at": 1_797_045_600_000_000_i64, "zone": "Europe/Moscow",
        });
        stage.put("e1", 1, "security-closing", &said);
        stage.run();
        let mail = stage.postman.mails.lock().unwrap()[0].clone();
        let more = "Данные удалят через 7 дней. Чтобы остаться, войдите.";
        assert!(mail.body.contains(&format!("Firefox {more}")), "{}", mail.body);
        assert!(mail.body.contains("Учётную запись попросили закрыть: "), "{}", mail.body);
        let sms = stage.postman.sms.lock().unwrap()[0].clone();
        assert!(sms.text.contains(&format!(". {more} Не вы?")), "{}", sms.text);
    });
}

#[test]
fn whoever_may_only_move_or_only_cancel_is_told_that_alone() {
    each(|stage| {
        let ways = [("change_until", "отменить"), ("cancel_until", "перенести")];
        for (n, (without, word)) in ways.into_iter().enumerate() {
            let mut visit = stage.visit();
            visit[without] = Value::Null;
            stage.put(["b1", "b2"][n], 1, "booking-confirmed", &visit);
            stage.run();
            let body = stage.postman.mails.lock().unwrap()[n].body.clone();
            let said = format!("До 11 декабря, 10:20 запись можно {word}.");
            assert!(body.contains(&said), "{said} is missing in:\n{body}");
        }
    });
}

#[test]
fn every_event_fits_two_segments_in_both_languages_and_tolerates_missing_keys() {
    each(|stage| {
        let events = [
            "booking-confirmed",
            "booking-pending",
            "booking-moved",
            "booking-cancelled",
            "booking-cancelled-by-office",
            "booking-rejected",
        ];
        for lang in ["ru", "en"] {
            for event in events {
                let mut visit = stage.visit();
                visit["lang"] = lang.into();
                visit["address"] =
                    "Муниципальное образование, проспект Космонавтов, ".repeat(9).into();
                stage.put(event, 1, event, &visit);
                stage.put("bare", 1, event, &json!({"account": stage.account, "lang": lang}));
                while stage.run() > 0 {}
            }
        }
        let sms = stage.postman.sms.lock().unwrap();
        assert!(sms.len() >= 14, "{}", sms.len());
        for sms in sms.iter() {
            assert!(segments(&sms.text) <= 2 && !sms.text.contains('{'), "{}", sms.text);
            assert!(!sms.text.contains("notify-"), "{}", sms.text);
        }
    });
}

#[test]
fn nobody_is_told_confirmed_after_cancelled() {
    each(|stage| {
        stage.put("b1", 1, "booking-confirmed", &stage.visit());
        stage.put("b1", 2, "booking-cancelled", &stage.visit());
        stage.put("b2", 1, "booking-expired", &stage.visit());
        stage.put("b3", 9, "something-else", &json!({}));
        assert_eq!(stage.run(), 4);
        let subjects: Vec<String> =
            stage.postman.mails.lock().unwrap().iter().map(|mail| mail.subject.clone()).collect();
        assert_eq!(subjects, ["Запись отменена: 12 декабря, 10:20"]);
        let mut states = stage.states();
        states.sort();
        assert_eq!(states, ["sent", "superseded", "superseded", "superseded"]);
    });
}

#[test]
fn a_letter_waits_while_an_earlier_one_of_its_subject_is_on_its_way() {
    each(|stage| {
        stage.put("b1", 1, "booking-reminder", &stage.visit());
        let now = stage.clock.now();
        let first = stage
            .db
            .write_wait(move |tx| outbox::take(tx, now, Instant::MINUTE, (outbox::Lane::People, 1)))
            .unwrap();
        stage.put("b1", 2, "booking-cancelled", &stage.visit());
        stage.run();
        assert!(stage.postman.sms.lock().unwrap().is_empty());
        let id = first[0].id.clone();
        stage
            .db
            .write_wait(move |tx| outbox::done(tx, now, &[(id.clone(), outbox::Sent::Sent)]))
            .unwrap();
        stage.clock.advance(3 * Instant::SECOND);
        stage.run();
        assert_eq!(stage.postman.sms.lock().unwrap().len(), 1);
    });
}

#[test]
fn a_temporary_fault_is_tried_again_and_the_other_channel_only_once() {
    each(|stage| {
        let later = PostFault { temporary: true, text: "452 busy".into() };
        *stage.postman.mail_faults.lock().unwrap() = vec![later.clone(), later];
        stage.put("b1", 1, "booking-confirmed", &stage.visit());
        let mut runs = 0;
        while stage.states() != ["sent"] {
            stage.run();
            stage.clock.advance(Instant::SECOND);
            runs += 1;
            assert!(runs < 60, "{:?}", stage.states());
        }
        assert!(runs > 14, "5 and 10 seconds lie between the tries: {runs}");
        assert_eq!(stage.postman.mails.lock().unwrap().len(), 1);
        assert_eq!(stage.postman.sms.lock().unwrap().len(), 1);
        assert!(stage.messages().iter().all(|message| message.state == "sent"));
    });
}

#[test]
fn a_wrong_address_fails_for_good_and_says_why() {
    each(|stage| {
        let never = PostFault { temporary: false, text: "550 no such box".into() };
        stage.postman.mail_faults.lock().unwrap().push(never);
        let payload =
            json!({"channel": "email", "to": "x@example.org", "path": "/register/email/1"});
        stage.put("r1/email", 1, "email-link", &payload);
        stage.run();
        assert_eq!(stage.states(), ["failed"]);
        let message = &stage.messages()[0];
        assert_eq!(
            (message.state.as_str(), message.note.reveal().as_str()),
            ("failed", "550 no such box")
        );
        assert!(!message.body.reveal().contains("/register/email/1"));
    });
}

#[test]
fn a_code_is_kept_nowhere_after_sending_but_by_the_demo() {
    each(|stage| {
        let payload =
            json!({"channel": "sms", "to": "+79990000000", "lang": "ru", "code": "493817"});
        stage.put("r1/sms", 1, "register-code", &payload);
        stage.run();
        assert!(stage.postman.sms.lock().unwrap()[0].text.contains("493817"));
        let sql = "SELECT private FROM outbox";
        let left: Option<Vec<u8>> =
            stage.db.read_wait(|tx| Ok(tx.one(sql, &[], |r| r.get(0))?)).unwrap();
        assert!(left.is_none() && !stage.messages()[0].body.reveal().contains("493817"));

        let call =
            json!({"channel": "voice", "to": "+79990000000", "lang": "en", "code": "493817"});
        stage.put("r1/voice", 1, "register-code", &call);
        stage.run();
        let said = stage.postman.calls.lock().unwrap().remove(0);
        assert!(said.text.contains("This is Okno. "), "{said:?}");
        assert!(said.text.contains("4, 9, 3, 8, 1, 7. 4, 9, 3") && said.lang == "en", "{said:?}");

        stage.put("r2/sms", 1, "register-code", &payload);
        stage.clock.advance(Instant::SECOND);
        stage.run_with(&Notebook);
        let shown = &stage.messages()[0];
        assert_eq!(shown.state, "recorded");
        assert!(shown.body.reveal().contains("493817"));

        stage.put("r3/sms", 1, "register-code", &payload);
        stage.clock.advance(10 * Instant::MINUTE);
        stage.run();
        assert!(stage.states().contains(&"expired".to_owned()));
        assert_eq!(stage.postman.sms.lock().unwrap().len(), 1);
    });
}

#[test]
fn a_transition_has_words_exactly_when_people_are_told_of_it() {
    let texts = Texts::load().unwrap();
    for (from, step, _) in booking::TRANSITIONS {
        let event = step.as_str();
        for lang in [Lang::Ru, Lang::En] {
            let words = texts.has(lang, &format!("notify-booking-{event}-lead"));
            assert_eq!(words, booking::is_told(event), "{from:?} {event}");
        }
    }
    assert!(!booking::is_told("begun"), "a draft is nothing to write about");
}

#[test]
fn many_letters_are_taken_together_and_each_is_told_once() {
    each(|stage| {
        let subjects: Vec<&'static str> = (0..150).map(|i| &*format!("b{i}").leak()).collect();
        for subject in &subjects {
            stage.put(subject, 1, "booking-confirmed", &stage.visit());
        }
        let mut rounds = 0;
        while stage.run() > 0 {
            rounds += 1;
        }
        assert_eq!(rounds, 3);
        assert_eq!(stage.states(), vec!["sent"; 150]);
        assert_eq!(stage.postman.sms.lock().unwrap().len(), 150);
        assert_eq!(stage.messages().len(), 100, "a page of the notes");
    });
}

/// A provider that needs two seconds for a message, while others work.
struct Slow<'a>(&'a Stage, Mutex<Vec<String>>);

impl Post for Slow<'_> {
    fn mail(&self, _: &Mail) -> Result<Posted, PostFault> {
        Ok(Posted::Sent)
    }

    fn sms(&self, sms: &Sms) -> Result<Posted, PostFault> {
        self.0.clock.advance(2 * Instant::SECOND);
        self.1.lock().unwrap().push(sms.text.clone());
        if self.1.lock().unwrap().len() == 1 {
            self.0.put("b2", 2, "booking-cancelled", &self.0.visit());
        }
        Ok(Posted::Sent)
    }
}

#[test]
fn what_became_untrue_while_others_were_told_is_not_told() {
    each(|stage| {
        stage.put("b1", 1, "booking-confirmed", &stage.visit());
        stage.put("b2", 1, "booking-confirmed", &stage.visit());
        let slow = Slow(&stage, Mutex::default());
        while stage.run_with(&slow) > 0 {}
        let said = slow.1.into_inner().unwrap();
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(said[0].starts_with("Вы записаны"), "{said:?}");
        assert!(!said[1].starts_with("Вы записаны"), "{said:?}");
        let mut states = stage.states();
        states.sort();
        assert_eq!(states, ["sent", "sent", "superseded"]);
    });
}

#[test]
fn a_letter_about_a_mandate_goes_by_mail_and_to_a_phone_in_two_segments_at_most() {
    let events = [
        "mandate-checked",
        "mandate-refused",
        "mandate-revoked",
        "mandate-fourteen",
        "mandate-adult",
        "mandate-term",
        "mandate-unchecked",
    ];
    each(|stage| {
        let payload = json!({
            "account": stage.account, "link": "/account/acting", "day": "2026-12-31",
            "who": "Соколов Михаил Андреевич", "reason": "нет печати",
        });
        for (seq, event) in (1..).zip(events) {
            stage.put("m1", seq, event, &payload);
            assert_eq!(stage.run(), 1);
        }
        let mails = stage.postman.mails.lock().unwrap();
        assert_eq!((mails.len(), stage.postman.sms.lock().unwrap().len()), (events.len(), 0));
        assert!(mails.iter().all(|x| x.body.contains("Соколов Михаил Андреевич")));
        assert!(mails.iter().all(|x| x.body.contains("https://okno.example.org/account/acting")));
        assert!(mails[1].body.contains("нет печати") && mails[3].body.contains("31 декабря 2026"));
        assert!(!mails.iter().any(|x| x.body.contains('{') || x.subject.is_empty()));
        let id = stage.account.clone();
        let to = stage.db.read_wait(move |tx| crate::accounts::read::account(tx, &id)).unwrap();
        let to = crate::accounts::Account { email: None, ..to.unwrap() };
        let payload = letter::Payload {
            who: Some("Константинопольский-Заозерный Александр Всеволодович ".repeat(3)),
            day: Some(jiff::civil::date(2026, 12, 31)),
            ..letter::Payload::default()
        };
        for (event, lang) in events.iter().flat_map(|x| Lang::ALL.map(|lang| (x, lang))) {
            let (texts, portal) = (&stage.texts, &stage.portal);
            let said = render::Renderer { texts, portal, lang }.mandate(event, &payload, &to);
            assert_eq!((said.len(), said[0].way), (1, render::Way::Sms));
            assert!(segments(&said[0].body) <= 2, "{event} in {lang:?}: {}", said[0].body);
        }
    });
}
