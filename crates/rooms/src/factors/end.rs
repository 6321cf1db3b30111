//! Sessions that their owner ends, with what is half done beside them.

use base::{Id, Outcome, Tx};

use super::half;
use crate::{accounts, sessions};

/// Ends one session of `account`, named by [`sessions::Place::id`], and its half sign-ins.
///
/// # Errors
/// `E-AUTH-14` when there is no such session.
pub fn end_session(tx: &mut Tx<'_>, account: &Id, id: &str) -> Outcome<()> {
    // Whoever proves it once more in that session waits, and finds it ended.
    accounts::lock(tx, account)?;
    sessions::close_one(tx, account, id)
}

/// Ends all sessions of `account` but the one of `token`, and whatever is half done: nobody is to come in
/// by what they had begun before.
///
/// # Errors
/// A fault of the engine.
pub fn end_others(tx: &mut Tx<'_>, account: &Id, token: &str) -> Outcome<()> {
    accounts::lock(tx, account)?;
    half::end_all(tx, account)?;
    sessions::close_others(tx, account, token).map(drop)
}
