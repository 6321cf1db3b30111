//! What this room keeps of a person, for them.

use base::{Id, Instant, Outcome, Tx, args};

use super::{level, read};
use crate::privacy::{Cell, Part, Row};

/// The account, what its owner agreed to, and how its level changed.
///
/// # Errors
/// A fault of the engine.
pub(crate) fn export(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Part>> {
    let own = read::account(tx, account)?.map(|x| {
        Row::new()
            .text("surname", x.surname.reveal().to_owned())
            .text("name", x.name.reveal().to_owned())
            .text("patronymic", x.patronymic.reveal().to_owned())
            .text("phone", x.phone.reveal().to_owned())
            .text("email", x.email.as_ref().map_or("", |x| x.reveal()).to_owned())
            .with("email_proved", Cell::Flag(x.email_verified))
            .code("level", ("account-level-", x.level.as_str()))
            .code("lang", ("data-lang-", x.lang.code()))
            .at("opened", x.created_at)
            .text("id", x.id.to_string())
    });
    // One row for a text: the last time it was agreed to, with the times before it.
    let consents = read::by_text(read::all_consents(tx, account)?).into_iter().filter_map(|text| {
        let (last, before) = text.split_last()?;
        let row = Row::new()
            .code("text", ("data-consent-", &last.kind))
            .text("version", last.version.clone());
        let row = given(row, last);
        let before: Vec<Row> = before.iter().map(|x| given(Row::new(), x)).collect();
        Some(if before.is_empty() { row } else { row.with("history", Cell::Rows(before)) })
    });
    Ok(vec![
        Part { name: "account", rows: own.into_iter().collect() },
        Part { name: "consents", rows: consents.collect() },
        Part { name: "levels", rows: levels(tx, account)? },
    ])
}

fn given(row: Row, consent: &read::Consent) -> Row {
    row.at("at", consent.given_at)
        .code("channel", ("data-channel-", &consent.channel))
        .at("withdrawn", consent.withdrawn_at)
}

fn levels(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Row>> {
    let key = tx.key(account)?;
    Ok(tx.all(
        "SELECT at, op_id, channel, from_level, to_level, reason_sealed FROM level_change
         WHERE account_id = $1 ORDER BY at, op_id",
        args![account],
        |r| {
            let (op, sealed): (Id, Option<Vec<u8>>) = (r.get(1)?, r.get(5)?);
            let reason = sealed.map(|x| key.open_text(level::spot(&op), &x)).transpose()?;
            Ok(Row::new()
                .at("at", r.get::<Instant>(0)?)
                .code("from", ("account-level-", &r.get::<String>(3)?))
                .code("to", ("account-level-", &r.get::<String>(4)?))
                .text("reason", reason.unwrap_or_default())
                .code("channel", ("data-channel-", &r.get::<String>(2)?)))
        },
    )?)
}
