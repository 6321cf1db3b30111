//! The room's stories, on both engines.

use std::cell::RefCell;

use base::{Actor, Chance, Channel, Clock, Cx, Db, Id, Instant, Outcome, Tx, args};

use super::shape::Inspector;
use super::shape::tests::{jpeg, png};
use super::*;
use crate::accounts::tests::anna;

struct Stage {
    db: Db,
    clock: Clock,
    chance: Chance,
    anna: Id,
}

fn each(story: impl Fn(&Stage)) {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let clock = Clock::fixed(Instant(1_795_329_600_000_000));
        let chance = Chance::seeded(5);
        let cx = Cx::new(&clock, &chance, Actor::Guest, Channel::Web);
        let anna = db.write_wait(move |tx| anna(tx, &cx)).unwrap();
        story(&Stage { db, clock, chance, anna });
    });
}

impl Stage {
    fn act<T: Send + 'static>(
        &self,
        act: impl Fn(&mut Tx<'_>, &Cx) -> Outcome<T> + Send + 'static,
    ) -> Outcome<T> {
        self.clock.advance(1000);
        let cx = Cx::new(&self.clock, &self.chance, Actor::Guest, Channel::Web);
        self.db.write_wait(move |tx| act(tx, &cx))
    }

    fn begin(&self) -> Id {
        let account = self.anna.clone();
        let new = New { account, subject: "way".into(), part: "passport" };
        self.act(move |tx, cx| begin(tx, cx, &new)).unwrap()
    }

    fn keep(&self, bytes: &[u8], long: usize, scanner: bool) -> Id {
        let file = self.begin();
        let mut inspector = Inspector::default();
        for piece in bytes.chunks(long) {
            inspector.feed(piece).unwrap();
            let (anna, file, piece) = (self.anna.clone(), file.clone(), piece.to_vec());
            self.act(move |tx, _| append(tx, &anna, &file, &piece)).unwrap();
        }
        let shape = inspector.finish().unwrap();
        let named = Named { name: "паспорт.jpg".to_owned().into(), shape, digest: [7; 32] };
        let (anna, id) = (self.anna.clone(), file.clone());
        self.act(move |tx, cx| finish(tx, cx, (&anna, &id), (&named, scanner))).unwrap();
        file
    }

    fn files(&self) -> Vec<File> {
        self.act(|tx, _| of(tx, &"way".into())).unwrap()
    }

    fn state(&self) -> State {
        self.files()[0].state
    }

    fn bytes(&self, file: &Id) -> Vec<u8> {
        let (anna, file) = (self.anna.clone(), file.clone());
        let read = self.act(move |tx, _| {
            let mut all = Vec::new();
            for n in 1.. {
                match chunk(tx, (&anna, &file), n)? {
                    Some(piece) => all.extend(piece),
                    None => break,
                }
            }
            Ok(all)
        });
        read.unwrap()
    }

    fn rows(&self) -> (i64, i64) {
        let count = |sql: &'static str| {
            self.act(move |tx, _| Ok(tx.one(sql, args![], |r| r.get::<i64>(0))?)).unwrap()
        };
        (count("SELECT count(*) FROM file"), count("SELECT count(*) FROM file_chunk"))
    }

    fn scan(&self, scanner: &dyn Scanner) -> (bool, Option<Infected>) {
        let (db, clock, chance) = (&self.db, &self.clock, &self.chance);
        Scanning { db, clock, chance, scanner }.run_once().unwrap()
    }
}

/// A scanner that says what it is told, and keeps what it was shown.
struct Played(Result<Scanned, ScanFault>, RefCell<Vec<u8>>);

// Each test asks from one thread.
struct Alone(std::sync::Mutex<Played>);

impl Scanner for Alone {
    fn scan(&self, pieces: &mut Source<'_>) -> Result<Scanned, ScanFault> {
        let played = self.0.lock().unwrap();
        let mut seen = Vec::new();
        while let Some(piece) = pieces()? {
            seen.extend(piece);
        }
        *played.1.borrow_mut() = seen;
        played.0.clone()
    }
}

fn says(said: Result<Scanned, ScanFault>) -> Alone {
    Alone(std::sync::Mutex::new(Played(said, RefCell::default())))
}

#[test]
fn a_file_comes_back_as_it_went_in_and_stands_nowhere_open() {
    each(|stage| {
        let bytes = [jpeg(640, 480), b"MotionPhoto_Data".repeat(100)].concat();
        let file = stage.keep(&bytes, 512, false);
        assert_eq!(stage.bytes(&file), bytes);
        let kept = &stage.files()[0];
        assert_eq!((kept.state, kept.size), (State::Unscanned, bytes.len() as i64));
        assert_eq!((kept.name.reveal().as_str(), kept.kind), ("паспорт.jpg", shape::Kind::Jpeg));
        let dump = stage.db.read_wait(testkit::canary::dump).unwrap();
        let hex: String = b"MotionPhoto".iter().map(|x| format!("{x:02x}")).collect();
        let open = |word: &str| dump.iter().any(|x| x.1.to_lowercase().contains(word));
        assert!(!open(&hex) && !open("паспорт.jpg"));
    });
}

#[test]
fn pieces_that_are_swapped_or_lost_are_found_out() {
    each(|stage| {
        let bytes = [jpeg(640, 480), vec![7; 3000]].concat();
        let file = stage.keep(&bytes, 1000, false);
        let id = file.clone();
        let swapped = stage.act(move |tx, _| {
            tx.exec("UPDATE file_chunk SET n = 100 WHERE file_id = $1 AND n = 1", args![&id])?;
            Ok(tx.exec("UPDATE file_chunk SET n = 1 WHERE file_id = $1 AND n = 2", args![&id])?)
        });
        swapped.unwrap();
        let (anna, id) = (stage.anna.clone(), file.clone());
        let read = stage.act(move |tx, _| chunk(tx, (&anna, &id), 1));
        assert!(read.unwrap_err().to_string().contains("file_chunk"));
        let id = file.clone();
        stage
            .act(move |tx, _| Ok(tx.exec("UPDATE file SET chunks = 2 WHERE id = $1", args![&id])?))
            .unwrap();
        assert!(stage.act(|tx, _| of(tx, &"way".into())).is_err(), "its end was cut off");
    });
}

#[test]
fn what_is_refused_or_never_ends_leaves_nothing() {
    each(|stage| {
        let file = stage.begin();
        let (anna, id) = (stage.anna.clone(), file.clone());
        stage.act(move |tx, _| append(tx, &anna, &id, b"half")).unwrap();
        assert_eq!(stage.files().len(), 0, "nobody sees what is arriving");
        let (anna, id) = (stage.anna.clone(), file);
        stage.act(move |tx, _| discard(tx, &anna, &id)).unwrap();
        assert_eq!(stage.rows(), (0, 0));
        let lost = stage.begin();
        let (anna, id) = (stage.anna.clone(), lost.clone());
        stage.act(move |tx, _| append(tx, &anna, &id, b"half")).unwrap();
        stage.act(|tx, cx| sweep(tx, cx.now)).unwrap();
        assert_eq!(stage.rows(), (1, 1));
        stage.clock.advance(Instant::HOUR);
        stage.act(|tx, cx| sweep(tx, cx.now)).unwrap();
        assert_eq!(stage.rows(), (0, 0));
        let anna = stage.anna.clone();
        let late = stage.act(move |tx, _| append(tx, &anna, &lost, b"rest"));
        assert_eq!(late.unwrap_err().code(), Some("E-FILE-14"));
        // What has arrived stays, and strangers take nothing away.
        let kept = stage.keep(&png(10, 10), 100, false);
        stage.clock.advance(2 * Instant::HOUR);
        stage.act(|tx, cx| sweep(tx, cx.now)).unwrap();
        stage.act(move |tx, _| discard(tx, &"boris".into(), &kept)).unwrap();
        assert_eq!(stage.rows().0, 1);
        let anna = stage.anna.clone();
        stage.act(move |tx, _| forget(tx, &anna)).unwrap();
        assert_eq!(stage.rows(), (0, 0));
    });
}

#[test]
fn a_file_is_clean_when_the_scanner_says_so_and_not_before() {
    each(|stage| {
        let bytes = png(10, 10);
        let file = stage.keep(&bytes, 20, true);
        assert_eq!(stage.state(), State::Waiting);
        let away = says(Err(ScanFault("away".into())));
        for _ in 0..3 {
            assert_eq!(stage.scan(&away), (true, None));
            assert_eq!(stage.state(), State::Waiting, "fail closed");
            assert_eq!(stage.scan(&away), (false, None), "it is not asked again at once");
            stage.clock.advance(Instant::MINUTE);
        }
        let clean = says(Ok(Scanned::Clean));
        assert_eq!(stage.scan(&clean), (true, None));
        assert_eq!(*clean.0.lock().unwrap().1.borrow(), bytes, "the whole file was shown");
        assert_eq!(stage.state(), State::Clean);
        assert_eq!(stage.bytes(&file), bytes);
        assert_eq!(stage.scan(&clean), (false, None));
    });
}

#[test]
fn an_infected_file_is_gone_and_its_subject_named() {
    each(|stage| {
        let file = stage.keep(&jpeg(10, 10), 20, true);
        let bad = says(Ok(Scanned::Infected("Eicar".into())));
        let found = Infected { file: file.clone(), subject: "way".into() };
        assert_eq!(stage.scan(&bad), (true, Some(found)));
        assert_eq!(stage.state(), State::Infected);
        assert_eq!(stage.bytes(&file), b"");
        // A file of which nobody knew any more when the scanner answered.
        let late = stage.keep(&jpeg(10, 10), 20, true);
        let taken = says(Ok(Scanned::Clean));
        let anna = stage.anna.clone();
        stage.act(move |tx, _| discard(tx, &anna, &late)).unwrap();
        assert_eq!(stage.scan(&taken), (false, None));
    });
}

#[test]
fn a_scan_that_was_broken_off_is_taken_up_by_another() {
    each(|stage| {
        stage.keep(&jpeg(10, 10), 20, true);
        stage
            .act(|tx, cx| {
                Ok(tx.exec(
                    "UPDATE file SET lease_until = $1",
                    args![cx.now.plus(Instant::MINUTE)],
                )?)
            })
            .unwrap();
        let clean = says(Ok(Scanned::Clean));
        assert_eq!(stage.scan(&clean), (false, None), "somebody else has it");
        stage.clock.advance(2 * Instant::MINUTE);
        assert_eq!(stage.scan(&clean), (true, None));
        assert_eq!(stage.state(), State::Clean);
    });
}
