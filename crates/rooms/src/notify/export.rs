//! What this room keeps of a person, for them.

use base::{Id, Outcome, Tx};

use super::read::{self, Filter};
use crate::privacy::{Part, Row};

/// What was said to somebody.
///
/// # Errors
/// A fault of the engine.
pub(crate) fn export(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Part>> {
    let said = read::messages(tx, Filter::Account(account), i64::MAX)?.into_iter().map(|x| {
        Row::new()
            .at("at", x.at)
            .code("channel", ("data-way-", &x.channel))
            .text("recipient", x.recipient)
            .text("subject", x.subject)
            .text("body", x.body)
            .code("state", ("data-message-", &x.state))
            .text("note", x.note)
    });
    Ok(vec![Part { name: "messages", rows: said.collect() }])
}
