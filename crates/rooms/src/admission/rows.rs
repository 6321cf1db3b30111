//! Rows of openings and entries, and the statements that acts share.

use base::db::Row;
use base::{Cx, Fault, Id, Instant, Outcome, Tx, args, locking};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::rules::Pace;
use super::{Entry, Mode, Opening, Scope, Standing};

/// An opening as it stands in its row: what was announced, and how far its line has come.
#[derive(Clone, Debug)]
pub(super) struct Head {
    pub opening: Opening,
    pub seed: Option<Vec<u8>>,
    pub drawn: Option<Instant>,
    /// Counts the transactions that changed something.
    pub revision: i64,
    pub last_rank: i64,
    pub admitted_to: i64,
    pub pace: Pace,
    /// When the line was last moved.
    pub paced: Instant,
}

pub(super) fn head(r: &Row<'_>) -> Result<Head, Fault> {
    let (scope, scope_id): (String, String) = (r.get(3)?, r.get(4)?);
    let (zone, mode, pace): (String, String, String) = (r.get(5)?, r.get(6)?, r.get(18)?);
    let opening = Opening {
        id: r.get(0)?,
        series: r.get(1)?,
        service: r.get(2)?,
        scope: Scope::parse(&scope, &scope_id).ok_or_else(|| strange("scope", &scope))?,
        zone: TimeZone::get(&zone)
            .map_err(|error| Fault::of(format!("`{zone}` is no time zone"), error))?,
        mode: Mode::parse(&mode).ok_or_else(|| strange("mode", &mode))?,
        opens: r.get(7)?,
        release: r.get(20)?,
        ends: r.get(8)?,
        from: date(&r.get::<String>(9)?)?,
        to: date(&r.get::<String>(10)?)?,
        choose_minutes: r.get(11)?,
        commitment: r.get(13)?,
    };
    Ok(Head {
        opening,
        seed: r.get(12)?,
        drawn: r.get(14)?,
        revision: r.get(15)?,
        last_rank: r.get(16)?,
        admitted_to: r.get(17)?,
        pace: serde_json::from_str(&pace)
            .map_err(|error| Fault::of("a stored pace cannot be read", error))?,
        paced: r.get(19)?,
    })
}

fn strange(what: &str, word: &str) -> Fault {
    Fault::new(format!("`{word}` is no {what} of an opening"))
}

fn date(text: &str) -> Result<Date, Fault> {
    text.parse().map_err(|error| Fault::of(format!("`{text}` is no date"), error))
}

pub(super) fn entry(r: &Row<'_>) -> Result<Entry, Fault> {
    let word: String = r.get(3)?;
    Ok(Entry {
        id: r.get(0)?,
        account: r.get(1)?,
        rank: r.get(2)?,
        standing: Standing::parse(&word).ok_or_else(|| strange("standing", &word))?,
        until: r.get(4)?,
        moved: r.get(5)?,
    })
}

/// The opening, its line kept from being changed by others until the transaction ends.
pub(super) fn locked(tx: &mut Tx<'_>, id: &str) -> Outcome<Option<Head>> {
    Ok(tx.locked(
        locking!(
            "SELECT id, series_id, service_code, scope, scope_id, zone, mode, opens_at, ends_at,
                    from_day, to_day, choose_minutes, seed, commitment, drawn_at, revision,
                    last_rank, admitted_to, pace, paced_at, release_at
             FROM opening WHERE id = $1",
            "FOR UPDATE"
        ),
        args![id],
        head,
    )?)
}

/// The opening as it stands.
pub(super) fn found(tx: &mut Tx<'_>, id: &str) -> Outcome<Option<Head>> {
    Ok(tx.opt(
        "SELECT id, series_id, service_code, scope, scope_id, zone, mode, opens_at, ends_at,
                from_day, to_day, choose_minutes, seed, commitment, drawn_at, revision, last_rank,
                admitted_to, pace, paced_at, release_at
         FROM opening WHERE id = $1",
        args![id],
        head,
    )?)
}

/// Stores how far the line has come.
pub(super) fn keep(tx: &mut Tx<'_>, head: &Head) -> Outcome<()> {
    tx.exec(
        "UPDATE opening SET revision = $2, last_rank = $3, admitted_to = $4, drawn_at = $5,
           pace = $6, paced_at = $7
         WHERE id = $1",
        args![
            &head.opening.id,
            head.revision,
            head.last_rank,
            head.admitted_to,
            head.drawn,
            &serde_json::to_string(&head.pace)?,
            head.paced,
        ],
    )?;
    Ok(())
}

/// A person's entry.
pub(super) fn of_account(tx: &mut Tx<'_>, opening: &Id, account: &Id) -> Outcome<Option<Entry>> {
    Ok(tx.opt(
        "SELECT id, account_id, rank, state, until_at, moved FROM opening_entry
         WHERE opening_id = $1 AND account_id = $2",
        args![opening, account],
        entry,
    )?)
}

/// Stores a new entry, or the new place of one that had lost its own.
pub(super) fn put(tx: &mut Tx<'_>, cx: &Cx, head: &Head, entry: &Entry) -> Outcome<()> {
    tx.exec(
        "INSERT INTO opening_entry (opening_id, account_id, id, rank, drawn, state, until_at, moved,
           joined_at, revision)
         VALUES ($1, $2, $3, $4, NULL, $5, $6, $7, $8, $9)
         ON CONFLICT (opening_id, account_id) DO UPDATE SET rank = $4, state = $5, until_at = $6,
           moved = $7, joined_at = $8, revision = $9",
        args![
            &head.opening.id,
            &entry.account,
            &entry.id,
            entry.rank,
            entry.standing.as_str(),
            entry.until,
            entry.moved,
            cx.now,
            head.revision,
        ],
    )?;
    Ok(())
}
