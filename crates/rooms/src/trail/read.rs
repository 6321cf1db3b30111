//! The page of the trail: the newest first, a piece at a time, as far as a scope reaches.

use std::collections::{BTreeSet, HashMap};

use base::db::Sort::Text;
use base::db::{Keyed, Row, Val};
use base::{Fault, Id, Instant, Kind as Refused, Outcome, Refusal, Tx, args};

use super::Deed;
use crate::access::{Action, Place, PlaceKind, Scope};

/// Whose entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The engineer's.
    Engineer,
    /// Of this account.
    Account(Id),
}

/// Which entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Whose; of everybody without it.
    pub whose: Option<Whose>,
    /// What was done.
    pub deed: Option<Deed>,
    /// From this moment on …
    pub from: Option<Instant>,
    /// … to before this one.
    pub until: Option<Instant>,
    /// Of this operation.
    pub op: Option<Id>,
}

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id: the cursor of the page.
    pub id: Id,
    /// When.
    pub at: Instant,
    /// The operation's id.
    pub op: Id,
    /// Who; nobody for the engineer.
    pub account: Option<Id>,
    /// What was done: a [`Deed`], unless a newer program wrote it.
    pub action: String,
    /// With which end; may be empty.
    pub step: String,
    /// By which role, where.
    pub by: Option<(String, Place)>,
    /// To what: kind and id.
    pub object: Option<(String, String)>,
    /// By which way.
    pub channel: String,
}

/// Later than every id.
const LAST: &str = "zzzzzzzzzzzzzzzzzzzzzzzzzz";

/// A page's query. `$by` is what an index begins with; everything else narrows what that finds.
macro_rules! page {
    ($by:literal) => {
        concat!(
            "SELECT id, at, op_id, account_id, action, step, role, place_kind, place_id, object_kind,
                    object_id, channel
             FROM staff_trail WHERE ",
            $by,
            "id < $1 AND id >= $2
               AND ($3 = '' OR op_id = $3)
               AND ($4 = '' OR account_id = $4) AND ($5 = FALSE OR account_id IS NULL)
               AND ($6 = '' OR action = $6)
               AND ($7 = '' OR organization_id = $7)
               AND ($8 = '' OR site_id = $8)
               AND ($9 = '' OR (place_kind = 'resource' AND place_id = $9))
             ORDER BY id DESC LIMIT $10"
        )
    };
}

pub(super) const ALL: &str = page!("");
pub(super) const BY_OP: &str = page!("op_id = $3 AND ");
pub(super) const BY_ACCOUNT: &str = page!("account_id = $4 AND ");
pub(super) const BY_ENGINEER: &str = page!("account_id IS NULL AND ");
pub(super) const BY_ACTION: &str = page!("action = $6 AND ");
pub(super) const BY_ORGANIZATION: &str = page!("organization_id = $7 AND ");
pub(super) const BY_SITE: &str = page!("site_id = $8 AND ");
pub(super) const BY_CALENDAR: &str = page!("place_kind = 'resource' AND place_id = $9 AND ");

static OF_OP: Keyed = Keyed::by(
    &[Text],
    "SELECT id, at, op_id, account_id, action, step, role, place_kind, place_id, object_kind, object_id,
            channel
     FROM staff_trail WHERE op_id = $1",
);

/// The entries of these operations; an old one may be gone. The caller tells somebody who did something with
/// their data.
pub(crate) fn of_ops<'i>(
    tx: &mut Tx<'_>,
    ops: impl IntoIterator<Item = &'i Id>,
) -> Outcome<HashMap<Id, Entry>> {
    let ops: BTreeSet<&Id> = ops.into_iter().collect();
    let keys: Vec<_> = ops.into_iter().map(|id| args![id].to_vec()).collect();
    Ok(tx.of_keys(&OF_OP, &keys, row)?.into_iter().map(|x| (x.op.clone(), x)).collect())
}

/// Up to `limit` entries that `scope` reaches and `filter` admits, the newest first, older than the
/// entry `before`.
///
/// # Errors
/// `E-ROLE-01` when the scope was made for something else; a fault of the engine.
pub fn page(
    tx: &mut Tx<'_>,
    scope: &Scope,
    filter: &Filter,
    (before, limit): (Option<&Id>, usize),
) -> Outcome<Vec<Entry>> {
    if !matches!(scope.action(), Action::ReadTrail | Action::ExportTrail) {
        return Err(Refusal::new(Refused::Forbidden, "E-ROLE-01").into());
    }
    let mut places: Vec<&Place> = scope.places().collect();
    if let Some(whole) = places.iter().copied().find(|x| **x == Place::Portal) {
        places = vec![whole];
    }
    places.sort();
    places.dedup();
    let mut found = Vec::new();
    // One question a place: almost everybody has one.
    for place in places {
        found.extend(at_place(tx, place, filter, (before, limit))?);
    }
    found.sort_by(|a, b| b.id.cmp(&a.id));
    found.dedup_by(|a, b| a.id == b.id);
    found.truncate(limit);
    Ok(found)
}

fn at_place(
    tx: &mut Tx<'_>,
    place: &Place,
    filter: &Filter,
    (before, limit): (Option<&Id>, usize),
) -> Outcome<Vec<Entry>> {
    let until = filter.until.map(Id::lowest);
    let high = [before, until.as_ref()].into_iter().flatten().min().map_or(LAST, |x| x.as_str());
    let low = filter.from.map(Id::lowest);
    let account = match &filter.whose {
        Some(Whose::Account(id)) => id.as_str(),
        _ => "",
    };
    let within = |kind: PlaceKind| if place.kind() == kind { place.id() } else { "" };
    let values = args![
        high,
        low.as_ref().map_or("", |x| x.as_str()),
        filter.op.as_ref().map_or("", |x| x.as_str()),
        account,
        filter.whose == Some(Whose::Engineer),
        filter.deed.map_or("", Deed::as_str),
        within(PlaceKind::Organization),
        within(PlaceKind::Site),
        within(PlaceKind::Resource),
        Val::I64(i64::try_from(limit).unwrap_or(i64::MAX)),
    ];
    Ok(tx.all(query(place.kind(), filter), values, row)?)
}

/// The query whose index finds the fewest.
fn query(place: PlaceKind, filter: &Filter) -> &'static str {
    match (&filter.op, &filter.whose, place, filter.deed) {
        (Some(_), ..) => BY_OP,
        (_, Some(Whose::Account(_)), ..) => BY_ACCOUNT,
        (_, _, PlaceKind::Organization, _) => BY_ORGANIZATION,
        (_, _, PlaceKind::Site, _) => BY_SITE,
        (_, _, PlaceKind::Resource, _) => BY_CALENDAR,
        (_, Some(Whose::Engineer), ..) => BY_ENGINEER,
        (.., Some(_)) => BY_ACTION,
        _ => ALL,
    }
}

pub(super) fn row(r: &Row<'_>) -> Result<Entry, Fault> {
    let place = (r.get::<Option<String>>(7)?, r.get::<Option<String>>(8)?);
    let place = match place {
        (Some(kind), Some(id)) => Place::parse(&kind, &id),
        _ => None,
    };
    Ok(Entry {
        id: r.get(0)?,
        at: r.get(1)?,
        op: r.get(2)?,
        account: r.get(3)?,
        action: r.get(4)?,
        step: r.get(5)?,
        by: r.get::<Option<String>>(6)?.zip(place),
        object: r.get::<Option<String>>(9)?.zip(r.get(10)?),
        channel: r.get(11)?,
    })
}
