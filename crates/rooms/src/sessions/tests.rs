//! The room's story on both engines.

use base::{Actor, Chance, Channel, Clock, Cx, Id, Instant};

use super::*;
use crate::accounts::tests::anna;

#[test]
fn a_session_lives_while_it_is_used_and_ends_after_twelve_hours() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let clock = Clock::fixed(Instant::from_minutes(29_000_000));
        let cx = Cx::new(&clock, &Chance::seeded(1), Actor::System, Channel::Web);
        let account = db.write_wait(move |tx| anna(tx, &cx)).unwrap();
        let cx = Cx::new(&clock, &Chance::seeded(2), Actor::System, Channel::Web);
        let id = account.clone();
        let token = db.write_wait(move |tx| open(tx, &cx, &id, "Firefox", Kind::Browser)).unwrap();
        assert_eq!(token.len(), 64);
        let who = |token: &str| {
            let (now, token) = (clock.now(), token.to_owned());
            db.read_wait(move |tx| recognise(tx, &[Caller { now, token }])).unwrap().remove(0)
        };
        let used = |token: &str| {
            let (now, token) = (clock.now(), token.to_owned());
            db.write_wait(move |tx| touch(tx, now, &token)).unwrap()
        };
        let fresh = who(&token).unwrap();
        assert_eq!((fresh.name.reveal().as_str(), fresh.due_touch), ("Анна Соколова", false));
        assert_eq!(
            (fresh.account, fresh.level, fresh.bearer),
            (account.clone(), Level::Simplified, false)
        );
        assert_eq!(who("another"), None);

        clock.advance(29 * Instant::MINUTE);
        assert!(who(&token).unwrap().due_touch);
        let half_an_hour = Some(clock.now().plus(30 * Instant::MINUTE));
        assert_eq!((used(&token), used(&token)), (half_an_hour, None), "noted once");
        let lasts = who(&token).unwrap();
        assert_eq!(Some(lasts.until), half_an_hour);
        assert_eq!(lasts.last, fresh.last, "use prolongs nothing but the idle time");
        clock.advance(29 * Instant::MINUTE);
        assert!(who(&token).is_some());
        clock.advance(2 * Instant::MINUTE);
        assert_eq!(who(&token), None, "idle for 31 minutes");
        used(&token);
        assert_eq!(who(&token), None, "what is over stays over");

        let cx = Cx::new(&clock, &Chance::seeded(3), Actor::System, Channel::Web);
        let token = db.write_wait(move |tx| open(tx, &cx, &account, "", Kind::Browser)).unwrap();
        for _ in 0..35 {
            clock.advance(20 * Instant::MINUTE);
            used(&token);
        }
        let lasts = who(&token).expect("11 hours 40 minutes");
        assert_eq!((lasts.until, lasts.last), (lasts.last, clock.now().plus(20 * Instant::MINUTE)));
        clock.advance(20 * Instant::MINUTE);
        assert_eq!(who(&token), None, "12 hours");
        let now = clock.now();
        assert_eq!(db.write_wait(move |tx| sweep(tx, now)).unwrap(), 2);
    });
}

#[test]
fn a_bearer_lives_ninety_days_and_all_sessions_can_be_closed_at_once() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let clock = Clock::fixed(Instant::from_minutes(29_000_000));
        let cx = Cx::new(&clock, &Chance::seeded(1), Actor::Engineer, Channel::Cli);
        let (account, tokens): (Id, Vec<String>) = db
            .write_wait(move |tx| {
                let account = anna(tx, &cx)?;
                let tokens: Outcome<_> =
                    (0..3).map(|_| open(tx, &cx, &account, "script", Kind::Bearer)).collect();
                Ok((account, tokens?))
            })
            .unwrap();
        let alive = |token: &String| {
            let (now, token) = (clock.now(), token.clone());
            let who = db.read_wait(move |tx| recognise(tx, &[Caller { now, token }])).unwrap();
            who[0].as_ref().is_some_and(|x| x.bearer)
        };
        clock.advance(89 * Instant::DAY);
        assert!(tokens.iter().all(alive));
        let first = tokens[0].clone();
        db.write_wait(move |tx| close(tx, &first)).unwrap();
        assert_eq!(tokens.iter().map(alive).collect::<Vec<_>>(), [false, true, true]);
        assert_eq!(db.write_wait(move |tx| close_all(tx, &account)).unwrap(), 2);
        assert!(!tokens.iter().any(alive));
    });
}

#[test]
fn many_callers_are_recognised_at_once_each_by_their_own_token() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let clock = Clock::fixed(Instant::from_minutes(29_000_000));
        let cx = Cx::new(&clock, &Chance::seeded(4), Actor::System, Channel::Web);
        let (account, tokens): (Id, Vec<String>) = db
            .write_wait(move |tx| {
                let account = anna(tx, &cx)?;
                let mut tokens = Vec::new();
                for kind in [Kind::Browser, Kind::Bearer] {
                    tokens.push(open(tx, &cx, &account, "", kind)?);
                }
                Ok((account, tokens))
            })
            .unwrap();
        let door = door(&db).unwrap();
        let now = clock.now();
        let shown = ["nobody", &tokens[1], &tokens[0], &tokens[1]].repeat(20);
        let who: Vec<Option<SignedIn>> = std::thread::scope(|scope| {
            let ask = |token: &str| {
                let (door, token) = (door.clone(), token.to_owned());
                scope.spawn(move || door.ask_wait(Caller { now, token }).unwrap())
            };
            let all: Vec<_> = shown.into_iter().map(ask).collect();
            all.into_iter().map(|x| x.join().unwrap()).collect()
        });
        for four in who.chunks(4) {
            let bearers: Vec<_> = four.iter().map(|x| Some(x.as_ref()?.bearer)).collect();
            assert_eq!(bearers, [None, Some(true), Some(false), Some(true)]);
            assert!(four.iter().flatten().all(|x| x.account == account));
        }
    });
}

#[test]
fn a_workplace_closes_after_a_quarter_of_an_hour_also_one_that_was_open_before() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let clock = Clock::fixed(Instant::from_minutes(29_000_000));
        let cx = Cx::new(&clock, &Chance::seeded(1), Actor::System, Channel::Web);
        let account = db.write_wait(move |tx| anna(tx, &cx)).unwrap();
        let opened = |seed: u64, kind: Kind| {
            let cx = Cx::new(&clock, &Chance::seeded(seed), Actor::System, Channel::Web);
            let id = account.clone();
            db.write_wait(move |tx| open(tx, &cx, &id, "", kind)).unwrap()
        };
        let who = |token: &str| {
            let (now, token) = (clock.now(), token.to_owned());
            db.read_wait(move |tx| recognise(tx, &[Caller { now, token }])).unwrap().remove(0)
        };
        let (before, bearer) = (opened(2, Kind::Browser), opened(3, Kind::Bearer));
        let (now, id) = (clock.now(), account.clone());
        for _ in 0..2 {
            let id = id.clone();
            db.write_wait(move |tx| make_staff(tx, now, &id)).unwrap();
        }
        let after = opened(4, Kind::Browser);
        assert_eq!([&before, &after, &bearer].map(|x| who(x).unwrap().staff), [true, true, false]);
        assert_eq!(who(&after).unwrap().proved_at, Some(now));
        assert_eq!(who(&bearer).unwrap().proved_at, None);

        clock.advance(14 * Instant::MINUTE);
        assert!(who(&after).unwrap().due_touch);
        let (now, used) = (clock.now(), after.clone());
        db.write_wait(move |tx| touch(tx, now, &used)).unwrap();
        clock.advance(2 * Instant::MINUTE);
        assert!(who(&before).is_none() && who(&after).is_some() && who(&bearer).is_some());
        clock.advance(13 * Instant::MINUTE);
        assert!(who(&after).is_none(), "idle for a quarter of an hour");
    });
}
