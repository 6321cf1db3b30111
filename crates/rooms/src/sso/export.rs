//! What this room keeps of a person, for them.

use base::{Id, Instant, Outcome, Tx, args};

use crate::privacy::{Cell, Part, Row};

/// What sites were allowed to read, sign-ins at them, accounts elsewhere.
///
/// # Errors
/// A fault of the engine.
pub(crate) fn export(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Part>> {
    let consents = tx.all(
        "SELECT c.name, k.scopes, k.text, k.given_at, k.withdrawn_at
         FROM sso_consent k JOIN sso_client c ON c.id = k.client_id
         WHERE k.account_id = $1 ORDER BY k.given_at, k.id",
        args![account],
        |r| {
            Ok(Row::new()
                .text("site", r.get::<String>(0)?)
                .text("what", r.get::<String>(1)?)
                .text("version", r.get::<String>(2)?)
                .at("at", r.get::<Instant>(3)?)
                .at("withdrawn", r.get::<Option<Instant>>(4)?))
        },
    )?;
    let visits = tx.all(
        "SELECT c.name, g.created_at, g.ended_at, g.offline
         FROM sso_grant g JOIN sso_client c ON c.id = g.client_id
         WHERE g.account_id = $1 ORDER BY g.created_at, g.id",
        args![account],
        |r| {
            Ok(Row::new()
                .text("site", r.get::<String>(0)?)
                .at("at", r.get::<Instant>(1)?)
                .at("ends", r.get::<Option<Instant>>(2)?)
                .with("offline", Cell::Flag(r.get(3)?)))
        },
    )?;
    let links = tx.all(
        "SELECT provider, linked_at, used_at, withheld FROM sso_link
         WHERE account_id = $1 ORDER BY provider",
        args![account],
        |r| {
            let row = Row::new()
                .text("provider", r.get::<String>(0)?)
                .at("at", r.get::<Instant>(1)?)
                .at("seen", r.get::<Instant>(2)?);
            Ok(match r.get::<Option<String>>(3)? {
                Some(why) => row.code("reason", ("providers-withheld-", &why)),
                None => row,
            })
        },
    )?;
    Ok(vec![
        Part { name: "sites", rows: consents },
        Part { name: "site-visits", rows: visits },
        Part { name: "providers", rows: links },
    ])
}
