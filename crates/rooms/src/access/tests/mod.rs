//! The room's story on both engines.

mod by_contact;
mod engine;
mod invitations;

use base::{Actor, Chance, Channel, Clock, Cx, Db, Id, Instant};

use super::*;
use crate::accounts::tests::anna;
use crate::accounts::{Level, Secrets};
use crate::offices::Offices;

const NOW: Instant = Instant(1_796_104_800_000_000);

fn proved() -> Proof {
    Proof { bearer: false, proved_at: Some(NOW), strong: true }
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
                "E-FORM-00 place:E-ROLE-21",
                "all of the portal or nothing"
            );
        }
        let whole = story.role(3, Role::Controller, Place::Portal);
        assert_eq!(refused(manager, whole), "E-ROLE-07");
        assert_eq!(
            refused(boss, story.role(3, Role::Clerk, clinic())),
            "E-FORM-00 place:E-ROLE-04"
        );
        let no_centre = story.role(3, Role::ServiceCentre, trauma());
        assert_eq!(refused(boss, no_centre), "E-FORM-00 place:E-ROLE-20");
        let calendar = Place::Resource("tomsk-clinic-zaton-01".into());
        let no_centre = story.role(3, Role::ServiceCentre, calendar);
        assert_eq!(refused(boss, no_centre), "E-FORM-00 place:E-ROLE-20");
        let nowhere = Place::Site("none".into());
        assert_eq!(refused(boss, story.role(3, Role::Clerk, nowhere)), "E-FORM-00 place:E-ROLE-05");
        let guest = story.role(3, Role::Verified, Place::Portal);
        assert_eq!(refused(boss, guest), "E-FORM-00 place:E-ROLE-04");
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
