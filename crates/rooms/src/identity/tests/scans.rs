//! The way through scans.

use base::{Id, Instant, Refusal, args};

use super::*;
use crate::accounts::tests::boris;
use crate::factors::tests::at_once;
use crate::files::shape::{Inspector, tests::png};
use crate::files::{self, Infected, Named};
use crate::identity::scan::{self, Decision, Part};
use crate::identity::visit::Operator;
use crate::privacy::{self, Cell};

impl Stage {
    fn adds(&self, account: &Id, part: Part) -> Outcome<Id> {
        let (account, bytes) = (account.clone(), png(40, 30));
        self.act(move |tx, cx| {
            let file = scan::add(tx, cx, (&account, part))?;
            let mut inspector = Inspector::default();
            inspector.feed(&bytes).unwrap();
            files::append(tx, &account, &file, &bytes)?;
            let (name, shape) = ("паспорт.png".to_owned().into(), inspector.finish().unwrap());
            let named = Named { name, shape, digest: [1; 32] };
            files::finish(tx, cx, (&account, &file), (&named, false))?;
            Ok(file)
        })
    }

    fn sends(&self, account: &Id) -> Outcome<Result<(), Refusal>> {
        let to = account.clone();
        self.act(move |tx, cx| scan::send_code(tx, cx, &policy(), &to))?;
        let letters = self.act(|tx, _| testkit::letters(tx)).unwrap();
        let letter = letters.into_iter().find(|x| x.0 == "scan-code").unwrap();
        let code = letter.1["code"].as_str().unwrap().to_owned();
        let account = account.clone();
        self.act(move |tx, cx| scan::send(tx, cx, (&policy(), WITH), (&account, true, &code)))
    }

    /// Somebody has sent passport and SNILS; gives the way.
    pub(super) fn sent(&self, account: &Id) -> Id {
        self.type_all(account);
        self.adds(account, Part::Passport).unwrap();
        assert_eq!(code(self.sends(account)), "E-ACC-41", "the SNILS is missing");
        self.adds(account, Part::Snils).unwrap();
        self.sends(account).unwrap().unwrap();
        self.queue().last().unwrap().way.clone()
    }

    pub(super) fn queue(&self) -> Vec<scan::Waiting> {
        self.act(|tx, _| scan::queue(tx, 10)).unwrap()
    }

    fn looks(&self, operator: &Operator, way: &Id) -> Outcome<String> {
        let (operator, way) = (operator.clone(), way.clone());
        self.act(move |tx, cx| {
            let cx = &Cx { actor: Actor::Account(operator.id.clone()), ..cx.clone() };
            scan::look(tx, cx, &operator, &way)?;
            Ok(scan::sheet(tx, cx.now, &operator, (&way, true))?.stamp())
        })
    }

    fn decides(&self, operator: &Operator, way: &Id, decision: &Decision) -> Outcome<State> {
        let (operator, way, decision) = (operator.clone(), way.clone(), decision.clone());
        self.act(move |tx, cx| scan::decide(tx, cx, &operator, (&way, true, &decision)))
    }

    fn files(&self) -> (i64, i64) {
        let count = |sql: &'static str| {
            self.act(move |tx, _| Ok(tx.one(sql, args![], |r| r.get::<i64>(0))?)).unwrap()
        };
        (count("SELECT count(*) FROM file"), count("SELECT count(*) FROM file_chunk"))
    }
}

fn operator(id: &str) -> Operator {
    Operator { id: id.into(), site: "centre".into() }
}

fn refuse(reason: &str, words: &str) -> Decision {
    Decision::Refuse { reason: reason.into(), words: words.into() }
}

#[test]
fn of_two_operators_who_decide_at_once_one_decides() {
    each(|stage| {
        let way = stage.sent(&stage.anna);
        let (vera, olga) = (operator("vera"), operator("olga"));
        let stamp = stage.looks(&vera, &way).unwrap();
        stage.looks(&olga, &way).unwrap();
        let accept = Decision::Accept { stamp };
        let decided = at_once(|| {
            stage.decides(&vera, &way, &accept).is_ok()
                || stage.decides(&olga, &way, &refuse("unreadable", "")).is_ok()
        });
        assert_eq!(decided, 1);
        assert!(stage.queue().is_empty());
        let letters = stage.told();
        assert_eq!(letters.len(), 1, "{letters:?}");
    });
}

#[test]
fn scans_go_with_a_consent_that_is_kept_and_without_one_no_code_is_tried() {
    each(|stage| {
        stage.type_all(&stage.anna);
        stage.adds(&stage.anna, Part::Passport).unwrap();
        stage.adds(&stage.anna, Part::Snils).unwrap();
        let anna = stage.anna.clone();
        stage.act(move |tx, cx| scan::send_code(tx, cx, &policy(), &anna)).unwrap();
        let anna = stage.anna.clone();
        let sent = move |tx: &mut Tx<'_>, cx: &Cx| {
            scan::send(tx, cx, (&policy(), WITH), (&anna, false, "000000"))
        };
        for _ in 0..6 {
            assert_eq!(code(stage.act(sent.clone())), "E-FORM-00", "no consent, no try");
        }
        assert!(
            stage.consents().is_empty() && stage.ways().iter().all(|x| x.kind != WayKind::Registry)
        );
        stage.sends(&stage.anna).unwrap().unwrap();
        let given = stage.consents();
        assert_eq!(given.len(), 1);
        assert_eq!((given[0].kind.as_str(), given[0].channel.as_str()), ("personal_data", "web"));
        assert_eq!(given[0].version, policy().privacy);
        assert!(stage.ways().iter().any(|x| x.kind == WayKind::Registry));
    });
}

#[test]
fn only_what_was_looked_at_just_now_is_accepted_and_never_by_its_owner() {
    each(|stage| {
        let way = stage.sent(&stage.anna);
        let vera = operator("vera");
        let own = Operator { id: stage.anna.clone(), site: "centre".into() };
        assert_eq!(code(stage.looks(&own, &way)), "E-ACC-15");
        assert_eq!(code(stage.decides(&own, &way, &refuse("differs", ""))), "E-ACC-15");
        let blind = Decision::Accept { stamp: String::new() };
        assert_eq!(code(stage.decides(&vera, &way, &blind)), "E-ACC-16");
        let stamp = stage.looks(&vera, &way).unwrap();
        stage.clock.advance(16 * Instant::MINUTE);
        let accept = Decision::Accept { stamp };
        assert_eq!(code(stage.decides(&vera, &way, &accept)), "E-ACC-16", "too long ago");
        stage.looks(&vera, &way).unwrap();
        let typed = [&[("issuer", "Другой отдел города Томска")], TYPED[2].1].concat();
        stage.type_in(&stage.anna, Kind::Passport, &typed).unwrap();
        assert_eq!(code(stage.decides(&vera, &way, &accept)), "E-ACC-16", "typed anew");
        let stamp = stage.looks(&vera, &way).unwrap();
        let decided = stage.decides(&vera, &way, &Decision::Accept { stamp });
        assert_eq!(decided.unwrap(), State::Passed);
        assert_eq!(stage.level(), Level::Verified);
        let snils = stage.profile().get(Kind::Snils).unwrap().verified.unwrap().1;
        assert_eq!(snils, How::Scan);
        let anna = stage.anna.clone();
        let looks = stage.act(move |tx, _| privacy::accesses(tx, &anna, 10)).unwrap();
        assert!(looks.iter().all(|x| x.what == "scans") && looks.len() == 3, "{looks:?}");
    });
}

#[test]
fn a_refusal_has_a_reason_and_the_pictures_go_after_thirty_days() {
    each(|stage| {
        let way = stage.sent(&stage.anna);
        assert_eq!(code(stage.adds(&stage.anna, Part::Inn)), "E-ACC-40", "it is being compared");
        let vera = operator("vera");
        stage.looks(&vera, &way).unwrap();
        for wrong in [refuse("", ""), refuse("nonsense", "x"), refuse("other", "")] {
            assert_eq!(code(stage.decides(&vera, &way, &wrong)), "E-FORM-00", "{wrong:?}");
        }
        stage.decides(&vera, &way, &refuse("other", "Пришлите разворот")).unwrap();
        assert_eq!(stage.told(), ["identity-scan-refused"]);
        let note = stage.ways().into_iter().find(|x| x.kind == WayKind::Scan).unwrap().note;
        assert_eq!((note.code.as_str(), note.reason.as_str()), ("other", "Пришлите разворот"));
        let sweep = || stage.act(|tx, cx| files::sweep(tx, cx.now)).unwrap();
        stage.clock.advance(29 * Instant::DAY);
        sweep();
        assert_eq!(stage.files(), (2, 2));
        stage.clock.advance(Instant::DAY);
        sweep();
        assert_eq!(stage.files(), (0, 0));
        assert_eq!(stage.ways().len(), 2, "the decision stays, and the question to the registries");
        stage.adds(&stage.anna, Part::Passport).unwrap();
    });
}

#[test]
fn pictures_that_are_never_sent_or_not_wanted_any_more_go() {
    each(|stage| {
        stage.type_all(&stage.anna);
        stage.adds(&stage.anna, Part::Passport).unwrap();
        stage.clock.advance(7 * Instant::DAY);
        stage.act(scan::run_out).unwrap();
        assert_eq!(stage.files(), (0, 0));
        assert_eq!(stage.ways()[0].state, State::Expired);
        stage.adds(&stage.anna, Part::Passport).unwrap();
        let anna = stage.anna.clone();
        let ended = stage.act(move |tx, cx| visit::decline(tx, cx, &anna, WayKind::Scan));
        ended.unwrap();
        assert_eq!(stage.files(), (0, 0));
        for _ in 0..8 {
            stage.adds(&stage.anna, Part::Passport).unwrap();
        }
        assert_eq!(code(stage.adds(&stage.anna, Part::Passport)), "E-FILE-11");
    });
}

#[test]
fn an_infected_file_refuses_what_was_sent_and_its_owner_hears_of_it() {
    each(|stage| {
        let way = stage.sent(&stage.anna);
        let found = Infected { file: "one".into(), subject: way, later: false };
        stage.act(move |tx, cx| scan::infected(tx, cx, &found)).unwrap();
        assert_eq!(stage.told(), ["identity-scan-refused"]);
        assert!(stage.queue().is_empty());
    });
}

#[test]
fn whoever_sent_a_file_that_turns_out_infected_after_the_decision_hears_of_it() {
    each(|stage| {
        let way = stage.sent(&stage.anna);
        let vera = operator("vera");
        let stamp = stage.looks(&vera, &way).unwrap();
        stage.decides(&vera, &way, &Decision::Accept { stamp }).unwrap();
        let found = Infected { file: "one".into(), subject: way, later: true };
        stage.act(move |tx, cx| scan::infected(tx, cx, &found)).unwrap();
        assert!(stage.told().contains(&"identity-scan-withdrawn".to_owned()), "{:?}", stage.told());
        assert_eq!(stage.level(), Level::Verified, "somebody has compared it");
    });
}

#[test]
fn a_snils_of_another_account_is_not_confirmed_by_pictures() {
    each(|stage| {
        let anna = stage.anna.clone();
        stage.type_all(&anna);
        stage.act(move |tx, cx| check::attest(tx, cx, &anna, How::Visit)).unwrap();
        let boris = stage.act(boris).unwrap();
        let way = stage.sent(&boris);
        let vera = operator("vera");
        let stamp = stage.looks(&vera, &way).unwrap();
        let decided = stage.decides(&vera, &way, &Decision::Accept { stamp });
        assert_eq!(decided.unwrap(), State::Taken);
    });
}

#[test]
fn the_copy_of_ones_data_holds_the_files_and_erasing_takes_them_away() {
    each(|stage| {
        stage.sent(&stage.anna);
        let anna = stage.anna.clone();
        let parts = stage.act(move |tx, _| privacy::export(tx, &anna)).unwrap();
        let rows = &parts.iter().find(|x| x.name == "files").unwrap().rows;
        let whole = rows.iter().flat_map(|x| x.cells()).filter_map(|x| match &x.1 {
            Cell::File { name, bytes } => Some((name.ends_with(".png"), bytes.reveal().clone())),
            _ => None,
        });
        assert_eq!(whole.collect::<Vec<_>>(), vec![(true, png(40, 30)); 2]);
        let anna = stage.anna.clone();
        stage.act(move |tx, cx| privacy::erase(tx, cx, &anna)).unwrap();
        assert_eq!(stage.files(), (0, 0));
    });
}

#[test]
fn the_page_of_registration_proves_the_address_alone_or_beside_the_rest() {
    each(|stage| {
        let home: &[_] = &[
            ("index", "634050"),
            ("region", "Томская область"),
            ("locality", "Томск"),
            ("house", "3"),
        ];
        stage.type_in(&stage.anna, Kind::Registration, home).unwrap();
        let vera = operator("vera");
        let accept = |way: &Id| {
            let stamp = stage.looks(&vera, way).unwrap();
            stage.decides(&vera, way, &Decision::Accept { stamp }).unwrap()
        };
        let way = stage.sent(&stage.anna);
        assert_eq!(accept(&way), State::Passed);
        let stands = || stage.profile().standing(Kind::Registration);
        assert_eq!((stage.level(), stands()), (Level::Verified, Standing::Stated), "not shown");

        // Of somebody whose level is the highest, that page is all that is taken.
        assert_eq!(code(stage.adds(&stage.anna, Part::Passport)), "E-ACC-14");
        let id = stage.anna.clone();
        stage.act(move |tx, cx| letter::order(tx, cx, &policy(), (&id, true))).unwrap();
        let letters = || stage.act(|tx, _| letter::posted(tx, 9)).unwrap().len();
        assert_eq!(letters(), 1);
        stage.adds(&stage.anna, Part::Registration).unwrap();
        stage.sends(&stage.anna).unwrap().unwrap();
        let way = stage.queue().last().unwrap().way.clone();
        assert_eq!(accept(&way), State::Passed);
        assert_eq!(stands(), Standing::Proved);
        assert_eq!(stage.told()[0], "identity-address");
        assert_eq!(letters(), 0, "nobody prints a letter to an address that is proved");
        assert_eq!(code(stage.adds(&stage.anna, Part::Registration)), "E-ACC-14");
    });
}

#[test]
fn the_page_of_registration_confirms_nobody_whose_level_fell_meanwhile() {
    each(|stage| {
        stage.type_all(&stage.anna);
        let home: &[_] = &[("region", "Томская область"), ("locality", "Томск"), ("house", "3")];
        stage.type_in(&stage.anna, Kind::Registration, home).unwrap();
        let anna = stage.anna.clone();
        let set = move |stage: &Stage, level| {
            let anna = anna.clone();
            stage.act(move |tx, cx| accounts::set_level(tx, cx, &anna, level, "test")).unwrap();
        };
        set(stage, Level::Verified);
        stage.adds(&stage.anna, Part::Registration).unwrap();
        stage.sends(&stage.anna).unwrap().unwrap();
        set(stage, Level::Simplified);
        let (vera, way) = (operator("vera"), stage.queue().last().unwrap().way.clone());
        let stamp = stage.looks(&vera, &way).unwrap();
        stage.decides(&vera, &way, &Decision::Accept { stamp }).unwrap();
        assert_eq!(stage.level(), Level::Simplified, "nobody has seen a passport");
        assert_eq!(stage.profile().standing(Kind::Registration), Standing::Proved);
    });
}

#[test]
fn nobody_has_seen_an_inn_of_which_there_is_no_picture() {
    each(|stage| {
        let inn: &[_] = &[("number", "000012345627")];
        let boris = stage.act(boris).unwrap();
        stage.type_in(&stage.anna, Kind::Inn, inn).unwrap();
        let way = stage.sent(&stage.anna);
        let vera = operator("vera");
        let stamp = stage.looks(&vera, &way).unwrap();
        stage.decides(&vera, &way, &Decision::Accept { stamp }).unwrap();
        let how =
            |account: &Id, kind| stage.profile_of(account).get(kind).unwrap().verified.map(|x| x.1);
        assert_eq!(how(&stage.anna, Kind::Passport), Some(How::Scan));
        assert_eq!(how(&stage.anna, Kind::Inn), None);

        let number: &[_] = &[("number", "087-654-303 00")];
        stage.type_all(&boris);
        stage.type_in(&boris, Kind::Snils, number).unwrap();
        stage.type_in(&boris, Kind::Inn, inn).unwrap();
        for part in [Part::Passport, Part::Snils, Part::Inn] {
            stage.adds(&boris, part).unwrap();
        }
        stage.sends(&boris).unwrap().unwrap();
        let way = stage.queue().last().unwrap().way.clone();
        let stamp = stage.looks(&vera, &way).unwrap();
        stage.decides(&vera, &way, &Decision::Accept { stamp }).unwrap();
        assert_eq!(how(&boris, Kind::Inn), Some(How::Scan));
        let id = boris.clone();
        stage.act(move |tx, cx| check::attest(tx, cx, &id, How::Visit)).unwrap();
        assert_eq!(how(&boris, Kind::Snils), Some(How::Visit));
        assert_eq!(how(&boris, Kind::Inn), Some(How::Scan), "at a centre nobody asks for it");
    });
}

#[test]
fn scans_of_whom_a_centre_has_confirmed_wait_for_nobody() {
    each(|stage| {
        stage.sent(&stage.anna);
        let id = stage.anna.clone();
        let word = (Level::Verified, "provider test");
        stage.act(move |tx, cx| set_level(tx, cx, &id, word)).unwrap();
        assert_eq!(stage.queue().len(), 0);
        assert_eq!(stage.files(), (0, 0));
        assert_eq!(stage.told(), ["identity-raised"]);

        // What can still prove an address goes on.
        let home: &[_] = &[("region", "Томская область"), ("locality", "Томск"), ("house", "3")];
        stage.type_in(&stage.anna, Kind::Registration, home).unwrap();
        stage.adds(&stage.anna, Part::Registration).unwrap();
        stage.sends(&stage.anna).unwrap().unwrap();
        let id = stage.anna.clone();
        stage.act(move |tx, cx| set_level(tx, cx, &id, (Level::Standard, "so"))).unwrap();
        let id = stage.anna.clone();
        stage.act(move |tx, cx| set_level(tx, cx, &id, word)).unwrap();
        assert_eq!(stage.queue().len(), 1);
        assert_eq!(stage.told()[..2], ["identity-raised", "identity-lowered"]);
    });
}
