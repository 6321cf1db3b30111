//! Who acts: somebody of age, and not for themselves.

use base::Id;
use jiff::civil::date;

use super::story::{Stage, code, each, staged};
use super::*;
use crate::accounts::{self, Level};
use crate::booking::sample::at;
use crate::identity::{self, Beside, Kind as Datum, Save, Ways};

impl Stage {
    /// The account's owner says when they were born; the level stays.
    pub(super) fn is_born(&self, day: &'static str) {
        let account = self.person().clone();
        self.types(&account, (Datum::Birth, day));
    }

    /// Somebody types a datum, whatever it costs, and has their level back.
    pub(super) fn types(&self, account: &Id, (kind, text): (Datum, &'static str)) {
        let (account, typed) = (account.clone(), account.clone());
        self.act(move |tx, cx| {
            let account = typed.clone();
            let known = identity::profile(tx, &account)?.unwrap();
            let field = |x: &str| match x {
                "date" | "number" => text,
                "sex" => "female",
                _ => "гор. Томск",
            };
            let beside = Beside { born: None, today: identity::read::today(cx.now) };
            let values = identity::read_datum(kind, field, beside).unwrap();
            let version = known.version(kind);
            let datum = Save { account, kind, values, version, agreed: true };
            identity::save(tx, cx, Ways::default(), &datum)
        })
        .unwrap();
        let verified = Level::Verified;
        self.act(move |tx, cx| accounts::set_level(tx, cx, &account, verified, "test")).unwrap();
    }

    pub(super) fn corrects(&self, mandate: &Id, sheet: Sheet) -> &'static str {
        let (account, mandate) = (self.person().clone(), mandate.clone());
        let command = Correct { account, level: Level::Verified, mandate, sheet };
        code(self.act(move |tx, cx| correct(tx, cx, &command)))
    }
}

#[test]
fn whoever_is_not_of_age_acts_for_nobody() {
    each(|stage| {
        let powers = || attorney(Act::ALL, date(2026, 6, 1), None);
        let id = stage.add(powers()).unwrap();
        stage.is_born("01.02.2011");
        assert_eq!(code(stage.add(child("Вера", date(2024, 2, 11)))), "E-MND-23");
        assert_eq!(stage.corrects(&id, attorney(&[Act::Book], date(2026, 6, 1), None)), "E-MND-23");
        assert_eq!(code(stage.book(at(9, 9, 0), Some(&id))), "E-MND-23");
        stage.book(at(9, 9, 30), None).unwrap();
        stage.is_born("01.02.1981");
        let visit = stage.book(at(9, 10, 0), Some(&id)).unwrap();
        stage.add(child("Вера", date(2024, 2, 11))).unwrap();
        stage.is_born("01.02.2011");
        assert_eq!(code(stage.contacts(&visit)), "E-MND-23");
        stage.cancel(&visit).unwrap();
    });
}

#[test]
fn of_whom_nobody_knows_the_birth_date_they_do_not_act_for_others() {
    staged(|stage| {
        let powers = || attorney(Act::ALL, date(2026, 6, 1), None);
        assert_eq!(code(stage.add(powers())), "E-MND-26");
        stage.is_born("01.02.1981");
        stage.add(powers()).unwrap();
    });
}

#[test]
fn a_sole_trader_is_whoever_acts() {
    each(|stage| {
        let trader = |inn: &str| {
            let (title, ogrnip) = ("ИП Гончар".into(), "304007700123455".into());
            let details = Details::Trader(Trader { title, ogrnip, inn: inn.into() });
            Sheet { details, powers: Powers::all() }
        };
        let refused = |sheet| {
            let base::Error::Refusal(refused) = stage.add(sheet).unwrap_err() else { panic!() };
            (refused.fields[0].field.to_string(), refused.fields[0].code)
        };
        let (own, other) = ("000012345627", "000098765476");
        assert_eq!(refused(trader(own)), ("inn".into(), "E-MND-28"), "nobody knows it");
        let me = stage.person().clone();
        stage.types(&me, (Datum::Inn, other));
        assert_eq!(refused(trader(own)), ("inn".into(), "E-MND-27"));
        stage.types(&me, (Datum::Inn, own));
        let id = stage.add(trader(own)).unwrap();
        assert_eq!(stage.corrects(&id, trader(other)), "E-FORM-00");
        stage.types(&me, (Datum::Inn, other));
        assert_eq!(code(stage.book(at(9, 9, 0), Some(&id))), "E-MND-27", "asked at use, too");
    });
}

#[test]
fn nobody_acts_for_themselves() {
    each(|stage| {
        stage.is_born("01.02.1981");
        let account = stage.person().clone();
        let known = stage.act(move |tx, _| accounts::read::account(tx, &account)).unwrap().unwrap();
        let own = |born| {
            let mut sheet = attorney(Act::ALL, date(2026, 6, 1), None);
            let Details::Attorney { who, .. } = &mut sheet.details else { panic!() };
            *who = Human {
                surname: known.surname.reveal().to_uppercase(),
                name: known.name.reveal().to_owned(),
                patronymic: known.patronymic.reveal().to_owned(),
                born,
                sex: String::new(),
            };
            sheet
        };
        let refused = stage.add(own(date(1981, 2, 1))).unwrap_err();
        let base::Error::Refusal(refused) = refused else { panic!() };
        assert_eq!((&*refused.fields[0].field, refused.fields[0].code), ("surname", "E-MND-24"));
        let namesake = stage.add(own(date(1950, 2, 1))).unwrap();
        assert_eq!(stage.corrects(&namesake, own(date(1981, 2, 1))), "E-FORM-00");
    });
}
