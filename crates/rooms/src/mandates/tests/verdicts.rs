//! What the staff said of a paper, who may say it, and how long it holds.

use base::Id;
use jiff::civil::date;

use super::story::{Stage, code, each};
use super::*;
use crate::accounts::{self, Level, Names, PersonName};
use crate::booking::sample::at;
use crate::identity::{self, Kind as Datum};

impl Stage {
    fn ends(&self, mandate: &Id) {
        let (account, id) = (self.person().clone(), mandate.clone());
        self.act(move |tx, cx| end(tx, cx, &account, &id)).unwrap();
    }

    /// The account's owner is called by another name.
    fn is_called(&self, surname: &'static str) {
        let account = self.person().clone();
        self.act(move |tx, cx| {
            let part = |text| PersonName::parse_optional("name", text).unwrap();
            let names =
                Names { surname: part(surname), name: part("Анна"), patronymic: part("") };
            accounts::rename(tx, cx, &account, &names)?;
            identity::renamed(tx, cx, &account, Level::Verified)
        })
        .unwrap();
    }
}

/// A power of attorney with this number.
fn numbered(number: &str) -> Sheet {
    let mut sheet = attorney(Act::ALL, date(2026, 6, 1), None);
    if let Details::Attorney { paper, .. } = &mut sheet.details {
        paper.number = number.into();
    }
    sheet
}

#[test]
fn nobody_of_the_staff_says_anything_of_a_paper_that_is_their_own() {
    each(|stage| {
        let mut sheet = attorney(Act::ALL, date(2026, 6, 1), None);
        let Details::Attorney { who, .. } = &mut sheet.details else { panic!() };
        // As everybody of the town is called.
        (who.surname, who.name, who.patronymic) = ("С".into(), "А".into(), String::new());
        who.born = date(1950, 5, 9);
        let id = stage.add(sheet).unwrap();
        let visit = stage.book(at(9, 9, 0), Some(&id)).unwrap();
        let says = |clerk: &str, verdict| {
            code(stage.says_as(clerk, &stage.mandate(&id), &visit, (verdict, "так")))
        };
        let me = stage.person().to_string();
        assert_eq!(says(&me, Verdict::Checked), "E-MND-25");
        let principal = Id::from("person-51");
        stage.types(&principal, (Datum::Birth, "09.05.1950"));
        assert_eq!(says(&principal, Verdict::Checked), "E-MND-25", "whose paper it is");
        assert_eq!(says("person-50", Verdict::Revoked), "done");
        assert_eq!(says(&me, Verdict::Checked), "E-MND-25", "nor take a colleague's word back");
        let behalf = Behalf { mandate: id.clone(), principal: id.clone(), said: None.into() };
        let seen = |who: &str| {
            let (who, behalf) = (Id::from(who), behalf.clone());
            stage.act(move |tx, _| look(tx, &who, &behalf)).unwrap().unwrap().own
        };
        assert!(seen(&me) && seen(&principal) && !seen("person-50"));
    });
}

#[test]
fn another_name_has_checked_papers_looked_at_anew_and_the_level_is_asked_at_use() {
    each(|stage| {
        let id = stage.add(attorney(Act::ALL, date(2026, 6, 1), None)).unwrap();
        let visit = stage.book(at(9, 9, 0), Some(&id)).unwrap();
        stage.says(&stage.mandate(&id), &visit, Verdict::Checked, "").unwrap();
        stage.is_called("Воронова");
        assert_eq!(stage.mandate(&id).state, State::Typed);
        assert!(stage.letters().iter().any(|x| x.0 == "mandate-unchecked"));
        assert_eq!(code(stage.contacts(&visit)), "E-MND-08");
        let me = stage.person().clone();
        let level = move |stage: &Stage, level| {
            let me = me.clone();
            stage.act(move |tx, cx| accounts::set_level(tx, cx, &me, level, "test")).unwrap();
        };
        level(stage, Level::Standard);
        stage.contacts(&visit).unwrap();
        level(stage, Level::Simplified);
        stage.cancel(&visit).unwrap();
    });
}

#[test]
fn what_the_staff_said_of_a_paper_holds_for_the_same_paper_typed_again() {
    each(|stage| {
        let made = date(2026, 6, 1);
        let id = stage.add(attorney(Act::ALL, made, None)).unwrap();
        let visit = stage.book(at(9, 9, 0), Some(&id)).unwrap();
        stage.says(&stage.mandate(&id), &visit, Verdict::Revoked, "отозвал").unwrap();
        assert_eq!(code(stage.add(attorney(Act::ALL, made, None))), "E-MND-20");
        let mut spaced = attorney(&[Act::Book], made, Some(date(2027, 1, 1)));
        if let Details::Attorney { paper, .. } = &mut spaced.details {
            paper.number = "70 аа 1234567".into();
        }
        assert_eq!(code(stage.add(spaced)), "E-MND-20", "the same paper, typed otherwise");

        // A new paper is another matter, but cannot become the old one; the staff see what was said.
        let newer = stage.add(attorney(Act::ALL, date(2026, 12, 1), None)).unwrap();
        let (account, sheet) = (stage.person().clone(), attorney(Act::ALL, made, None));
        let command = Correct { account, level: Level::Verified, mandate: newer.clone(), sheet };
        assert_eq!(code(stage.act(move |tx, cx| correct(tx, cx, &command))), "E-MND-20");
        let behalf = stage.booking(&visit).behalf.unwrap();
        let seen = |behalf: Behalf| {
            stage.act(move |tx, _| look(tx, &"person-50".into(), &behalf)).unwrap().unwrap()
        };
        assert!(seen(behalf.clone()).former.is_none(), "that is what stands");
        let by_new = Behalf { mandate: newer.clone(), ..behalf.clone() };
        let former = seen(by_new).former.unwrap();
        assert_eq!((former.revoked, former.reason.reveal().as_str()), (true, "отозвал"));

        // The staff may take their word back, while nothing else has its place.
        let says = |verdict| stage.says(&stage.mandate(&id), &visit, verdict, "показан снова");
        assert_eq!(code(says(Verdict::Checked)), "E-MND-10");
        let end_it = |id: &Id| {
            let (account, id) = (stage.person().clone(), id.clone());
            stage.act(move |tx, cx| end(tx, cx, &account, &id)).unwrap();
        };
        end_it(&newer);
        assert_eq!(code(says(Verdict::Refused)), "E-MND-03");
        says(Verdict::Checked).unwrap();
        assert!(seen(behalf).former.is_some());

        // What its owner ended may be added again, but not when it was refused before.
        end_it(&id);
        let again = stage.add(attorney(Act::ALL, made, None)).unwrap();
        let other = stage.book(at(10, 9, 0), Some(&again));
        assert_eq!(code(other), "E-SLOT-04", "the same principal");
        stage.says(&stage.mandate(&again), &visit, Verdict::Refused, "нет печати").unwrap();
        end_it(&again);
        assert_eq!(code(stage.add(attorney(Act::ALL, made, None))), "E-MND-20");
    });
}

#[test]
fn what_was_refused_stays_so_until_the_paper_itself_is_typed_otherwise() {
    each(|stage| {
        let first = || numbered("70АА 1234567");
        let id = stage.add(first()).unwrap();
        let visit = stage.book(at(9, 9, 0), Some(&id)).unwrap();
        stage.says(&stage.mandate(&id), &visit, Verdict::Refused, "нет печати").unwrap();
        let mut narrow = first();
        narrow.powers.services = vec!["visit".into()];
        assert_eq!(stage.corrects(&id, narrow.clone()), "E-MND-20");
        assert_eq!(stage.mandate(&id).state, State::Refused);
        // A mistyped number is put right; but it does not lead back.
        assert_eq!(stage.corrects(&id, numbered("70АА 7654321")), "done");
        assert_eq!(stage.mandate(&id).state, State::Typed);
        assert_eq!(stage.corrects(&id, narrow), "E-MND-20");
        stage.ends(&id);
        assert_eq!(code(stage.add(first())), "E-MND-20", "the word was on that paper");
        stage.add(numbered("70АА 7654321")).unwrap();
    });
}

#[test]
fn a_number_that_looks_the_same_is_the_same_paper() {
    each(|stage| {
        let id = stage.add(numbered("70НА 1034567")).unwrap();
        let visit = stage.book(at(9, 9, 0), Some(&id)).unwrap();
        stage.says(&stage.mandate(&id), &visit, Verdict::Revoked, "отозвал").unwrap();
        for alike in [
            "70HA 1034567",
            "７0НА-1034567",
            "70НА\u{202e} 1034567",
            "70на 1ОЗ4567",
            "№70НА1034567",
        ] {
            assert_eq!(code(stage.add(numbered(alike))), "E-MND-20", "{alike}");
        }
        stage.add(numbered("70НА 1034568")).unwrap();
    });
}
