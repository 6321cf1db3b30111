//! The engine by itself: pure.

use super::table::{Reach, reach};
use super::*;

fn grant_of(role: Role, place: Place) -> Grant {
    Grant { id: "g".into(), role, place, from: NOW, until: Instant::NEVER }
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
