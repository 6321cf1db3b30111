//! Connected sites, as those see them who look after the portal.

use base::{Fault, Id, Instant, Kind, Outcome, Refusal, Tx, args};
use serde_json::Value;

use super::client::{self, COLUMNS, Client, columns};
use super::register::{self, NewClient};

/// Sites on the page.
const SHOWN: i64 = 500;
/// Entries of a history on the page.
const ENTRIES: i64 = 100;

/// A site, connected or not any more.
#[derive(Clone, Debug)]
pub struct Site {
    /// The site.
    pub client: Client,
    /// How often it was changed: what a change must have seen.
    pub revision: i64,
    /// Since when it is connected.
    pub since: Instant,
    /// When it was disconnected.
    pub closed_at: Option<Instant>,
    /// When it last got tokens, to the hour.
    pub used_at: Option<Instant>,
    /// How many people let it read something.
    pub agreed: i64,
}

/// An entry of a site's history.
#[derive(Clone, Debug)]
pub struct Event {
    /// When.
    pub at: Instant,
    /// Who, as in histories.
    pub actor: String,
    /// What: `connected`, `changed`, `secret`, `closed`, `opened`.
    pub event: String,
    /// Names of the fields that were changed.
    pub changed: Vec<String>,
    /// Who had proposed it, when two were asked for, as in histories.
    pub proposed_by: Option<String>,
    /// By what people are known there: of a site that was connected.
    pub sector: Option<String>,
    /// For how many hours the former secret was good on.
    pub former_hours: Option<i64>,
}

macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            ", c.revision, c.created_at, c.closed_at, c.used_at,
               (SELECT count(*) FROM sso_consent k
                WHERE k.client_id = c.id AND k.withdrawn_at IS NULL)
             FROM sso_client c ",
            $tail
        )
    };
}

/// All sites by name, those that are disconnected last.
///
/// # Errors
/// A fault of the engine.
pub fn sites(tx: &mut Tx<'_>) -> Outcome<Vec<Site>> {
    let sql =
        select!("ORDER BY CASE WHEN c.closed_at IS NULL THEN 0 ELSE 1 END, c.name, c.id LIMIT $1");
    Ok(tx.all(sql, args![SHOWN], row)?)
}

/// A site with all that is registered of it and its history, the newest entry first.
///
/// # Errors
/// `E-SSO-27` when there was never such a site.
pub fn site(tx: &mut Tx<'_>, id: &Id) -> Outcome<(Site, NewClient, Vec<Event>)> {
    let site = tx.opt(select!("WHERE c.id = $1"), args![id], row)?.ok_or_else(unknown)?;
    let registered = register::registration(tx, &site.client)?;
    let events = tx.all(
        "SELECT at, actor, event, detail FROM sso_client_event WHERE client_id = $1
         ORDER BY revision DESC LIMIT $2",
        args![id, ENTRIES],
        |r| {
            let detail: Value = serde_json::from_str(&r.get::<String>(3)?)
                .map_err(|error| Fault::of("an entry of a site's history is no JSON", error))?;
            let changed = detail["changed"].as_array().into_iter().flatten();
            let event: String = r.get(2)?;
            let sector = detail["now"]["sector"].as_str().filter(|_| event == "connected");
            Ok(Event {
                at: r.get(0)?,
                actor: r.get(1)?,
                event,
                sector: sector.map(str::to_owned),
                changed: changed.filter_map(|x| x.as_str().map(str::to_owned)).collect(),
                proposed_by: detail["proposed_by"].as_str().map(str::to_owned),
                former_hours: detail["former_hours"].as_i64(),
            })
        },
    )?;
    Ok((site, registered, events))
}

fn row(r: &base::db::Row<'_>) -> Result<Site, Fault> {
    Ok(Site {
        client: client::row(r)?,
        revision: r.get(COLUMNS)?,
        since: r.get(COLUMNS + 1)?,
        closed_at: r.get(COLUMNS + 2)?,
        used_at: r.get(COLUMNS + 3)?,
        agreed: r.get(COLUMNS + 4)?,
    })
}

/// There is no such site.
pub(super) fn unknown() -> Refusal {
    Refusal::new(Kind::NotFound, "E-SSO-27")
}
