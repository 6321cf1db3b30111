//! The paper of a mandate as files: gathered by its owner, shown to the staff beside the data, gone a
//! month after the mandate has ended.

use base::{Cx, Id, Instant, Kind as RefusalKind, Outcome, Refusal, Tx};

use super::rows::Mandate;
use super::{Kind, keep, rows};
use crate::accounts;
use crate::files::{self, File, New};

/// Files of one mandate.
const MOST: usize = 4;
/// What the files are called among all files of a person.
const PART: &str = "mandate";
/// How long they are kept after the mandate has ended: for whoever complains.
const KEPT: i64 = 30 * Instant::DAY;

/// Whether a mandate of this kind rests on a paper of which there can be a scan.
pub fn has_paper(kind: Kind) -> bool {
    kind != Kind::Trader
}

/// A file is about to come to the mandate `id` of `account`; gives the file's id.
///
/// # Errors
/// `E-REG-03` for a stranger's, `E-MND-03` when it was ended, `E-REQ-01` when there is no paper to it,
/// `E-FILE-11` when there are enough, `E-FILE-12` after too many uploads.
pub fn add_file(tx: &mut Tx<'_>, cx: &Cx, (account, id): (&Id, &Id)) -> Outcome<Id> {
    accounts::lock(tx, account)?;
    let mandate = keep::owned(tx, account, id)?;
    if !has_paper(mandate.kind) {
        return Err(Refusal::new(RefusalKind::NotFound, "E-REQ-01").into());
    }
    if files::of(tx, &mandate.id)?.len() >= MOST {
        return Err(Refusal::new(RefusalKind::Conflict, "E-FILE-11").arg("most", MOST).into());
    }
    let new = New { account: account.clone(), subject: mandate.id, part: PART };
    files::begin(tx, cx, &new)
}

/// Takes a file of the mandate `id` away.
///
/// # Errors
/// `E-REG-03` for a stranger's.
pub fn remove_file(tx: &mut Tx<'_>, account: &Id, (id, file): (&Id, &str)) -> Outcome<()> {
    let mandate = rows::own(tx, account, id)?;
    match files::of(tx, &mandate.id)?.iter().any(|x| x.id.as_str() == file) {
        true => files::discard(tx, account, file),
        false => Ok(()),
    }
}

/// The files of a mandate. The caller owns it, or wrote the look at it down.
///
/// # Errors
/// A fault of the engine.
pub fn files_of(tx: &mut Tx<'_>, mandate: &Mandate) -> Outcome<Vec<File>> {
    files::of(tx, &mandate.id)
}

/// The mandate counts again: what is there of its paper stays.
pub(super) fn back(tx: &mut Tx<'_>, mandate: &Id) -> Outcome<()> {
    files::keep(tx, mandate)
}

/// The mandate has ended.
pub(super) fn ended(tx: &mut Tx<'_>, cx: &Cx, mandate: &Id) -> Outcome<()> {
    files::forget_at(tx, mandate, cx.now.plus(KEPT))
}
