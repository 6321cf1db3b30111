//! The engine by itself, and the room's story on both engines.

use base::{Actor, Chance, Channel, Clock, Cx, Db, Id, Instant};

use super::table::{Reach, reach};
use super::*;
use crate::accounts::tests::anna;
use crate::accounts::{Level, Secrets};
use crate::offices::Offices;

const NOW: Instant = Instant(1_796_104_800_000_000);

fn grant_of(role: Role, place: Place) -> Grant {
    Grant { id: "g".into(), role, place, from: NOW, until: Instant::NEVER }
}

fn proved() -> Proof {
    Proof { bearer: false, proved_at: Some(NOW), strong: true }
}

fn spot(resource: &str, site: &str, organization: &str) -> Spot {
    let id = |x: &str| Some(Id::from(x));
    Spot { resource: id(resource), site: id(site), organization: id(organization) }
}

fn asked(grants: &[Grant], action: Action, spot: &Spot) -> Verdict {
    let me = Id::from("me");
    let who =
        Subject { account: Some((&me, Level::Simplified)), grants, proof: proved(), demo: false };
    may(&who, action, Some(&Object { account: None, spot: spot.clone() }), NOW)
}

#[test]
fn roles_and_actions_are_read_back_by_their_codes() {
    assert!(Role::ALL.iter().all(|x| Role::parse(x.as_str()) == Some(*x)));
    assert_eq!(Role::parse("owner"), None);
    let codes: std::collections::BTreeSet<_> = Action::ALL.iter().map(|x| x.as_str()).collect();
    assert_eq!(codes.len(), Action::ALL.len());
    assert_eq!(Place::parse("site", ""), None);
    assert_eq!(Place::parse("portal", "x"), None);
}

#[test]
fn every_line_of_the_table_is_for_somebody_who_can_have_the_role_there() {
    for role in Role::granted() {
        for action in Action::ALL {
            let reach = reach(role, *action);
            let widest = role.widest().unwrap();
            let kinds = PlaceKind::ALL.into_iter().filter(|x| *x <= widest);
            let held = kinds.filter(|x| reach.admits(*x)).count();
            assert!(reach == Reach::Nothing || held > 0, "{role:?} {action:?}");
        }
    }
}

#[test]
fn a_role_reaches_its_place_and_nothing_beside_it() {
    let (here, beside) = (spot("r1", "s1", "o1"), spot("r2", "s1", "o1"));
    let (branch, elsewhere) = (spot("r3", "s2", "o1"), spot("r4", "s3", "o2"));
    let reached = |grant: Grant| {
        [&here, &beside, &branch, &elsewhere].map(|spot| {
            matches!(asked(std::slice::from_ref(&grant), Action::ReadDay, spot), Verdict::Allow(_))
        })
    };
    let site = || Place::Site("s1".into());
    let calendar = || Place::Resource("r1".into());
    let body = || Place::Organization("o1".into());
    assert_eq!(reached(grant_of(Role::Specialist, calendar())), [true, false, false, false]);
    assert_eq!(reached(grant_of(Role::Clerk, site())), [true, true, false, false]);
    assert_eq!(reached(grant_of(Role::Clerk, calendar())), [true, false, false, false]);
    assert_eq!(reached(grant_of(Role::Commission, body())), [true, true, true, false]);
    assert_eq!(reached(grant_of(Role::OrganizationAdmin, body())), [true, true, true, false]);
    assert_eq!(reached(grant_of(Role::PortalAdmin, Place::Portal)), [false; 4]);
    // A grant that is wider than the table says gives nothing, however it came into the database.
    assert_eq!(reached(grant_of(Role::Clerk, body())), [false; 4]);
    assert_eq!(reached(grant_of(Role::Specialist, Place::Portal)), [false; 4]);
}

#[test]
fn a_role_of_the_whole_portal_is_worth_nothing_at_a_part_of_it() {
    let parts =
        [Place::Resource("r1".into()), Place::Site("s1".into()), Place::Organization("o1".into())];
    for (role, action) in [
        (Role::PortalAdmin, Action::ConnectSites),
        (Role::PortalAdmin, Action::GrantRole),
        (Role::PortalAdmin, Action::HelpRecover),
        (Role::SecurityOfficer, Action::RevokeRole),
        (Role::Controller, Action::ReadTrail),
        (Role::Support1, Action::HelpByPhone),
    ] {
        let asked = |place: &Place| {
            asked(&[grant_of(role, place.clone())], action, &spot("r1", "s1", "o1"))
        };
        for part in &parts {
            assert_eq!(asked(part), Verdict::Deny(Why::NoRole), "{role:?} at {part:?}");
        }
        assert!(matches!(asked(&Place::Portal), Verdict::Allow(_)), "{role:?}");
    }
}

#[test]
fn several_roles_add_up_and_each_keeps_its_own_reach() {
    let grants = [
        grant_of(Role::Clerk, Place::Site("s1".into())),
        grant_of(Role::Specialist, Place::Resource("r4".into())),
    ];
    for (at, yes) in [
        (spot("r1", "s1", "o1"), true),
        (spot("r4", "s3", "o2"), true),
        (spot("r5", "s3", "o2"), false),
    ] {
        let verdict = asked(&grants, Action::OpenVisitor, &at);
        assert_eq!(matches!(verdict, Verdict::Allow(_)), yes, "{at:?}");
    }
    assert_eq!(asked(&grants, Action::GrantRole, &Spot::default()), Verdict::Deny(Why::NoRole));
}

#[test]
fn a_grant_is_in_force_from_its_beginning_to_before_its_end() {
    let place = Place::Site("s1".into());
    let grant = Grant { until: NOW.plus(Instant::DAY), ..grant_of(Role::Clerk, place) };
    let me = Id::from("me");
    let at = |now: Instant| {
        let who = Subject {
            account: Some((&me, Level::Verified)),
            grants: std::slice::from_ref(&grant),
            proof: proved(),
            demo: false,
        };
        matches!(may(&who, Action::ReadDay, None, now), Verdict::Allow(_))
    };
    assert_eq!(
        [-1, 0, Instant::DAY - 1, Instant::DAY].map(|x| at(NOW.plus(x))),
        [false, true, true, false]
    );
}

#[test]
fn what_was_proved_decides_beside_the_role() {
    let grants = [grant_of(Role::PortalAdmin, Place::Portal)];
    let me = Id::from("me");
    let asked = |proof: Proof, action: Action| {
        let account = Some((&me, Level::Simplified));
        may(&Subject { account, grants: &grants, proof, demo: false }, action, None, NOW)
    };
    let old = Proof { proved_at: Some(NOW.plus(-FRESH)), ..proved() };
    let bearer = Proof { bearer: true, ..proved() };
    assert!(matches!(asked(proved(), Action::GrantRole), Verdict::Allow(_)));
    assert_eq!(asked(old, Action::GrantRole), Verdict::StepUp(StepUp::Password));
    assert!(matches!(asked(old, Action::ReadStaff), Verdict::Allow(_)));
    assert_eq!(asked(Proof::default(), Action::ReadStaff), Verdict::StepUp(StepUp::Factor));
    assert_eq!(asked(bearer, Action::ReadStaff), Verdict::StepUp(StepUp::Factor));
    let by_code = Proof { strong: false, ..proved() };
    assert_eq!(asked(by_code, Action::ReadStaff), Verdict::StepUp(StepUp::Factor));
    assert!(matches!(asked(by_code, Action::ListBookings), Verdict::Allow(_)));
    // For one's own matters a program's token is enough.
    assert!(matches!(asked(bearer, Action::ListBookings), Verdict::Allow(_)));
}

#[test]
fn a_reason_has_letters_that_can_be_seen() {
    let code = |text: &str| rules::reason(text).map(|x| x.code);
    for empty in ["", "  "] {
        assert_eq!(code(empty), Some("E-FORM-01"));
    }
    for silent in [".", "12", "\u{200b}\u{200b}\u{200b}\u{200b}", "\u{3164}\u{3164}\u{3164}", "да"]
    {
        assert_eq!(code(silent), Some("E-FORM-01-words"), "{silent:?}");
    }
    assert_eq!(code("left"), None);
    assert_eq!(code("Приказ № 7"), None);
}

#[test]
fn a_scope_reaches_ones_own_and_nothing_else() {
    let (me, other) = (Id::from("me"), Id::from("other"));
    let who = Subject { account: Some((&me, Level::Simplified)), ..Subject::default() };
    let of = |id| Object { account: Some(id), spot: spot("r1", "s1", "o1") };
    let asked = |object| may(&who, Action::ReadBooking, Some(&object), NOW);
    assert!(matches!(asked(of(&me)), Verdict::Allow(_)));
    assert_eq!(asked(of(&other)), Verdict::Deny(Why::OutOfReach));
    let guest = Subject::default();
    assert_eq!(may(&guest, Action::ReadBooking, None, NOW), Verdict::Deny(Why::SignIn));
    assert_eq!(may(&guest, Action::ReadDemo, None, NOW), Verdict::Deny(Why::Absent));
    assert!(matches!(may(&guest, Action::ReadCatalogue, None, NOW), Verdict::Allow(_)));
}

/// People of the story, and the demo's offices.
pub(super) struct Story {
    db: Db,
    pub clock: Clock,
    pub city: crate::city::City,
    pub people: Vec<Id>,
}

impl Story {
    pub fn begin(db: &Db) -> Self {
        let clock = Clock::fixed(NOW);
        crate::demo::seed(db, jiff::civil::date(2026, 12, 1), |_, _| Ok(())).unwrap();
        let people = (0..4).map(|n| person(db, &clock, n)).collect();
        Self { city: crate::city::City::load(db).unwrap(), db: db.clone(), clock, people }
    }

    pub fn cx(&self, actor: Actor) -> Cx {
        Cx::new(&self.clock, &Chance::os(), actor, Channel::Web)
    }

    pub fn role(&self, to: usize, role: Role, place: Place) -> NewGrant {
        NewGrant {
            account: self.people[to].clone(),
            role,
            place,
            from: self.clock.now(),
            until: Instant::NEVER,
            reason: "order 7".into(),
        }
    }

    /// The scope that the router would give this person.
    pub fn scope(&self, who: usize, action: Action) -> Result<Scope, Why> {
        let (id, now) = (self.people[who].clone(), self.clock.now());
        let grants = self.db.read_wait(move |tx| read::grants_of(tx, now, &id)).unwrap();
        let proof = Proof { proved_at: Some(now), ..proved() };
        let account = Some((&self.people[who], Level::Verified));
        match may(&Subject { account, grants: &grants, proof, demo: false }, action, None, now) {
            Verdict::Allow(scope) => Ok(scope),
            Verdict::Deny(why) => Err(why),
            Verdict::StepUp(_) => panic!("the password was given just now"),
        }
    }

    /// Gives a role: the engineer, or one of the people.
    pub fn give(&self, by: Option<usize>, new: NewGrant) -> Result<Id, String> {
        let offices = self.city.offices.clone();
        let act =
            move |tx: &mut base::Tx<'_>, cx: &Cx, by: By<'_>| grant(tx, cx, (by, &offices), &new);
        self.act(by, Action::GrantRole, act)
    }

    pub fn take(&self, by: Option<usize>, grant: &Id) -> Result<(), String> {
        let command = Revoke { grant: grant.clone(), reason: "left".into() };
        let offices = self.city.offices.clone();
        let act = move |tx: &mut base::Tx<'_>, cx: &Cx, by: By<'_>| {
            revoke(tx, cx, (by, &offices), &command).map(drop)
        };
        self.act(by, Action::RevokeRole, act)
    }

    pub fn act<T: Send + 'static>(
        &self,
        by: Option<usize>,
        action: Action,
        act: impl Fn(&mut base::Tx<'_>, &Cx, By<'_>) -> base::Outcome<T> + Send + 'static,
    ) -> Result<T, String> {
        let done = match by {
            None => {
                let cx = self.cx(Actor::Engineer);
                self.db.write_wait(move |tx| act(tx, &cx, By::Engineer))
            }
            Some(n) => {
                let (me, scope) = (self.people[n].clone(), self.scope(n, action));
                let scope = scope.map_err(|why| format!("{why:?}"))?;
                let cx = self.cx(Actor::Account(me.clone()));
                self.db.write_wait(move |tx| act(tx, &cx, By::Staff(&me, &scope)))
            }
        };
        done.map_err(|error| error.to_string())
    }
}

fn person(db: &Db, clock: &Clock, number: u8) -> Id {
    let cx = Cx::new(clock, &Chance::seeded(u64::from(number)), Actor::System, Channel::Web);
    db.write_wait(move |tx| match number {
        0 => anna(tx, &cx),
        number => {
            let name = |x: &str| crate::accounts::PersonName::parse("name", x).unwrap();
            let phone = format!("+7 902 000-00-{number:02}");
            let new = crate::accounts::NewAccount {
                surname: name("Иванова"),
                name: name("Мария"),
                patronymic: name("Петровна"),
                phone: crate::accounts::Phone::parse("phone", &phone).unwrap(),
                email: None,
                email_verified: false,
                password_hash: None,
                level: Level::Simplified,
                lang: texts::Lang::Ru,
            };
            crate::accounts::add(tx, &cx, &new)
        }
    })
    .unwrap()
}

pub(super) fn clinic() -> Place {
    Place::Organization("tomsk-clinic".into())
}

pub(super) fn trauma() -> Place {
    Place::Site("tomsk-clinic-trauma".into())
}

#[test]
fn an_administrator_gives_roles_within_their_own_and_never_to_themselves() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let story = Story::begin(&db);
        let (boss, manager) = (0, 1);
        story.give(None, story.role(boss, Role::PortalAdmin, Place::Portal)).unwrap();
        story.give(Some(boss), story.role(manager, Role::OrganizationAdmin, clinic())).unwrap();
        let clerk = story.give(Some(manager), story.role(2, Role::Clerk, trauma())).unwrap();
        assert_eq!(story.scope(2, Action::ReadDay).unwrap().places().next(), Some(&trauma()));

        let refused = |by: usize, new: NewGrant| story.give(Some(by), new).unwrap_err();
        assert_eq!(refused(manager, story.role(2, Role::Clerk, trauma())), "E-ROLE-08");
        assert_eq!(refused(manager, story.role(manager, Role::Clerk, trauma())), "E-ROLE-06");
        let elsewhere = Place::Site("tomsk-mfc-main".into());
        assert_eq!(refused(manager, story.role(3, Role::Clerk, elsewhere)), "E-ROLE-07");
        for by in [manager, boss] {
            let part = story.role(3, Role::Controller, clinic());
            assert_eq!(
                refused(by, part),
                "E-FORM-00 role:E-ROLE-21",
                "all of the portal or nothing"
            );
        }
        let whole = story.role(3, Role::Controller, Place::Portal);
        assert_eq!(refused(manager, whole), "E-ROLE-07");
        assert_eq!(refused(boss, story.role(3, Role::Clerk, clinic())), "E-FORM-00 role:E-ROLE-04");
        let no_centre = story.role(3, Role::ServiceCentre, trauma());
        assert_eq!(refused(boss, no_centre), "E-FORM-00 place:E-ROLE-20");
        let calendar = Place::Resource("tomsk-clinic-zaton-01".into());
        let no_centre = story.role(3, Role::ServiceCentre, calendar);
        assert_eq!(refused(boss, no_centre), "E-FORM-00 place:E-ROLE-20");
        let nowhere = Place::Site("none".into());
        assert_eq!(refused(boss, story.role(3, Role::Clerk, nowhere)), "E-FORM-00 place:E-ROLE-05");
        let guest = story.role(3, Role::Verified, Place::Portal);
        assert_eq!(refused(boss, guest), "E-FORM-00 role:E-ROLE-04");
        let over = NewGrant {
            until: NOW.plus(-1),
            reason: " ".into(),
            ..story.role(3, Role::Clerk, trauma())
        };
        assert_eq!(refused(boss, over), "E-FORM-00 until:E-ROLE-12 reason:E-FORM-01");
        assert_eq!(refused(2, story.role(3, Role::Clerk, trauma())), "NoRole");

        // What was taken away is gone with the next request, and the history keeps it.
        story.take(Some(manager), &clerk).unwrap();
        assert_eq!(story.scope(2, Action::ReadDay), Err(Why::NoRole));
        assert_eq!(story.take(Some(manager), &clerk).unwrap_err(), "E-ROLE-02");
        let (scope, offices) = (story.scope(boss, Action::ReadStaff).unwrap(), &story.city.offices);
        let offices = offices.clone();
        let told = db.read_wait(move |tx| read::member(tx, (&scope, &offices), &clerk)).unwrap();
        let events = told.unwrap().1;
        assert_eq!(events.iter().map(|x| &*x.event).collect::<Vec<_>>(), ["granted", "revoked"]);
        assert!(events.iter().all(|x| x.actor == format!("account:{}", story.people[manager])));
        story.give(Some(manager), story.role(2, Role::Clerk, trauma())).unwrap();
    });
}

#[test]
fn nobody_gives_a_role_for_longer_than_they_have_theirs() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let story = Story::begin(&db);
        let until = NOW.plus(10 * Instant::DAY);
        let manager = NewGrant { until, ..story.role(1, Role::OrganizationAdmin, clinic()) };
        story.give(None, manager.clone()).unwrap();
        let open = story.role(2, Role::Clerk, trauma());
        assert_eq!(story.give(Some(1), open.clone()).unwrap_err(), "E-ROLE-07");
        story.give(Some(1), NewGrant { until, ..open.clone() }).unwrap();
        story.clock.advance(11 * Instant::DAY);
        assert_eq!(story.give(Some(1), open).unwrap_err(), "NoRole", "the term is over");
        // What is over makes room for the same role again.
        let again = NewGrant { from: story.clock.now(), until: Instant::NEVER, ..manager };
        story.give(None, again).unwrap();
        assert!(story.scope(1, Action::GrantRole).is_ok());
    });
}

#[test]
fn the_last_administrator_stays_even_when_two_take_each_other_away() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let story = Story::begin(&db);
        let first = story.give(None, story.role(0, Role::PortalAdmin, Place::Portal)).unwrap();
        assert_eq!(story.take(Some(0), &first).unwrap_err(), "E-ROLE-09");
        assert_eq!(story.take(None, &first).unwrap_err(), "E-ROLE-09");
        // One with an end does not count: the portal would be without an administrator some day.
        let until = NOW.plus(Instant::DAY);
        let guest = NewGrant { until, ..story.role(1, Role::PortalAdmin, Place::Portal) };
        story.give(Some(0), guest).unwrap();
        assert_eq!(story.take(Some(1), &first).unwrap_err(), "E-ROLE-09");

        let second = story.give(Some(0), story.role(2, Role::PortalAdmin, Place::Portal)).unwrap();
        let outcomes = std::thread::scope(|scope| {
            let one = scope.spawn(|| story.take(Some(0), &second));
            let other = scope.spawn(|| story.take(Some(2), &first));
            [one.join().unwrap(), other.join().unwrap()]
        });
        assert_eq!(outcomes.iter().filter(|x| x.is_ok()).count(), 1, "{outcomes:?}");
        let now = story.clock.now();
        assert!(db.write_wait(move |tx| administrator_exists(tx, now)).unwrap());
    });
}

pub(super) fn terms(offices: &Offices) -> Terms<'_> {
    static SECRETS: std::sync::LazyLock<Secrets> =
        std::sync::LazyLock::new(|| Secrets::new([7; 32]));
    Terms { offices, secrets: &SECRETS, four_eyes: true }
}

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

#[test]
fn more_than_fifty_cards_in_an_hour_call_those_who_watch() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let story = Story::begin(&db);
        let (boss, clerk) = (0, 1);
        story.give(None, story.role(boss, Role::PortalAdmin, Place::Portal)).unwrap();
        let by = story.give(None, story.role(clerk, Role::Clerk, trauma())).unwrap();
        let opened = |card: i64| {
            let me = story.people[clerk].clone();
            let scope = story.scope(clerk, Action::OpenVisitor).unwrap();
            let cx = story.cx(Actor::Account(me.clone()));
            let wish = Look {
                looker: me,
                booking: Id::from(format!("booking{card}").as_str()),
                account: story.people[3].clone(),
                by: scope.grants().find(|x| x.id == by).unwrap().clone(),
                reason: "visit".into(),
            };
            db.write_wait(move |tx| look(tx, &cx, &scope, &wish)).unwrap();
            story.clock.advance(Instant::SECOND);
        };
        let alarmed = || {
            let scope = story.scope(boss, Action::WatchAlarms).unwrap();
            db.read_wait(move |tx| alarms(tx, &scope)).unwrap()
        };
        // The same card again and again is one card.
        (0..CARDS).chain(0..CARDS).for_each(&opened);
        assert_eq!(alarmed(), []);
        (CARDS..CARDS + 5).for_each(&opened);
        let found = alarmed();
        assert_eq!((found.len(), found[0].count), (1, CARDS + 1), "once");
        assert_eq!(found[0].account, story.people[clerk]);
        let letters = db.read_wait(testkit::letters).unwrap();
        let told: Vec<_> = letters.iter().filter(|x| x.0 == "staff-alarm").collect();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].1["account"], story.people[boss].as_str());
        assert!(!told[0].1.to_string().contains("Иванова"), "no name travels");

        let scope = story.scope(boss, Action::WatchAlarms).unwrap();
        let (cx, me, id) = (
            story.cx(Actor::Account(story.people[boss].clone())),
            story.people[boss].clone(),
            found[0].id.clone(),
        );
        let see = move |tx: &mut base::Tx<'_>| saw(tx, &cx, (&scope, &me), &id);
        db.write_wait(see.clone()).unwrap();
        assert_eq!(db.write_wait(see).unwrap_err().code(), Some("E-ROLE-17"));
        assert!(alarmed()[0].seen_at.is_some());
        assert_eq!(story.scope(clerk, Action::WatchAlarms), Err(Why::NoRole));
        // The next hour is counted anew.
        story.clock.advance(2 * Instant::HOUR);
        (200..200 + CARDS).for_each(&opened);
        assert_eq!(alarmed().len(), 1);
        opened(300);
        assert_eq!(alarmed().len(), 2);
    });
}
