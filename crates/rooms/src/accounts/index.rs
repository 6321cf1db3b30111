//! Blind indexes of accounts: looking by them, and writing them anew under another key.

use base::vault::Field;
use base::{Id, Outcome, Tx, args};

use super::Person;

/// Of an account without a contact: no key is due for it.
pub(super) const NO_INDEX: i64 = i64::MAX;

/// Looks by a blind index, and once more when the key has changed meanwhile. The number of the key is
/// asked in any case: it must not be told from outside whether anything was found.
pub(crate) fn found<T>(
    tx: &mut Tx<'_>,
    look: impl Fn(&mut Tx<'_>) -> Outcome<Option<T>>,
) -> Outcome<Option<T>> {
    let found = look(tx)?;
    if tx.index_moved()? && found.is_none() { look(tx) } else { Ok(found) }
}

/// Writes the indexes of `account` under the key that this transaction holds
/// ([`Tx::hold_index`]), as `person` has it; the e-mail counts as proved or not as before.
pub(super) fn write(tx: &mut Tx<'_>, account: &Id, person: &Person) -> Outcome<()> {
    let vault = tx.vault();
    let email = person.email.as_ref().map(|x| vault.index(Field::Email, x.reveal()));
    tx.exec(
        "UPDATE account SET phone_index = $2, email_index = $3, index_key = $4
         WHERE id = $1 AND closed_at IS NULL",
        args![
            account,
            &vault.index(Field::Phone, person.phone.reveal()),
            email.as_ref(),
            vault.index_number(),
        ],
    )?;
    Ok(())
}

/// Writes the indexes of up to `limit` accounts anew that stand under a former key; gives how many
/// there were. Zero means that the former keys are needed no more.
///
/// # Errors
/// A fault of the engine, or when an account cannot be opened.
pub fn reindex(tx: &mut Tx<'_>, limit: i64) -> Outcome<usize> {
    let number = tx.hold_index()?;
    let vault = tx.vault();
    let due: Vec<(Id, Person)> = tx.all(
        "SELECT id, sealed, (SELECT wrapped FROM person_key WHERE person_id = account.id)
         FROM account WHERE index_key < $1 AND closed_at IS NULL ORDER BY index_key, id LIMIT $2",
        args![number, limit],
        |r| {
            let id: Id = r.get(0)?;
            let key = vault.unwrap(&id, &r.get::<Vec<u8>>(2)?)?;
            let person = Person::open(&key, &id, &r.get::<Vec<u8>>(1)?)?;
            Ok((id, person))
        },
    )?;
    for (id, person) in &due {
        let email = person.email.as_ref().map(|x| vault.index(Field::Email, x.reveal()));
        // Only if it still stands so: its owner may have changed it, or gone, since it was read.
        tx.exec(
            "UPDATE account SET phone_index = $2, email_index = $3, index_key = $4
             WHERE id = $1 AND index_key < $4 AND closed_at IS NULL",
            args![id, &vault.index(Field::Phone, person.phone.reveal()), email.as_ref(), number,],
        )?;
    }
    Ok(due.len())
}
