//! The mandate's row.

use std::collections::HashMap;

use base::db::Sort::Text;
use base::db::{Keyed, Row};
use base::vault::{Spot, Vault};
use base::{Fault, Id, Instant, Kind as RefusalKind, Outcome, Pii, Refusal, Tx, args};
use ident::BirthDate;

use super::{Kind, Sheet};
use crate::accounts::Level;
use crate::identity;

/// Where a mandate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// As the account's owner typed it; nobody looked at the paper yet.
    Typed,
    /// The staff saw the paper.
    Checked,
    /// The staff did not accept the paper; the owner may correct it.
    Refused,
    /// The account's owner ended it.
    Ended,
    /// Taken back: the principal said so at an office.
    Revoked,
}

impl State {
    /// As stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Typed => "typed",
            Self::Checked => "checked",
            Self::Refused => "refused",
            Self::Ended => "ended",
            Self::Revoked => "revoked",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Typed, Self::Checked, Self::Refused, Self::Ended, Self::Revoked]
            .into_iter()
            .find(|x| x.as_str() == text)
    }

    /// Whether nobody has ended it.
    pub fn stands(self) -> bool {
        matches!(self, Self::Typed | Self::Checked | Self::Refused)
    }
}

/// A mandate as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mandate {
    /// Its id.
    pub id: Id,
    /// Who acts by it.
    pub account: Id,
    /// Who is represented: the same person added anew by the same account keeps this id.
    pub principal: Id,
    /// On which kind of paper it rests.
    pub kind: Kind,
    /// Where it stands; [`super::rules::standing`] also looks at the day.
    pub state: State,
    /// Number of the last entry of its history.
    pub revision: u32,
    /// When it was added.
    pub created: Instant,
    /// When it last changed.
    pub changed: Instant,
    /// The level of whoever acts by it; asked where somebody acts.
    pub by_level: Level,
    /// When whoever acts by it was born, as far as they said so; asked where somebody acts.
    pub by_born: Option<BirthDate>,
    /// Of a sole trader: the INN of whoever acts by it, as far as they said so.
    pub(super) by_inn: Pii<Option<String>>,
    /// Names, paper, powers; nothing once the person was erased.
    pub(super) sheet: Pii<Option<Sheet>>,
}

impl Mandate {
    /// Names, paper and powers, to show them to those who may see them; nothing once the person was
    /// erased.
    pub fn sheet(&self) -> Option<&Sheet> {
        self.sheet.reveal().as_ref()
    }
}

/// Where the sheet of a mandate stands.
pub(super) fn spot(id: &str) -> Spot<'_> {
    Spot::new("mandate", "sealed", id)
}

/// `SELECT` of all columns of a mandate, and what follows.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT m.id, m.account_id, m.principal_id, m.kind, m.state, m.revision, m.created_at,
                    m.changed_at, m.sealed,
                    (SELECT wrapped FROM person_key WHERE person_id = m.account_id),
                    (SELECT level FROM account WHERE id = m.account_id) ",
            $rest
        )
    };
}

fn read(vault: &Vault, r: &Row<'_>) -> Result<Mandate, Fault> {
    let (id, account): (Id, Id) = (r.get(0)?, r.get(1)?);
    let (kind, state, level): (String, String, String) = (r.get(3)?, r.get(4)?, r.get(10)?);
    let sealed = r.get::<Option<Vec<u8>>>(8)?.zip(r.get::<Option<Vec<u8>>>(9)?);
    let open = |(sealed, wrapped): (Vec<u8>, Vec<u8>)| {
        vault.unwrap(&account, &wrapped)?.open_json(spot(&id), &sealed)
    };
    let sheet: Option<Sheet> = sealed.map(open).transpose()?;
    let unknown = |what: &str| Fault::new(format!("`{what}` is unknown to mandates"));
    Ok(Mandate {
        principal: r.get(2)?,
        kind: Kind::parse(&kind).ok_or_else(|| unknown(&kind))?,
        state: State::parse(&state).ok_or_else(|| unknown(&state))?,
        revision: r.get(5)?,
        created: r.get(6)?,
        changed: r.get(7)?,
        by_level: Level::parse(&level).ok_or_else(|| unknown(&level))?,
        by_born: None,
        by_inn: None.into(),
        sheet: sheet.into(),
        id,
        account,
    })
}

/// All mandates of an account, the newest last; those that were ended come along.
///
/// # Errors
/// A fault of the engine.
pub fn of_account(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Mandate>> {
    let vault = tx.vault();
    let sql = select!("FROM mandate m WHERE m.account_id = $1 ORDER BY m.id");
    let found = tx.all(sql, args![account], |r| read(vault, r))?;
    by_whom(tx, found)
}

/// One mandate of an account.
///
/// # Errors
/// `E-REG-03` when there is none, or it is another person's: a stranger learns nothing.
pub fn own(tx: &mut Tx<'_>, account: &Id, id: &str) -> Outcome<Mandate> {
    let vault = tx.vault();
    let found = tx.opt(select!("FROM mandate m WHERE m.id = $1"), args![id], |r| read(vault, r))?;
    let found = found.filter(|x| x.account == *account).ok_or_else(unknown)?;
    by_whom(tx, vec![found])?.pop().ok_or_else(|| unknown().into())
}

/// There is no such mandate.
pub(super) fn unknown() -> Refusal {
    Refusal::new(RefusalKind::NotFound, "E-REG-03")
}

/// The mandate `id`, locked until the transaction ends.
pub(super) fn locked(tx: &mut Tx<'_>, id: &str) -> Outcome<Mandate> {
    let query = base::db::Locking {
        plain: select!("FROM mandate m WHERE m.id = $1"),
        locking: select!("FROM mandate m WHERE m.id = $1 FOR UPDATE"),
    };
    let vault = tx.vault();
    tx.locked(query, args![id], |r| read(vault, r))?.ok_or_else(|| unknown().into())
}

static MANY: Keyed = Keyed::by(&[Text], select!("FROM mandate m WHERE m.id = $1"));

/// Mandates by their ids, in no particular order. No id may come twice.
pub(super) fn many(tx: &mut Tx<'_>, ids: &[&Id]) -> Outcome<Vec<Mandate>> {
    let keys: Vec<_> = ids.iter().map(|id| args![*id].to_vec()).collect();
    let vault = tx.vault();
    let found = tx.of_keys(&MANY, &keys, |r| read(vault, r))?;
    by_whom(tx, found)
}

/// With the birth dates of those who act, and the INN of sole traders: each account is asked once.
fn by_whom(tx: &mut Tx<'_>, mut found: Vec<Mandate>) -> Outcome<Vec<Mandate>> {
    let mut known = HashMap::new();
    for mandate in &mut found {
        if !known.contains_key(&mandate.account) {
            known.insert(mandate.account.clone(), identity::born(tx, &mandate.account)?);
        }
        mandate.by_born = known.get(&mandate.account).copied().flatten();
        if mandate.kind == Kind::Trader {
            mandate.by_inn = identity::inn(tx, &mandate.account)?.map(Pii::into_revealed).into();
        }
    }
    Ok(found)
}

/// Whether an account has a mandate that nobody ended: then a visit may be for somebody else.
///
/// # Errors
/// A fault of the engine.
pub fn any_live(tx: &mut Tx<'_>, account: &Id) -> Outcome<bool> {
    Ok(!acting(tx, &[account])?.is_empty())
}

static ACTING: Keyed = Keyed::by(
    &[Text],
    "SELECT account_id FROM mandate
          WHERE account_id = $1 AND state IN ('typed', 'checked', 'refused') LIMIT 1",
);

/// [`any_live`] for many accounts: those that have one. No account may come twice.
///
/// # Errors
/// A fault of the engine.
pub(crate) fn acting(tx: &mut Tx<'_>, accounts: &[&Id]) -> Outcome<Vec<Id>> {
    let keys: Vec<_> = accounts.iter().map(|id| args![*id].to_vec()).collect();
    Ok(tx.of_keys(&ACTING, &keys, |r| r.get(0))?)
}

/// Mandates that nobody ended, by their ids, from after `last` on.
pub(super) fn batch(tx: &mut Tx<'_>, last: &str, limit: i64) -> Outcome<Vec<Mandate>> {
    let vault = tx.vault();
    let sql = select!(
        "FROM mandate m WHERE m.id > $1 AND m.state IN ('typed', 'checked', 'refused')
         ORDER BY m.id LIMIT $2"
    );
    Ok(tx.all(sql, args![last, limit], |r| read(vault, r))?)
}
