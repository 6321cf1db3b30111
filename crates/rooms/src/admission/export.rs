//! What this room keeps of a person, for them.

use base::{Id, Instant, Outcome, Tx, args};

use crate::privacy::{Cell, Part, Row};

/// The lines somebody stood in.
///
/// # Errors
/// A fault of the engine.
pub(crate) fn export(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Part>> {
    let rows = tx.all(
        "SELECT o.service_code, o.opens_at, e.rank, e.state, e.joined_at, e.id
         FROM opening_entry e JOIN opening o ON o.id = e.opening_id
         WHERE e.account_id = $1 ORDER BY e.joined_at, e.id",
        args![account],
        |r| {
            let row = Row::new()
                .with("service", Cell::Service(r.get(0)?))
                .at("starts", r.get::<Instant>(1)?)
                .code("state", ("data-line-", &r.get::<String>(3)?))
                .at("at", r.get::<Instant>(4)?)
                .text("id", r.get::<String>(5)?);
            Ok(match r.get::<Option<i64>>(2)? {
                Some(rank) => row.with("rank", Cell::Count(rank)),
                None => row,
            })
        },
    )?;
    Ok(vec![Part { name: "lines", rows }])
}
