//! What is known of a person.

use std::collections::BTreeMap;

use base::vault::{DataKey, Spot};
use base::{Cx, Fault, Id, Instant, Outcome, Pii, Tx, args};
use ident::BirthDate;

use super::data::Written;
use super::{Kind, Values, rules};
use crate::accounts::{self, Account, Level};

/// How a datum was checked; what proves less comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// The registries know it: not who typed it.
    Registry,
    /// The code of a letter that was sent there was typed.
    Letter,
    /// Somebody has compared it with pictures of the papers.
    Scan,
    /// It stands in the certificate with which the person has signed.
    Signature,
    /// Somebody has compared it with the papers, and the face with them.
    Visit,
}

impl How {
    const ALL: [Self; 5] = [Self::Registry, Self::Letter, Self::Scan, Self::Signature, Self::Visit];

    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Registry => "registry",
            Self::Visit => "visit",
            Self::Signature => "signature",
            Self::Scan => "scan",
            Self::Letter => "letter",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|x| x.as_str() == text)
    }
}

/// A datum, as it was typed last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Datum {
    /// What it is.
    pub kind: Kind,
    /// Its fields.
    pub values: Values,
    /// Grows with every change; nought for the name of the registration.
    pub version: i64,
    /// When it was typed.
    pub typed_at: Instant,
    /// By whom, as in histories: `account:…`.
    pub typed_by: String,
    /// When and how it was checked since.
    pub verified: Option<(Instant, How)>,
}

impl Datum {
    /// It says of the address of living: where one is registered.
    pub fn is_as_registered(&self) -> bool {
        self.values.get("same") == "1"
    }
}

/// How an address stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It was never typed.
    Absent,
    /// Its owner says so.
    Stated,
    /// Somebody or something has proved it since.
    Proved,
}

/// All that is known of a person.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Whose it is.
    pub account: Account,
    data: BTreeMap<Kind, Datum>,
}

impl Profile {
    /// A datum, when it is there.
    pub fn get(&self, kind: Kind) -> Option<&Datum> {
        self.data.get(&kind)
    }

    /// The version of a datum; nought when it was never typed here.
    pub fn version(&self, kind: Kind) -> i64 {
        self.get(kind).map_or(0, |x| x.version)
    }

    /// What is needed for a check by the registries and not there.
    pub fn missing(&self) -> Vec<Kind> {
        rules::missing(|x| self.data.contains_key(&x))
    }

    /// When the person was born.
    pub fn born(&self) -> Option<BirthDate> {
        self.get(Kind::Birth)?.values.born()
    }

    /// The address of registration on one line; empty when it was never typed.
    pub fn home(&self) -> String {
        let datum = self.get(Kind::Registration);
        datum.map(|x| x.values.line(Kind::Registration)).unwrap_or_default()
    }

    /// Whether a datum counts as checked.
    pub fn is_checked(&self, kind: Kind) -> bool {
        let Some(datum) = self.get(kind) else { return false };
        rules::is_checked(kind, datum.verified.is_some(), self.account.level)
    }

    /// How an address stands; living where one is registered is proved with that.
    pub fn standing(&self, kind: Kind) -> Standing {
        let Some(datum) = self.get(kind) else { return Standing::Absent };
        match datum.verified {
            _ if datum.is_as_registered() => self.standing(Kind::Registration),
            Some(_) => Standing::Proved,
            None => Standing::Stated,
        }
    }

    /// Whether a way has something to lead to: a level above, or the proof of the address of
    /// registration.
    pub fn has_to_prove(&self) -> bool {
        let stated = self.standing(Kind::Registration) == Standing::Stated;
        self.account.level < Level::Verified || stated
    }

    /// Where the person lives: the address of living, or of registration when it is the same.
    pub fn address(&self, kind: Kind) -> Option<&Values> {
        let own = self.get(kind)?;
        let told = if own.is_as_registered() { self.get(Kind::Registration)? } else { own };
        Some(&told.values)
    }
}

/// What is known of `account`; nothing when it is closed.
///
/// # Errors
/// A fault of the engine.
pub fn profile(tx: &mut Tx<'_>, account: &Id) -> Outcome<Option<Profile>> {
    let Some(account) = accounts::read::account(tx, account)? else { return Ok(None) };
    let key = tx.key(&account.id)?;
    let of_account = Values::name(&account.surname, &account.name, &account.patronymic);
    let rows = tx.all(
        "SELECT kind, sealed, version, typed_at, typed_by, verified_at, verified_by
         FROM identity_datum WHERE account_id = $1",
        args![&account.id],
        |r| {
            let known = (r.get::<String>(0)?, r.get::<Option<Vec<u8>>>(1)?);
            let rest = (r.get(2)?, r.get(3)?, r.get(4)?);
            Ok((known, rest, (r.get::<Option<Instant>>(5)?, r.get::<Option<String>>(6)?)))
        },
    )?;
    let mut data = BTreeMap::new();
    let name = Datum {
        kind: Kind::Name,
        values: of_account.clone(),
        version: 0,
        typed_at: account.created_at,
        typed_by: format!("account:{}", account.id),
        verified: None,
    };
    data.insert(Kind::Name, name);
    for ((kind, sealed), (version, typed_at, typed_by), (at, by)) in rows {
        let known = Kind::parse(&kind);
        let kind = known.ok_or_else(|| Fault::new(format!("`{kind}` is no kind of datum")))?;
        let values = match sealed {
            Some(sealed) => open(&key, &account.id, kind, &sealed)?,
            None => of_account.clone(),
        };
        let verified = at.zip(by.as_deref().and_then(How::parse));
        data.insert(kind, Datum { kind, values, version, typed_at, typed_by, verified });
    }
    Ok(Some(Profile { account, data }))
}

/// When the owner of `account` was born, as far as they said so.
///
/// # Errors
/// A fault of the engine.
pub fn born(tx: &mut Tx<'_>, account: &Id) -> Outcome<Option<BirthDate>> {
    Ok(typed(tx, account, Kind::Birth)?.and_then(|x| x.born()))
}

/// The INN of the owner of `account`, as far as they said so.
///
/// # Errors
/// A fault of the engine.
pub fn inn(tx: &mut Tx<'_>, account: &Id) -> Outcome<Option<Pii<String>>> {
    Ok(typed(tx, account, Kind::Inn)?.map(|x| x.get("number").to_owned().into()))
}

/// One datum alone, when it is there.
fn typed(tx: &mut Tx<'_>, account: &Id, kind: Kind) -> Outcome<Option<Values>> {
    let sql = "SELECT sealed FROM identity_datum WHERE account_id = $1 AND kind = $2";
    let sealed = tx.opt(sql, args![account, kind.as_str()], |r| r.get::<Option<Vec<u8>>>(0))?;
    let Some((sealed, key)) = sealed.flatten().zip(tx.key_of(account)?) else { return Ok(None) };
    Ok(Some(open(&key, account, kind, &sealed)?))
}

/// The digits of the SNILS by which `account` is found.
pub(crate) fn checked_snils(tx: &mut Tx<'_>, account: &Id) -> Outcome<Option<String>> {
    let Some(profile) = profile(tx, account)? else { return Ok(None) };
    let Some(typed) = profile.get(Kind::Snils).map(|x| x.values.get("number")) else {
        return Ok(None);
    };
    let owner = super::check::owner(tx, typed)?;
    Ok(owner.filter(|x| x == account).map(|_| typed.to_owned()))
}

/// Where a datum stands.
fn with_spot<T>(account: &Id, kind: Kind, act: impl FnOnce(Spot<'_>) -> T) -> T {
    act(Spot::new("identity_datum", "sealed", &format!("{account}/{}", kind.as_str())))
}

fn open(key: &DataKey, account: &Id, kind: Kind, sealed: &[u8]) -> Result<Values, Fault> {
    with_spot(account, kind, |spot| key.open_json::<Written>(spot, sealed)).map(Values::from)
}

/// Keeps a datum that nobody has checked yet.
pub(super) fn store(
    tx: &mut Tx<'_>,
    cx: &Cx,
    account: &Id,
    (kind, values): (Kind, &Values),
) -> Outcome<()> {
    let key = tx.key(account)?;
    let seal = |spot: Spot<'_>| key.seal_json(spot, &Written::from(values));
    // The name has one home, the account.
    let sealed = (kind != Kind::Name).then(|| with_spot(account, kind, seal)).transpose()?;
    tx.exec(
        "INSERT INTO identity_datum (account_id, kind, sealed, version, typed_at, typed_by, channel,
                                     op_id)
         VALUES ($1, $2, $3, 1, $4, $5, $6, $7)
         ON CONFLICT (account_id, kind) DO UPDATE SET
           sealed = excluded.sealed, version = identity_datum.version + 1,
           typed_at = excluded.typed_at, typed_by = excluded.typed_by,
           channel = excluded.channel, op_id = excluded.op_id,
           verified_at = NULL, verified_by = NULL",
        args![
            account,
            kind.as_str(),
            sealed.as_ref(),
            cx.now,
            &cx.actor.label(),
            cx.channel.label(),
            &cx.op,
        ],
    )?;
    Ok(())
}

/// Notes that `kinds` of `account` were checked. What was proved better since it was typed stays proved so. Of a
/// name that was never typed here there is no row yet.
pub(super) fn verified(
    tx: &mut Tx<'_>,
    cx: &Cx,
    account: &Id,
    (kinds, how): (&[Kind], How),
) -> Outcome<()> {
    let [a, b, c, d, e] = How::ALL.map(|x| if x > how { x.as_str() } else { "" });
    for kind in kinds {
        if *kind == Kind::Name {
            tx.exec(
                "INSERT INTO identity_datum (account_id, kind, version, typed_at, typed_by, channel,
                                             op_id)
                 SELECT id, 'name', 0, created_at, 'account:' || id, 'web', '' FROM account
                 WHERE id = $1 ON CONFLICT (account_id, kind) DO NOTHING",
                args![account],
            )?;
        }
        tx.exec(
            "UPDATE identity_datum SET verified_at = $3, verified_by = $4
             WHERE account_id = $1 AND kind = $2
               AND (verified_by IS NULL OR verified_by NOT IN ($5, $6, $7, $8, $9))",
            args![account, kind.as_str(), cx.now, how.as_str(), a, b, c, d, e],
        )?;
    }
    Ok(())
}
