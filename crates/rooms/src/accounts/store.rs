//! Opening an account whose phone is proved: the end of a registration, or the engineer's word.

use base::{Cx, Id, Instant, Kind, Outcome, Refusal, Tx, args};
use texts::Lang;

use super::{Email, Level, PersonName, Phone};

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
    let id = cx.new_id();
    let proved: Option<Instant> = (new.email.is_some() && new.email_verified).then_some(cx.now);
    let added = tx.opt(
        "INSERT INTO account (id, phone, phone_verified_at, email, email_verified_at, surname, name,
                              patronymic, level, password_hash, lang, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $3)
         ON CONFLICT DO NOTHING RETURNING id",
        args![
            &id,
            new.phone.as_str(),
            cx.now,
            new.email.as_ref().map(Email::as_str),
            proved,
            new.surname.as_str(),
            new.name.as_str(),
            new.patronymic.as_str(),
            new.level.as_str(),
            new.password_hash.as_deref(),
            new.lang.code(),
        ],
        |r| r.get::<Id>(0),
    )?;
    added.ok_or_else(|| Refusal::new(Kind::Conflict, "E-ACC-01").into())
}

/// Notes that `account` agreed to `version` of the text `kind`.
pub(super) fn consent(
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

/// Whether the phone has an account.
pub(super) fn phone_is_known(tx: &mut Tx<'_>, phone: &str) -> Outcome<bool> {
    let sql = "SELECT id FROM account WHERE phone = $1";
    Ok(tx.opt(sql, args![phone], |r| r.get::<Id>(0))?.is_some())
}

/// Whether the e-mail is proved for an account.
pub(super) fn email_is_known(tx: &mut Tx<'_>, email: &str) -> Outcome<bool> {
    let sql = "SELECT id FROM account WHERE email = $1 AND email_verified_at IS NOT NULL";
    Ok(tx.opt(sql, args![email], |r| r.get::<Id>(0))?.is_some())
}
