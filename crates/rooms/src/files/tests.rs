//! The room's stories, on both engines.

use std::cell::RefCell;

use base::{Actor, Chance, Channel, Clock, Cx, Db, Id, Instant, Outcome, Tx, args};

use sha2::{Digest as _, Sha256};

use super::shape::Inspector;
use super::shape::tests::{jpeg, png};
use super::*;
use crate::access;
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
        let digest = Sha256::digest(bytes).into();
        let named = Named { name: "паспорт.jpg".to_owned().into(), shape, digest };
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

    fn scanning<'a>(&'a self, scanner: &'a dyn Scanner) -> Scanning<'a> {
        Scanning { db: &self.db, clock: &self.clock, chance: &self.chance, scanner }
    }

    fn scan(&self, scanner: &dyn Scanner) -> (bool, Option<Infected>) {
        self.scanning(scanner).run_once().unwrap()
    }

    /// Ten minutes later the scanner is asked about itself.
    fn ask(&self, scanner: &dyn Scanner) -> Standing {
        self.clock.advance(10 * Instant::MINUTE);
        assert!(self.scanning(scanner).ask().unwrap());
        assert!(!self.scanning(scanner).ask().unwrap(), "one node asks, and not at once again");
        self.act(|tx, cx| standing(tx, cx.now)).unwrap().unwrap()
    }

    fn breaches(&self) -> Vec<String> {
        let found = self.db.read_wait(verify).unwrap();
        found.into_iter().map(|x| format!("{} {}: {}", x.rule, x.says, x.id)).collect()
    }
}

/// A scanner that says what it is told, and keeps what it was shown.
struct Played(Result<Scanned, ScanFault>, RefCell<Vec<u8>>);

// Each test asks from one thread.
struct Alone(std::sync::Mutex<Played>, Result<About, ScanFault>);

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

    fn about(&self) -> Result<About, ScanFault> {
        self.1.clone()
    }
}

impl Alone {
    /// The same with signatures of this number, made then.
    fn knows(self, number: i64, made_at: Instant) -> Self {
        let version = format!("ClamAV 1.4.3/{number}");
        Self(self.0, Ok(About { version, made_at: Some(made_at) }))
    }
}

fn says(said: Result<Scanned, ScanFault>) -> Alone {
    let silent = Err(ScanFault("away".into()));
    Alone(std::sync::Mutex::new(Played(said, RefCell::default())), silent)
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
        let found = Infected { file: file.clone(), subject: "way".into(), later: false };
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

#[test]
fn clean_files_are_looked_at_again_when_the_scanner_has_learned_more() {
    each(|stage| {
        let clean = || says(Ok(Scanned::Clean)).knows(1, stage.clock.now());
        assert_eq!(stage.ask(&clean()).about.unwrap().version, "ClamAV 1.4.3/1");
        let files: Vec<Id> = (0..3).map(|_| stage.keep(&jpeg(10, 10), 20, true)).collect();
        for _ in &files {
            assert_eq!(stage.scan(&clean()), (true, None));
        }
        let again = |scanner: &Alone| stage.scanning(scanner).run_again().unwrap();
        stage.clock.advance(Instant::MINUTE);
        assert_eq!(again(&clean()), (false, None), "it knows nothing new");

        let newer = says(Ok(Scanned::Clean)).knows(2, stage.clock.now());
        assert_eq!(stage.ask(&newer).again, 3);
        assert_eq!(again(&newer), (true, None));
        assert_eq!(again(&newer), (false, None), "not all at once");
        stage.clock.advance(2 * Instant::SECOND);
        // Without an answer a file stays what it was, and comes again.
        assert_eq!(again(&says(Err(ScanFault("away".into())))), (true, None));
        assert!(stage.files().iter().all(|x| x.state == State::Clean));
        stage.clock.advance(Instant::MINUTE);
        let bad = says(Ok(Scanned::Infected("New.Virus".into())));
        let found = again(&bad).1.unwrap();
        assert_eq!((&found.file, found.later), (&files[1], true), "the oldest first");
        assert_eq!(stage.bytes(&files[1]), b"", "it is gone");
        stage.clock.advance(2 * Instant::SECOND);
        assert_eq!(again(&newer), (true, None));
        stage.clock.advance(2 * Instant::SECOND);
        assert_eq!(again(&newer), (false, None), "all have been looked at");
        let left = stage.files();
        let states: Vec<State> = left.iter().map(|x| x.state).collect();
        assert_eq!(states, [State::Clean, State::Infected, State::Clean]);
        assert!(stage.breaches().is_empty(), "{:?}", stage.breaches());
    });
}

#[test]
fn a_scanner_that_is_silent_or_old_is_told_of_once_a_day() {
    each(|stage| {
        let cx = Cx::new(&stage.clock, &stage.chance, Actor::Engineer, Channel::Cli);
        let new = access::NewGrant {
            account: stage.anna.clone(),
            role: access::Role::PortalAdmin,
            place: access::Place::Portal,
            from: cx.now,
            until: Instant::NEVER,
            reason: "order".into(),
        };
        let offices = crate::offices::Offices::default();
        let by =
            move |tx: &mut Tx<'_>| access::grant(tx, &cx, (access::By::Engineer, &offices), &new);
        stage.db.write_wait(by).unwrap();
        let told = || {
            let now = stage.clock.now();
            let letters = stage.db.write_wait(move |tx| {
                base::outbox::take(tx, now, 1, (base::outbox::Lane::People, 9))
            });
            let letters = letters.unwrap();
            let done: Vec<_> =
                letters.iter().map(|x| (x.id.clone(), base::outbox::Sent::Sent)).collect();
            stage.db.write_wait(move |tx| base::outbox::done(tx, now, &done)).unwrap();
            letters.into_iter().map(|x| x.event).collect::<Vec<_>>()
        };
        let silent = says(Ok(Scanned::Clean));
        assert_eq!(stage.ask(&silent).trouble, None, "it may be starting");
        assert_eq!((stage.ask(&silent).trouble, stage.ask(&silent).trouble), (None, None));
        assert_eq!(stage.ask(&silent).trouble, Some(Trouble::Silent));
        assert_eq!(told(), ["staff-alarm-scanner-silent"]);
        stage.ask(&silent);
        assert!(told().is_empty(), "once");
        stage.clock.advance(Instant::DAY);
        stage.ask(&silent);
        assert_eq!(told().len(), 1, "and once more a day later");

        let week = stage.clock.now().plus(-watch::OLD);
        let known = |made: Instant| says(Ok(Scanned::Clean)).knows(1, made);
        let fine = stage.ask(&known(week.plus(Instant::HOUR)));
        assert_eq!((fine.trouble, told().len()), (None, 0));
        assert_eq!(stage.ask(&known(week)).trouble, Some(Trouble::Old));
        assert_eq!(told(), ["staff-alarm-scanner-old"]);
        let undated = says(Ok(Scanned::Clean));
        let undated = Alone(undated.0, Ok(About { version: "ClamAV 1".into(), made_at: None }));
        assert_eq!(stage.ask(&undated).trouble, None);
    });
}

#[test]
fn every_damage_to_a_file_is_found() {
    each(|stage| {
        let bytes = [jpeg(640, 480), vec![7; 3000]].concat();
        let file = stage.keep(&bytes, 1000, false);
        assert!(stage.breaches().is_empty(), "{:?}", stage.breaches());
        let damages: [(&'static str, &str); 7] = [
            (
                "UPDATE file_chunk SET sealed = (SELECT x.sealed FROM file_chunk x
                   WHERE x.file_id = file_chunk.file_id AND x.n = 1) WHERE file_id = $1 AND n = 2",
                "F2 a file with a piece that does not open",
            ),
            ("DELETE FROM file_chunk WHERE file_id = $1 AND n = 2", "F1 a file that has lost"),
            ("UPDATE file_chunk SET n = 9 WHERE file_id = $1 AND n = 1", "F1 a file that has lost"),
            ("UPDATE file SET size = size - 1 WHERE id = $1", "F2 a file of another length"),
            ("UPDATE file SET state = 'infected' WHERE id = $1", "F1 an infected file"),
            (
                "UPDATE file SET chunks = chunks - 1 WHERE id = $1",
                "F2 a file that was described with another number",
            ),
            (
                "UPDATE file SET kind = NULL WHERE id = $1",
                "F1 a file that has arrived and does not say",
            ),
        ];
        for (damage, says) in damages {
            let id = file.clone();
            let found = stage.act(move |tx, _| {
                tx.exec(damage, args![&id])?;
                let found: Vec<String> =
                    verify(tx)?.iter().map(|x| format!("{} {}", x.rule, x.says)).collect();
                // What was damaged is mended by not being written.
                Err::<(), _>(base::Fault::new(found.join("\n")).into())
            });
            let found = found.unwrap_err().to_string();
            assert!(found.contains(says), "{damage}: {found}");
        }
        // A description of other bytes, sealed as it should be.
        let (anna, id) = (stage.anna.clone(), file.clone());
        let other = move |tx: &mut Tx<'_>, _: &Cx| {
            let key = tx.key(&anna)?;
            let spot = || base::vault::Spot::new("file", "described", &id);
            let sql = "SELECT described_sealed FROM file WHERE id = $1";
            let sealed: Vec<u8> = tx.one(sql, args![&id], |r| r.get(0))?;
            let mut told: serde_json::Value = key.open_json(spot(), &sealed)?;
            told["digest"] = "00".repeat(32).into();
            let sql = "UPDATE file SET described_sealed = $2 WHERE id = $1";
            Ok(tx.exec(sql, args![&id, &key.seal_json(spot(), &told)?])?)
        };
        stage.act(other).unwrap();
        assert!(stage.breaches()[0].starts_with("F2 a file that is not what arrived"));
    });
}
