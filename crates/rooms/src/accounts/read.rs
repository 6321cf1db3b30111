//! What other rooms and pages ask about an account.

use std::str::FromStr;

use base::db::{Keyed, Row};
use base::{Fault, Id, Instant, Outcome, Tx, args};
use texts::Lang;

use super::Level;

/// An account as pages and other rooms see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: Id,
    /// Proved mobile phone, E.164.
    pub phone: String,
    /// E-mail, perhaps not proved.
    pub email: Option<String>,
    /// Whether the link to the e-mail was followed.
    pub email_verified: bool,
    /// Surname.
    pub surname: String,
    /// Given name.
    pub name: String,
    /// Patronymic; may be empty.
    pub patronymic: String,
    /// How surely the person is known.
    pub level: Level,
    /// Language of messages.
    pub lang: Lang,
    /// When it was opened.
    pub created_at: Instant,
}

impl Account {
    /// «Анна Соколова»: how the pages greet.
    pub fn display_name(&self) -> String {
        format!("{} {}", self.name, self.surname)
    }

    /// «Соколова Анна Сергеевна»: as in papers.
    pub fn full_name(&self) -> String {
        format!("{} {} {}", self.surname, self.name, self.patronymic).trim_end().to_owned()
    }
}

/// The account `id`, unless it is closed or was never there.
///
/// # Errors
/// A fault of the engine.
pub fn account(tx: &mut Tx<'_>, id: &Id) -> Outcome<Option<Account>> {
    Ok(tx.opt(
        "SELECT id, phone, email, email_verified_at, surname, name, patronymic, level, lang,
                created_at
         FROM account WHERE id = $1 AND closed_at IS NULL",
        args![id],
        row,
    )?)
}

const MANY: Keyed = Keyed {
    one: "SELECT id, phone, email, email_verified_at, surname, name, patronymic, level, lang,
                 created_at
          FROM account WHERE id = $1 AND closed_at IS NULL",
    many: "SELECT a.id, a.phone, a.email, a.email_verified_at, a.surname, a.name, a.patronymic,
                  a.level, a.lang, a.created_at
           FROM unnest($1::TEXT[]) AS w (id)
           JOIN account a ON a.id = w.id AND a.closed_at IS NULL",
};

/// [`account`] for many, in no particular order. No id may come twice.
///
/// # Errors
/// A fault of the engine.
pub fn many(tx: &mut Tx<'_>, ids: &[&Id]) -> Outcome<Vec<Account>> {
    let keys: Vec<_> = ids.iter().map(|id| args![*id].to_vec()).collect();
    Ok(tx.of_keys(MANY, &keys, row)?)
}

/// The account of a phone (E.164) or a proved e-mail (folded): for the command line.
///
/// # Errors
/// A fault of the engine.
pub fn by_contact(tx: &mut Tx<'_>, contact: &str) -> Outcome<Option<Account>> {
    Ok(tx.opt(
        "SELECT id, phone, email, email_verified_at, surname, name, patronymic, level, lang,
                created_at
         FROM account
         WHERE (phone = $1 OR (email = $1 AND email_verified_at IS NOT NULL))
           AND closed_at IS NULL",
        args![contact],
        row,
    )?)
}

/// What somebody agreed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// `agreement` or `privacy`.
    pub kind: String,
    /// Version of the text.
    pub version: String,
    /// When.
    pub given_at: Instant,
}

/// What `account` agreed to and did not withdraw, the oldest first.
///
/// # Errors
/// A fault of the engine.
pub fn consents(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Consent>> {
    Ok(tx.all(
        "SELECT kind, version, given_at FROM consent
         WHERE account_id = $1 AND withdrawn_at IS NULL ORDER BY given_at, kind",
        args![account],
        |r| Ok(Consent { kind: r.get(0)?, version: r.get(1)?, given_at: r.get(2)? }),
    )?)
}

fn row(r: &Row<'_>) -> Result<Account, Fault> {
    let level: String = r.get(7)?;
    Ok(Account {
        id: r.get(0)?,
        phone: r.get(1)?,
        email: r.get(2)?,
        email_verified: r.get::<Option<Instant>>(3)?.is_some(),
        surname: r.get(4)?,
        name: r.get(5)?,
        patronymic: r.get(6)?,
        level: Level::parse(&level)
            .ok_or_else(|| Fault::new(format!("`{level}` is no level of an account")))?,
        lang: Lang::from_str(&r.get::<String>(8)?).unwrap_or_default(),
        created_at: r.get(9)?,
    })
}
