//! The room's stories, on both engines.

use base::{Actor, Chance, Channel, Clock, Cx, Db, Error, Id, Instant, Outcome, Tx, args};
use texts::Lang;

use super::register::{By, Command, Prepared, check, confirm_phone, resend, start, verify_email};
use super::*;

/// An account that other rooms' tests may use.
pub(crate) fn anna(tx: &mut Tx<'_>, cx: &Cx) -> Outcome<Id> {
    add(tx, cx, &new_account("+79123456789"))
}

/// Somebody with another phone, and no proved e-mail.
pub(crate) fn boris(tx: &mut Tx<'_>, cx: &Cx) -> Outcome<Id> {
    add(tx, cx, &NewAccount { email: None, email_verified: false, ..new_account("+79123456780") })
}

pub(crate) fn new_account(phone: &str) -> NewAccount {
    NewAccount {
        surname: PersonName::parse("surname", "Соколова").unwrap(),
        name: PersonName::parse("name", "Анна").unwrap(),
        patronymic: PersonName::parse_optional("patronymic", "").unwrap(),
        phone: Phone::parse("phone", phone).unwrap(),
        email: Some(Email::parse("email", "anna@example.org").unwrap()),
        email_verified: true,
        password_hash: None,
        level: Level::Simplified,
        lang: Lang::Ru,
    }
}

pub(crate) fn policy() -> Policy {
    Policy {
        snils_sign_in: true,
        code_sign_in: true,
        email_required: false,
        password_classes: true,
        agreement: "2026-11".into(),
        privacy: "2026-10".into(),
        voice: false,
        site: None,
        secrets: Secrets::new([7; 32]),
    }
}

fn prepare(command: &Command, policy: &Policy, chance: &Chance) -> Outcome<Prepared> {
    check(command, policy)?.hash(policy, chance)
}

const PASSWORD: &str = "Ясень горит7!";

fn form() -> Command {
    Command {
        surname: "Соколова".into(),
        name: "Анна".into(),
        patronymic: "Сергеевна".into(),
        one_name: false,
        phone: "8 (912) 345-67-89".into(),
        email: Some("Anna@example.org".into()),
        password: PASSWORD.into(),
        agreement: true,
        privacy: true,
        shared: false,
        lang: Lang::Ru,
    }
}

/// A database, a clock to move and the acts of a citizen.
struct Stage {
    db: Db,
    clock: Clock,
    chance: Chance,
}

impl Stage {
    fn new(db: Db) -> Self {
        let clock = Clock::fixed(Instant::from_minutes(29_000_000));
        Self { db, clock, chance: Chance::seeded(5) }
    }

    /// Every act has a moment of its own.
    fn cx(&self) -> Cx {
        self.clock.advance(1000);
        Cx::new(&self.clock, &self.chance, Actor::Guest, Channel::Web)
    }

    fn act<T: Send + 'static>(
        &self,
        act: impl Fn(&mut Tx<'_>, &Cx) -> Outcome<T> + Send + 'static,
    ) -> Outcome<T> {
        let cx = self.cx();
        self.db.write_wait(move |tx| act(tx, &cx))
    }

    fn start(&self, form: &Command) -> Outcome<String> {
        let prepared = prepare(form, &policy(), &self.chance)?;
        self.act(move |tx, cx| start(tx, cx, &prepared, &policy()))
    }

    fn confirm(&self, token: &str, code: &str) -> Outcome<Id> {
        let (token, code) = (token.to_owned(), code.to_owned());
        let confirmed = self.act(move |tx, cx| confirm_phone(tx, cx, &policy(), &token, &code));
        Ok(confirmed??.account)
    }

    /// The newest letter to `channel`: its event and payload.
    fn letter(&self, channel: &str) -> (String, serde_json::Value) {
        let letters = self.act(|tx, _| testkit::letters(tx)).unwrap();
        letters.into_iter().find(|(_, payload)| payload["channel"] == channel).unwrap()
    }

    fn code(&self) -> String {
        self.letter("sms").1["code"].as_str().unwrap().to_owned()
    }

    fn token(&self) -> String {
        let (_, payload) = self.letter("email");
        let path = payload["path"].as_str().unwrap();
        path.strip_prefix(register::EMAIL_LINK_PATH).unwrap().to_owned()
    }

    fn verify(&self, token: &str) -> Outcome<()> {
        let token = token.to_owned();
        self.act(move |tx, cx| verify_email(tx, cx, &policy(), &token))
    }

    fn account(&self, id: &Id) -> Account {
        let id = id.clone();
        self.db.read_wait(move |tx| read::account(tx, &id)).unwrap().unwrap()
    }

    fn sign_in(&self, identifier: &str, password: &str) -> Outcome<Id> {
        let identifier = signin::Identifier::parse(identifier);
        let challenge = self.act(move |tx, _| signin::lookup(tx, &identifier))?;
        Ok(challenge.check(&policy().secrets, password)?.account().clone())
    }
}

fn each(test: impl Fn(Stage)) {
    testkit::each_engine(crate::MIGRATIONS, |db| test(Stage::new(db)));
}

fn code_of<T: std::fmt::Debug>(outcome: Outcome<T>) -> &'static str {
    outcome.unwrap_err().code().unwrap()
}

fn fields(error: &Error) -> Vec<(&str, &'static str)> {
    let Error::Refusal(refusal) = error else { panic!("{error}") };
    refusal.fields.iter().map(|fault| (&*fault.field, fault.code)).collect()
}

#[test]
fn somebody_registers_proves_both_contacts_and_signs_in_with_either() {
    each(|stage| {
        let registration = stage.start(&form()).unwrap();
        let code = stage.code();
        let spaced = format!(" {} {} ", &code[..3], &code[3..]);
        let id = stage.confirm(&registration, &spaced).unwrap();
        let account = stage.account(&id);
        assert_eq!((account.phone.reveal(), account.level), ("+79123456789", Level::Simplified));
        assert_eq!(account.full_name().reveal(), "Соколова Анна Сергеевна");
        assert!(!account.email_verified);

        assert_eq!(stage.sign_in("8 912 345 67 89", PASSWORD).unwrap(), id);
        assert_eq!(code_of(stage.sign_in("anna@example.org", PASSWORD)), "E-AUTH-01");
        let token = stage.token();
        stage.verify(&token).unwrap();
        assert!(stage.account(&id).email_verified);
        assert_eq!(stage.sign_in("ANNA@example.org", PASSWORD).unwrap(), id);
        assert_eq!(code_of(stage.verify(&token)), "E-AUTH-02-USED");
        assert_eq!(code_of(stage.verify("0000")), "E-AUTH-02-EXPIRED");

        let consents: Vec<(String, String)> = stage
            .act(|tx, _| {
                Ok(tx.all("SELECT kind, version FROM consent ORDER BY kind", args![], |r| {
                    Ok((r.get(0)?, r.get(1)?))
                })?)
            })
            .unwrap();
        let known = [("agreement", "2026-11"), ("privacy", "2026-10")];
        assert_eq!(consents, known.map(|(a, b)| (a.to_owned(), b.to_owned())));
    });
}

#[test]
fn the_link_may_be_followed_before_the_code_is_typed() {
    each(|stage| {
        let registration = stage.start(&form()).unwrap();
        stage.verify(&stage.token()).unwrap();
        let id = stage.confirm(&registration, &stage.code()).unwrap();
        assert!(stage.account(&id).email_verified);
    });
}

#[test]
fn a_form_comes_back_with_all_its_faults_at_once() {
    let wrong =
        Command { phone: "+7 495 1234567".into(), password: "short".into(), ..Command::default() };
    let policy = Policy { email_required: true, ..policy() };
    let error = prepare(&wrong, &policy, &Chance::seeded(1)).unwrap_err();
    assert_eq!(error.code(), Some("E-FORM-00"));
    let expected = [
        ("surname", "E-FORM-01"),
        ("name", "E-FORM-01"),
        ("phone", "E-PHONE-02"),
        ("email", "E-FORM-01"),
        ("password", "E-PASS-01"),
        ("agreement", "E-ACC-03"),
        ("privacy", "E-ACC-03"),
    ];
    assert_eq!(fields(&error), expected);
}

#[test]
fn a_stranger_cannot_learn_whether_a_phone_or_an_email_has_an_account() {
    each(|stage| {
        stage.act(anna).unwrap();
        let unknown = Command {
            phone: "+79990000000".into(),
            email: Some("new@example.org".into()),
            ..form()
        };
        let (known, new) = (stage.start(&form()).unwrap(), stage.start(&unknown).unwrap());
        assert_eq!(known.len(), new.len());
        for registration in [&known, &new] {
            let error = stage.confirm(registration, "000000").unwrap_err();
            let Error::Refusal(refusal) = &error else { panic!("{error}") };
            assert_eq!(
                (refusal.code, refusal.args.clone()),
                ("E-AUTH-02-WRONG", vec![("left", "4".to_owned())])
            );
            let registration = registration.clone();
            stage.act(move |tx, cx| resend(tx, cx, &policy(), &registration, By::Sms)).unwrap();
        }
        let told = stage.act(|tx, _| testkit::letters(tx)).unwrap();
        assert!(told.len() >= 4);
        for (event, payload) in told {
            let payload = payload.to_string();
            let to_anna = payload.contains("+79123456789") || payload.contains("anna@");
            assert_eq!(to_anna, event == "register-exists", "{event} {payload}");
        }
        assert_eq!(code_of(stage.sign_in("+79123456789", PASSWORD)), "E-AUTH-01");
        assert_eq!(code_of(stage.sign_in("+79990000000", PASSWORD)), "E-AUTH-01");
    });
}

#[test]
fn a_code_tried_a_hundred_times_at_once_works_exactly_once() {
    each(|stage| {
        let registration = stage.start(&form()).unwrap();
        let code = stage.code();
        let answers: Vec<Outcome<Id>> = std::thread::scope(|scope| {
            let tries: Vec<_> =
                (0..100).map(|_| scope.spawn(|| stage.confirm(&registration, &code))).collect();
            tries.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        let others = answers.iter().filter_map(|answer| answer.as_ref().err());
        assert!(others.map(Error::code).all(|code| code == Some("E-AUTH-02-USED")));
    });
}

#[test]
fn what_can_be_no_code_costs_no_try_and_a_whole_message_is_one() {
    each(|stage| {
        let forms: [fn(&str) -> String; 6] = [
            |x| format!("код: {x}."),
            |x| format!("{}–{}", &x[..3], &x[3..]),
            |x| format!("\u{200b}{x}\u{202c}"),
            |x| x.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect(),
            |x| format!("Окно: код {x}. Действует 10 минут. Никому его не сообщайте."),
            |x| x.replace('0', "О"),
        ];
        for (number, form_of) in forms.into_iter().enumerate() {
            let phone = format!("+7912345678{number}");
            let registration = stage.start(&Command { phone, email: None, ..form() }).unwrap();
            for nothing in ["12345", "1234567", "абвгде", "585860 и 123456"] {
                let refused = code_of(stage.confirm(&registration, nothing));
                assert_eq!(refused, "E-AUTH-02-SIX", "{nothing}");
            }
            stage.confirm(&registration, &form_of(&stage.code())).unwrap();
        }
    });
}

#[test]
fn wrong_expired_used_and_spent_codes_are_told_apart() {
    each(|stage| {
        let registration = stage.start(&form()).unwrap();
        let code = stage.code();
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for left in (1..5).rev() {
            let error = stage.confirm(&registration, wrong).unwrap_err();
            let Error::Refusal(refusal) = &error else { panic!("{error}") };
            assert_eq!(refusal.code, "E-AUTH-02-WRONG");
            assert_eq!(refusal.args, vec![("left", left.to_string())]);
        }
        assert_eq!(
            code_of(stage.confirm(&registration, wrong)),
            "E-AUTH-02-SPENT",
            "says what to do"
        );
        assert_eq!(code_of(stage.confirm(&registration, &code)), "E-AUTH-02-SPENT");

        let again = |stage: &Stage| {
            let registration = registration.clone();
            stage.act(move |tx, cx| resend(tx, cx, &policy(), &registration, By::Sms))
        };
        again(&stage).unwrap();
        let code = stage.code();
        stage.clock.advance(10 * Instant::MINUTE);
        assert_eq!(code_of(stage.confirm(&registration, &code)), "E-AUTH-02-EXPIRED");

        again(&stage).unwrap();
        let code = stage.code();
        stage.confirm(&registration, &code).unwrap();
        assert_eq!(code_of(stage.confirm(&registration, &code)), "E-AUTH-02-USED");
        assert_eq!(code_of(again(&stage)), "E-ACC-04");
        stage.clock.advance(2 * Instant::DAY);
        assert_eq!(code_of(stage.confirm(&registration, &code)), "E-AUTH-02-EXPIRED");
    });
}

#[test]
fn three_messages_in_ten_minutes_are_enough_and_a_new_code_ends_the_old() {
    each(|stage| {
        let registration = stage.start(&form()).unwrap();
        let first = stage.code();
        let again = |by| {
            let registration = registration.clone();
            stage.act(move |tx, cx| resend(tx, cx, &policy(), &registration, by))
        };
        stage.clock.advance(Instant::MINUTE);
        for by in [By::Sms, By::Email, By::Sms, By::Email] {
            again(by).unwrap();
        }
        if first != stage.code() {
            assert_eq!(code_of(stage.confirm(&registration, &first)), "E-AUTH-02-FORMER");
        }
        let Err(Error::Refusal(refusal)) = again(By::Sms) else { panic!("a fourth was sent") };
        assert_eq!((refusal.code, refusal.retry_after), ("E-AUTH-LIMIT", Some(540)));
        stage.clock.advance(9 * Instant::MINUTE);
        again(By::Sms).unwrap();
        assert_eq!(code_of(again(By::Sms)), "E-AUTH-LIMIT");
    });
}

#[test]
fn a_space_around_a_password_counts_and_locks_nobody_out() {
    each(|stage| {
        let spaced = format!(" {PASSWORD} ");
        let registration = stage.start(&Command { password: spaced.clone(), ..form() }).unwrap();
        let id = stage.confirm(&registration, &stage.code()).unwrap();
        assert_eq!(stage.sign_in("+79123456789", &spaced).unwrap(), id);
        assert_eq!(code_of(stage.sign_in("+79123456789", PASSWORD)), "E-AUTH-01");
        // Made when passwords were trimmed, and typed with the spaces as then.
        let (owner, old) = (id.clone(), policy().secrets.hash_password(PASSWORD, &stage.chance));
        let old = old.unwrap();
        stage.act(move |tx, _| signin::set_password(tx, &owner, Some(&old))).unwrap();
        assert_eq!(stage.sign_in("+79123456789", PASSWORD).unwrap(), id);
        assert_eq!(stage.sign_in("+79123456789", &spaced).unwrap(), id);
        assert_eq!(code_of(stage.sign_in("+79123456789", " Не тот пароль1! ")), "E-AUTH-01");
    });
}

#[test]
fn a_level_is_set_with_a_reason_and_an_account_is_unique() {
    each(|stage| {
        let id = stage.act(anna).unwrap();
        let raised = id.clone();
        stage.act(move |tx, cx| set_level(tx, cx, &raised, Level::Verified, "в МФЦ")).unwrap();
        assert_eq!(stage.account(&id).level, Level::Verified);
        let nobody = stage.act(|tx, cx| set_level(tx, cx, &"x".into(), Level::Standard, ""));
        assert_eq!(code_of(nobody), "E-ACC-02");
        assert_eq!(code_of(stage.act(anna)), "E-ACC-01");
        let found = stage.act(|tx, _| read::by_contact(tx, "anna@example.org")).unwrap().unwrap();
        assert_eq!(found.id, id);
    });
}

#[test]
fn every_refusal_and_fault_of_this_room_has_its_words_in_both_languages() {
    let texts = texts::Texts::load().unwrap();
    let codes = [
        "E-AUTH-01",
        "E-AUTH-02-SIX",
        "E-AUTH-02-WRONG",
        "E-AUTH-02-EXPIRED",
        "E-AUTH-02-USED",
        "E-AUTH-02-SPENT",
        "E-AUTH-03",
        "E-AUTH-LIMIT",
        "E-ACC-01",
        "E-ACC-02",
        "E-ACC-03",
        "E-ACC-04",
        "E-ACC-05",
        "E-PHONE-01",
        "E-PHONE-02",
        "E-EMAIL-01",
        "E-NAME-01",
        "E-NAME-02",
        "E-NAME-03",
        "E-PASS-01",
        "E-PASS-02",
        "E-PASS-03",
        "E-PASS-04",
        "E-PASS-05",
    ];
    for lang in Lang::ALL {
        for code in codes {
            assert!(
                texts.has(lang, &code.to_lowercase()),
                "{code} has no words in {}",
                lang.code()
            );
        }
    }
}
