//! The room «files»: what people upload, and what becomes of it.
//!
//! A file arrives in pieces ([`begin`], [`append`], [`finish`]), each sealed with its owner's key, while
//! [`shape`] looks it through; whatever refuses it forgets its pieces. Then a [`Scanner`] looks for
//! viruses, and only what is clean may be shown to anybody. The room knows to whom a file belongs and the
//! id of what it is about; what that is, and who may look, is its caller's matter.
//!
//! Owns `file`, `file_chunk`, `scanner`. They are rows and no files of the system, so that every node has them, an
//! erased person's pieces are gone with their key, and a copy of the database is a copy of all (0031).
//!
//! Invariants:
//! * A piece opens nowhere but at its place in its file; how many there are is sealed as well, so no
//!   file loses its end unnoticed.
//! * What a scanner called clean is looked at again when it has learned more; what is found then is gone.
//! * Without a scanner nothing is ever `clean`; while one is away a file waits, however long.
//! * An upload that never ended, and a file that nobody needs any more, are swept away.
//!
//! Calls: `accounts` (limits), `access` (those who watch are told of a scanner that cannot be relied on). Not here: how a scanner is reached (`outbound`), forms (pages).

mod scan;
pub mod shape;
mod store;
#[cfg(test)]
mod tests;
mod verify;
pub mod watch;

pub use scan::{Infected, ScanFault, Scanned, Scanner, Scanning, Source};
pub use store::{CHUNK, File, Named, New, State, append, begin, chunk, discard, finish, of, sweep};
pub(crate) use store::{any_of, export, forget, forget_at, forget_of, keep};
pub use verify::verify;
pub use watch::{About, Standing, Trouble, standing};
