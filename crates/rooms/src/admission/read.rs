//! What is announced, in memory, and the proof of a lottery.

use std::sync::Arc;

use base::{Id, Instant, Outcome, Tx, args};

use super::{Guard, Mode, Opening, Scope, Series, announce, rows, rules};
use crate::offices::{Resource, Site};

/// All announced openings and the series they arise from, as of one edition.
#[derive(Clone, Debug, Default)]
pub struct Openings {
    /// The edition.
    pub version: i64,
    all: Vec<Arc<Opening>>,
    series: Vec<Series>,
}

/// The edition of what is announced: it rises with every change.
///
/// # Errors
/// A fault of the engine.
pub fn version(tx: &mut Tx<'_>) -> Outcome<i64> {
    base::edition::present(tx, "opening")
}

impl Openings {
    /// Reads what is announced. The edition is read first: a change meanwhile makes the picture old,
    /// never wrongly new.
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn load(tx: &mut Tx<'_>) -> Outcome<Self> {
        let version = version(tx)?;
        let all = tx.all(
            "SELECT id, series_id, service_code, scope, scope_id, zone, mode, opens_at, ends_at,
                    from_day, to_day, choose_minutes, seed, commitment, drawn_at, revision,
                    last_rank, admitted_to, pace, paced_at, release_at
             FROM opening WHERE archived = FALSE ORDER BY opens_at, id",
            args![],
            |r| Ok(Arc::new(rows::head(r)?.opening)),
        )?;
        Ok(Self { version, all, series: series(tx)? })
    }

    /// All openings that are announced or were over not long ago, by their moment.
    pub fn all(&self) -> &[Arc<Opening>] {
        &self.all
    }

    /// The series that go on.
    pub fn series(&self) -> &[Series] {
        &self.series
    }

    /// The opening `id`.
    pub fn get(&self, id: &str) -> Option<&Arc<Opening>> {
        self.all.iter().find(|x| x.id.as_str() == id)
    }

    /// The openings of a service that are not over, by their moment.
    pub fn of_service(&self, code: &str, now: Instant) -> impl Iterator<Item = &Arc<Opening>> {
        self.all.iter().filter(move |x| x.service == code && now < x.ends)
    }

    /// The guards of an offer: of the openings that cover it, whatever the time.
    pub fn guards(&self, service: &str, site: &Site, resource: &Resource) -> Vec<Guard> {
        let meant = |x: &&Arc<Opening>| {
            x.service == service && x.zone == site.zone && x.scope.covers(site, resource)
        };
        self.all.iter().filter(meant).map(|x| x.guard()).collect()
    }
}

fn series(tx: &mut Tx<'_>) -> Outcome<Vec<Series>> {
    let rows = tx.all(
        "SELECT id, service_code, scope, scope_id, mode, lasts_minutes, choose_minutes
         FROM opening_series WHERE ended_at IS NULL ORDER BY id",
        args![],
        |r| {
            let (scope, id): (String, String) = (r.get(2)?, r.get(3)?);
            let mode: String = r.get(4)?;
            Ok(Scope::parse(&scope, &id).zip(Mode::parse(&mode)).map(|(scope, mode)| {
                let (lasts_minutes, choose_minutes) = (r.get(5)?, r.get(6)?);
                let (id, service) = (r.get(0)?, r.get(1)?);
                Ok(Series { id, service, scope, mode, lasts_minutes, choose_minutes })
            }))
        },
    )?;
    rows.into_iter().flatten().collect::<Result<_, base::Fault>>().map_err(Into::into)
}

/// Everything that anybody needs to recompute a lottery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// SHA-256 of the seed, as published from the beginning.
    pub commitment: String,
    /// The seed in hexadecimal digits; a secret until the draw.
    pub seed: Option<String>,
    /// When it was drawn.
    pub drawn: Option<Instant>,
    /// Public names of the entries with the ranks that the draw gave, in their order.
    pub entries: Vec<(Id, i64)>,
}

impl Proof {
    /// Recomputes it: the seed is the one that was promised, and the ranks are those it gives.
    pub fn holds(&self) -> bool {
        let Some(seed) = self.seed.as_deref().and_then(bytes) else { return self.drawn.is_none() };
        let ids: Vec<Id> = self.entries.iter().map(|x| x.0.clone()).collect();
        let order = rules::draw(&seed, ids.clone());
        rules::commitment(&seed) == self.commitment
            && order == ids
            && self.entries.iter().zip(1..).all(|(x, rank)| x.1 == rank)
    }
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let pair = |n| u8::from_str_radix(hex.get(n..n + 2)?, 16).ok();
    (0..hex.len()).step_by(2).map(pair).collect()
}

/// The proof of an opening's lottery.
///
/// # Errors
/// `E-WAIT-04` when there is no such opening; `E-WAIT-05` when its line goes by arrival.
pub fn proof(tx: &mut Tx<'_>, id: &str) -> Outcome<Proof> {
    let head = rows::found(tx, id)?.ok_or_else(announce::unknown)?;
    let Some(commitment) = head.opening.commitment else {
        return Err(base::Refusal::new(base::Kind::NotFound, "E-WAIT-05").into());
    };
    let entries = tx.all(
        "SELECT id, drawn FROM opening_entry WHERE opening_id = $1 AND drawn IS NOT NULL
         ORDER BY drawn",
        args![id],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?;
    let seed = head.seed.filter(|_| head.drawn.is_some()).map(|x| rules::hex(&x));
    Ok(Proof { commitment, seed, drawn: head.drawn, entries })
}
