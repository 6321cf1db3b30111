//! Adding, booking, checking, ending: on both engines.

use base::db::For;
use base::{Actor, Channel, Cx, Db, Error, Id, Instant, Outcome, Tx, args};
use jiff::civil::{Date, date};

use super::*;
use crate::access::{Action, Grant, Place, Proof, Role, Subject, Verdict as Allowed, may};
use crate::accounts::{Level, Phone};
use crate::booking::sample::{Town, at, town};
use crate::booking::{self, Booking, Cancel, Confirm, Confirmed, Contacts, Hold, Reschedule};
use crate::catalogue::Applicant;
use crate::files::shape::{Inspector, tests::png};
use crate::files::{self, Named};
use crate::privacy;

/// Runs the story of somebody of age on both engines; afterwards every invariant holds.
pub(super) fn each(story: impl Fn(&Stage)) {
    staged(|stage| {
        stage.is_born("01.02.1981");
        story(stage);
    });
}

/// The same of somebody whose birth date nobody knows.
pub(super) fn staged(story: impl Fn(&Stage)) {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage { town: town(&db), db };
        story(&stage);
        let now = stage.town.clock.now();
        let breaches = move |tx: &mut Tx<'_>| Ok((booking::verify(tx, now)?, verify(tx)?));
        assert_eq!(stage.db.read_wait(breaches).unwrap(), (vec![], vec![]));
    });
}

pub(super) struct Stage {
    db: Db,
    town: Town,
}

pub(super) fn code<T>(outcome: Outcome<T>) -> &'static str {
    match outcome {
        Err(Error::Refusal(refusal)) => refusal.code,
        Err(fault) => panic!("{fault}"),
        Ok(_) => "done",
    }
}

impl Stage {
    pub(super) fn person(&self) -> &Id {
        &self.town.people[0]
    }

    pub(super) fn act<T: Send + 'static>(
        &self,
        act: impl Fn(&mut Tx<'_>, &Cx) -> Outcome<T> + Send + 'static,
    ) -> Outcome<T> {
        let cx = self.town.cx(self.person());
        self.db.write_wait(move |tx| act(tx, &cx))
    }

    pub(super) fn add(&self, sheet: Sheet) -> Outcome<Id> {
        let command = Add { account: self.person().clone(), level: Level::Verified, sheet };
        self.act(move |tx, cx| add(tx, cx, &command))
    }

    pub(super) fn mandate(&self, id: &Id) -> Mandate {
        let (account, id) = (self.person().clone(), id.clone());
        self.db.read_wait(move |tx| own(tx, &account, &id)).unwrap()
    }

    fn hold(&self, start: Instant, purpose: &str) -> Outcome<Id> {
        let wish = Hold {
            account: self.person().clone(),
            level: Level::Verified,
            start,
            purpose: purpose.into(),
            draft: None,
        };
        let offer = self.town.offer(&self.town.desk);
        self.act(move |tx, cx| Ok(booking::hold(tx, cx, &offer, &wish)?.id))
    }

    fn confirm(&self, held: &Id, mandate: Option<&Id>) -> Outcome<Confirmed> {
        let on_behalf = mandate.map(|mandate| OnBehalf {
            mandate: mandate.clone(),
            by: "Соколова Анна".to_owned().into(),
            asked: Vec::new(),
        });
        let command = Confirm {
            account: self.person().clone(),
            level: Level::Verified,
            booking: held.clone(),
            purpose: "ask".into(),
            form: serde_json::json!({}),
            on_behalf,
        };
        let offer = self.town.offer(&self.town.desk);
        self.act(move |tx, cx| booking::confirm(tx, cx, &offer, &command))
    }

    pub(super) fn book(&self, start: Instant, mandate: Option<&Id>) -> Outcome<Id> {
        let held = self.hold(start, "")?;
        Ok(self.confirm(&held, mandate)?.id)
    }

    pub(super) fn booking(&self, id: &Id) -> Booking {
        let (account, id) = (self.person().clone(), id.clone());
        self.db.read_wait(move |tx| booking::of_account(tx, &account, &id)).unwrap()
    }

    pub(super) fn cancel(&self, id: &Id) -> Outcome<()> {
        let command =
            Cancel { account: self.person().clone(), booking: id.clone(), reason: String::new() };
        let terms = self.town.offer(&self.town.desk).terms;
        self.act(move |tx, cx| booking::cancel(tx, cx, &terms, &command).map(drop))
    }

    pub(super) fn contacts(&self, id: &Id) -> Outcome<()> {
        let command = Contacts {
            account: self.person().clone(),
            booking: id.clone(),
            phone: Phone::parse("phone", "+7 900 000-00-77").unwrap(),
            email: None,
        };
        self.act(move |tx, cx| booking::change_contacts(tx, cx, &command).map(drop))
    }

    /// A scan of the mandate's paper arrives.
    fn scanned(&self, mandate: &Id) {
        self.scanned_while(mandate, |_, _| Ok(()));
    }

    /// A scan of the mandate's paper arrives; something happens while it comes.
    fn scanned_while(
        &self,
        mandate: &Id,
        meanwhile: impl Fn(&mut Tx<'_>, &Cx) -> Outcome<()> + Send + 'static,
    ) {
        let (account, mandate) = (self.person().clone(), mandate.clone());
        self.act(move |tx, cx| {
            let file = add_file(tx, cx, (&account, &mandate))?;
            meanwhile(tx, cx)?;
            let bytes = png(400, 300);
            let mut inspector = Inspector::default();
            inspector.feed(&bytes).unwrap();
            files::append(tx, &account, &file, &bytes)?;
            let shape = inspector.finish().unwrap();
            let named = Named { name: "a.png".to_owned().into(), shape, digest: [1; 32] };
            files::finish(tx, cx, (&account, &file), (&named, false))
        })
        .unwrap();
    }

    /// Files of a mandate that are left so many days from now.
    fn files_after(&self, mandate: &Id, days: i64) -> usize {
        let mandate = mandate.clone();
        let left = self.act(move |tx, cx| {
            files::sweep(tx, cx.now.plus(days * Instant::DAY))?;
            Ok(files::of(tx, &mandate)?.len())
        });
        left.unwrap()
    }

    /// What a clerk of the site says about the mandate of a visit.
    pub(super) fn says(
        &self,
        mandate: &Mandate,
        booking: &Id,
        verdict: Verdict,
        reason: &str,
    ) -> Outcome<()> {
        self.says_as("person-50", mandate, booking, (verdict, reason))
    }

    /// The same of somebody who is a clerk there.
    pub(super) fn says_as(
        &self,
        clerk: &str,
        mandate: &Mandate,
        booking: &Id,
        (verdict, reason): (Verdict, &str),
    ) -> Outcome<()> {
        let clerk = Id::from(clerk);
        let grant = Grant {
            id: "grant".into(),
            role: Role::Clerk,
            place: Place::Site(self.town.site.clone()),
            from: Instant(0),
            until: Instant::NEVER,
        };
        let now = self.town.clock.now();
        let who = Subject {
            account: Some((&clerk, Level::Verified)),
            grants: &[grant],
            proof: Proof { bearer: false, proved_at: Some(now), strong: true },
            demo: false,
        };
        let Allowed::Allow(scope) = may(&who, Action::CheckMandate, None, now) else { panic!() };
        let command = Check {
            booking: booking.clone(),
            mandate: mandate.id.clone(),
            revision: mandate.revision,
            verdict,
            reason: reason.into(),
        };
        self.town.clock.advance(1);
        let cx = Cx { actor: Actor::Account(clerk.clone()), ..self.town.cx(&clerk) };
        self.db.write_wait(move |tx| check(tx, &cx, &scope, &command))
    }

    pub(super) fn letters(&self) -> Vec<(String, serde_json::Value)> {
        let letters = self.db.read_wait(testkit::letters).unwrap();
        letters.into_iter().filter(|x| x.0.starts_with("mandate-")).collect()
    }
}

const BORN: Date = date(2019, 9, 3);

#[test]
fn a_mother_books_for_two_children_and_herself_and_for_none_of_them_twice() {
    each(|stage| {
        let (one, two) = (
            stage.add(child("Михаил", BORN)).unwrap(),
            stage.add(child("Вера", date(2024, 2, 11))).unwrap(),
        );
        assert_eq!(code(stage.add(child("Михаил", BORN))), "E-MND-10");
        let first = stage.book(at(9, 9, 0), Some(&one)).unwrap();
        stage.book(at(9, 9, 15), Some(&two)).unwrap();
        stage.book(at(9, 9, 30), None).unwrap();
        // Whoever may act for others is asked for whom, not refused at the hold.
        let held = stage.hold(at(9, 9, 45), "ask").unwrap();
        assert_eq!(code(stage.confirm(&held, None)), "E-SLOT-04");
        assert_eq!(code(stage.confirm(&held, Some(&one))), "E-SLOT-04");
        assert_eq!(code(stage.confirm(&held, Some(&"none".into()))), "E-REG-03");
        stage.cancel(&first).unwrap();
        stage.confirm(&held, Some(&one)).unwrap();

        let kept = stage.booking(&first).behalf.unwrap();
        assert_eq!(kept.mandate, one);
        let said = kept.said().unwrap();
        assert_eq!(
            (&*said.by, &*said.details.name()),
            ("Соколова Анна", "Соколов Михаил Андреевич")
        );
    });
}

#[test]
fn whoever_has_nobody_to_act_for_is_told_of_the_other_booking_at_the_hold() {
    each(|stage| {
        stage.book(at(9, 9, 0), None).unwrap();
        assert_eq!(code(stage.hold(at(9, 9, 15), "ask")), "E-SLOT-04");
    });
}

#[test]
fn whoever_was_ended_and_added_anew_is_the_same_principal() {
    each(|stage| {
        let one = stage.add(child("Михаил", BORN)).unwrap();
        stage.book(at(9, 9, 0), Some(&one)).unwrap();
        let (account, id) = (stage.person().clone(), one.clone());
        stage.act(move |tx, cx| end(tx, cx, &account, &id)).unwrap();
        let held = stage.hold(at(9, 9, 15), "").unwrap();
        assert_eq!(code(stage.confirm(&held, Some(&one))), "E-MND-03", "ended a moment ago");
        let again = stage.add(child("МИХАИЛ", BORN)).unwrap();
        assert_ne!(again, one);
        assert_eq!(stage.mandate(&again).principal, stage.mandate(&one).principal);
        assert_eq!(code(stage.confirm(&held, Some(&again))), "E-SLOT-04", "he has that visit");
    });
}

#[test]
fn a_mandate_is_corrected_and_never_becomes_one_for_somebody_else() {
    each(|stage| {
        let one = stage.add(child("Михаил", BORN)).unwrap();
        let visit = stage.book(at(9, 9, 0), Some(&one)).unwrap();
        stage.says(&stage.mandate(&one), &visit, Verdict::Refused, "нет печати").unwrap();
        let to = |sheet: Sheet| {
            let (account, mandate) = (stage.person().clone(), one.clone());
            let command = Correct { account, level: Level::Verified, mandate, sheet };
            stage.act(move |tx, cx| correct(tx, cx, &command))
        };
        // With the paper of the sister nothing is done about the brother's visit.
        assert_eq!(code(to(child("Вера", BORN))), "E-FORM-00");
        assert_eq!(code(stage.cancel(&visit)), "E-MND-04");
        to(child("Михайл", BORN)).unwrap();
        to(child("Михаил", date(2019, 9, 4))).unwrap();
        stage.cancel(&visit).unwrap();
    });
}

#[test]
fn at_eighteen_a_mandate_ends_by_itself_and_what_was_booked_stays() {
    each(|stage| {
        // Of age on Tuesday, 8 December; it is Monday.
        let one = stage.add(child("Михаил", date(2008, 12, 8))).unwrap();
        let booked = stage.book(at(9, 9, 0), Some(&one)).unwrap();
        let held = stage.hold(at(9, 9, 15), "").unwrap();
        // Midnight in Tomsk passes while the form is filled in.
        stage.town.clock.advance(at(8, 0, 1).0 - stage.town.clock.now().0);
        let held_again = stage.hold(at(10, 9, 15), "").unwrap();
        assert_ne!(held, held_again);
        assert_eq!(code(stage.confirm(&held_again, Some(&one))), "E-MND-01");
        assert_eq!(stage.mandate(&one).state, State::Typed, "no sweeper was there");
        assert_eq!(stage.booking(&booked).state, booking::State::Confirmed);
        // In the morning it is Tuesday in Moscow, too: about what was booked the grown child decides.
        assert_eq!(stage.town.clock.now(), at(8, 0, 1));
        stage.town.clock.advance(5 * Instant::HOUR);
        assert_eq!(code(stage.cancel(&booked)), "E-MND-01");
        assert_eq!(stage.booking(&booked).state, booking::State::Confirmed);
    });
}

#[test]
fn the_staff_see_the_paper_and_what_they_take_back_counts_with_the_next_request() {
    each(|stage| {
        let powers = [Act::Book, Act::See, Act::Cancel];
        let id = stage.add(attorney(&powers, date(2026, 6, 1), None)).unwrap();
        let visit = stage.book(at(9, 9, 0), Some(&id)).unwrap();
        let typed = stage.mandate(&id);
        stage.says(&typed, &visit, Verdict::Checked, "").unwrap();
        stage.says(&typed, &visit, Verdict::Checked, "").unwrap();
        assert_eq!(stage.mandate(&id).state, State::Checked);
        assert_eq!(stage.mandate(&id).revision, 2, "said twice, noted once");

        // Other data are looked at anew, and a verdict about the old ones is none about the new.
        let sheet = attorney(&powers, date(2026, 7, 1), None);
        let (account, mandate) = (stage.person().clone(), id.clone());
        let command = Correct { account, level: Level::Verified, mandate, sheet };
        stage.act(move |tx, cx| correct(tx, cx, &command)).unwrap();
        let corrected = stage.mandate(&id);
        assert_eq!(corrected.state, State::Typed);
        assert_eq!(code(stage.says(&typed, &visit, Verdict::Refused, "нет")), "E-MND-12");
        stage.says(&corrected, &visit, Verdict::Refused, "нет печати").unwrap();
        let held = stage.hold(at(9, 9, 15), "").unwrap();
        assert_eq!(code(stage.confirm(&held, Some(&id))), "E-MND-04");
        stage.says(&stage.mandate(&id), &visit, Verdict::Revoked, "доверитель отозвал").unwrap();
        assert_eq!(code(stage.confirm(&held, Some(&id))), "E-MND-03");
        assert_eq!(code(stage.cancel(&visit)), "E-MND-03");
        let command = Reschedule {
            account: stage.person().clone(),
            booking: visit.clone(),
            start: at(10, 9, 0),
            reason: String::new(),
        };
        let offer = stage.town.offer(&stage.town.desk);
        let moved = stage.act(move |tx, cx| booking::reschedule(tx, cx, &offer, &command));
        assert_eq!(code(moved), "E-MND-03");

        let behalf = stage.booking(&visit).behalf.unwrap();
        let seen = stage.act(move |tx, _| look(tx, &"person-50".into(), &behalf)).unwrap().unwrap();
        assert!(seen.changed, "the visit was booked by the first paper");
        assert_eq!(seen.reason.unwrap().reveal(), "доверитель отозвал");
        let told: Vec<_> = stage.letters().into_iter().map(|x| x.0).collect();
        assert_eq!(told.len(), 3, "{told:?}");
        let account = stage.person().clone();
        let looks = stage.db.read_wait(move |tx| privacy::accesses(tx, &account, 10)).unwrap();
        assert_eq!(looks.iter().filter(|x| x.what == "mandate").count(), 3);
    });
}

#[test]
fn a_power_of_attorney_reaches_no_further_by_moving() {
    each(|stage| {
        let mut sheet = attorney(Act::ALL, date(2026, 6, 1), None);
        sheet.powers.services = vec!["visit".into()];
        sheet.powers.bodies = vec!["administration".into()];
        let id = stage.add(sheet.clone()).unwrap();
        let visit = stage.book(at(9, 9, 0), Some(&id)).unwrap();
        let to = |offer: booking::Offer, start| {
            let command = Reschedule {
                account: stage.person().clone(),
                booking: visit.clone(),
                start,
                reason: String::new(),
            };
            code(stage.act(move |tx, cx| booking::reschedule(tx, cx, &offer, &command)))
        };
        let official = stage.town.offer(&stage.town.official);
        let clinic = booking::Offer { body: "clinic".into(), ..official.clone() };
        assert_eq!(to(clinic, at(10, 9, 0)), "E-MND-06");
        let terms =
            booking::Terms { kinds: vec![Applicant::Individual], ..(*official.terms).clone() };
        let nobody = booking::Offer { terms: terms.into(), ..official.clone() };
        assert_eq!(to(nobody, at(10, 9, 0)), "E-MND-07");
        assert_eq!(stage.booking(&visit).starts, Some(at(9, 9, 0)), "the old time stays");
        assert_eq!(to(official.clone(), at(10, 9, 0)), "done");

        // What the paper says by now counts, also at the place of the visit.
        sheet.powers.services = vec!["other".into()];
        let (account, mandate) = (stage.person().clone(), id.clone());
        let command = Correct { account, level: Level::Verified, mandate, sheet };
        stage.act(move |tx, cx| correct(tx, cx, &command)).unwrap();
        assert_eq!(to(official, at(11, 9, 0)), "E-MND-06");
        assert_eq!(code(stage.cancel(&visit)), "done", "nothing new is done by cancelling");
    });
}

#[test]
fn contacts_are_changed_by_whoever_may_still_book_for_another() {
    each(|stage| {
        let id = stage.add(attorney(Act::ALL, date(2026, 6, 1), None)).unwrap();
        let visit = stage.book(at(9, 9, 0), Some(&id)).unwrap();
        stage.contacts(&visit).unwrap();
        assert_eq!(stage.booking(&visit).form.reveal()["phone"], "+79000000077");
        let correct = |sheet: Sheet| {
            let (account, mandate) = (stage.person().clone(), id.clone());
            let command = Correct { account, level: Level::Verified, mandate, sheet };
            stage.act(move |tx, cx| correct(tx, cx, &command)).unwrap();
        };
        let mut elsewhere = attorney(Act::ALL, date(2026, 6, 1), None);
        elsewhere.powers.services = vec!["other".into()];
        correct(elsewhere);
        stage.contacts(&visit).unwrap();
        correct(attorney(&[Act::Cancel, Act::See], date(2026, 6, 1), None));
        assert_eq!(code(stage.contacts(&visit)), "E-MND-05");
        stage.says(&stage.mandate(&id), &visit, Verdict::Revoked, "доверитель отозвал").unwrap();
        assert_eq!(code(stage.contacts(&visit)), "E-MND-03");
        let own = stage.book(at(9, 10, 0), None).unwrap();
        stage.contacts(&own).unwrap();
    });
}

#[test]
fn scans_of_what_the_staff_took_back_go_after_a_month_unless_it_counts_again() {
    each(|stage| {
        let id = stage.add(attorney(Act::ALL, date(2026, 6, 1), None)).unwrap();
        let visit = stage.book(at(9, 9, 0), Some(&id)).unwrap();
        stage.scanned(&id);
        let says = |verdict| stage.says(&stage.mandate(&id), &visit, verdict, "так").unwrap();
        says(Verdict::Refused);
        assert_eq!(stage.files_after(&id, 31), 1, "what is to be corrected stays");
        says(Verdict::Revoked);
        assert_eq!(stage.files_after(&id, 29), 1);
        says(Verdict::Checked);
        assert_eq!(stage.files_after(&id, 31), 1);
        says(Verdict::Revoked);
        assert_eq!(stage.files_after(&id, 31), 0);
    });
}

#[test]
fn a_scan_that_arrives_while_its_mandate_ends_goes_with_the_others() {
    each(|stage| {
        let id = stage.add(attorney(Act::ALL, date(2026, 6, 1), None)).unwrap();
        let (account, mandate) = (stage.person().clone(), id.clone());
        stage.scanned_while(&id, move |tx, cx| end(tx, cx, &account, &mandate));
        assert_eq!(stage.files_after(&id, 29), 1);
        assert_eq!(stage.files_after(&id, 31), 0);
    });
}

#[test]
fn a_scope_for_something_else_checks_nothing() {
    each(|stage| {
        let id = stage.add(child("Михаил", BORN)).unwrap();
        let me = Id::from("person-50");
        let who = Subject { account: Some((&me, Level::Verified)), ..Subject::default() };
        let now = stage.town.clock.now();
        let Allowed::Allow(scope) = may(&who, Action::ListBookings, None, now) else { panic!() };
        let command = Check {
            booking: "b".into(),
            mandate: id,
            revision: 1,
            verdict: Verdict::Checked,
            reason: String::new(),
        };
        let checked = stage.act(move |tx, cx| check(tx, cx, &scope, &command));
        assert_eq!(code(checked), "E-ROLE-01");
    });
}

#[test]
fn a_stranger_learns_nothing_of_a_mandate() {
    each(|stage| {
        let id = stage.add(child("Михаил", BORN)).unwrap();
        let other = stage.town.people[1].clone();
        let (account, mandate) = (other.clone(), id.clone());
        assert_eq!(code(stage.db.read_wait(move |tx| own(tx, &account, &mandate))), "E-REG-03");
        let (account, mandate) = (other.clone(), id.clone());
        assert_eq!(code(stage.act(move |tx, cx| end(tx, cx, &account, &mandate))), "E-REG-03");
        let sheet = child("Михаил", BORN);
        let command = Correct { account: other, level: Level::Verified, mandate: id, sheet };
        assert_eq!(code(stage.act(move |tx, cx| correct(tx, cx, &command))), "E-REG-03");
    });
}

#[test]
fn what_is_about_to_happen_is_told_once() {
    each(|stage| {
        // It is 7 December 2026: fourteen on the 31st; a term that ends on the 15th.
        stage.add(child("Михаил", date(2012, 12, 31))).unwrap();
        stage.add(child("Вера", BORN)).unwrap();
        let term = Some(date(2026, 12, 15));
        stage.add(attorney(&[Act::Book], date(2026, 6, 1), term)).unwrap();
        let remind = || {
            let cx =
                Cx { actor: Actor::System, channel: Channel::Job, ..stage.town.cx(stage.person()) };
            super::super::remind(&stage.db, &cx).unwrap()
        };
        assert_eq!(remind(), 2);
        assert_eq!(remind(), 0, "today was looked through");
        stage.town.clock.advance(Instant::DAY);
        assert_eq!(remind(), 0, "and what was told is not told again");
        let letters = stage.letters();
        let fourteen = letters.iter().find(|x| x.0 == "mandate-fourteen").unwrap();
        assert_eq!(fourteen.1["who"], "Соколов Михаил Андреевич");
        assert_eq!(fourteen.1["day"], "2026-12-31");
        assert!(letters.iter().any(|x| x.0 == "mandate-term" && x.1["day"] == "2026-12-16"));

        // A term that was prolonged ends once more.
        let account = stage.person().clone();
        let all = stage.act(move |tx, _| of_account(tx, &account)).unwrap();
        let paper = all.iter().find(|x| x.kind == Kind::Attorney).unwrap();
        let later = attorney(&[Act::Book], date(2026, 6, 1), Some(date(2026, 12, 31)));
        assert_eq!(stage.corrects(&paper.id, later), "done");
        stage.town.clock.advance(14 * Instant::DAY);
        assert_eq!(remind(), 1);
        assert!(
            stage.letters().iter().any(|x| x.0 == "mandate-term" && x.1["day"] == "2027-01-01")
        );
    });
}

#[test]
fn coming_for_oneself_costs_the_same_with_mandates_and_without() {
    each(|stage| {
        let count = |start| {
            let held = stage.hold(start, "").unwrap();
            let before = stage.db.statements(For::Jobs);
            let booked = stage.confirm(&held, None).unwrap();
            let cost = stage.db.statements(For::Jobs) - before;
            stage.cancel(&booked.id).unwrap();
            cost
        };
        let alone = count(at(9, 9, 0));
        stage.add(child("Михаил", BORN)).unwrap();
        assert_eq!(count(at(9, 9, 15)), alone);
    });
}

#[test]
fn an_erased_person_leaves_no_child_behind() {
    each(|stage| {
        let id = stage.add(child("Михаил", BORN)).unwrap();
        let booked = stage.book(at(9, 9, 0), Some(&id)).unwrap();
        let account = stage.person().clone();
        stage.act(move |tx, cx| privacy::erase(tx, cx, &account)).unwrap();
        let (account, visit) = (stage.person().clone(), booked.clone());
        stage
            .db
            .read_wait(move |tx| {
                let all = of_account(tx, &account)?;
                assert!(all.iter().all(|x| x.sheet().is_none() && x.state == State::Ended));
                let left: Option<Vec<u8>> = tx.one(
                    "SELECT behalf_sealed FROM booking WHERE id = $1",
                    args![&visit],
                    |r| r.get(0),
                )?;
                assert_eq!(left, None);
                assert!(
                    !booking::of_account(tx, &account, &visit)?
                        .behalf
                        .unwrap()
                        .said
                        .reveal()
                        .is_some()
                );
                Ok(())
            })
            .unwrap();
    });
}
