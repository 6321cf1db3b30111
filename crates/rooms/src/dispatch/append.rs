//! Wishes get their numbers.

use base::db::Insert;
use base::db::Sort::{Number, Text};
use base::{Fault, Outcome, Tx, args, locking};

use super::{FULL, wish};
use crate::booking::Ask;

static ASK: Insert =
    Insert::into("dispatch_ask", &[("seq", Number), ("asked_at", Number), ("ask", Text)]);

/// Appends asks in their order, as many as there is room for; gives the numbers of those.
///
/// # Errors
/// A fault of the engine.
pub(super) fn append(tx: &mut Tx<'_>, asks: &[Ask]) -> Outcome<Vec<i64>> {
    let marks = tx.locked(
        locking!(
            "SELECT a.seq, s.seq FROM dispatch_mark a JOIN dispatch_mark s ON s.name = 'served'
             WHERE a.name = 'asked'",
            "FOR UPDATE OF a"
        ),
        args![],
        |r| Ok((r.get::<i64>(0)?, r.get::<i64>(1)?)),
    )?;
    let (asked, served) = marks.ok_or_else(|| Fault::new("the line has lost its marks"))?;
    let room = usize::try_from(FULL - (asked - served)).unwrap_or(0);
    let asks = &asks[..asks.len().min(room)];
    let texts = asks.iter().map(wish::write).collect::<Outcome<Vec<String>>>()?;
    let seqs: Vec<i64> = (asked + 1..).take(asks.len()).collect();
    let rows = seqs.iter().zip(asks).zip(&texts);
    let rows = rows.map(|((seq, ask), text)| args![*seq, ask.cx.now, text].to_vec());
    tx.insert(&ASK, &rows.collect::<Vec<_>>())?;
    if let Some(last) = seqs.last() {
        tx.exec("UPDATE dispatch_mark SET seq = $1 WHERE name = 'asked'", args![*last])?;
    }
    Ok(seqs)
}
