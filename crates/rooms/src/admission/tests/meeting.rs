//! Openings that share an offer and a day are refused, on both engines.

use base::{Db, Id, Instant, Outcome};
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use super::story::code;
use crate::MIGRATIONS;
use crate::admission::*;
use crate::booking::sample::{Town, at, town};

const DAYS: (Date, Date) = (date(2026, 12, 8), date(2026, 12, 9));

fn command(scope: Scope, days: (Date, Date)) -> Announce {
    Announce {
        series: None,
        service: "visit".into(),
        scope,
        zone: TimeZone::get("Asia/Tomsk").unwrap(),
        mode: Mode::Fifo,
        opens: at(7, 9, 0),
        lasts_minutes: 60,
        choose_minutes: 10,
        from: days.0,
        to: days.1,
    }
}

fn announced(db: &Db, town: &Town, command: &Announce) -> Outcome<Id> {
    let (cx, command) = (town.cx(&"engineer".into()), command.clone());
    db.write_wait(move |tx| announce(tx, &cx, &command)).map(Option::unwrap)
}

#[test]
fn an_opening_that_shares_an_offer_and_a_day_with_an_announced_one_is_refused() {
    testkit::each_engine(MIGRATIONS, |db| {
        let town = town(&db);
        let (desk, official) =
            (Scope::Resource(town.desk.clone()), Scope::Resource(town.official.clone()));
        let first = announced(&db, &town, &command(desk.clone(), DAYS)).unwrap();
        let scopes = [
            desk.clone(),
            Scope::Site("site".into()),
            Scope::Organization("org".into()),
            Scope::Service,
        ];
        let day = |n| date(2026, 12, n);
        for scope in scopes {
            for days in [DAYS, (day(9), day(12)), (day(1), day(8)), (day(1), day(30))] {
                for mode in [Mode::Fifo, Mode::Lottery] {
                    let next =
                        Announce { mode, opens: at(7, 11, 0), ..command(scope.clone(), days) };
                    let refused = announced(&db, &town, &next).unwrap_err();
                    let base::Error::Refusal(refused) = refused else { panic!("{refused}") };
                    assert_eq!(refused.code, "E-WAIT-06");
                    assert_eq!(refused.args, [("id", first.to_string())]);
                }
            }
            // A series whose release opens the same day is no exception.
            let of_series = Announce { series: Some("series".into()), ..command(scope, DAYS) };
            assert_eq!(code(announced(&db, &town, &of_series)), "E-WAIT-06");
        }
        // Another offer, other days, another service, another zone.
        let apart = [
            command(official, DAYS),
            command(desk.clone(), (day(10), day(11))),
            Announce { service: "other".into(), ..command(desk.clone(), DAYS) },
            Announce {
                zone: TimeZone::get("Europe/Moscow").unwrap(),
                ..command(desk.clone(), DAYS)
            },
        ];
        for one in &apart {
            announced(&db, &town, one).unwrap();
        }
        // The remedy: the first one is ended, or is over.
        let cx = town.cx(&"engineer".into());
        db.write_wait(move |tx| close(tx, &cx, &first)).unwrap();
        announced(&db, &town, &command(desk.clone(), DAYS)).unwrap();
        town.clock.advance(3 * Instant::HOUR);
        let later = Announce { opens: at(7, 12, 0), ..command(desk, DAYS) };
        announced(&db, &town, &later).unwrap();
    });
}

#[test]
fn a_release_that_was_closed_before_its_moment_stays_closed() {
    testkit::each_engine(MIGRATIONS, |db| {
        let town = town(&db);
        let day = date(2026, 12, 8);
        let plain = command(Scope::Resource(town.desk.clone()), (day, day));
        let series = Series {
            id: "".into(),
            service: plain.service.clone(),
            scope: plain.scope.clone(),
            mode: plain.mode,
            lasts_minutes: plain.lasts_minutes,
            choose_minutes: plain.choose_minutes,
        };
        let cx = town.cx(&"engineer".into());
        let series = db.write_wait(move |tx| guard(tx, &cx, &series)).unwrap();
        let release = Announce { series: Some(series), ..plain };
        let id = announced(&db, &town, &release).unwrap();
        let (cx, closing) = (town.cx(&"engineer".into()), id.clone());
        let closed = db.write_wait(move |tx| close(tx, &cx, &closing)).unwrap();
        let now = town.clock.now();
        assert_eq!((closed.ends, closed.phase(now)), (now, Phase::Over));
        let openings = db.read_wait(Openings::load).unwrap();
        let known = openings.get(&id).unwrap();
        assert_eq!((known.release, known.guard().lock(now)), (Some(release.opens), None));
        let cx = town.cx(&"engineer".into());
        let again = db.write_wait(move |tx| announce(tx, &cx, &release)).unwrap();
        assert_eq!(again, None, "the same release");
    });
}

#[test]
fn the_releases_of_a_service_are_opened_by_one_series() {
    testkit::each_engine(MIGRATIONS, |db| {
        let town = town(&db);
        let series = |scope: Scope, service: &str| {
            let cx = town.cx(&"engineer".into());
            let series = Series {
                id: Id::from(""),
                service: service.into(),
                scope,
                mode: Mode::Fifo,
                lasts_minutes: 60,
                choose_minutes: 10,
            };
            db.write_wait(move |tx| guard(tx, &cx, &series))
        };
        let first = series(Scope::Site("site".into()), "visit").unwrap();
        assert_eq!(code(series(Scope::Service, "visit")), "E-WAIT-07");
        assert_eq!(code(series(Scope::Resource(town.desk.clone()), "visit")), "E-WAIT-07");
        series(Scope::Site("another".into()), "visit").unwrap();
        series(Scope::Service, "other").unwrap();
        let cx = town.cx(&"engineer".into());
        assert!(db.write_wait(move |tx| unguard(tx, &cx, &first)).unwrap());
        series(Scope::Resource(town.desk.clone()), "visit").unwrap();
    });
}
