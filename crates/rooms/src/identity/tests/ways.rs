//! A visit to a service centre, and a registered letter.

use super::visit::{Found, Operator};
use super::*;

/// Somebody of the staff at a centre.
pub(super) fn clerk(stage: &Stage) -> Operator {
    let cx = stage.cx();
    let id = stage.db.write_wait(move |tx| accounts::tests::boris(tx, &cx)).unwrap();
    Operator { id, site: "main".into() }
}

pub(super) fn invited(stage: &Stage) -> String {
    stage.type_all(&stage.anna);
    let id = stage.anna.clone();
    stage.act(move |tx, cx| visit::invite(tx, cx, &policy(), (&id, true))).unwrap();
    let (id, now) = (stage.anna.clone(), stage.clock.now());
    let levels = stage.act(move |tx, _| read::levels(tx, now, &id)).unwrap().unwrap();
    levels.code.unwrap().into_revealed()
}

pub(super) fn find(stage: &Stage, clerk: &Operator, code: &str) -> Option<Id> {
    let (clerk, code) = (clerk.clone(), code.to_owned());
    stage.act(move |tx, cx| visit::find(tx, cx, &policy(), (&clerk, &code))).unwrap()
}

pub(super) fn look(stage: &Stage, clerk: &Operator, way: &Id) -> Outcome<visit::Guest> {
    let (who, id) = (clerk.clone(), way.clone());
    stage.act(move |tx, cx| visit::look(tx, cx, &who, &id))?;
    let (who, id) = (clerk.clone(), way.clone());
    stage.act(move |tx, cx| visit::guest(tx, cx.now, &who, &id))
}

pub(super) fn decide(stage: &Stage, clerk: &Operator, way: &Id, found: Found) -> Outcome<State> {
    let (who, id) = (clerk.clone(), way.clone());
    stage.act(move |tx, cx| visit::decide(tx, cx, &who, (&id, &found)))
}

#[test]
fn whoever_shows_the_code_and_the_papers_is_verified() {
    each(|stage| {
        let (shown, clerk) = (invited(stage), clerk(stage));
        assert_eq!(shown.len(), 9, "{shown}");
        assert_eq!(find(stage, &clerk, "0000-0000"), None);
        let way = find(stage, &clerk, &shown.to_lowercase().replace('-', " ")).unwrap();
        let (who, id) = (clerk.clone(), way.clone());
        let before = stage.act(move |tx, cx| visit::guest(tx, cx.now, &who, &id)).unwrap();
        assert!(before.profile.is_none(), "nothing is shown before the look is noted");
        let blind = Found::Same { stamp: String::new(), addresses: Vec::new() };
        assert_eq!(code(decide(stage, &clerk, &way, blind)), "E-ACC-16");
        let guest = look(stage, &clerk, &way).unwrap();
        let stamp = guest.stamp();
        assert!(guest.profile.unwrap().get(Kind::Passport).is_some());
        let same = Found::Same { stamp, addresses: Vec::new() };
        assert_eq!(decide(stage, &clerk, &way, same.clone()).unwrap(), State::Passed);
        assert_eq!(stage.level(), Level::Verified);
        assert_eq!(stage.profile().get(Kind::Snils).unwrap().verified.unwrap().1, How::Visit);
        assert_eq!(stage.told(), ["identity-raised"]);
        let sql = "SELECT to_level FROM level_change WHERE account_id = $1 ORDER BY at";
        let id = stage.anna.clone();
        let steps =
            stage.act(move |tx, _| Ok(tx.all(sql, base::args![&id], |r| r.get::<String>(0))?));
        assert_eq!(steps.unwrap(), ["standard", "verified"], "no step is left out");
        assert_eq!(code(decide(stage, &clerk, &way, same)), "E-ACC-19", "it is over");
    });
}

#[test]
fn what_was_changed_after_the_look_is_not_confirmed() {
    each(|stage| {
        let (shown, clerk) = (invited(stage), clerk(stage));
        let way = find(stage, &clerk, &shown).unwrap();
        let stamp = look(stage, &clerk, &way).unwrap().stamp();
        let mut typed = TYPED[2].1.to_vec();
        typed[1] = ("number", "100002");
        stage.type_in(&stage.anna, Kind::Passport, &typed).unwrap();
        let old = decide(stage, &clerk, &way, Found::Same { stamp, addresses: Vec::new() });
        assert_eq!((code(old), stage.level()), ("E-ACC-16", Level::Simplified));
        stage.clock.advance(16 * Instant::MINUTE);
        let (who, id) = (clerk.clone(), way.clone());
        let later = stage.act(move |tx, cx| visit::guest(tx, cx.now, &who, &id)).unwrap();
        assert!(later.profile.is_none(), "a look does not last");
    });
}

#[test]
fn a_refusal_has_a_reason_and_nobody_confirms_themselves() {
    each(|stage| {
        let (shown, clerk) = (invited(stage), clerk(stage));
        let way = find(stage, &clerk, &shown).unwrap();
        let own = Operator { id: stage.anna.clone(), ..clerk.clone() };
        assert_eq!(code(look(stage, &own, &way)), "E-ACC-15");
        look(stage, &clerk, &way).unwrap();
        let silent = Found::Else { reason: " ".into() };
        assert_eq!(code(decide(stage, &clerk, &way, silent)), "E-FORM-00");
        let why =
            Found::Else { reason: "В паспорте другая дата выдачи".into() };
        assert_eq!(decide(stage, &clerk, &way, why).unwrap(), State::Refused);
        assert_eq!(stage.ways()[0].note.reason, "В паспорте другая дата выдачи");
        assert_eq!(
            (stage.level(), stage.told()),
            (Level::Simplified, vec!["identity-visit-refused".into()])
        );
        assert_eq!(find(stage, &clerk, &shown), None, "the code is over");
    });
}

#[test]
fn a_visit_that_is_decided_a_hundred_times_at_once_is_decided_once() {
    each(|stage| {
        let (shown, clerk) = (invited(stage), clerk(stage));
        let way = find(stage, &clerk, &shown).unwrap();
        let stamp = look(stage, &clerk, &way).unwrap().stamp();
        let decided: usize = std::thread::scope(|scope| {
            let one = |_| {
                let found = Found::Same { stamp: stamp.clone(), addresses: Vec::new() };
                let (clerk, way) = (&clerk, &way);
                scope.spawn(move || usize::from(decide(stage, clerk, way, found).is_ok()))
            };
            let all: Vec<_> = (0..100).map(one).collect();
            all.into_iter().map(|x| x.join().unwrap()).sum()
        });
        assert_eq!((decided, stage.told()), (1, vec!["identity-raised".to_owned()]));
    });
}

#[test]
fn every_way_asks_for_a_consent_and_keeps_it() {
    each(|stage| {
        stage.type_all(&stage.anna);
        let id = stage.anna.clone();
        let visits = |consent: bool| {
            let id = id.clone();
            stage.act(move |tx, cx| visit::invite(tx, cx, &policy(), (&id, consent)))
        };
        let signs = |consent: bool| {
            let id = id.clone();
            stage.act(move |tx, cx| agree_to_sign(tx, cx, &policy(), (&id, consent)))
        };
        assert_eq!(code(visits(false)), "E-FORM-00");
        assert_eq!(code(signs(false)), "E-FORM-00");
        let other = id.clone();
        let order =
            move |tx: &mut Tx<'_>, cx: &Cx| letter::order(tx, cx, &policy(), (&other, false));
        assert_eq!(code(stage.act(order)), "E-FORM-00");
        assert!(stage.consents().is_empty());
        visits(true).unwrap();
        assert_eq!(stage.consents().len(), 1);
        signs(true).unwrap();
        let given = stage.consents();
        assert_eq!(given.len(), 2);
        assert!(given.iter().all(|x| x.kind == "personal_data" && x.channel == "web"));
    });
}

/// Anna is of the standard level, has an address, and a letter is ordered; gives its way.
pub(super) fn ordered(stage: &Stage) -> Id {
    stage.type_all(&stage.anna);
    let home =
        [("index", "634050"), ("region", "Томская область"), ("locality", "Томск"), ("house", "3")];
    let order = || {
        let id = stage.anna.clone();
        stage.act(move |tx, cx| letter::order(tx, cx, &policy(), (&id, true)))
    };
    assert_eq!(code(order()), "E-ACC-21", "first the registries");
    let id = stage.anna.clone();
    let act = move |tx: &mut Tx<'_>, cx: &Cx| {
        attest(tx, cx, &id, How::Registry)?;
        accounts::set_level(tx, cx, &id, Level::Standard, "test")
    };
    stage.act(act).unwrap();
    assert_eq!(code(order()), "E-ACC-22", "nobody knows where to");
    stage.type_in(&stage.anna, Kind::Registration, &home).unwrap();
    order().unwrap();
    order().unwrap();
    let posted = stage.act(|tx, _| letter::posted(tx, 10)).unwrap();
    assert_eq!(posted.len(), 1, "one letter, however often it was ordered");
    posted[0].way.clone()
}

/// Where Anna lives, as it stands on a letter.
const HOME: &str = "Томская область, Томск, д. 3";

/// Whoever sends letters.
pub(super) fn sender() -> Operator {
    Operator { id: "vera".into(), site: "main".into() }
}

pub(super) fn sent(stage: &Stage, way: &Id, address: &str) -> String {
    let id = way.clone();
    let printed = stage.act(move |tx, cx| letter::print(tx, cx, &sender(), &id)).unwrap();
    assert_eq!(printed.name.reveal(), "Соколова Анна");
    assert_eq!(printed.address.reveal(), address);
    assert!(printed.index.reveal().starts_with("6340"), "on a line of its own, and once");
    let id = way.clone();
    let handed = move |tx: &mut Tx<'_>, cx: &Cx| {
        letter::hand_over(tx, cx, &sender(), (&id, "80 090650 210009"))
    };
    stage.act(handed).unwrap();
    printed.code.into_revealed()
}

pub(super) fn redeem(stage: &Stage, code: &str) -> letter::Tried {
    let (id, code) = (stage.anna.clone(), code.to_owned());
    stage.act(move |tx, cx| letter::redeem(tx, cx, &policy(), (&id, &code))).unwrap()
}

#[test]
fn the_posts_number_stands_open_in_no_letter_about_it() {
    each(|stage| {
        let way = ordered(stage);
        sent(stage, &way, HOME);
        stage
            .act(move |tx, cx| letter::renumber(tx, cx, &sender(), (&way, "80090650210016")))
            .unwrap();
        let letters = stage.act(|tx, _| testkit::letters(tx)).unwrap();
        let told: Vec<_> = letters.iter().filter_map(|x| x.1["track"].as_str()).collect();
        assert_eq!(told, ["80090650210016", "80090650210009"], "it is told all the same");
        let open = |tx: &mut Tx<'_>| {
            let sql = "SELECT payload FROM outbox WHERE payload LIKE '%80090650%'
                       OR payload LIKE '%verified%'";
            Ok(tx.all(sql, base::args![], |r| r.get::<String>(0))?)
        };
        assert_eq!(stage.act(move |tx, _| open(tx)).unwrap(), [""; 0]);

        // The second was told of an operation, by which nobody finds it.
        let (cx, id) = (stage.cx(), stage.anna.clone());
        stage.db.write_wait(move |tx| crate::privacy::erase(tx, &cx, &id)).unwrap();
        let left = stage.act(|tx, _| testkit::canary::dump(tx)).unwrap();
        assert!(left.iter().all(|x| !x.1.contains("80090650")), "{left:?}");
        let waits = "SELECT event FROM outbox WHERE state = 'queued' AND event LIKE 'identity-%'";
        let waits =
            move |tx: &mut Tx<'_>| Ok(tx.all(waits, base::args![], |r| r.get::<String>(0))?);
        let waits = stage.act(move |tx, _| waits(tx)).unwrap();
        assert_eq!(waits, [""; 0], "nobody is written to any more");
    });
}

#[test]
fn the_code_of_a_registered_letter_leads_to_the_highest_level() {
    each(|stage| {
        let way = ordered(stage);
        assert_eq!(redeem(stage, "00000-00000"), letter::Tried::Nothing, "nothing was sent yet");
        let by = || stage.act(|tx, _| letter::posted(tx, 9)).unwrap()[0].printed.clone();
        assert_eq!(by(), None);
        let printed = sent(stage, &way, HOME);
        let (at, who) = by().unwrap();
        assert!(who == sender().id && at <= stage.clock.now());
        let id = way.clone();
        assert_eq!(
            code(stage.act(move |tx, cx| letter::print(tx, cx, &sender(), &id))),
            "E-ACC-19"
        );
        let id = way.clone();
        stage.act(move |tx, cx| letter::delivered(tx, cx, &sender(), &id)).unwrap();
        assert_eq!(redeem(stage, "00000-00000"), letter::Tried::Wrong(9));
        assert_eq!(redeem(stage, &printed.to_lowercase()), letter::Tried::Right);
        assert_eq!(stage.level(), Level::Verified);
        let told = ["identity-raised", "identity-letter-delivered", "identity-letter-sent"];
        assert_eq!(stage.told(), told);
        let states = [State::Created, State::HandedOver, State::Delivered, State::Passed];
        let history = stage.act(move |tx, _| read::history(tx, &way)).unwrap();
        assert_eq!(history.iter().map(|x| x.state).collect::<Vec<_>>(), states);
    });
}

#[test]
fn nobody_sends_a_letter_to_themselves() {
    each(|stage| {
        let way = ordered(stage);
        let own = Operator { id: stage.anna.clone(), site: "main".into() };
        let (who, id) = (own.clone(), way.clone());
        let printed = stage.act(move |tx, cx| letter::print(tx, cx, &who, &id));
        assert_eq!(code(printed), "E-ACC-15");
        let number = "80 090650 210009";
        let (who, id) = (own.clone(), way.clone());
        let handed = stage.act(move |tx, cx| letter::hand_over(tx, cx, &who, (&id, number)));
        assert_eq!(code(handed), "E-ACC-15");
        sent(stage, &way, HOME);
        let (who, id) = (own.clone(), way.clone());
        let anew = stage.act(move |tx, cx| letter::renumber(tx, cx, &who, (&id, number)));
        assert_eq!(code(anew), "E-ACC-15");
        let arrived = stage.act(move |tx, cx| letter::delivered(tx, cx, &own, &way));
        assert_eq!(code(arrived), "E-ACC-15");
        assert_eq!(stage.told(), ["identity-letter-sent"]);
    });
}

#[test]
fn a_code_of_a_letter_that_is_sent_a_hundred_times_at_once_works_once() {
    each(|stage| {
        let way = ordered(stage);
        let code = sent(stage, &way, HOME);
        let right: usize = std::thread::scope(|scope| {
            let one = |_| scope.spawn(|| usize::from(redeem(stage, &code) == letter::Tried::Right));
            let all: Vec<_> = (0..100).map(one).collect();
            all.into_iter().map(|x| x.join().unwrap()).sum()
        });
        assert_eq!((right, stage.level()), (1, Level::Verified));
        assert_eq!(stage.told(), ["identity-raised", "identity-letter-sent"]);
    });
}

#[test]
fn guessing_ends_a_letter_and_so_do_thirty_days_and_another_address() {
    each(|stage| {
        let way = ordered(stage);
        let printed = sent(stage, &way, HOME);
        for left in (1..10).rev() {
            assert_eq!(redeem(stage, "00000-00000"), letter::Tried::Wrong(left));
        }
        assert_eq!(redeem(stage, "00000-00000"), letter::Tried::Spent);
        assert_eq!(redeem(stage, &printed), letter::Tried::Nothing);
        let order = || {
            let id = stage.anna.clone();
            stage.act(move |tx, cx| letter::order(tx, cx, &policy(), (&id, true)))
        };
        order().unwrap();
        let home = [
            ("index", "634021"),
            ("region", "Томская область"),
            ("locality", "Томск"),
            ("house", "5"),
        ];
        stage.type_in(&stage.anna, Kind::Registration, &home).unwrap();
        assert_eq!(stage.ways()[0].state, State::Ended, "it would go to where nobody lives");
        assert_eq!(code(order()), "E-ACC-20", "two within a month");
        stage.clock.advance(31 * Instant::DAY);
        order().unwrap();
        let way = stage.ways()[0].id.clone();
        let printed = sent(stage, &way, "Томская область, Томск, д. 5");
        stage.clock.advance(31 * Instant::DAY);
        assert_eq!(redeem(stage, &printed), letter::Tried::Nothing);
        stage.act(letter::run_out).unwrap();
        assert_eq!(stage.ways()[0].state, State::Expired);
    });
}
