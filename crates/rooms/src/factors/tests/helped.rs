//! Somebody of the staff helps: they begin, the person finishes, and everybody on file is told.

use super::super::desk::{self, Brought, Proved};
use super::super::{HelpAim, HelpSeen};
use super::once::at_once;
use super::*;
use crate::access::{self, Action, Grant, Place, Proof, Role, Scope, Subject, Verdict};
use crate::accounts;
use crate::identity::{self, Beside, How, Kind, Save, Ways};
use crate::privacy;

const NEW: &str = "+79990001122";
const PAPER: &str = "0008 100001";
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

/// Somebody of the staff.
struct Clerk {
    id: Id,
    grant: Grant,
}

impl Stage {
    fn clerk(&self) -> Clerk {
        let id = self.other("+79220000001");
        let (from, until) = (Instant(0), Instant::NEVER);
        let grant =
            Grant { id: "g".into(), role: Role::PortalAdmin, place: Place::Portal, from, until };
        Clerk { id, grant }
    }

    fn scope(&self, clerk: &Clerk, action: Action) -> Scope {
        let now = self.clock.now();
        let proof = Proof { proved_at: Some(now), strong: true, ..Proof::default() };
        let account = Some((&clerk.id, Level::Verified));
        let grants = std::slice::from_ref(&clerk.grant);
        match access::may(&Subject { account, grants, proof, demo: false }, action, None, now) {
            Verdict::Allow(scope) => scope,
            other => panic!("{other:?}"),
        }
    }

    fn help(&self, clerk: &Clerk, help: Help) -> Outcome<Option<String>> {
        let scope = self.scope(clerk, Action::HelpRecover);
        self.clock.advance(1000);
        let cx = Cx::new(&self.clock, &self.chance, Actor::Account(clerk.id.clone()), Channel::Web);
        let act = move |tx: &mut Tx<'_>| super::help(tx, &cx, &policy(), (&scope, &help));
        Ok(self.db.write_wait(act)??.map(base::Pii::into_revealed))
    }

    /// Anna's papers, as an operator has compared them.
    fn papers(&self) {
        let account = self.anna.clone();
        self.act(move |tx, cx| {
            for (kind, typed) in TYPED {
                let field = |name: &str| typed.iter().find(|x| x.0 == name).map_or("", |x| x.1);
                let born = identity::profile(tx, &account)?.and_then(|x| x.born());
                let beside = Beside { born, today: identity::read::today(cx.now) };
                let values = identity::read_datum(kind, field, beside).unwrap();
                let account = account.clone();
                let datum = Save { account, kind, values, version: 0, agreed: false };
                identity::save(tx, cx, Ways::default(), &datum)?;
            }
            assert!(identity::attest(tx, cx, &account, How::Visit)?);
            accounts::set_level(tx, cx, &account, Level::Verified, "в МФЦ")
        })
        .unwrap();
    }

    fn bring(&self, code: &str, contact: Option<&str>) -> Outcome<Brought> {
        let contact = contact.map(|x| Contact::parse("contact", x).unwrap());
        let code = code.to_owned();
        let came = browser(&[]);
        self.act(move |tx, cx| desk::bring(tx, cx, &policy(), (&code, contact.as_ref(), &came)))?
            .map_err(Error::from)
    }

    fn brought(&self, code: &str, contact: Option<&str>) -> String {
        match self.bring(code, contact).unwrap() {
            Brought::Sent(token) => token,
            waits => panic!("{waits:?}"),
        }
    }

    fn proved(&self, token: &str, code: &str) -> Outcome<Proved> {
        let (token, code) = (token.to_owned(), code.to_owned());
        let came = browser(&[]);
        self.act(move |tx, cx| desk::prove(tx, cx, &policy(), (&token, &came), &code))?
            .map_err(Error::from)
    }

    /// The code and a contact, proved: the day begins.
    fn begun(&self, code: &str, contact: &str) -> Instant {
        match self.proved(&self.brought(code, Some(contact)), &self.code()).unwrap() {
            Proved::Waits(ready_at) => ready_at,
            opened => panic!("{opened:?}"),
        }
    }

    pub(super) fn owner(&self) -> accounts::Account {
        let anna = self.anna.clone();
        self.act(move |tx, _| accounts::read::account(tx, &anna)).unwrap().unwrap()
    }

    fn alarms(&self, clerk: &Clerk) -> Vec<access::Alarm> {
        let scope = self.scope(clerk, Action::WatchAlarms);
        self.act(move |tx, _| access::alarms(tx, &scope)).unwrap()
    }
}

fn asked(clerk: &Clerk, named: &str, seen: HelpSeen) -> Help {
    let (surname, named) = help_named("соколова", named).unwrap();
    Help {
        staff: clerk.id.clone(),
        by: clerk.grant.clone(),
        surname,
        named,
        seen,
        aim: HelpAim::Restore,
        reason: "Потеряла телефон".to_owned().into(),
    }
}

fn paper() -> HelpSeen {
    HelpSeen::paper("paper", PAPER).unwrap()
}

#[test]
fn whoever_shows_the_passport_comes_back_with_a_new_phone_after_a_day() {
    each(|stage| {
        stage.papers();
        stage.app();
        let old = stage.first_sign_in_with_app();
        let clerk = stage.clerk();
        let code = stage.help(&clerk, asked(&clerk, "112-233-445 95", paper())).unwrap().unwrap();
        assert_eq!(code.len(), 19, "80 bits in four groups");
        assert_eq!(stage.told()[0], "help-given");
        assert!(stage.who(&old).is_some(), "nothing has ended yet");

        let without = stage.bring(&code, None);
        assert_eq!(code_of(without), "E-FORM-01");
        let token = stage.brought(&code.to_lowercase().replace('-', " "), Some(NEW));
        let wrong = stage.proved(&token, "нет");
        assert_eq!(code_of(wrong), "E-AUTH-02-SIX");
        let wrong = if stage.code() == "000000" { "000001" } else { "000000" };
        let wrong = stage.proved(&token, wrong);
        assert_eq!(code_of(wrong), "E-AUTH-02-WRONG");
        let Proved::Waits(ready_at) = stage.proved(&token, &stage.code()).unwrap() else {
            panic!("no day of waiting")
        };
        assert_eq!(stage.told()[0], "recovery-waits");
        let early = stage.bring(&code, Some(NEW)).unwrap();
        assert!(matches!(early, Brought::Waits(at) if at == ready_at));
        assert_eq!(stage.owner().phone.reveal(), PHONE, "nothing has changed yet");

        stage.clock.advance(Instant::DAY);
        // The contact is the one that was proved, whatever is typed now.
        let token = stage.brought(&code, Some("+79995554433"));
        let letters = stage.act(|tx, _| testkit::letters(tx)).unwrap();
        assert_eq!(letters.iter().find(|x| x.1["code"].is_string()).unwrap().1["to"], NEW);
        let Proved::In(opened) = stage.proved(&token, &stage.code()).unwrap() else {
            panic!("still waiting")
        };
        let owner = stage.owner();
        assert_eq!((owner.phone.reveal(), owner.level), (NEW, Level::Standard));
        assert_eq!(stage.who(&opened.session).unwrap().account, stage.anna);
        assert_eq!(stage.who(&old), None, "everything else has ended");
        let (read, anna) = (owner.clone(), stage.anna.clone());
        let (standing, review, looks, copy) = stage
            .act(move |tx, _| {
                let standing = read::standing(tx, &read)?;
                let looks = privacy::accesses(tx, &anna, 10)?;
                Ok((standing, super::review(tx, &anna)?, looks, super::export(tx, &anna)?))
            })
            .unwrap();
        assert!(!standing.is_strong() && standing.printed == 0, "what was lost opens nothing");
        assert!(review.is_some(), "the contacts are to be looked at");
        assert_eq!((looks.len(), &*looks[0].what), (1, "recovery"));
        let helped = copy.into_iter().find(|x| x.name == "helped").unwrap();
        assert_eq!(helped.rows.len(), 1, "in the copy of one's data");
        // The former phone has three days to take it back.
        let letters = stage.act(|tx, _| testkit::letters(tx)).unwrap();
        assert_eq!(letters.iter().find(|x| x.0 == "contact-undo").unwrap().1["to"], PHONE);
        assert_eq!(code_of(stage.bring(&code, Some(NEW))), "E-REC-02", "once");
    });
}

#[test]
fn the_staff_alone_finish_nothing_and_learn_nothing() {
    each(|stage| {
        stage.papers();
        let clerk = stage.clerk();
        let other = HelpSeen::paper("paper", "0008 100002").unwrap();
        let mut wrong = vec![
            asked(&clerk, PHONE, other),
            asked(&clerk, "+79990000000", paper()),
            Help {
                surname: help_named("Громова", PHONE).unwrap().0,
                ..asked(&clerk, PHONE, paper())
            },
        ];
        let told = stage.told().len();
        for help in wrong.drain(..) {
            let code = stage.help(&clerk, help).unwrap().unwrap();
            assert_eq!(code.len(), 19, "it looks the same");
            assert_eq!(code_of(stage.bring(&code, Some(NEW))), "E-REC-02");
        }
        assert_eq!(stage.told().len(), told, "nobody is found, nobody is told");

        // A bribed clerk has the code and a phone of their own: the day and the owner stand between.
        let code = stage.help(&clerk, asked(&clerk, PHONE, paper())).unwrap().unwrap();
        stage.begun(&code, NEW);
        let link = stage.link();
        let again = link.clone();
        stage.act(move |tx, cx| disown(tx, cx, &policy(), (&link, &Came::default()))).unwrap();
        let done = stage.act(move |tx, cx| disown(tx, cx, &policy(), (&again, &Came::default())));
        assert_eq!(code_of(done), "E-AUTH-19", "it was followed before");
        let odd = stage.act(move |tx, cx| of_link(tx, cx.now, &policy(), "nothing"));
        assert_eq!(code_of(odd), "E-AUTH-20");
        stage.clock.advance(Instant::DAY);
        assert_eq!(code_of(stage.bring(&code, Some(NEW))), "E-REC-02", "«It was not me»");
        assert_eq!(stage.owner().phone.reveal(), PHONE);

        // Nor after a sign-in of the owner with an app, nor with another code, nor too late.
        stage.clock.advance(Instant::DAY);
        let (seed, _) = stage.app();
        let code = stage.help(&clerk, asked(&clerk, "112-233-445 95", paper())).unwrap().unwrap();
        stage.begun(&code, NEW);
        let (token, came) = (stage.recover(PHONE, &browser(&[])).unwrap(), browser(&[]));
        let more = stage.reached(&token, &came, &stage.code()).unwrap();
        assert!(matches!(more, Passed::More));
        let shown = stage.shown(&seed);
        stage.pass(&token, &came, (Method::App, &shown)).unwrap();
        stage.clock.advance(Instant::DAY);
        assert_eq!(code_of(stage.bring(&code, Some(NEW))), "E-REC-02", "the owner is there");

        let first = stage.help(&clerk, asked(&clerk, "112-233-445 95", paper())).unwrap().unwrap();
        let second = stage.help(&clerk, asked(&clerk, "112-233-445 95", paper())).unwrap().unwrap();
        assert_eq!(code_of(stage.bring(&first, Some(NEW))), "E-REC-02", "a new one came");
        stage.clock.advance(Instant::DAY);
        assert_eq!(code_of(stage.bring(&second, Some(NEW))), "E-REC-02", "a day to begin");
    });
}

#[test]
fn a_call_brings_a_hint_and_sessions_end_when_asked() {
    each(|stage| {
        let clerk = stage.clerk();
        let tokens = stage.first_sign_in(&browser(&[]));
        let known = browser(&tokens);
        let Entered::In(opened) = stage.enter(&wish(PHONE, &known), PASSWORD).unwrap() else {
            panic!("a known device asks for nothing more")
        };
        let none = stage.help(&clerk, asked(&clerk, PHONE, HelpSeen::Call)).unwrap();
        assert_eq!((none, stage.told()[0].as_str()), (None, "help-asked"), "a call gives no code");
        assert!(stage.who(&opened.session).is_some());
        let half = stage.half(&browser(&[]));
        let end = Help { aim: HelpAim::Sessions, ..asked(&clerk, PHONE, HelpSeen::Call) };
        assert_eq!(stage.help(&clerk, end).unwrap(), None);
        assert_eq!(
            (stage.told()[0].as_str(), stage.who(&opened.session)),
            ("sessions-ended", None)
        );
        assert!(stage.half_of(&half).is_none(), "nor is anything half done");
        let again = stage.enter(&wish(PHONE, &known), PASSWORD);
        assert!(matches!(again, Ok(Entered::Half(_))), "and no device is known");
        let anna = stage.anna.clone();
        let looks = stage.act(move |tx, _| privacy::accesses(tx, &anna, 10)).unwrap();
        let what: Vec<&str> = looks.iter().map(|x| x.what.as_str()).collect();
        assert_eq!(what, ["sessions-ended", "recovery"]);
        let faults = help_named("", "кто-то").unwrap_err();
        assert_eq!(faults.iter().map(|x| x.code).collect::<Vec<_>>(), ["E-FORM-01", "E-PHONE-01"]);
        assert_eq!(HelpSeen::paper("paper", "4508 12345").unwrap_err().code, "E-REC-06");
    });
}

#[test]
fn three_helps_for_one_and_twenty_by_one_are_enough_and_those_who_watch_are_told() {
    each(|stage| {
        let clerk = stage.clerk();
        let grant = access::NewGrant {
            account: stage.other("+79220000002"),
            role: Role::PortalAdmin,
            place: Place::Portal,
            from: stage.clock.now(),
            until: Instant::NEVER,
            reason: "приказ 1".into(),
        };
        let offices = crate::offices::Offices::default();
        stage
            .act(move |tx, cx| access::grant(tx, cx, (access::By::Engineer, &offices), &grant))
            .unwrap();
        let call =
            |n: i64| stage.help(&clerk, asked(&clerk, &format!("+7999{n:07}"), HelpSeen::Call));
        for _ in 0..3 {
            call(0).unwrap();
        }
        assert_eq!(code_of(call(0)), "E-REC-05");
        for n in 1..=17 {
            call(n).unwrap();
        }
        assert!(stage.alarms(&clerk).is_empty());
        assert_eq!(code_of(call(18)), "E-REC-04");
        assert_eq!(code_of(call(19)), "E-REC-04");
        let alarms = stage.alarms(&clerk);
        assert_eq!((alarms.len(), &*alarms[0].kind, alarms[0].count), (1, "help", 20));
        let letters = stage.act(|tx, _| testkit::letters(tx)).unwrap();
        assert_eq!(letters.iter().filter(|x| x.0 == "staff-alarm-help").count(), 1);
        stage.clock.advance(Instant::DAY);
        call(20).unwrap();
    });
}

#[test]
fn one_code_begins_and_ends_one_recovery_and_the_staff_get_none() {
    each(|stage| {
        stage.papers();
        let clerk = stage.clerk();
        let code = stage.help(&clerk, asked(&clerk, PHONE, paper())).unwrap().unwrap();
        let tokens: Vec<String> =
            [NEW, "+79990001123"].map(|x| stage.brought(&code, Some(x))).into();
        let typed = stage.code();
        stage.proved(&tokens[1], &typed).unwrap();
        let late = stage.proved(&tokens[0], &typed);
        assert_ne!(late.unwrap_err().code(), None, "the first contact that was proved counts");
        stage.clock.advance(Instant::DAY);
        let (token, typed) = (stage.brought(&code, None), stage.code());
        assert_eq!(at_once(|| stage.proved(&token, &typed).is_ok()), 1);

        let taken = stage.other("+79995550000");
        stage.clock.advance(Instant::HOUR);
        let code = stage.help(&clerk, asked(&clerk, "112-233-445 95", paper())).unwrap().unwrap();
        let token = stage.brought(&code, Some("+79995550000"));
        assert_eq!(code_of(stage.proved(&token, &stage.code())), "E-REC-03", "{taken}'s own");

        let anna = stage.anna.clone();
        stage.act(move |tx, cx| sessions::make_staff(tx, cx.now, &anna)).unwrap();
        let code = stage.help(&clerk, asked(&clerk, "112-233-445 95", paper())).unwrap().unwrap();
        assert_eq!(code_of(stage.bring(&code, Some(NEW))), "E-REC-02", "no way to a workplace");
    });
}

impl Stage {
    /// A session of a browser that has shown the app.
    fn first_sign_in_with_app(&self) -> String {
        let anna = self.anna.clone();
        let came = browser(&[]);
        self.act(move |tx, cx| signin::first(tx, cx, &anna, &came)).unwrap().session
    }
}
