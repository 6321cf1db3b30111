//! Opening an account whose phone is proved: the end of a registration, or the engineer's word.

use base::vault::Field;
use base::{Cx, Id, Instant, Kind, Outcome, Refusal, Tx, args};
use texts::Lang;

use super::{Email, Level, Person, PersonName, Phone, index};

/// An account to open.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Surname.
    pub surname: PersonName,
    /// Given name.
    pub name: PersonName,
    /// Patronymic; may be empty.
    pub patronymic: PersonName,
    /// Mobile phone, proved.
    pub phone: Phone,
    /// E-mail.
    pub email: Option<Email>,
    /// Whether the e-mail is proved, too.
    pub email_verified: bool,
    /// PHC string; without one nobody can sign in by password.
    pub password_hash: Option<String>,
    /// Level to begin with.
    pub level: Level,
    /// Language of messages.
    pub lang: Lang,
}

/// Opens an account.
///
/// # Errors
/// `E-ACC-01` when the phone (or the proved e-mail) has an account: only for callers who proved
/// that the phone is theirs, and for the command line.
pub fn add(tx: &mut Tx<'_>, cx: &Cx, new: &NewAccount) -> Outcome<Id> {
    let number = tx.hold_index()?;
    let taken = of_phone(tx, &new.phone)?.is_some();
    let proves = new.email.as_ref().filter(|_| new.email_verified);
    if taken || proves.map(|x| of_email(tx, x)).transpose()?.flatten().is_some() {
        return Err(Refusal::new(Kind::Conflict, "E-ACC-01").into());
    }
    let id = cx.new_id();
    let vault = tx.vault();
    let (key, wrapped) = vault.fresh(&id)?;
    let email_index = new.email.as_ref().map(|x| vault.index(Field::Email, x.reveal()));
    let proved: Option<Instant> = (new.email.is_some() && new.email_verified).then_some(cx.now);
    let added = tx.opt(
        "INSERT INTO account (id, phone_index, phone_verified_at, email_index, email_verified_at,
                              sealed, level, password_hash, lang, created_at, index_key)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $3, $10)
         ON CONFLICT DO NOTHING RETURNING id",
        args![
            &id,
            &vault.index(Field::Phone, new.phone.reveal()),
            cx.now,
            email_index.as_ref(),
            proved,
            &Person::of(new).seal(&key, &id)?,
            new.level.as_str(),
            new.password_hash.as_deref(),
            new.lang.code(),
            number,
        ],
        |r| r.get::<Id>(0),
    )?;
    let added = added.ok_or_else(|| Refusal::new(Kind::Conflict, "E-ACC-01"))?;
    tx.keep_key(&added, &wrapped)?;
    Ok(added)
}

/// Without these there is no account: to withdraw them is to close it.
pub const NEEDED: [&str; 2] = ["agreement", "privacy"];

/// Notes that `account` agreed to `version` of the text `kind`.
pub(crate) fn consent(
    tx: &mut Tx<'_>,
    cx: &Cx,
    account: &Id,
    kind: &str,
    version: &str,
    given_at: Instant,
) -> Outcome<()> {
    tx.exec(
        "INSERT INTO consent (account_id, kind, version, given_at, channel)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (account_id, kind, version, given_at) DO NOTHING",
        args![account, kind, version, given_at, cx.channel.label()],
    )?;
    Ok(())
}

/// Withdraws what `account` agreed to, where that is possible without closing it.
///
/// # Errors
/// `E-DATA-03` for what every account stands on; a fault of the engine.
pub(crate) fn withdraw(tx: &mut Tx<'_>, cx: &Cx, account: &Id, kind: &str) -> Outcome<()> {
    if NEEDED.contains(&kind) {
        return Err(Refusal::new(Kind::Conflict, "E-DATA-03").into());
    }
    tx.exec(
        "UPDATE consent SET withdrawn_at = $3
         WHERE account_id = $1 AND kind = $2 AND withdrawn_at IS NULL",
        args![account, kind, cx.now],
    )?;
    Ok(())
}

/// The account of the phone.
pub(super) fn of_phone(tx: &mut Tx<'_>, phone: &Phone) -> Outcome<Option<Id>> {
    index::found(tx, |tx| {
        let [former, now] = tx.vault().indexes(Field::Phone, phone.reveal());
        let sql = "SELECT id FROM account WHERE phone_index IN ($1, $2)";
        Ok(tx.opt(sql, args![&former, &now], |r| r.get(0))?)
    })
}

/// The account for which the e-mail is proved.
pub(super) fn of_email(tx: &mut Tx<'_>, email: &Email) -> Outcome<Option<Id>> {
    index::found(tx, |tx| {
        let [former, now] = tx.vault().indexes(Field::Email, email.reveal());
        let sql = "SELECT id FROM account
                   WHERE email_index IN ($1, $2) AND email_verified_at IS NOT NULL";
        Ok(tx.opt(sql, args![&former, &now], |r| r.get(0))?)
    })
}

/// Lets whoever else locks `account` wait until the transaction ends; as [`super::lock_level`].
///
/// # Errors
/// `E-ACC-02` when there is no such account.
pub(crate) fn lock(tx: &mut Tx<'_>, account: &Id) -> Outcome<()> {
    let query = base::locking!(
        "SELECT id FROM account WHERE id = $1 AND closed_at IS NULL",
        "FOR NO KEY UPDATE"
    );
    let found: Option<Id> = tx.locked(query, args![account], |r| r.get(0))?;
    found.map(drop).ok_or_else(|| Refusal::new(Kind::NotFound, "E-ACC-02").into())
}

/// Takes out of the account, and of all that led to it, what tells whose it was; the row stays, for
/// what refers to it. Gives the subjects of the letters that proved its contacts.
///
/// # Errors
/// A fault of the engine.
pub(crate) fn erase(tx: &mut Tx<'_>, cx: &Cx, account: &Id) -> Outcome<Vec<String>> {
    let sql = "SELECT id FROM registration WHERE account_id = $1";
    let registrations: Vec<Id> = tx.all(sql, args![account], |r| r.get(0))?;
    for subject in registrations.iter().chain([account]) {
        tx.exec("DELETE FROM one_time_code WHERE subject = $1", args![subject])?;
    }
    tx.exec("DELETE FROM registration WHERE account_id = $1", args![account])?;
    tx.exec("DELETE FROM account_closing WHERE account_id = $1", args![account])?;
    tx.exec("UPDATE level_change SET reason_sealed = NULL WHERE account_id = $1", args![account])?;
    // A row that was never a phone, so that the phone can have an account again.
    tx.exec(
        "UPDATE account
         SET phone_index = id, phone_verified_at = NULL, email_index = NULL,
             email_verified_at = NULL, sealed = NULL, password_hash = NULL, closed_at = $2,
             index_key = $3
         WHERE id = $1",
        args![account, cx.now, index::NO_INDEX],
    )?;
    super::changed(tx, account);
    let of = |id: &Id| ["sms", "email"].map(|way| format!("{id}/{way}"));
    Ok(registrations.iter().chain([account]).flat_map(of).collect())
}
