//! Invitations and proposals: what one person alone cannot do.

use super::*;

#[test]
fn an_invitation_works_once_within_a_day_however_many_try() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let story = Story::begin(&db);
        let offices = story.city.offices.clone();
        let offer = |role: Role, place: Place| {
            let (cx, offices) = (story.cx(Actor::Engineer), offices.clone());
            let wish = Invite { role, place };
            db.write_wait(move |tx| invite(tx, &cx, &offices, &wish))
        };
        assert_eq!(offer(Role::Clerk, Place::Portal).unwrap_err().code(), Some("E-FORM-00"));
        assert_eq!(offer(Role::PortalAdmin, trauma()).unwrap_err().code(), Some("E-FORM-00"));
        let token = offer(Role::PortalAdmin, Place::Portal).unwrap();
        let try_it = |who: usize, token: &str| {
            let me = story.people[who].clone();
            let (cx, offices) = (story.cx(Actor::Account(me.clone())), offices.clone());
            let token = token.to_owned();
            db.write_wait(move |tx| join(tx, &cx, terms(&offices), (&me, &token)))
        };
        assert_eq!(try_it(0, "wrong").unwrap_err().code(), Some("E-ROLE-03"));
        let joined = std::thread::scope(|scope| {
            let tries: Vec<_> = (0..12)
                .map(|n| {
                    scope.spawn({
                        let (try_it, token) = (&try_it, &token);
                        move || try_it(n % 4, token).is_ok()
                    })
                })
                .collect();
            tries.into_iter().map(|x| x.join().unwrap()).filter(|x| *x).count()
        });
        assert_eq!(joined, 1);
        let late = offer(Role::Clerk, trauma()).unwrap();
        let now = story.clock.now();
        let shown = late.clone();
        let offered = db.read_wait(move |tx| invitation(tx, now, &shown)).unwrap().unwrap();
        assert_eq!((offered.role, offered.place), (Role::Clerk, trauma()));
        story.clock.advance(24 * Instant::HOUR);
        assert_eq!(try_it(3, &late).unwrap_err().code(), Some("E-ROLE-03"));
    });
}

#[test]
fn an_invitation_for_the_first_administrator_is_worth_nothing_once_there_is_one() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let story = Story::begin(&db);
        let first = || {
            let (cx, offices) = (story.cx(Actor::Engineer), story.city.offices.clone());
            db.write_wait(move |tx| invite_first(tx, &cx, &offices)).unwrap()
        };
        let try_it = |who: usize, token: &str| {
            let (me, offices) = (story.people[who].clone(), story.city.offices.clone());
            let (cx, token) = (story.cx(Actor::Account(me.clone())), token.to_owned());
            db.write_wait(move |tx| join(tx, &cx, terms(&offices), (&me, &token)))
        };
        let (now, lost, found) = (story.clock.now(), first(), first());
        assert_eq!(
            try_it(0, &lost).unwrap_err().code(),
            Some("E-ROLE-03"),
            "the newer one ended it"
        );
        story.give(None, story.role(1, Role::PortalAdmin, Place::Portal)).unwrap();
        assert_eq!(try_it(0, &found).unwrap_err().code(), Some("E-ROLE-03"));
        let shown = found.clone();
        assert_eq!(db.read_wait(move |tx| invitation(tx, now, &shown)).unwrap(), None);
    });
}

#[test]
fn a_role_of_the_staff_needs_two_people_and_one_of_them_alone_gives_none() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let story = Story::begin(&db);
        let (boss, manager, clerk) = (0, 1, 2);
        story.give(None, story.role(boss, Role::PortalAdmin, Place::Portal)).unwrap();
        let managers = story.give(None, story.role(manager, Role::OrganizationAdmin, clinic()));
        let proposed = |by: usize, new: NewGrant| {
            let offices = story.city.offices.clone();
            story.act(Some(by), Action::GrantRole, move |tx, cx, by| {
                let By::Staff(me, scope) = by else { unreachable!("one of the staff") };
                propose(tx, cx, (me, scope, &offices), &new)
            })
        };
        let agreed = |by: usize, id: &Id| {
            let (offices, id) = (story.city.offices.clone(), id.clone());
            story.act(Some(by), Action::GrantRole, move |tx, cx, by| {
                agree(tx, cx, (by, &offices), &id)
            })
        };
        let new = || story.role(clerk, Role::Clerk, trauma());
        // The rules of a grant hold for a proposal.
        let own = story.role(manager, Role::Clerk, trauma());
        assert_eq!(proposed(manager, own).unwrap_err(), "E-ROLE-06");
        let wide = story.role(clerk, Role::Controller, Place::Portal);
        assert_eq!(proposed(manager, wide).unwrap_err(), "E-ROLE-07");
        let id = proposed(manager, new()).unwrap();
        assert_eq!(proposed(manager, new()).unwrap_err(), "E-ROLE-18");
        assert_eq!(story.scope(clerk, Action::ReadDay), Err(Why::NoRole), "nothing is in force");
        assert_eq!(agreed(manager, &id).unwrap_err(), "E-ROLE-15");
        assert_eq!(agreed(clerk, &id).unwrap_err(), "NoRole");
        agreed(boss, &id).unwrap();
        assert!(story.scope(clerk, Action::ReadDay).is_ok());
        assert_eq!(agreed(boss, &id).unwrap_err(), "E-ROLE-14");
        assert_eq!(proposed(manager, new()).unwrap_err(), "E-ROLE-08");

        // Whoever could not give it any more has proposed it in vain.
        let second = proposed(manager, story.role(3, Role::Clerk, trauma())).unwrap();
        story.take(None, &managers.unwrap()).unwrap();
        assert_eq!(agreed(boss, &second).unwrap_err(), "E-ROLE-16");
        let scope = story.scope(boss, Action::GrantRole).unwrap();
        let (cx, offices) =
            (story.cx(Actor::Account(story.people[boss].clone())), story.city.offices.clone());
        let gone = second.clone();
        db.write_wait(move |tx| decline(tx, &cx, (&scope, &offices), &gone)).unwrap();
        assert_eq!(agreed(boss, &second).unwrap_err(), "E-ROLE-14");

        // A week is enough; then it can be proposed anew.
        let third = proposed(boss, story.role(3, Role::Clerk, trauma())).unwrap();
        story.clock.advance(7 * Instant::DAY);
        assert_eq!(agreed(boss, &third).unwrap_err(), "E-ROLE-14");
        proposed(boss, story.role(3, Role::Clerk, trauma())).unwrap();
        let scope = story.scope(boss, Action::ReadStaff).unwrap();
        let (now, offices) = (story.clock.now(), story.city.offices.clone());
        let waiting = db.read_wait(move |tx| proposals(tx, now, (&scope, &offices))).unwrap();
        assert_eq!(waiting.len(), 1);
        assert_eq!(waiting[0].reason.reveal(), "order 7");
    });
}
