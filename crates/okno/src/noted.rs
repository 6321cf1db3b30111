//! What the engineer does at the command line stands in the trail beside what the staff do.

use base::{Actor, Chance, Channel, Clock, Cx, Db, Outcome, Tx};
use rooms::trail::{self, Command, Deed, Done};

/// Does something and notes it, in one transaction; `act` says what it has done.
pub(crate) fn noted<T: Send + 'static>(
    db: &Db,
    deed: Deed,
    act: impl Fn(&mut Tx<'_>, &Cx) -> Outcome<(T, Done)> + Send + 'static,
) -> Outcome<T> {
    let cx = circumstances();
    db.write_wait(move |tx| {
        let (answer, done) = act(tx, &cx)?;
        trail::by_engineer(tx, &cx, deed, &done)?;
        Ok(answer)
    })
}

/// [`noted`], of what only the command line does.
pub(crate) fn commanded<T: Send + 'static>(
    db: &Db,
    command: Command,
    act: impl Fn(&mut Tx<'_>, &Cx) -> Outcome<(T, Done)> + Send + 'static,
) -> Outcome<T> {
    noted(db, Deed::Command(command), act)
}

/// The engineer, now.
pub(crate) fn circumstances() -> Cx {
    Cx::new(&Clock::system(), &Chance::os(), Actor::Engineer, Channel::Cli)
}
