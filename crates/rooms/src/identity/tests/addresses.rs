//! Addresses: stated, proved, and stated again.

use super::visit::{Found, Operator};
use super::*;

const HOME: &[(&str, &str)] = &[
    ("index", "634050"),
    ("region", "Томская область"),
    ("locality", "Томск"),
    ("street", "ул. Садовая"),
    ("house", "14"),
];

fn elsewhere() -> Vec<(&'static str, &'static str)> {
    HOME.iter().map(|x| if x.0 == "house" { ("house", "15") } else { *x }).collect()
}

impl Stage {
    fn lives(&self) {
        self.type_in(&self.anna, Kind::Registration, HOME).unwrap();
    }

    fn home(&self) -> Standing {
        self.profile().standing(Kind::Registration)
    }

    fn proof(&self, kind: Kind) -> Option<How> {
        self.profile().get(kind).unwrap().verified.map(|x| x.1)
    }

    fn set_level(&self, level: Level) {
        let id = self.anna.clone();
        self.act(move |tx, cx| accounts::set_level(tx, cx, &id, level, "test")).unwrap();
    }

    fn proves(&self, kinds: &'static [Kind]) {
        let id = self.anna.clone();
        let act = move |tx: &mut Tx<'_>, cx: &Cx| {
            check::attest_addresses(tx, cx, &id, (kinds, How::Visit))
        };
        self.act(act).unwrap();
    }

    /// The code of a letter that was ordered, printed and handed over just now.
    fn posted(&self) -> Outcome<String> {
        let id = self.anna.clone();
        self.act(move |tx, cx| letter::order(tx, cx, &policy(), (&id, true)))?;
        let way = self.act(|tx, _| letter::posted(tx, 9)).unwrap()[0].way.clone();
        let id = way.clone();
        let printed =
            self.act(move |tx, cx| letter::print(tx, cx, &super::ways::sender(), &id)).unwrap();
        let handed = move |tx: &mut Tx<'_>, cx: &Cx| {
            letter::hand_over(tx, cx, &super::ways::sender(), (&way, "80090650210009"))
        };
        self.act(handed).unwrap();
        Ok(printed.code.into_revealed())
    }

    fn redeems(&self, code: &str) -> letter::Tried {
        let (id, code) = (self.anna.clone(), code.to_owned());
        self.act(move |tx, cx| letter::redeem(tx, cx, &policy(), (&id, &code))).unwrap()
    }
}

#[test]
fn a_proved_address_that_is_changed_is_stated_again_and_costs_no_level() {
    each(|stage| {
        assert_eq!(stage.home(), Standing::Absent);
        stage.lives();
        stage.set_level(Level::Verified);
        assert_eq!(stage.home(), Standing::Stated);
        assert_eq!(consequence(&stage.profile(), Kind::Registration), None, "it costs nothing");
        stage.proves(&[Kind::Registration, Kind::Living]);
        assert_eq!(stage.home(), Standing::Proved);
        assert_eq!(consequence(&stage.profile(), Kind::Registration), Some(Cost::Proof));

        let moved = elsewhere();
        let moved = (Kind::Registration, moved.as_slice());
        let refused = stage.type_as(&stage.anna, moved, false);
        let Err(base::Error::Refusal(refusal)) = refused else { panic!("nobody agreed") };
        assert_eq!((&*refusal.fields[0].field, refusal.fields[0].code), ("agree", "E-ADR-01"));
        assert_eq!(stage.home(), Standing::Proved);
        stage.type_as(&stage.anna, moved, true).unwrap();
        assert_eq!((stage.home(), stage.level()), (Standing::Stated, Level::Verified));
        assert_eq!(stage.told(), Vec::<String>::new(), "no level has fallen");
    });
}

#[test]
fn living_where_one_is_registered_is_proved_with_that() {
    each(|stage| {
        stage.lives();
        stage.type_in(&stage.anna, Kind::Living, &[("same", "1")]).unwrap();
        let living = || stage.profile().standing(Kind::Living);
        assert_eq!(living(), Standing::Stated);
        stage.proves(&[Kind::Registration, Kind::Living]);
        assert_eq!((living(), stage.proof(Kind::Living)), (Standing::Proved, None));
        stage.type_in(&stage.anna, Kind::Living, &elsewhere()).unwrap();
        assert_eq!(living(), Standing::Stated);
        stage.proves(&[Kind::Living]);
        assert_eq!(stage.proof(Kind::Living), Some(How::Visit));
    });
}

#[test]
fn the_code_of_a_letter_proves_the_address_it_went_to_and_no_other() {
    each(|stage| {
        stage.type_all(&stage.anna);
        stage.lives();
        stage.set_level(Level::Standard);
        let code = stage.posted().unwrap();
        stage.type_in(&stage.anna, Kind::Registration, &elsewhere()).unwrap();
        assert_eq!(stage.redeems(&code), letter::Tried::Nothing, "it went to another house");
        assert_eq!(stage.home(), Standing::Stated);

        let code = stage.posted().unwrap();
        assert_eq!(stage.redeems(&code), letter::Tried::Right);
        assert_eq!(
            (stage.proof(Kind::Registration), stage.level()),
            (Some(How::Letter), Level::Verified)
        );
        assert_eq!(super::code(stage.posted()), "E-ACC-14", "nothing is left to prove");

        // Somebody whose level is the highest moves, and proves the address alone.
        stage.clock.advance(31 * Instant::DAY);
        stage.type_as(&stage.anna, (Kind::Registration, HOME), true).unwrap();
        let code = stage.posted().unwrap();
        assert_eq!(stage.redeems(&code), letter::Tried::Right);
        assert_eq!(stage.home(), Standing::Proved);
        assert_eq!(stage.told()[0], "identity-address");
    });
}

#[test]
fn no_letter_leads_over_a_level() {
    each(|stage| {
        stage.type_all(&stage.anna);
        stage.lives();
        assert_eq!(code(stage.posted()), "E-ACC-21");
        stage.set_level(Level::Standard);
        let letter = stage.posted().unwrap();
        stage.set_level(Level::Simplified);
        assert_eq!(stage.redeems(&letter), letter::Tried::Nothing);
        assert_eq!(stage.level(), Level::Simplified);
    });
}

#[test]
fn a_registry_proves_the_address_it_was_asked_about_when_it_says_so() {
    each(|stage| {
        stage.type_all(&stage.anna);
        stage.lives();
        let knows = || Reply::Match { also: vec!["registration".into(), "living".into()] };
        for (reply, moves, home) in [
            (Reply::MATCH, false, Standing::Stated),
            (knows(), true, Standing::Stated),
            (knows(), false, Standing::Proved),
        ] {
            stage.set_level(Level::Simplified);
            stage.begin(&stage.anna).unwrap();
            let registry = Played::with([reply]);
            stage.round(&registry);
            assert!(registry.asked.lock().unwrap()[0].contains("Садовая"));
            if moves {
                stage.type_in(&stage.anna, Kind::Registration, &elsewhere()).unwrap();
            }
            for _ in 0..3 {
                stage.clock.advance(5 * Instant::MINUTE);
                stage.round(&registry);
            }
            assert_eq!((stage.home(), stage.level()), (home, Level::Standard), "{moves}");
        }
    });
}

#[test]
fn at_a_centre_only_the_addresses_that_were_seen_are_proved() {
    each(|stage| {
        stage.type_all(&stage.anna);
        stage.lives();
        stage.type_in(&stage.anna, Kind::Living, &elsewhere()).unwrap();
        let comes = |addresses: &[Kind]| {
            let id = stage.anna.clone();
            stage.act(move |tx, cx| visit::invite(tx, cx, &policy(), (&id, true)))?;
            let clerk = Operator { id: "vera".into(), site: "main".into() };
            let way = stage.ways().into_iter().find(|x| x.kind == WayKind::Visit).unwrap().id;
            let (who, id) = (clerk.clone(), way.clone());
            stage.act(move |tx, cx| visit::look(tx, cx, &who, &id))?;
            let (who, id) = (clerk.clone(), way.clone());
            let stamp = stage.act(move |tx, cx| visit::guest(tx, cx.now, &who, &id))?.stamp();
            let found = Found::Same { stamp, addresses: addresses.to_vec() };
            stage.act(move |tx, cx| visit::decide(tx, cx, &clerk, (&way, &found)))
        };
        assert_eq!(comes(&[]).unwrap(), State::Passed);
        assert_eq!((stage.level(), stage.home()), (Level::Verified, Standing::Stated));
        assert_eq!(comes(&[]).unwrap(), State::Passed);
        assert_eq!(stage.told(), ["identity-raised"], "nobody says that an address was proved");
        assert_eq!(comes(&[Kind::Registration, Kind::Passport]).unwrap(), State::Passed);
        assert_eq!(stage.home(), Standing::Proved);
        assert_eq!(stage.profile().standing(Kind::Living), Standing::Stated);
        assert_eq!(code(comes(&[])), "E-ACC-14");
        assert_eq!(stage.told()[0], "identity-address");
    });
}
