//! The trail on both engines: what stands in it, who reads it, what goes.

use base::idem::{self, Key};
use base::{
    Actor, Chance, Channel, Clock, Cx, Db, Id, Instant, Kind as Refused, Refusal, Tx, args,
};

use super::read::{self, Entry, Filter, Whose, page};
use super::*;
use crate::access::{self, Action, Grant, Place, Proof, Role, Scope, Subject, Verdict};
use crate::accounts::Level;
use crate::offices::Offices;

const NOW: Instant = Instant(1_796_104_800_000_000);

/// The demo's offices, and people with roles that nobody had to give.
struct Story {
    db: Db,
    clock: Clock,
    offices: Offices,
}

impl Story {
    fn begin(db: Db) -> Self {
        crate::demo::seed(&db, jiff::civil::date(2026, 12, 1), |_, _| Ok(())).unwrap();
        let offices = crate::city::City::load(&db).unwrap().offices;
        Self { db, clock: Clock::fixed(NOW), offices }
    }

    fn cx(&self, who: &str) -> Cx {
        let (actor, channel) = match who {
            "engineer" => (Actor::Engineer, Channel::Cli),
            id => (Actor::Account(id.into()), Channel::Web),
        };
        Cx::new(&self.clock, &Chance::os(), actor, channel)
    }

    /// One of the staff, or the engineer, does something; gives the operation's id.
    fn does(&self, who: &str, by: &[(Role, Place)], action: Action) -> Id {
        self.clock.advance(Instant::SECOND);
        let (cx, offices) = (self.cx(who), self.offices.clone());
        let (op, scope) = (cx.op.clone(), (who != "engineer").then(|| scope(by, action)));
        let done = Done::to(Kind::Booking, "b1");
        let act = move |tx: &mut Tx<'_>| match &scope {
            Some(scope) => by_staff(tx, &cx, (scope, &offices), &done),
            None => by_engineer(tx, &cx, Deed::Act(action), &done),
        };
        self.db.write_wait(act).unwrap();
        op
    }

    fn read(&self, by: &[(Role, Place)], filter: &Filter) -> Vec<Entry> {
        self.read_from(by, filter, (None, 100))
    }

    fn read_from(
        &self,
        by: &[(Role, Place)],
        filter: &Filter,
        (before, limit): (Option<Id>, usize),
    ) -> Vec<Entry> {
        let (scope, filter) = (scope(by, Action::ReadTrail), filter.clone());
        let read = move |tx: &mut Tx<'_>| page(tx, &scope, &filter, (before.as_ref(), limit));
        self.db.read_wait(read).unwrap()
    }
}

fn scope(by: &[(Role, Place)], action: Action) -> Scope {
    let grant = |(n, (role, place)): (usize, &(Role, Place))| Grant {
        id: format!("g{n}").into(),
        role: *role,
        place: place.clone(),
        from: Instant(0),
        until: Instant::NEVER,
    };
    let grants: Vec<Grant> = by.iter().enumerate().map(grant).collect();
    let me = Id::from("me");
    let proof = Proof { bearer: false, proved_at: Some(NOW), strong: true };
    let account = Some((&me, Level::Simplified));
    let who = Subject { account, grants: &grants, proof, demo: false };
    match access::may(&who, action, None, NOW) {
        Verdict::Allow(scope) => scope,
        other => panic!("{other:?}"),
    }
}

fn ops(entries: &[Entry]) -> Vec<Id> {
    entries.iter().map(|x| x.op.clone()).collect()
}

const BOSS: [(Role, Place); 1] = [(Role::PortalAdmin, Place::Portal)];

fn clinic() -> [(Role, Place); 1] {
    [(Role::OrganizationAdmin, Place::Organization("tomsk-clinic".into()))]
}

fn at_site(site: &str) -> [(Role, Place); 1] {
    [(Role::Clerk, Place::Site(site.into()))]
}

#[test]
fn codes_are_distinct_and_are_read_back() {
    let codes: std::collections::BTreeSet<_> = Deed::all().map(Deed::as_str).collect();
    assert_eq!(codes.len(), Deed::all().count());
    assert!(Deed::all().all(|x| Deed::parse(x.as_str()) == Some(x)));
    assert!(Command::ALL.iter().all(|x| Action::parse(x.as_str()).is_none()));
    assert!(Step::ALL.iter().all(|x| Step::parse(x.as_str()) == Some(*x)));
    assert!(Kind::ALL.iter().all(|x| Kind::parse(x.as_str()) == Some(*x)));
}

#[test]
fn an_operation_has_one_entry_which_is_there_when_the_operation_is() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let story = Story::begin(db);
        let op = story.does("vera", &at_site("tomsk-clinic-trauma"), Action::OpenVisitor);
        let all = story.read(&BOSS, &Filter::default());
        assert_eq!(ops(&all), std::slice::from_ref(&op));
        let place = Place::Site("tomsk-clinic-trauma".into());
        assert_eq!(all[0].by, Some(("clerk".to_owned(), place.clone())));
        assert_eq!(all[0].object, Some(("booking".to_owned(), "b1".to_owned())));
        assert_eq!((&*all[0].action, &*all[0].channel), ("open_visitor", "web"));

        // Rolled back with its operation; nothing for what did nothing; never two.
        let note = |cx: &Cx, done: Done, fails: bool| {
            let (cx, offices) = (cx.clone(), story.offices.clone());
            let scope = scope(&at_site("tomsk-clinic-trauma"), Action::OpenVisitor);
            story.db.write_wait(move |tx| {
                by_staff(tx, &cx, (&scope, &offices), &done)?;
                match fails {
                    true => Err(Refusal::new(Refused::Conflict, "E-STA-01").into()),
                    false => Ok(()),
                }
            })
        };
        let cx = story.cx("vera");
        assert!(note(&cx, Done::something(), true).is_err());
        note(&cx, Done::nothing(), false).unwrap();
        assert_eq!(story.read(&BOSS, &Filter::default()).len(), 1);
        note(&cx, Done::something(), false).unwrap();
        assert!(note(&cx, Done::something(), false).is_err(), "an operation has one entry");
        assert_eq!(story.read(&BOSS, &Filter::default()).len(), 2);

        // Nobody notes what their scope does not hold, nor without an account.
        let other = Done::something().by(Role::PortalAdmin, &Place::Portal);
        assert_eq!(note(&story.cx("vera"), other, false).unwrap_err().code(), Some("E-ROLE-01"));
        assert!(note(&story.cx("engineer"), Done::something(), false).is_err());
        let clerk = story.cx("vera");
        let web = move |tx: &mut Tx<'_>| {
            let deed = Deed::Command(Command::SetLevel);
            by_engineer(tx, &clerk, deed, &Done::something())
        };
        assert!(story.db.write_wait(web).is_err());
    });
}

#[test]
fn a_form_that_comes_twice_under_its_key_leaves_one_entry() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let story = Story::begin(db);
        for _ in 0..2 {
            let (cx, offices) = (story.cx("vera"), story.offices.clone());
            let scope = scope(&BOSS, Action::GrantRole);
            let act = move |tx: &mut Tx<'_>| {
                idem::once(tx, &cx, &Key::new("k", &["grant"]), |tx| {
                    by_staff(tx, &cx, (&scope, &offices), &Done::something())
                })
            };
            story.db.write_wait(act).unwrap();
        }
        assert_eq!(story.read(&BOSS, &Filter::default()).len(), 1);
    });
}

#[test]
fn an_administrator_reads_what_was_done_within_their_reach() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let story = Story::begin(db);
        let site = Id::from("tomsk-clinic-trauma");
        let calendar = story.offices.resources_of(&site).map(|x| x.id.clone()).next().unwrap();
        let doctor = [(Role::Specialist, Place::Resource(calendar.clone()))];
        let trauma = story.does("vera", &at_site("tomsk-clinic-trauma"), Action::OpenVisitor);
        let own = story.does("doctor", &doctor, Action::OpenVisitor);
        let main = story.does("olga", &at_site("tomsk-clinic-main"), Action::OpenVisitor);
        let mfc = story.does("inna", &at_site("tomsk-mfc-main"), Action::OpenVisitor);
        let boss = story.does("boss", &BOSS, Action::RevokeRole);
        let cli = story.does("engineer", &[], Action::RevokeRole);
        let sees = |by: &[(Role, Place)]| ops(&story.read(by, &Filter::default()));
        let all = [&cli, &boss, &mfc, &main, &own, &trauma].map(Clone::clone);
        assert_eq!(sees(&BOSS), all);
        assert_eq!(sees(&[(Role::Controller, Place::Portal)]), all);
        assert_eq!(sees(&clinic()), [&main, &own, &trauma].map(Clone::clone));
        let of_site = (Role::OrganizationAdmin, Place::Site("tomsk-clinic-trauma".into()));
        assert_eq!(sees(std::slice::from_ref(&of_site)), [own.clone(), trauma.clone()]);
        let of_calendar = (Role::OrganizationAdmin, Place::Resource(calendar));
        assert_eq!(sees(&[of_calendar]), std::slice::from_ref(&own));
        // Two grants that overlap double nothing.
        let mfc_too = (Role::OrganizationAdmin, Place::Organization("tomsk-mfc".into()));
        let both = [clinic()[0].clone(), of_site, mfc_too];
        assert_eq!(sees(&both), [&mfc, &main, &own, &trauma].map(Clone::clone));
        // A filter reaches no further.
        for filter in [
            Filter { op: Some(mfc.clone()), ..Filter::default() },
            Filter { whose: Some(Whose::Account("inna".into())), ..Filter::default() },
            Filter { whose: Some(Whose::Engineer), ..Filter::default() },
        ] {
            assert_eq!(story.read(&BOSS, &filter).len(), 1);
            assert!(story.read(&clinic(), &filter).is_empty(), "{filter:?}");
        }
        let wrong = scope(&BOSS, Action::ReadStaff);
        let read = move |tx: &mut Tx<'_>| page(tx, &wrong, &Filter::default(), (None, 9));
        assert_eq!(story.db.read_wait(read).unwrap_err().code(), Some("E-ROLE-01"));
    });
}

#[test]
fn filters_narrow_and_pages_lose_and_double_nothing_while_others_work() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let story = Story::begin(db);
        let trauma = at_site("tomsk-clinic-trauma");
        let mut done = Vec::new();
        for n in 0..25 {
            let (who, action) = match n % 5 {
                0 => ("olga", Action::CheckMandate),
                _ => ("vera", Action::OpenVisitor),
            };
            done.push(story.does(who, &trauma, action));
        }
        done.reverse();
        let noon = story.clock.now();
        let (mut seen, mut before) = (Vec::new(), None);
        for _ in 0..20 {
            let page = story.read_from(&clinic(), &Filter::default(), (before.clone(), 4));
            let Some(last) = page.last() else { break };
            before = Some(last.id.clone());
            seen.extend(ops(&page));
            story.does("inna", &trauma, Action::OpenVisitor);
        }
        assert_eq!(seen, done, "each of what was there once, in order");

        let of = |filter: Filter| story.read(&clinic(), &filter);
        let whose = Some(Whose::Account("olga".into()));
        assert_eq!(of(Filter { whose: whose.clone(), ..Filter::default() }).len(), 5);
        let deed = Some(Deed::Act(Action::CheckMandate));
        assert_eq!(of(Filter { deed, ..Filter::default() }).len(), 5);
        assert_eq!(story.read(&BOSS, &Filter { deed, ..Filter::default() }).len(), 5);
        let other = Some(Deed::Act(Action::OpenVisitor));
        assert!(of(Filter { whose, deed: other, ..Filter::default() }).is_empty());
        let op = Some(done[3].clone());
        assert_eq!(ops(&of(Filter { op, ..Filter::default() })), [done[3].clone()]);
        let next = noon.plus(1_000);
        assert_eq!(of(Filter { until: Some(next), ..Filter::default() }).len(), 25);
        assert_eq!(of(Filter { from: Some(next), ..Filter::default() }).len(), 7);
        let nothing = Filter { from: Some(next), until: Some(next), ..Filter::default() };
        assert!(of(nothing).is_empty());
    });
}

#[test]
fn old_entries_go_in_portions_and_the_rest_stays() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let story = Story::begin(db);
        for n in 0..3 {
            story.clock.advance(n * Instant::DAY);
            story.does("vera", &at_site("tomsk-clinic-trauma"), Action::OpenVisitor);
        }
        let kept = story.read(&BOSS, &Filter::default())[0].clone();
        let until = kept.at.plus(-Instant::DAY);
        let sweep = move |tx: &mut Tx<'_>| sweep(tx, until);
        assert_eq!(story.db.write_wait(sweep).unwrap(), 2);
        assert_eq!(story.db.write_wait(sweep).unwrap(), 0);
        assert_eq!(story.read(&BOSS, &Filter::default()), [kept]);
        let many = |tx: &mut Tx<'_>| {
            tx.exec(
                "INSERT INTO staff_trail (id, at, op_id, action, step, channel)
                 WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
                 SELECT '0000' || CAST(i AS TEXT), 1, 'op' || CAST(i AS TEXT), 'open_visitor', '',
                        'web' FROM n",
                args![],
            )?;
            Ok(())
        };
        story.db.write_wait(many).unwrap();
        let rounds = [(); 4].map(|()| story.db.write_wait(sweep).unwrap());
        assert_eq!(rounds, [500, 500, 200, 0]);
    });
}

#[test]
fn a_change_or_a_look_without_its_entry_is_found() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let story = Story::begin(db.clone());
        let found = |db: &Db| {
            let all = db.read_wait(verify).unwrap();
            all.into_iter().map(|x| x.id).collect::<Vec<_>>()
        };
        let cx = story.cx("vera");
        let (op, looker) = (cx.op.clone(), cx.clone());
        let look =
            move |tx: &mut Tx<'_>| crate::privacy::looked(tx, &looker, &"anna".into(), "visitor");
        db.write_wait(look).unwrap();
        assert_eq!(found(&db), [op.to_string()]);
        let (offices, scope) =
            (story.offices.clone(), scope(&at_site("tomsk-clinic-trauma"), Action::OpenVisitor));
        let note = move |tx: &mut Tx<'_>| by_staff(tx, &cx, (&scope, &offices), &Done::something());
        db.write_wait(note).unwrap();
        assert!(found(&db).is_empty());

        // What was let go by its age is not missed.
        let now = story.clock.now();
        let old = move |tx: &mut Tx<'_>| sweep(tx, now.plus(Instant::DAY));
        assert_eq!(db.write_wait(old).unwrap(), 1);
        assert!(found(&db).is_empty());
    });
}

#[test]
fn what_somebody_of_the_staff_did_is_in_their_copy() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let story = Story::begin(db.clone());
        let cx = story.cx("engineer");
        let anna = db.write_wait(move |tx| crate::accounts::tests::anna(tx, &cx)).unwrap();
        let op = story.does(&anna, &at_site("tomsk-clinic-trauma"), Action::OpenVisitor);
        story.does("vera", &at_site("tomsk-clinic-trauma"), Action::OpenVisitor);
        let parts = db.read_wait(move |tx| crate::privacy::export(tx, &anna)).unwrap();
        let own = parts.iter().find(|x| x.name == "trail").unwrap().json();
        assert_eq!(own.as_array().unwrap().len(), 1, "{own}");
        assert_eq!((&own[0]["op"], &own[0]["did"]), (&op.as_str().into(), &"open_visitor".into()));
    });
}

#[test]
fn every_question_to_the_trail_goes_by_an_index() {
    let queries = [
        read::ALL,
        read::BY_OP,
        read::BY_ACCOUNT,
        read::BY_ENGINEER,
        read::BY_ACTION,
        read::BY_ORGANIZATION,
        read::BY_SITE,
        read::BY_CALENDAR,
    ];
    testkit::each_engine(crate::MIGRATIONS, |db| {
        for sql in queries {
            let plan = db.write_wait(move |tx| {
                let values = args!["z", "", "x", "x", false, "x", "x", "x", "x", 51_i64];
                let how = if tx.is_postgres() { "EXPLAIN " } else { "EXPLAIN QUERY PLAN " };
                let column = if tx.is_postgres() { 0 } else { 3 };
                if tx.is_postgres() {
                    tx.exec("SET LOCAL enable_seqscan = off", args![])?;
                }
                let asked: &'static str = Box::leak(format!("{how}{sql}").into_boxed_str());
                Ok(tx.all(asked, values, |r| r.get::<String>(column))?.join("\n"))
            });
            let plan = plan.unwrap();
            let whole = plan.contains("Seq Scan") || plan.contains("SCAN staff_trail");
            assert!(!whole && plan.to_lowercase().contains("index"), "{sql}\n{plan}");
            assert!(!plan.contains("Sort") && !plan.contains("TEMP B-TREE"), "{sql}\n{plan}");
        }
    });
}
