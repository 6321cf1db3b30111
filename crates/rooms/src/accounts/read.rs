//! What other rooms and pages ask about an account.

use std::collections::{BTreeSet, HashMap};
use std::str::FromStr;

use base::db::Sort::Text;
use base::db::{Keyed, Row};
use base::vault::{Field, Vault};
use base::{Fault, Id, Instant, Outcome, Pii, Tx, args};
use texts::Lang;

use super::{Email, Level, Person, PersonName, Phone, index, joined};

/// An account as pages and other rooms see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: Id,
    /// Proved mobile phone, E.164.
    pub phone: Phone,
    /// E-mail, perhaps not proved.
    pub email: Option<Email>,
    /// Whether the link to the e-mail was followed.
    pub email_verified: bool,
    /// Surname.
    pub surname: PersonName,
    /// Given name.
    pub name: PersonName,
    /// Patronymic; may be empty.
    pub patronymic: PersonName,
    /// How surely the person is known.
    pub level: Level,
    /// Language of messages.
    pub lang: Lang,
    /// When it was opened.
    pub created_at: Instant,
    /// It has a password: it has none after «It was not me», until its owner chooses another.
    pub has_password: bool,
}

impl Account {
    /// «Анна Соколова»: how the pages greet.
    pub fn display_name(&self) -> Pii<String> {
        joined([&self.name, &self.surname].map(PersonName::reveal)).into()
    }

    /// «А. С. С.»: given name, patronymic and surname by their first letters. Enough to tell the
    /// visitors of a day apart, not enough to know them.
    pub fn initials(&self) -> String {
        let parts = [&self.name, &self.patronymic, &self.surname];
        let first = parts.into_iter().filter_map(|x| x.reveal().chars().next());
        first.map(|x| format!("{x}.")).collect::<Vec<_>>().join(" ")
    }

    /// «Соколова Анна Сергеевна»: as in papers.
    pub fn full_name(&self) -> Pii<String> {
        joined([&self.surname, &self.name, &self.patronymic].map(PersonName::reveal)).into()
    }

    /// Its parts, as they are compared.
    pub fn names(&self) -> ident::FullName<'_> {
        ident::FullName {
            surname: self.surname.reveal(),
            name: self.name.reveal(),
            patronymic: self.patronymic.reveal(),
        }
    }

    /// Whether `surname` is theirs, as they say it at a desk or by telephone; whoever has one name says that.
    pub fn is_called(&self, surname: &PersonName) -> bool {
        ident::same_name(self.names().settled().surname, surname.reveal())
    }
}

/// The account `id`, unless it is closed or was never there.
///
/// # Errors
/// A fault of the engine.
pub fn account(tx: &mut Tx<'_>, id: &Id) -> Outcome<Option<Account>> {
    let vault = tx.vault();
    Ok(tx.opt(
        "SELECT id, email_verified_at, level, lang, created_at, sealed,
                (SELECT wrapped FROM person_key WHERE person_id = account.id),
                password_hash IS NOT NULL
         FROM account WHERE id = $1 AND closed_at IS NULL",
        args![id],
        |r| row(vault, r),
    )?)
}

static MANY: Keyed = Keyed::by(
    &[Text],
    "SELECT id, email_verified_at, level, lang, created_at, sealed,
                 (SELECT wrapped FROM person_key WHERE person_id = account.id),
                 password_hash IS NOT NULL
          FROM account WHERE id = $1 AND closed_at IS NULL",
);

/// [`account`] for many, in no particular order. No id may come twice.
///
/// # Errors
/// A fault of the engine.
pub fn many(tx: &mut Tx<'_>, ids: &[&Id]) -> Outcome<Vec<Account>> {
    let keys: Vec<_> = ids.iter().map(|id| args![*id].to_vec()).collect();
    let vault = tx.vault();
    Ok(tx.of_keys(&MANY, &keys, |r| row(vault, r))?)
}

/// The open accounts of `ids`, by id; an id may come several times.
///
/// # Errors
/// A fault of the engine.
pub fn accounts<'a>(
    tx: &mut Tx<'_>,
    ids: impl IntoIterator<Item = &'a Id>,
) -> Outcome<HashMap<Id, Account>> {
    let ids: BTreeSet<&Id> = ids.into_iter().collect();
    let found = many(tx, &ids.into_iter().collect::<Vec<_>>())?;
    Ok(found.into_iter().map(|x| (x.id.clone(), x)).collect())
}

/// The account of a phone (E.164) or a proved e-mail (folded): for the command line.
///
/// # Errors
/// A fault of the engine.
pub fn by_contact(tx: &mut Tx<'_>, contact: &str) -> Outcome<Option<Account>> {
    index::found(tx, |tx| {
        let vault = tx.vault();
        let phone = vault.indexes(Field::Phone, contact);
        let email = vault.indexes(Field::Email, contact);
        Ok(tx.opt(
            "SELECT id, email_verified_at, level, lang, created_at, sealed,
                    (SELECT wrapped FROM person_key WHERE person_id = account.id),
                    password_hash IS NOT NULL
             FROM account
             WHERE (phone_index IN ($1, $2)
                    OR (email_index IN ($3, $4) AND email_verified_at IS NOT NULL))
               AND closed_at IS NULL",
            args![&phone[0], &phone[1], &email[0], &email[1]],
            |r| row(vault, r),
        )?)
    })
}

/// Accounts that are open and whose owner cannot be read: without a data key, or sealed with another.
///
/// # Errors
/// A fault of the engine.
pub fn unreadable(tx: &mut Tx<'_>) -> Outcome<Vec<Id>> {
    let (mut last, mut unreadable) = (Id::from(""), Vec::new());
    let vault = tx.vault();
    loop {
        let batch: Vec<(Id, bool)> = tx.all(
            "SELECT id, email_verified_at, level, lang, created_at, sealed,
                    (SELECT wrapped FROM person_key WHERE person_id = account.id),
                    password_hash IS NOT NULL
             FROM account WHERE closed_at IS NULL AND id > $1 ORDER BY id LIMIT 1000",
            args![&last],
            |r| Ok((r.get(0)?, row(vault, r).is_ok())),
        )?;
        let Some((id, _)) = batch.last() else { return Ok(unreadable) };
        last = id.clone();
        unreadable.extend(batch.into_iter().filter(|x| !x.1).map(|x| x.0));
    }
}

/// Everybody who was erased.
///
/// # Errors
/// A fault of the engine.
pub fn erased(tx: &mut Tx<'_>) -> Outcome<BTreeSet<Id>> {
    let sql = "SELECT id FROM account WHERE closed_at IS NOT NULL";
    Ok(tx.all(sql, args![], |r| r.get(0))?.into_iter().collect())
}

/// How many were erased.
///
/// # Errors
/// A fault of the engine.
pub fn count_erased(tx: &mut Tx<'_>) -> Outcome<i64> {
    Ok(tx.one("SELECT count(*) FROM account WHERE closed_at IS NOT NULL", args![], |r| r.get(0))?)
}

/// What somebody agreed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// `agreement`, `privacy` or `personal_data`: to being checked.
    pub kind: String,
    /// Version of the text.
    pub version: String,
    /// When.
    pub given_at: Instant,
    /// By which way: `web`, `api`, `cli`.
    pub channel: String,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Instant>,
}

/// What `account` agreed to and did not withdraw, the oldest first.
///
/// # Errors
/// A fault of the engine.
pub fn consents(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Consent>> {
    let mut all = all_consents(tx, account)?;
    all.retain(|x| x.withdrawn_at.is_none());
    Ok(all)
}

/// The consents to each version of each text, in the order in which it was first agreed to; those to one text stay
/// in theirs.
pub fn by_text(all: Vec<Consent>) -> Vec<Vec<Consent>> {
    let mut texts: Vec<Vec<Consent>> = Vec::new();
    for consent in all {
        let same = |x: &&mut Vec<Consent>| {
            x.first().is_some_and(|x| x.kind == consent.kind && x.version == consent.version)
        };
        match texts.iter_mut().find(same) {
            Some(text) => text.push(consent),
            None => texts.push(vec![consent]),
        }
    }
    texts
}

/// What `account` ever agreed to, the oldest first.
///
/// # Errors
/// A fault of the engine.
pub fn all_consents(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Consent>> {
    Ok(tx.all(
        "SELECT kind, version, given_at, channel, withdrawn_at FROM consent
         WHERE account_id = $1 ORDER BY given_at, kind",
        args![account],
        |r| {
            Ok(Consent {
                kind: r.get(0)?,
                version: r.get(1)?,
                given_at: r.get(2)?,
                channel: r.get(3)?,
                withdrawn_at: r.get(4)?,
            })
        },
    )?)
}

fn row(vault: &Vault, r: &Row<'_>) -> Result<Account, Fault> {
    let (id, level): (Id, String) = (r.get(0)?, r.get(2)?);
    let key = vault.unwrap(&id, &r.get::<Vec<u8>>(6)?)?;
    let person = Person::open(&key, &id, &r.get::<Vec<u8>>(5)?)?;
    Ok(Account {
        phone: person.phone,
        email: person.email,
        email_verified: r.get::<Option<Instant>>(1)?.is_some(),
        surname: person.surname,
        name: person.name,
        patronymic: person.patronymic,
        level: Level::parse(&level)
            .ok_or_else(|| Fault::new(format!("`{level}` is no level of an account")))?,
        lang: Lang::from_str(&r.get::<String>(3)?).unwrap_or_default(),
        created_at: r.get(4)?,
        has_password: r.get(7)?,
        id,
    })
}
