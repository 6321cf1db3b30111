//! What this room keeps of a person, for them.

use base::{Id, Instant, Outcome, Tx, args};

use super::enter::place_spot;
use super::{row, spot};
use crate::privacy::{Part, Row};

/// Where somebody is, or was a moment ago, signed in.
///
/// # Errors
/// A fault of the engine.
pub(crate) fn export(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Part>> {
    let key = tx.key(account)?;
    let rows = tx.all(
        "SELECT token_digest, device_sealed, place_sealed, kind, created_at, seen_at, ends_at
         FROM session WHERE account_id = $1 ORDER BY created_at, token_digest",
        args![account],
        |r| {
            let id = row(&r.get::<Vec<u8>>(0)?);
            let open = |spot, sealed: Option<Vec<u8>>| {
                sealed.map(|x| key.open_text(spot, &x)).transpose().map(Option::unwrap_or_default)
            };
            Ok(Row::new()
                .code("kind", ("data-session-", &r.get::<String>(3)?))
                .text("device", open(spot(&id), r.get(1)?)?)
                .text("place", open(place_spot(&id), r.get(2)?)?)
                .at("at", r.get::<Instant>(4)?)
                .at("seen", r.get::<Instant>(5)?)
                .at("ends", r.get::<Instant>(6)?))
        },
    )?;
    Ok(vec![Part { name: "sessions", rows }])
}
