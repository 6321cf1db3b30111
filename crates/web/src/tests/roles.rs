//! The table of roles, cell by cell: every role × every row of the table of routes × whose thing it
//! is, asked over HTTP; and the document that shows the table.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use base::{Actor, Channel, Cx, Id, Instant};
use rooms::access::table::{Reach, reach, roles_of};
use rooms::access::{self, By, NewGrant, Place, PlaceKind, Role, Spot};
use rooms::accounts::{self, Level};
use rooms::booking;
use serde_json::json;

use super::{api, booking as pages};
use crate::testing::{self, Client, Page};
use crate::{Action, App, Rate, Route, all_routes};

/// What is known of strangers, and must be found in no answer that is not for them.
const SURNAME: &str = "Канарейкина";
const NAME: &str = "Пеструшка";
/// Colleagues: two of the body that most of the story's staff work for, two of elsewhere.
const NEAR: &str = "Близкова";
const FAR: &str = "Дальнева";
const PHONES: [&str; 4] = ["79990001101", "79990001102", "79990001103", "79990001104"];

#[test]
fn every_action_is_named_by_a_route() {
    let named: BTreeSet<Action> = all_routes().iter().map(|x| x.action).collect();
    let idle: Vec<_> = Action::ALL.iter().filter(|x| !named.contains(x)).collect();
    assert!(idle.is_empty(), "no route does these: {idle:?}");
}

#[test]
fn every_role_has_a_name_in_both_languages() {
    let texts = texts::Texts::load().unwrap();
    for (role, lang) in Role::ALL.iter().flat_map(|x| texts::Lang::ALL.map(|lang| (x, lang))) {
        assert!(texts.has(lang, &format!("role-{}", role.as_str())), "{role:?} in {lang:?}");
    }
}

#[test]
fn the_committed_table_of_roles_is_fresh() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/develop/roles.md");
    let fresh = document();
    #[allow(clippy::disallowed_methods, reason = "a test is told to renew its snapshot")]
    let bless = std::env::var_os("OKNO_BLESS").is_some();
    if bless {
        std::fs::write(&path, &fresh).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == fresh, "run with OKNO_BLESS=1 and look at the difference");
}

const HEAD: &str = "\
# Roles and what they may do

Made from the code by `OKNO_BLESS=1 cargo test -p web roles`; a test fails when it is old. The table
itself stands in `crates/rooms/src/access/table.rs`, the engine that reads it in `engine.rs` beside it.

What no cell allows is forbidden. People of the staff are citizens, too: for their own bookings they
need no right of their role. `own` of the staff means one's own calendar. A grant reaches the place it
was given for, or nothing when that place is wider than the cell says. `any` of the staff counts for a
grant of the whole portal alone: a role that can be granted for the portal is granted for nothing less,
and one that was gives nothing. Who gives a role gives none that is wider, higher or longer than their
own, and none to themselves.
";

/// Roles, table, routes.
fn document() -> String {
    let mut text = format!("{HEAD}\n## Roles\n\n| Role | Who | Granted for |\n|---|---|---|\n");
    for role in Role::ALL {
        let kinds = PlaceKind::ALL.into_iter().filter(|x| role.fits(*x)).map(PlaceKind::as_str);
        let kinds = kinds.collect::<Vec<_>>().join(", ");
        writeln!(text, "| `{}` | {} | {kinds} |", role.as_str(), role.says()).unwrap();
    }
    let columns: Vec<Role> = Role::ALL.iter().copied().filter(has_any).collect();
    let without: Vec<_> = Role::ALL.iter().filter(|x| !has_any(x)).map(|x| x.as_str()).collect();
    let names: Vec<_> = columns.iter().map(|x| x.as_str()).collect();
    write!(text, "\n## Roles × operations\n\n| Operation | {} |\n", names.join(" | ")).unwrap();
    writeln!(text, "|---|{}", "---|".repeat(columns.len())).unwrap();
    for action in Action::ALL {
        let cells: Vec<_> = columns.iter().map(|x| reach(*x, *action).as_str()).collect();
        writeln!(text, "| `{}` | {} |", action.as_str(), cells.join(" | ")).unwrap();
    }
    let none = without.join("`, `");
    write!(text, "\nNo operation of today is for `{none}`.\n\n## Operations and routes\n\n")
        .unwrap();
    text.push_str("| Operation | What | Routes |\n|---|---|---|\n");
    let mut routes: BTreeMap<Action, Vec<String>> = BTreeMap::new();
    for route in all_routes() {
        let named = format!("`{} {}`", route.method, route.path);
        routes.entry(route.action).or_default().push(named);
    }
    for action in Action::ALL {
        let named = routes.remove(action).unwrap_or_default().join("<br>");
        writeln!(text, "| `{}` | {} | {named} |", action.as_str(), action.says()).unwrap();
    }
    text
}

fn has_any(role: &Role) -> bool {
    Action::ALL.iter().any(|x| roles_of(*x).contains(role))
}

/// Whose thing is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Whose {
    /// A booking of one's own.
    Own,
    /// Another person's, in the calendar of whoever asks.
    OwnCalendar,
    /// Another person's, at the same site.
    SameOffice,
    /// Another person's, with another body.
    OtherOffice,
    /// Another person's that is no visit yet.
    OtherPerson,
}

const STRANGERS: [Whose; 4] =
    [Whose::OwnCalendar, Whose::SameOffice, Whose::OtherOffice, Whose::OtherPerson];

const CALENDAR: &str = "tomsk-admin-main-02";
const SITE: &str = "tomsk-admin-main";
const BODY: &str = "tomsk-admin";

/// Everybody of the story.
struct World {
    app: Arc<App>,
    /// Bookings of strangers.
    bookings: BTreeMap<Whose, Id>,
    /// Grants of strangers.
    grants: BTreeMap<Whose, Id>,
    /// Numbers and codes of the strangers' bookings.
    secrets: Vec<String>,
}

impl World {
    async fn begin(app: &Arc<App>) -> Self {
        let mut world = Self {
            app: app.clone(),
            bookings: BTreeMap::new(),
            grants: BTreeMap::new(),
            secrets: Vec::new(),
        };
        let places = [
            ("deputy-reception", CALENDAR, Place::Resource(CALENDAR.into())),
            ("head-reception", "tomsk-admin-main-01", Place::Site(SITE.into())),
            ("mfc-visit", "tomsk-mfc-main-01", Place::Site("tomsk-mfc-main".into())),
            ("deputy-reception", CALENDAR, Place::Portal),
        ];
        for (n, (whose, (service, resource, place))) in
            STRANGERS.into_iter().zip(places).enumerate()
        {
            let stranger = person(app, PHONES[n], (SURNAME, NAME)).await;
            let visit = whose != Whose::OtherPerson;
            let id = booked(app, &stranger, (service, resource), visit).await;
            world.bookings.insert(whose, id);
            let role = match place.kind() {
                PlaceKind::Resource => Role::Official,
                PlaceKind::Portal => Role::Editor,
                _ => Role::Clerk,
            };
            let surname = if n < 2 { NEAR } else { FAR };
            let colleague = person(app, &format!("7922000000{n}"), (surname, "Анна")).await;
            world.grants.insert(whose, given(app, &colleague, role, place).await);
        }
        for row in world.stored().await {
            world.secrets.extend(row.number.into_iter().chain(row.code));
        }
        assert_eq!(world.secrets.len(), 6);
        world
    }

    /// The strangers' bookings as they are now.
    async fn stored(&self) -> Vec<booking::Booking> {
        let ids: Vec<Id> = self.bookings.values().cloned().collect();
        let read = move |tx: &mut base::Tx<'_>| {
            let find = |tx: &mut base::Tx<'_>, id: &Id| {
                let sql = "SELECT account_id FROM booking WHERE id = $1";
                let account: Id = tx.one(sql, base::args![id], |r| r.get(0))?;
                booking::of_account(tx, &account, id)
            };
            ids.iter().map(|id| find(tx, id)).collect()
        };
        self.app.db.read(read).await.unwrap()
    }

    /// Of strangers nothing is told; of colleagues only to those who may read of that many.
    fn assert_silent(&self, page: &Page, cell: &str, staff: Reach) {
        let text = String::from_utf8_lossy(&page.body);
        let colleagues: &[&str] = match staff {
            Reach::Any => &[],
            Reach::Organization => &[FAR],
            _ => &[NEAR, FAR],
        };
        let known = [SURNAME, NAME].iter().chain(PHONES.iter()).chain(colleagues).copied();
        for secret in known.chain(self.secrets.iter().map(String::as_str)) {
            assert!(!text.contains(secret), "{cell} tells {secret}");
        }
    }
}

pub(super) async fn person(app: &App, phone: &str, (surname, given_name): (&str, &str)) -> Id {
    let name = |text: &str| accounts::PersonName::parse("name", text).unwrap();
    let new = accounts::NewAccount {
        surname: name(surname),
        name: name(given_name),
        patronymic: accounts::PersonName::parse_optional("patronymic", "").unwrap(),
        phone: accounts::Phone::parse("phone", &format!("+{phone}")).unwrap(),
        email: None,
        email_verified: false,
        password_hash: None,
        level: Level::Verified,
        lang: texts::Lang::Ru,
    };
    let cx = Cx::new(&app.clock, &app.chance, Actor::System, Channel::Cli);
    app.db.write(move |tx| accounts::add(tx, &cx, &new)).await.unwrap()
}

pub(super) async fn given(app: &App, account: &Id, role: Role, place: Place) -> Id {
    let cx = Cx::new(&app.clock, &app.chance, Actor::Engineer, Channel::Cli);
    let portal = app.portal();
    let new = NewGrant {
        account: account.clone(),
        role,
        place,
        from: cx.now,
        until: Instant::NEVER,
        reason: "order 1".into(),
    };
    let by = move |tx: &mut base::Tx<'_>| {
        access::grant(tx, &cx, (By::Engineer, &portal.city.offices), &new)
    };
    app.db.write(by).await.unwrap()
}

/// Books (or only holds) the next free time of `resource`.
pub(super) async fn booked(
    app: &Arc<App>,
    account: &Id,
    (service, resource): (&str, &str),
    visit: bool,
) -> Id {
    let mut client = api::program(app, account).await;
    let path = format!("/api/v1/slots?service={service}&resource={resource}&limit=1");
    let free = client.get(&path).await.json();
    let slot = &free["slots"][0];
    let wish = json!({ "service": service, "resource": resource, "start": slot["start"] });
    let held = api::post(&client, &format!("h{account}"), "/holds", &wish).await;
    assert_eq!(held.status, StatusCode::CREATED, "{}", held.text());
    let id = held.json()["id"].clone();
    if visit {
        let form = api::form_of(&mut client, service, &id).await;
        let done = api::post(&client, &format!("b{account}"), "/bookings", &form).await;
        assert_eq!(done.status, StatusCode::CREATED, "{}", done.text());
    }
    Id::from(id.as_str().unwrap())
}

/// Somebody with one role.
struct Actress {
    role: Role,
    place: Option<Place>,
    account: Option<Id>,
    own: Option<Id>,
}

/// The role is given at centres alone.
async fn becomes_a_centre(app: &Arc<App>) {
    let mut site = app.portal().city.offices.site(&SITE.into()).map(|x| (**x).clone()).unwrap();
    site.card.centre = true;
    app.db.write(move |tx| rooms::offices::save_site(tx, &site)).await.unwrap();
    let (other, db) = (app.clone(), app.db.clone());
    std::thread::spawn(move || other.memory.refresh(&db)).join().unwrap().unwrap();
}

impl Actress {
    async fn hired(world: &World, n: usize, role: Role) -> Self {
        if role == Role::Guest {
            return Self { role, place: None, account: None, own: None };
        }
        let app = &world.app;
        let phone = format!("7911000{n:04}");
        let account = person(app, &phone, ("Обычная", "Анна")).await;
        let own = booked(app, &account, ("deputy-reception", "tomsk-admin-main-04"), true).await;
        let place = match role.widest() {
            None => None,
            Some(PlaceKind::Resource) => Some(Place::Resource(CALENDAR.into())),
            Some(PlaceKind::Site) => Some(Place::Site(SITE.into())),
            Some(PlaceKind::Organization) => Some(Place::Organization(BODY.into())),
            Some(PlaceKind::Portal) => Some(Place::Portal),
        };
        if role == Role::ServiceCentre {
            becomes_a_centre(app).await;
        }
        if let Some(place) = &place {
            given(app, &account, role, place.clone()).await;
        }
        let level = match role {
            Role::Simplified => Level::Simplified,
            Role::Standard => Level::Standard,
            _ => Level::Verified,
        };
        let (cx, id) =
            (Cx::new(&app.clock, &app.chance, Actor::System, Channel::Cli), account.clone());
        app.db.write(move |tx| accounts::set_level(tx, &cx, &id, level, "test")).await.unwrap();
        Self { role, place, account: Some(account), own: Some(own) }
    }

    /// Somebody who was given a role of the whole portal for one place, when that was possible.
    async fn of_old(world: &World, n: usize, role: Role, place: Place) -> Self {
        let hired = Self::hired(world, n, role).await;
        let (account, at) = (hired.account.clone().unwrap(), place.clone());
        let narrow = move |tx: &mut base::Tx<'_>| {
            let sql = "UPDATE staff_grant SET place_kind = $2, place_id = $3 WHERE account_id = $1";
            Ok(tx.exec(sql, base::args![&account, at.kind().as_str(), at.id()])?)
        };
        assert_eq!(world.app.db.write(narrow).await.unwrap(), 1);
        Self { place: Some(place), ..hired }
    }

    /// A browser in which she has just signed in.
    async fn browser(&self, world: &World) -> Client {
        match &self.account {
            Some(account) => pages::browser(&world.app, account).await,
            None => Client::new(&world.app),
        }
    }

    /// How far the table lets her go: as the citizen she is, and by her role.
    fn reaches(&self, action: Action) -> (Reach, Reach) {
        let citizen = match (&self.account, self.role) {
            (None, _) => Role::Guest,
            (_, Role::Simplified | Role::Standard) => self.role,
            _ => Role::Verified,
        };
        let admitted = |x: &Place| reach(self.role, action).admits(x.kind());
        let granted = match self.place.as_ref().filter(|x| admitted(x)) {
            Some(_) => reach(self.role, action),
            None => Reach::Nothing,
        };
        (reach(citizen, action), granted)
    }
}

/// The address and body of a row, for a booking or a grant of somebody.
fn request(route: &Route, id: &str) -> (String, Body, &'static str) {
    let path = route.path.split('/').map(|part| match part.starts_with('{') {
        true => id,
        false => part,
    });
    let path = path.collect::<Vec<_>>().join("/");
    if route.method == Method::GET {
        return (path, Body::empty(), "");
    }
    if !path.starts_with("/api/") {
        let kind = "application/x-www-form-urlencoded";
        // Without a reason no role ends, so the next cells find it, too.
        let reason = if route.action == Action::RevokeRole { "" } else { "visit" };
        let fields = format!("reason={reason}&purpose=&start=none");
        return (path, Body::from(fields), kind);
    }
    let body = match route.path {
        "/api/v1/bookings" => json!({ "hold": id, "consent": true }),
        "/api/v1/bookings/{id}/reschedule" => {
            json!({ "resource": CALENDAR, "start": "2026-12-08T14:00:00+07:00" })
        }
        _ => json!({}),
    };
    (path, Body::from(body.to_string()), "application/json")
}

/// Whether a row is about a booking, or about a grant.
fn about(route: &Route) -> Option<bool> {
    let booking = ["/bookings/{id}", "/api/v1/holds/{id}", "/staff/bookings/{id}"];
    if booking.iter().any(|x| route.path.contains(x)) || is_confirmation(route) {
        return Some(true);
    }
    route.path.starts_with("/staff/people/{id}").then_some(false)
}

fn is_confirmation(route: &Route) -> bool {
    route.path == "/api/v1/bookings" && route.method == Method::POST
}

/// Asks for one cell and compares with the table.
async fn cell(world: &World, who: &Actress, route: &Route, whose: Whose) {
    let thing = match (about(route), whose) {
        (Some(true), Whose::Own) => who.own.clone(),
        (Some(true), whose) => world.bookings.get(&whose).cloned(),
        // Of grants there are only strangers'.
        (Some(false), whose) => world.grants.get(&whose).cloned(),
        (None, _) => Some(Id::from("x")),
    };
    let Some(thing) = thing else { return };
    let name = format!("{:?}: {} {} ({whose:?})", who.role, route.method, route.path);
    let (path, body, kind) = request(route, &thing);
    let mut client = who.browser(world).await;
    client.headers.insert("idempotency-key", format!("{:?}-{name}", who.role).replace(' ', "_"));
    let page = client.send(route.method.clone(), &path, body, kind).await;
    let (citizen, granted) = who.reaches(route.action);
    let staff = match route.action {
        Action::ReadStaff | Action::RevokeRole => granted,
        Action::ReadTrail | Action::ExportTrail => granted,
        _ => Reach::Nothing,
    };
    let api = path.starts_with("/api/");
    let to_signin = page.status == StatusCode::SEE_OTHER && page.location().starts_with("/signin?");
    let unknown = page.status == StatusCode::NOT_FOUND;

    if citizen == Reach::Nothing && granted == Reach::Nothing {
        match &who.account {
            None if api => assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{name}"),
            None => assert!(to_signin, "{name}: {}", page.status),
            Some(_) => {
                assert_eq!(page.status, StatusCode::FORBIDDEN, "{name}");
                assert!(page.text().contains("E-ROLE-01"), "{name}");
            }
        }
        return world.assert_silent(&page, &name, staff);
    }
    // A guest who chooses a time is led to the sign-in page by the handler, wish in hand; the pages of
    // the second factor lead to its beginning when nothing waits for one.
    let leads = matches!(route.action, Action::ChooseTime | Action::SignIn)
        || route.path == "/sso/ask/{id}/other";
    assert!(!to_signin || leads, "{name} was sent to sign in");
    // Sites prove by keys of their own who they are, whoever sits at the browser.
    let proves = route.action == Action::ServeSite;
    assert!(proves || page.status != StatusCode::UNAUTHORIZED, "{name}");
    assert!(!String::from_utf8_lossy(&page.body).contains("E-ROLE-01"), "{name}");
    assert!(page.status.as_u16() < 500, "{name}: {}", page.status);
    let Some(booking) = about(route) else { return world.assert_silent(&page, &name, staff) };

    let mine = whose == Whose::Own && citizen != Reach::Nothing;
    let reached = mine || covers(world, who, granted, (booking, whose));
    // Giving back a hold that is not one's own, or is gone, is no different from doing it twice.
    if route.action == Action::ReleaseHold && !mine && route.method == Method::DELETE {
        assert!(unknown || page.status == StatusCode::NO_CONTENT, "{name}: {}", page.status);
    } else {
        assert_eq!(!unknown, reached, "{name}: {} {}", page.status, page.head("location"));
    }
    world.assert_silent(&page, &name, staff);
}

/// Whether her role reaches the stranger's thing.
fn covers(world: &World, who: &Actress, granted: Reach, (booking, whose): (bool, Whose)) -> bool {
    let Some(place) = who.place.as_ref().filter(|_| granted != Reach::Nothing) else {
        return false;
    };
    let lies = match (booking, whose) {
        (true, Whose::OtherPerson) => return false,
        (false, Whose::OtherPerson) => Place::Portal,
        (_, Whose::OwnCalendar) => Place::Resource(CALENDAR.into()),
        (true, Whose::SameOffice) => Place::Resource("tomsk-admin-main-01".into()),
        (true, Whose::OtherOffice) => Place::Resource("tomsk-mfc-main-01".into()),
        (false, Whose::SameOffice) => Place::Site(SITE.into()),
        (false, Whose::OtherOffice) => Place::Site("tomsk-mfc-main".into()),
        // Her own booking lies at another calendar of her site.
        (_, Whose::Own) => Place::Resource("tomsk-admin-main-04".into()),
    };
    place.holds(&Spot::of(&world.app.portal().city.offices, &lies).unwrap())
}

#[test]
fn every_role_gets_what_the_table_says_of_every_route_and_nothing_of_others() {
    let (db, _dir) = testkit::sqlite(rooms::MIGRATIONS);
    pages::city(&db);
    let app = testing::app(db);
    testing::run(async {
        let world = World::begin(&app).await;
        let before = world.stored().await;
        let mut routes = all_routes();
        // The staff's first: afterwards her own booking is moved, cancelled and given back.
        routes.sort_by_key(|x| !x.path.starts_with("/staff"));
        let mut cells = 0;
        // A representative acts by a mandate, and there are none yet: nobody can be one.
        let roles = Role::ALL.iter().filter(|x| **x != Role::Representative);
        let mut cast = Vec::new();
        for (n, role) in roles.enumerate() {
            cast.push(Actress::hired(&world, n, *role).await);
        }
        let narrow = [
            (Role::PortalAdmin, Place::Resource(CALENDAR.into())),
            (Role::Support1, Place::Site(SITE.into())),
        ];
        for (n, (role, place)) in narrow.into_iter().enumerate() {
            let who = Actress::of_old(&world, Role::ALL.len() + n, role, place).await;
            assert!(Action::ALL.iter().all(|x| who.reaches(*x).1 == Reach::Nothing), "{role:?}");
            cast.push(who);
        }
        for who in &cast {
            for route in routes.iter().filter(|x| x.rate != Rate::Static) {
                let whose: &[Whose] = match about(route) {
                    Some(_) => &[
                        Whose::OwnCalendar,
                        Whose::SameOffice,
                        Whose::OtherOffice,
                        Whose::OtherPerson,
                        Whose::Own,
                    ],
                    None => &[Whose::Own],
                };
                for whose in whose {
                    cell(&world, who, route, *whose).await;
                    cells += 1;
                }
            }
        }
        assert!(cells > 2000, "only {cells} cells were asked for");
        assert_eq!(world.stored().await, before, "a stranger's booking was changed");
    });
}
