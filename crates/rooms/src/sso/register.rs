//! Connecting a site, changing and disconnecting it: what the staff and the engineer do. Every act
//! has a revision of its own and stands in the history.

use base::{Cx, Id, Instant, Kind, Outcome, Refusal, Tx, args, locking};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::client::{self, Auth, Way};
use super::fit::faults;
use super::keyset::KeySet;
use super::overview::unknown;
use super::propose::Wish;
use super::{Scope, Scopes, keys, secret, sector};
use crate::text::Text;

/// How long a name may be, in characters.
pub const NAME: usize = 120;
/// How many addresses of a kind a site may have.
pub const ADDRESSES: usize = 20;
/// How long a former secret may stay good beside the new one, for those who want it so.
pub const FORMER: i64 = Instant::DAY;

/// What is registered of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewClient {
    /// As people will read it: «Налоговая служба».
    pub name: Text,
    /// Where people come back with a code.
    pub redirects: Vec<String>,
    /// Where they may be sent after signing out.
    pub after_logout: Vec<String>,
    /// Where the site hears that a session has ended.
    pub logout_uri: Option<String>,
    /// What it may ask for; `openid` is always among it.
    pub scopes: Scopes,
    /// How it proves who it is.
    pub auth: Auth,
    /// The public halves of its keys (a JWKS), when it proves itself by them.
    pub keys: String,
    /// Shared by sites that are to know people by the same subjects; without one, the host of the
    /// redirects, or the site alone when they lie on the people's own machines. It never changes: people
    /// would be strangers to the site.
    pub sector: Option<String>,
}

impl NewClient {
    /// Its fields that can change, as forms call them: all but the sector.
    pub const FIELDS: [&str; 8] =
        ["name_ru", "name_en", "redirects", "after_logout", "logout_uri", "scopes", "auth", "keys"];

    /// The fields that differ from `other`, as forms call them.
    pub fn differing(&self, other: &Self) -> Vec<&'static str> {
        let (mine, others) = (self.told(), other.told());
        Self::FIELDS.into_iter().filter(|x| mine[*x] != others[*x]).collect()
    }

    pub(super) fn told(&self) -> Value {
        json!({
            "name_ru": self.name.ru, "name_en": self.name.en,
            "redirects": self.redirects, "after_logout": self.after_logout,
            "logout_uri": self.logout_uri, "scopes": self.scopes.to_string(),
            "auth": self.auth.as_str(), "keys": self.keys, "sector": self.sector,
        })
    }

    /// Its keys, as they are stored.
    fn jwks(&self) -> Option<String> {
        let keys = (self.auth == Auth::Keys).then(|| KeySet::parse(&self.keys).ok());
        keys.flatten().map(|x| x.text())
    }

    /// As it is stored: trimmed, in order, once each.
    fn tidy(&self) -> Self {
        let list = |all: &[String]| {
            let mut all: Vec<String> = all.to_vec();
            all.sort();
            all.dedup();
            all
        };
        Self {
            name: Text::new(self.name.ru.trim(), self.name.en.trim()),
            redirects: list(&self.redirects),
            after_logout: list(&self.after_logout),
            scopes: self.scopes.with(Scope::OpenId),
            keys: self.jwks().unwrap_or_default(),
            ..self.clone()
        }
    }
}

/// A site after an act that may have made a secret. It is shown only now: a form that comes again
/// meets the same answer without it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Registered {
    /// Its `client_id`.
    pub id: Id,
    /// Its `client_secret`, when one was made.
    #[serde(skip)]
    pub secret: Option<String>,
}

/// Registers a site.
///
/// # Errors
/// `E-FORM-00` with every faulty field: `E-SSO-20` an address that cannot be registered, `E-SSO-24` one
/// that our server must not call, `E-SSO-21` redirects on several hosts without a sector, `E-SSO-22` no
/// name, `E-SSO-23` too many addresses, `E-SSO-40` to `E-SSO-43` keys that cannot be used.
pub fn add(tx: &mut Tx<'_>, cx: &Cx, new: &NewClient) -> Outcome<Registered> {
    added(tx, cx, new, None)
}

/// A new site as it would be registered: with its sector, if that is not its own, tidy.
///
/// # Errors
/// As [`add`].
pub fn fitting_new(cx: &Cx, new: &NewClient) -> Result<(Option<String>, NewClient), Refusal> {
    let mut faults = faults(cx, new);
    let sector = sector::of(new);
    // Of addresses that are wrong their hosts say nothing.
    let hosts = faults.iter().all(|x| x.field != "redirects");
    faults.extend(sector.as_ref().err().filter(|x| hosts || x.code == "E-SSO-26").cloned());
    match sector {
        Ok(sector) if faults.is_empty() => Ok((sector, new.tidy())),
        _ => Err(Refusal::invalid(faults)),
    }
}

fn added(tx: &mut Tx<'_>, cx: &Cx, new: &NewClient, first: Option<&str>) -> Outcome<Registered> {
    let (sector, new) = fitting_new(cx, new)?;
    keys::ready(tx, cx)?;
    let id = cx.new_id();
    let sector = sector.unwrap_or_else(|| id.to_string());
    let secret = (new.auth == Auth::Secret).then(|| secret::fresh(&cx.chance));
    tx.exec(
        "INSERT INTO sso_client (id, name, name_en, sector, secret_digest, jwks, scopes, logout_uri,
                                 created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        args![
            &id,
            &new.name.ru,
            &new.name.en,
            &sector,
            secret.as_deref().map(|x| secret::digest(x).to_vec()).as_ref(),
            new.jwks().as_deref(),
            &new.scopes.to_string(),
            new.logout_uri.as_deref(),
            cx.now,
        ],
    )?;
    keep_addresses(tx, &id, &new)?;
    let new = NewClient { sector: Some(sector), ..new };
    note(tx, cx, (&id, 1), "connected", with(json!({"now": new.told()}), first))?;
    Ok(Registered { id, secret })
}

/// Changes what is registered of a site, which was seen at `revision`; the sector stays. A site that
/// proves itself by a secret from now on gets one.
///
/// # Errors
/// As [`add`]; `E-SSO-27` when there is no such site, `E-SSO-25` when somebody else changed it meanwhile.
pub fn change(tx: &mut Tx<'_>, cx: &Cx, seen: (&Id, i64), new: &NewClient) -> Outcome<Registered> {
    changed(tx, cx, seen, (new, None))
}

/// What a site would be, beside what it is; nothing when it would be the same.
fn fitting_change(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (id, revision): (&Id, i64),
    new: &NewClient,
) -> Outcome<Option<(NewClient, NewClient)>> {
    let (before, present) = locked(tx, id)?;
    if present != revision {
        return Err(Refusal::new(Kind::Conflict, "E-SSO-25").into());
    }
    let new = NewClient { sector: before.sector.clone(), ..new.clone() };
    let faults = faults(cx, &new);
    if !faults.is_empty() {
        return Err(Refusal::invalid(faults).into());
    }
    let new = new.tidy();
    Ok((!new.differing(&before).is_empty()).then_some((before, new)))
}

fn changed(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (id, revision): (&Id, i64),
    (new, first): (&NewClient, Option<&str>),
) -> Outcome<Registered> {
    let Some((before, new)) = fitting_change(tx, cx, (id, revision), new)? else {
        return Ok(Registered { id: id.clone(), secret: None });
    };
    let changed = new.differing(&before);
    tx.exec(
        "UPDATE sso_client SET name = $2, name_en = $3, scopes = $4, logout_uri = $5, jwks = $6
         WHERE id = $1",
        args![
            id,
            &new.name.ru,
            &new.name.en,
            &new.scopes.to_string(),
            new.logout_uri.as_deref(),
            new.jwks().as_deref(),
        ],
    )?;
    tx.exec("DELETE FROM sso_redirect WHERE client_id = $1", args![id])?;
    keep_addresses(tx, id, &new)?;
    let secret = match (before.auth == new.auth, new.auth) {
        (true, _) => None,
        (false, Auth::Secret) => Some(fresh(tx, cx, id, 0)?),
        (false, Auth::Keys | Auth::Nothing) => {
            without_secret(tx, id)?;
            None
        }
    };
    let detail = json!({"changed": changed, "now": new.told()});
    note(tx, cx, (id, revision + 1), "changed", with(detail, first))?;
    Ok(Registered { id: id.clone(), secret })
}

/// Gives a site a new secret; the former one is good for `lasts` more, at most [`FORMER`].
///
/// # Errors
/// `E-SSO-27` when there is no such site, `E-SSO-28` when it keeps no secret.
pub fn renew(tx: &mut Tx<'_>, cx: &Cx, id: &Id, lasts: i64) -> Outcome<Registered> {
    let (before, revision) = locked(tx, id)?;
    if before.auth != Auth::Secret {
        return Err(Refusal::new(Kind::Conflict, "E-SSO-28").into());
    }
    let secret = fresh(tx, cx, id, lasts)?;
    let former = lasts.clamp(0, FORMER) / Instant::HOUR;
    note(tx, cx, (id, revision + 1), "secret", json!({"former_hours": former}))?;
    Ok(Registered { id: id.clone(), secret: Some(secret) })
}

/// A new secret in place of the present one.
fn fresh(tx: &mut Tx<'_>, cx: &Cx, id: &Id, lasts: i64) -> Outcome<String> {
    let secret = secret::fresh(&cx.chance);
    // Of two changes in a row the first secret is good no more: one former at a time.
    tx.exec(
        "UPDATE sso_client SET former_digest = secret_digest, former_until = $3, secret_digest = $2
         WHERE id = $1",
        args![id, &secret::digest(&secret)[..], cx.now.plus(lasts.clamp(0, FORMER))],
    )?;
    Ok(secret)
}

fn without_secret(tx: &mut Tx<'_>, id: &Id) -> Outcome<()> {
    let sql =
        "UPDATE sso_client SET secret_digest = NULL, former_digest = NULL, former_until = NULL
               WHERE id = $1";
    tx.exec(sql, args![id])?;
    Ok(())
}

/// Disconnects a site: nobody signs in there any more, and its tokens read nothing. People stay signed
/// in here; what they agreed to is withdrawn.
///
/// # Errors
/// `E-SSO-27` when there is no such site.
pub fn close(tx: &mut Tx<'_>, cx: &Cx, id: &Id) -> Outcome<()> {
    let (_, revision) = locked(tx, id)?;
    let sql = "UPDATE sso_client SET closed_at = $2, former_digest = NULL, former_until = NULL
               WHERE id = $1";
    tx.exec(sql, args![id, cx.now])?;
    tx.exec(
        "UPDATE sso_grant SET ended_at = $2, left_at = COALESCE(left_at, $2)
         WHERE client_id = $1 AND ended_at IS NULL",
        args![id, cx.now],
    )?;
    tx.exec(
        "UPDATE sso_consent SET withdrawn_at = $2 WHERE client_id = $1 AND withdrawn_at IS NULL",
        args![id, cx.now],
    )?;
    note(tx, cx, (id, revision + 1), "closed", json!({}))
}

/// Connects a site again that was disconnected. It gets a new secret, if it has one: the former may be
/// why it was disconnected. People are asked anew.
///
/// # Errors
/// `E-SSO-27` when there is no such site, or it is connected.
pub fn reopen(tx: &mut Tx<'_>, cx: &Cx, id: &Id) -> Outcome<Registered> {
    opened(tx, cx, id, None)
}

fn opened(tx: &mut Tx<'_>, cx: &Cx, id: &Id, first: Option<&str>) -> Outcome<Registered> {
    let sql = "UPDATE sso_client SET closed_at = NULL WHERE id = $1 AND closed_at IS NOT NULL";
    if tx.exec(sql, args![id])? == 0 {
        return Err(unknown().into());
    }
    let (site, revision) = locked(tx, id)?;
    let secret = match site.auth {
        Auth::Secret => Some(fresh(tx, cx, id, 0)?),
        Auth::Keys | Auth::Nothing => None,
    };
    note(tx, cx, (id, revision + 1), "opened", with(json!({}), first))?;
    Ok(Registered { id: id.clone(), secret })
}

/// A wish as it would be fulfilled now; nothing when nothing would change.
pub(super) fn fitting(tx: &mut Tx<'_>, cx: &Cx, wish: &Wish) -> Outcome<Option<Wish>> {
    Ok(match wish {
        Wish::Connect(new) => Some(Wish::Connect(fitting_new(cx, new)?.1)),
        Wish::Change(id, revision, new) => fitting_change(tx, cx, (id, *revision), new)?
            .map(|(_, new)| Wish::Change(id.clone(), *revision, new)),
        Wish::Open(id) => {
            let closed = "SELECT id FROM sso_client WHERE id = $1 AND closed_at IS NOT NULL";
            Some(Wish::Open(tx.opt(closed, args![id], |r| r.get(0))?.ok_or_else(unknown)?))
        }
    })
}

/// Fulfils what `first` had proposed and somebody else has agreed to.
pub(super) fn agreed(tx: &mut Tx<'_>, cx: &Cx, wish: &Wish, first: &str) -> Outcome<Registered> {
    match wish {
        Wish::Connect(new) => added(tx, cx, new, Some(first)),
        Wish::Change(id, seen, new) => changed(tx, cx, (id, *seen), (new, Some(first))),
        Wish::Open(id) => opened(tx, cx, id, Some(first)),
    }
}

/// What is noted of an act, with whoever proposed it.
fn with(mut detail: Value, first: Option<&str>) -> Value {
    if let Some(first) = first {
        detail["proposed_by"] = json!(first);
    }
    detail
}

/// What is registered of a connected site, and its revision; locked until the transaction ends.
fn locked(tx: &mut Tx<'_>, id: &Id) -> Outcome<(NewClient, i64)> {
    let lock = locking!(
        "SELECT revision FROM sso_client WHERE id = $1 AND closed_at IS NULL",
        "FOR UPDATE"
    );
    let revision: i64 = tx.locked(lock, args![id], |r| r.get(0))?.ok_or_else(unknown)?;
    let client = client::find(tx, id)?.ok_or_else(unknown)?;
    Ok((registration(tx, &client)?, revision))
}

/// What is registered of `client`.
pub(super) fn registration(tx: &mut Tx<'_>, client: &client::Client) -> Outcome<NewClient> {
    Ok(NewClient {
        name: client.name.clone(),
        redirects: client::addresses(tx, &client.id, Way::SignIn)?,
        after_logout: client::addresses(tx, &client.id, Way::SignOut)?,
        logout_uri: client.logout_uri.clone(),
        scopes: client.scopes,
        auth: client.auth,
        keys: client.jwks.clone().unwrap_or_default(),
        sector: Some(client.sector.clone()),
    })
}

fn keep_addresses(tx: &mut Tx<'_>, id: &Id, new: &NewClient) -> Outcome<()> {
    for (way, uris) in [(Way::SignIn, &new.redirects), (Way::SignOut, &new.after_logout)] {
        for uri in uris {
            tx.exec(
                "INSERT INTO sso_redirect (client_id, kind, uri) VALUES ($1, $2, $3)",
                args![id, way.as_str(), uri],
            )?;
        }
    }
    Ok(())
}

/// Writes an act into the history, as the revision that it makes.
fn note(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (id, revision): (&Id, i64),
    event: &str,
    detail: Value,
) -> Outcome<()> {
    tx.exec("UPDATE sso_client SET revision = $2 WHERE id = $1", args![id, revision])?;
    tx.exec(
        "INSERT INTO sso_client_event (client_id, revision, at, op_id, actor, channel, event, detail)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![
            id,
            revision,
            cx.now,
            &cx.op,
            &cx.actor.label(),
            cx.channel.label(),
            event,
            &detail.to_string(),
        ],
    )?;
    tracing::info!(op = %cx.op, site = %id, event, "a connected site was changed");
    Ok(())
}
