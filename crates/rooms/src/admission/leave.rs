//! Leaving a line: the place is given up, whoever stands behind moves up.

use base::{Cx, Id, Outcome, Tx, args};

use super::{Entry, Standing, announce, rows, rules};

/// Gives up a person's place, in line or inside; twice does no harm, and whoever took a time keeps
/// it. Coming back means the end of the line.
///
/// # Errors
/// `E-WAIT-04` when there is no such opening.
pub fn leave(tx: &mut Tx<'_>, cx: &Cx, opening: &Id, who: &Id) -> Outcome<()> {
    let mut head = rows::locked(tx, opening)?.ok_or_else(announce::unknown)?;
    let gives_up = |x: &Entry| x.standing != Standing::Served && rules::stands(x, cx.now);
    let Some(entry) = rows::of_account(tx, opening, who)?.filter(gives_up) else { return Ok(()) };
    head.revision += 1;
    // The next turn counts who leaves the inside: there is room for one more.
    let revision = if entry.standing == Standing::Inside { -1 } else { head.revision };
    // On the list of a lottery nobody has a rank. This one belongs to nobody else, comes before all
    // that are handed out, and so is never drawn.
    let rank = entry.rank.unwrap_or(-head.revision);
    tx.exec(
        "UPDATE opening_entry SET state = $2, rank = $3, until_at = NULL, revision = $4
         WHERE id = $1",
        args![&entry.id, Standing::Out.as_str(), rank, revision],
    )?;
    rows::keep(tx, &head)
}

/// A person's entry as it is stored, whatever became of it.
///
/// # Errors
/// A fault of the engine.
pub fn entry(tx: &mut Tx<'_>, opening: &Id, who: &Id) -> Outcome<Option<Entry>> {
    rows::of_account(tx, opening, who)
}
