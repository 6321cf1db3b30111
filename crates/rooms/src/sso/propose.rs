//! Four eyes: what is registered of a connected site changes when a second administrator agrees. What
//! protects people (disconnecting a site, another secret for it) needs no second one.

use base::db::Row;
use base::{Cx, Fault, Id, Instant, Kind, Outcome, Refusal, Tx, args, locking};
use serde_json::{Value, json};

use super::client;
use super::register::{self, NewClient, Registered};
use super::sector::{self, Sector};
use crate::access::{self, Action};
use crate::text::Text;

/// What somebody wants to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// To connect a site.
    Connect(NewClient),
    /// To change what is registered of a site that was seen at this revision.
    Change(Id, i64, NewClient),
    /// To connect a site again that is disconnected.
    Open(Id),
}

impl Wish {
    /// The site, when there is one already.
    pub fn site(&self) -> Option<&Id> {
        match self {
            Self::Connect(_) => None,
            Self::Change(id, ..) | Self::Open(id) => Some(id),
        }
    }

    /// As stored, and in the keys of texts.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Connect(_) => "connect",
            Self::Change(..) => "change",
            Self::Open(_) => "open",
        }
    }

    fn told(&self) -> Value {
        match self {
            Self::Connect(new) | Self::Change(_, _, new) => new.told(),
            Self::Open(_) => json!({}),
        }
    }
}

/// What waits for a second one's word.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// Its id.
    pub id: Id,
    /// What is wanted.
    pub wish: Wish,
    /// Who wants it, as in histories.
    pub by: String,
    /// Since when.
    pub at: Instant,
    /// Until when it waits.
    pub until: Instant,
}

/// Proposes something; gives the proposal's id, nothing when it would change nothing. Nothing is in
/// force yet.
///
/// # Errors
/// As [`register::add`], [`register::change`] and [`register::reopen`]; `E-SSO-29` when something waits
/// for this site already.
pub fn propose(tx: &mut Tx<'_>, cx: &Cx, wish: &Wish) -> Outcome<Option<Id>> {
    tx.exec(
        "UPDATE sso_proposal SET decided_at = $1, decided_by = 'system', outcome = 'expired'
         WHERE decided_at IS NULL AND expires_at <= $1",
        args![cx.now],
    )?;
    let Some(wish) = register::fitting(tx, cx, wish)? else { return Ok(None) };
    let revision = if let Wish::Change(_, revision, _) = &wish { *revision } else { 0 };
    let id = cx.new_id();
    let added: Option<Id> = tx.opt(
        "INSERT INTO sso_proposal (id, client_id, revision, act, wish, asked_at, asked_by, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT DO NOTHING RETURNING id",
        args![
            &id,
            wish.site(),
            revision,
            wish.as_str(),
            &wish.told().to_string(),
            cx.now,
            &cx.actor.label(),
            cx.now.plus(access::WAITS),
        ],
        |r| r.get(0),
    )?;
    let waits = || Refusal::new(Kind::Conflict, "E-SSO-29");
    tracing::info!(op = %cx.op, proposal = %id, act = wish.as_str(), "a site's change waits");
    added.map(Some).ok_or_else(|| waits().into())
}

/// The second one agrees: what was proposed is in force, and both stand in the site's history. A secret
/// that is made is told to whoever agrees.
///
/// # Errors
/// `E-ROLE-14` when it waits no more, `E-ROLE-15` for whoever proposed it, `E-ROLE-16` when they could
/// not do it any more; as [`propose`], of the site as it is now.
pub fn agree(tx: &mut Tx<'_>, cx: &Cx, id: &Id) -> Outcome<Registered> {
    let found = locked(tx, cx.now, id)?;
    access::second(tx, cx, &found.by, Action::ConnectSites)?;
    decide(tx, cx, id, "agreed")?;
    register::agreed(tx, cx, &found.wish, &found.by)
}

/// Lets a proposal go: withdrawn by whoever made it, declined by another.
///
/// # Errors
/// `E-ROLE-14` when it waits no more.
pub fn let_go(tx: &mut Tx<'_>, cx: &Cx, id: &Id) -> Outcome<()> {
    let found = locked(tx, cx.now, id)?;
    let own = found.by == cx.actor.label();
    decide(tx, cx, id, if own { "withdrawn" } else { "declined" })
}

/// A proposal, with what whoever decides has to know.
#[derive(Clone, Debug)]
pub struct Waits {
    /// What is wanted.
    pub proposal: Proposal,
    /// What is registered now of a site that is there.
    pub present: Option<NewClient>,
    /// By what a site that is not there yet would know people.
    pub sector: Option<Sector>,
}

/// What waits, the oldest first.
///
/// # Errors
/// A fault of the engine.
pub fn waiting(tx: &mut Tx<'_>, now: Instant) -> Outcome<Vec<Waits>> {
    let sql = "SELECT id, client_id, revision, act, wish, asked_by, asked_at, expires_at
               FROM sso_proposal WHERE decided_at IS NULL AND expires_at > $1
               ORDER BY asked_at, id";
    let all = tx.all(sql, args![now], row)?;
    let with = |x: Proposal| {
        let present = match x.wish.site() {
            Some(id) => client::any(tx, id)?.map(|x| register::registration(tx, &x)).transpose()?,
            None => None,
        };
        let sector = match &x.wish {
            Wish::Connect(new) => Some(sector::look(tx, new)?),
            Wish::Change(..) | Wish::Open(_) => None,
        };
        Ok(Waits { proposal: x, present, sector })
    };
    all.into_iter().map(with).collect()
}

fn decide(tx: &mut Tx<'_>, cx: &Cx, id: &Id, outcome: &str) -> Outcome<()> {
    tx.exec(
        "UPDATE sso_proposal SET decided_at = $2, decided_by = $3, outcome = $4 WHERE id = $1",
        args![id, cx.now, &cx.actor.label(), outcome],
    )?;
    tracing::info!(op = %cx.op, proposal = %id, outcome, "a site's change was decided");
    Ok(())
}

/// The proposal as long as it waits, locked until the transaction ends.
fn locked(tx: &mut Tx<'_>, now: Instant, id: &Id) -> Outcome<Proposal> {
    let found = tx.locked(
        locking!(
            "SELECT id, client_id, revision, act, wish, asked_by, asked_at, expires_at
             FROM sso_proposal WHERE id = $1 AND decided_at IS NULL AND expires_at > $2",
            "FOR UPDATE"
        ),
        args![id, now],
        row,
    )?;
    Ok(found.ok_or_else(|| Refusal::new(Kind::Gone, "E-ROLE-14"))?)
}

fn row(r: &Row<'_>) -> Result<Proposal, Fault> {
    let (act, wish) = (r.get::<String>(3)?, r.get::<String>(4)?);
    let wish: Value = serde_json::from_str(&wish)
        .map_err(|error| Fault::of("a proposal about a site is no JSON", error))?;
    let site = r.get::<Option<Id>>(1)?;
    let new = || {
        let new = NewClient::read(&wish);
        new.ok_or_else(|| Fault::new("a proposal about a site says not all of it"))
    };
    let wish = match (act.as_str(), site) {
        ("connect", None) => Wish::Connect(new()?),
        ("change", Some(id)) => Wish::Change(id, r.get(2)?, new()?),
        ("open", Some(id)) => Wish::Open(id),
        _ => return Err(Fault::new(format!("`{act}` is no act on a site"))),
    };
    let (by, at, until) = (r.get(5)?, r.get(6)?, r.get(7)?);
    Ok(Proposal { id: r.get(0)?, wish, by, at, until })
}

impl NewClient {
    /// Undoes [`NewClient::told`].
    fn read(told: &Value) -> Option<Self> {
        let text = |name: &str| told[name].as_str().map(str::to_owned);
        let list = |name: &str| {
            let all = told[name].as_array()?.iter();
            all.map(|x| x.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
        };
        Some(Self {
            name: Text::new(text("name_ru")?, text("name_en")?),
            redirects: list("redirects")?,
            after_logout: list("after_logout")?,
            logout_uri: text("logout_uri"),
            scopes: super::Scopes::parse(&text("scopes")?),
            auth: client::Auth::parse(&text("auth")?)?,
            keys: text("keys")?,
            sector: text("sector"),
        })
    }
}
