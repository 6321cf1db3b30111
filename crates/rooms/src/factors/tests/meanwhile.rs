//! What is under way while somebody shuts everybody out: it is heard before, or comes too late.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex, mpsc};

use super::taken::disowned_with;
use super::*;
use crate::factors::tests::change;

/// Does `late` while the link of a notice shuts everybody out: that has been done, and is not in force yet.
fn meanwhile<T: Send + 'static>(
    stage: &Stage,
    link: &str,
    late: impl Fn(&mut Tx<'_>, &Cx) -> Outcome<T> + Send + 'static,
) -> Outcome<T> {
    let (done, is_done) = mpsc::channel();
    let (over, link, done) = (Arc::new(AtomicBool::new(false)), link.to_owned(), Mutex::new(done));
    let is_over = over.clone();
    let shuts_out = move |tx: &mut Tx<'_>, cx: &Cx| {
        disowned_with(tx, cx, &link)?;
        done.lock().unwrap().send(()).unwrap();
        // Until whoever is late waits for this one, or has not waited. SQLite lets one write at a time.
        let blocked = "SELECT count(*) FROM pg_locks
                       WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))";
        while tx.is_postgres() && !is_over.load(SeqCst) {
            if tx.one(blocked, base::args![], |r| r.get::<i64>(0))? > 0 {
                break;
            }
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let out = scope.spawn(|| stage.act(shuts_out));
        is_done.recv().unwrap();
        let late = stage.act(late);
        over.store(true, SeqCst);
        out.join().unwrap().unwrap();
        late
    })
}

#[test]
fn a_contact_that_is_proved_while_everybody_is_shut_out_does_not_count() {
    each(|stage| {
        stage.first_sign_in(&browser(&[]));
        let link = stage.link();
        let new = change::begun(&stage, "thief@example.org").unwrap();
        let code = change::letter(&stage, "contact-code")["code"].as_str().unwrap().to_owned();
        let anna = stage.anna.clone();
        let late = meanwhile(&stage, &link, move |tx, cx| {
            let whose = (&anna, &new, "");
            crate::factors::change::prove(tx, cx, &policy(), whose, (&code, &Came::default()))
        });
        assert_eq!(code_of(late), "E-AUTH-02-EXPIRED");
        assert_eq!(change::account(&stage).email.unwrap().reveal(), "anna@example.org");
    });
}

#[test]
fn a_key_that_is_added_while_everybody_is_shut_out_is_not_there() {
    each(|stage| {
        let half = stage.half(&browser(&[]));
        let opened = stage.pass(&half, &browser(&[]), (Method::Sms, &stage.code())).unwrap();
        let (link, anna) = (stage.link(), stage.anna.clone());
        let late = meanwhile(&stage, &link, move |tx, cx| {
            tx.exec(
                "INSERT INTO passkey (id, account_id, credential_digest, name_sealed,
                                      credential_sealed, counter, backed_up, created_at)
                 VALUES ($1, $2, $3, $3, $3, 0, FALSE, $4)",
                base::args![&cx.new_id(), &anna, &[1_u8, 2, 3][..], cx.now],
            )?;
            again::raised(tx, cx, (&anna, &opened.session), &Came::default())
        });
        assert_eq!(code_of(late), "E-AUTH-10");
        let anna = stage.anna.clone();
        let keys = "SELECT (SELECT count(*) FROM passkey) + (SELECT count(*) FROM session
                    WHERE account_id = $1)";
        let left =
            stage.act(move |tx, _| Ok(tx.one(keys, base::args![&anna], |r| r.get::<i64>(0))?));
        assert_eq!(left.unwrap(), 0);
    });
}

#[test]
fn nobody_begins_to_wait_for_a_recovery_that_is_stopped_at_that_moment() {
    each(|stage| {
        stage.raise(Level::Standard);
        stage.first_sign_in(&browser(&[]));
        let link = stage.link();
        let token = stage.recover(PHONE, &browser(&[])).unwrap();
        let reached = stage.reached(&token, &browser(&[]), &stage.code());
        assert!(matches!(reached, Ok(Passed::More)));
        let late = meanwhile(&stage, &link, move |tx, cx| {
            wait(tx, cx, &policy(), (&token, &browser(&[])))
        });
        assert_eq!(code_of(late), "E-AUTH-02-EXPIRED");
    });
}
