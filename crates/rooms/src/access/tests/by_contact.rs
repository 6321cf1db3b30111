//! Invitations of the staff, on both engines.

use super::*;
use crate::accounts::Contact;

#[test]
fn an_invitation_is_for_whoever_has_the_phone_and_nobody_is_looked_up() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let story = Story::begin(&db);
        let (boss, manager, clerk) = (0, 1, 2);
        story.give(None, story.role(boss, Role::PortalAdmin, Place::Portal)).unwrap();
        let managers = story.give(None, story.role(manager, Role::OrganizationAdmin, clinic()));
        let phone_of = |who: usize| {
            let id = story.people[who].clone();
            let found = db.read_wait(move |tx| crate::accounts::read::account(tx, &id));
            found.unwrap().unwrap().phone.reveal().to_owned()
        };
        let invites = |contact: &str, role: Role| {
            let offices = story.city.offices.clone();
            let contact = Contact::parse("contact", contact).unwrap();
            let new = story.role(3, role, trauma());
            story.act(Some(manager), Action::GrantRole, move |tx, cx, by| {
                let By::Staff(me, scope) = by else { unreachable!("one of the staff") };
                invite_contact(tx, cx, (me, scope, terms(&offices)), (&contact, &new))
            })
        };
        let try_it = |who: usize, token: &str, four_eyes: bool| {
            let (me, offices) = (story.people[who].clone(), story.city.offices.clone());
            let (cx, token) = (story.cx(Actor::Account(me.clone())), token.to_owned());
            let joined = db.write_wait(move |tx| {
                join(tx, &cx, Terms { four_eyes, ..terms(&offices) }, (&me, &token))
            });
            joined.map_err(|x| x.code().unwrap_or_default().to_owned())
        };
        // Whoever has no account gets the same answer; oneself is nobody's secret.
        let (_, token) = invites(&phone_of(clerk), Role::Clerk).unwrap();
        let (unknown, _) = invites("+7 999 999-99-99", Role::Clerk).unwrap();
        assert_eq!(invites(&phone_of(manager), Role::Clerk).unwrap_err(), "E-ROLE-06");
        let whole = invites(&phone_of(clerk), Role::Controller).unwrap_err();
        assert!(whole.ends_with("E-ROLE-21"), "{whole}");

        // Only the owner of the phone takes it up, once, and a second one agrees.
        assert_eq!(try_it(3, &token, true).unwrap_err(), "E-ROLE-19");
        let Joined::Proposed(proposal) = try_it(clerk, &token, true).unwrap() else { panic!() };
        assert_eq!(try_it(clerk, &token, true).unwrap_err(), "E-ROLE-03");
        assert_eq!(story.scope(clerk, Action::ReadDay), Err(Why::NoRole));
        let offices = story.city.offices.clone();
        let agree = |by: usize| {
            let (offices, proposal) = (offices.clone(), proposal.clone());
            story.act(Some(by), Action::GrantRole, move |tx, cx, by| {
                agree(tx, cx, (by, &offices), &proposal)
            })
        };
        assert_eq!(agree(manager).unwrap_err(), "E-ROLE-15", "whoever invited");
        agree(boss).unwrap();
        assert!(story.scope(clerk, Action::ReadDay).is_ok());

        // Without four eyes it is in force at once, given by whoever invited.
        let (_, token) = invites(&phone_of(3), Role::Clerk).unwrap();
        let Joined::Given(_) = try_it(3, &token, false).unwrap() else { panic!() };
        let now = story.clock.now();
        let all = db.read_wait(move |tx| read::everybody(tx, now)).unwrap();
        let given = all.into_iter().find(|x| x.account == story.people[3]).unwrap();
        assert_eq!(given.by, format!("account:{}", story.people[manager]));

        // What nobody took up is listed without whom it is for, and can be taken back.
        let scope = story.scope(manager, Action::GrantRole).unwrap();
        let cx = story.cx(Actor::Account(story.people[manager].clone()));
        let (at, open) = ((scope.clone(), offices.clone()), unknown.clone());
        let withdrawn = db.write_wait(move |tx| {
            let before = invited(tx, cx.now, (&at.0, &at.1))?;
            withdraw(tx, &cx, (&at.0, &at.1), &open)?;
            Ok((before, invited(tx, cx.now, (&at.0, &at.1))?.len()))
        });
        let (before, after) = withdrawn.unwrap();
        assert_eq!((before.len(), &before[0].id, after), (1, &unknown, 0));
        assert_eq!(before[0].reason.reveal(), "order 7");

        // Whoever could not give it any more has invited in vain, and a week is enough.
        let (_, late) = invites(&phone_of(boss), Role::Clerk).unwrap();
        story.clock.advance(7 * Instant::DAY);
        assert_eq!(try_it(boss, &late, true).unwrap_err(), "E-ROLE-03");
        let (_, vain) = invites(&phone_of(boss), Role::Clerk).unwrap();
        story.take(None, &managers.unwrap()).unwrap();
        assert_eq!(try_it(boss, &vain, true).unwrap_err(), "E-ROLE-16");
    });
}
