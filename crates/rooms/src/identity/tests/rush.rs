//! Many presses at once: whoever begins a way stands in nobody's way.

use std::sync::Barrier;
use std::thread;

use base::{Error, Id, Outcome, Tx};

use super::*;
use crate::accounts::tests::boris;
use crate::identity::scan::{self, Part};

/// So many presses at once.
const PRESSES: usize = 20;

/// How a way is begun.
type Begin = fn(&mut Tx<'_>, &Cx, &Id) -> Outcome<()>;

const BEGINNINGS: [Begin; 6] = [
    |tx, cx, id| begin_check(tx, cx, &policy(), (id, true)),
    |tx, cx, id| visit::invite(tx, cx, &policy(), (id, true)),
    |tx, cx, id| letter::order(tx, cx, &policy(), (id, true)),
    |tx, cx, id| agree_to_sign(tx, cx, &policy(), (id, true)).map(drop),
    |tx, cx, id| scan::add(tx, cx, (id, Part::Passport)).map(drop),
    |tx, cx, id| scan::send(tx, cx, (&policy(), WITH), (id, true, "000000")).map(|_wrong_code| ()),
];

/// Deadlocks that the server has counted; none where there is no server.
fn deadlocks(stage: &Stage) -> i64 {
    if stage.db.engine() == "SQLite" {
        return 0;
    }
    let sql = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    stage.act(move |tx, _| Ok(tx.one(sql, base::args![], |r| r.get(0))?)).unwrap()
}

#[test]
fn twenty_presses_at_once_begin_one_way_and_nobody_waits_in_a_circle() {
    each(|stage| {
        stage.type_all(&stage.anna);
        let cx = stage.cx();
        let boris = stage.db.write_wait(move |tx| boris(tx, &cx)).unwrap();
        for begin in BEGINNINGS {
            stage.clock.advance(1000);
            let together = Barrier::new(PRESSES + 1);
            thread::scope(|scope| {
                for number in 0..=PRESSES {
                    let (together, boris, anna) = (&together, boris.clone(), stage.anna.clone());
                    scope.spawn(move || {
                        // On one clock the presses are not of one moment.
                        let later = i64::try_from(number).unwrap();
                        let cx = Cx { now: stage.clock.now().plus(later), ..stage.cx() };
                        together.wait();
                        let done = stage.db.write_wait(move |tx| match number {
                            PRESSES => accounts::set_level(tx, &cx, &boris, Level::Simplified, "x"),
                            _ => begin(tx, &cx, &anna),
                        });
                        let served = matches!(done, Ok(()) | Err(Error::Refusal(_)));
                        assert!(served, "{done:?}");
                    });
                }
            });
        }
        assert_eq!(deadlocks(stage), 0);
        let open = stage.ways().into_iter().filter(|x| x.kind == WayKind::Visit).count();
        assert_eq!(open, 1, "one code for twenty presses");
    });
}
