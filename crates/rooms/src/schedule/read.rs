//! Reads: one timetable inside a claiming transaction, or all of them for the memory of a node.

use std::collections::HashMap;
use std::sync::Arc;

use base::db::Keyed;
use base::db::Sort::Text;
use base::{Fault, Id, Outcome, Tx, args};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use slots::{Calendar, Exception, Plan, Rule};

/// When a resource receives, and the grid on which its time is claimed.
#[derive(Clone, Debug)]
pub struct Timetable {
    /// Rules and exceptions in the site's zone.
    pub plan: Plan,
    /// Minutes of a cell.
    pub grid: u16,
    /// Rises with every change of the rules.
    pub version: i64,
}

/// A timetable in the memory of a node, with what tells whether it still holds.
#[derive(Clone, Debug)]
pub struct Known {
    /// The edition of the memory.
    pub edition: i64,
    /// The timetable.
    pub table: Arc<Timetable>,
    /// The production calendar of the site's region.
    pub calendar: Arc<Calendar>,
}

/// What a claim asks first of a resource's timetable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    /// Minutes of a cell.
    pub minutes: u16,
    version: i64,
    edition: i64,
}

impl Grid {
    /// Whether what a node has in its memory still holds.
    pub fn holds(&self, known: &Known) -> bool {
        (known.table.version, known.edition) == (self.version, self.edition)
    }
}

/// The grid of a resource, kept from being refined until the transaction ends.
///
/// # Errors
/// A fault of the engine.
pub fn grid(tx: &mut Tx<'_>, resource: &Id) -> Outcome<Option<Grid>> {
    Ok(grids(tx, &[resource])?.pop().map(|x| x.1))
}

/// [`grid`] of many resources, in one order everywhere; those without a timetable are missing.
///
/// # Errors
/// A fault of the engine.
pub fn grids(tx: &mut Tx<'_>, resources: &[&Id]) -> Outcome<Vec<(Id, Grid)>> {
    static GRIDS: Keyed = Keyed::locking(
        "FOR SHARE",
        &[Text],
        "SELECT resource_id, grid, version,
                (SELECT version FROM edition WHERE name = 'schedule')
              FROM timetable WHERE resource_id = $1",
    );
    let keys: Vec<_> = resources.iter().map(|x| args![*x].to_vec()).collect();
    Ok(tx.of_keys(&GRIDS, &keys, |r| {
        let edition = r.get::<Option<i64>>(3)?.unwrap_or(0);
        Ok((r.get(0)?, Grid { minutes: r.get(1)?, version: r.get(2)?, edition }))
    })?)
}

/// The timetable of a resource, from the database.
///
/// # Errors
/// A fault of the engine.
pub fn timetable(
    tx: &mut Tx<'_>,
    resource: &Id,
    site: &Id,
    zone: &TimeZone,
) -> Outcome<Option<Timetable>> {
    let found = tx.opt(
        "SELECT grid, version, rules FROM timetable WHERE resource_id = $1",
        args![resource],
        |r| Ok((r.get::<u16>(0)?, r.get::<i64>(1)?, r.get::<String>(2)?)),
    )?;
    let Some((grid, version, rules)) = found else { return Ok(None) };
    let exceptions = tx.all(
        "SELECT content FROM exception WHERE resource_id = $1 OR site_id = $2 ORDER BY id",
        args![resource, site],
        |r| exception(&r.get::<String>(0)?),
    )?;
    let plan = Plan { zone: zone.clone(), rules: rules_of(&rules)?, exceptions };
    Ok(Some(Timetable { plan, grid, version }))
}

fn rules_of(json: &str) -> Result<Vec<Rule>, Fault> {
    serde_json::from_str(json).map_err(|error| Fault::of("stored rules cannot be read", error))
}

fn exception(json: &str) -> Result<Exception, Fault> {
    serde_json::from_str(json)
        .map_err(|error| Fault::of("a stored exception cannot be read", error))
}

/// The production calendar of a region: the country's days, then the region's own.
///
/// # Errors
/// A fault of the engine.
pub fn calendar(tx: &mut Tx<'_>, region: &str) -> Outcome<Calendar> {
    let rows = tx.all(
        "SELECT day, kind, works_as FROM calendar_day WHERE region_code IN ('', $1)
         ORDER BY region_code, day",
        args![region],
        day_row,
    )?;
    Ok(gather(rows.iter()))
}

type DayRow = (Date, String, String);

fn day_row(r: &base::db::Row<'_>) -> Result<DayRow, Fault> {
    let day: String = r.get(0)?;
    let day = day.parse().map_err(|error| Fault::of(format!("`{day}` is no date"), error))?;
    Ok((day, r.get(1)?, r.get(2)?))
}

fn gather<'a>(rows: impl Iterator<Item = &'a DayRow>) -> Calendar {
    let mut calendar = Calendar::default();
    for (day, kind, works_as) in rows {
        // A region's row replaces the country's.
        calendar.days_off.remove(day);
        calendar.moved.remove(day);
        calendar.short.remove(day);
        match kind.as_str() {
            "off" => {
                calendar.days_off.insert(*day);
            }
            "short" => {
                calendar.short.insert(*day);
            }
            _ => {
                if let Ok(weekday) = serde_json::from_value(works_as.as_str().into()) {
                    calendar.moved.insert(*day, weekday);
                }
            }
        }
    }
    calendar
}

/// The edition of all timetables and calendars: it rises with every change.
///
/// # Errors
/// A fault of the engine.
pub fn version(tx: &mut Tx<'_>) -> Outcome<i64> {
    base::edition::present(tx, "schedule")
}

/// All timetables and calendars in memory, as of one edition.
#[derive(Clone, Debug, Default)]
pub struct Schedule {
    /// The edition.
    pub version: i64,
    timetables: HashMap<Id, Arc<Timetable>>,
    calendars: HashMap<String, Arc<Calendar>>,
    country: Arc<Calendar>,
}

impl Schedule {
    /// Reads everything. `sites` gives the site and zone of each resource.
    ///
    /// # Errors
    /// A fault of the engine, or a stored rule that cannot be read.
    pub fn load<'a>(
        tx: &mut Tx<'_>,
        sites: impl Fn(&Id) -> Option<(&'a Id, &'a TimeZone)>,
    ) -> Outcome<Self> {
        let version = version(tx)?;
        let mut of_resource: HashMap<Id, Vec<Exception>> = HashMap::new();
        let mut of_site: HashMap<Id, Vec<Exception>> = HashMap::new();
        let rows = tx.all(
            "SELECT resource_id, site_id, content FROM exception ORDER BY id",
            args![],
            |r| {
                let exception = exception(&r.get::<String>(2)?)?;
                Ok((r.get::<Option<Id>>(0)?, r.get::<Option<Id>>(1)?, exception))
            },
        )?;
        for (resource, site, exception) in rows {
            if let Some(id) = resource {
                of_resource.entry(id).or_default().push(exception);
            } else if let Some(id) = site {
                of_site.entry(id).or_default().push(exception);
            }
        }
        let rows =
            tx.all("SELECT resource_id, grid, version, rules FROM timetable", args![], |r| {
                Ok((r.get::<Id>(0)?, r.get(1)?, r.get(2)?, rules_of(&r.get::<String>(3)?)?))
            })?;
        let mut timetables = HashMap::with_capacity(rows.len());
        for (id, grid, version, rules) in rows {
            let Some((site, zone)) = sites(&id) else { continue };
            let mut exceptions = of_resource.remove(&id).unwrap_or_default();
            exceptions.extend(of_site.get(site).into_iter().flatten().cloned());
            let plan = Plan { zone: zone.clone(), rules, exceptions };
            timetables.insert(id, Arc::new(Timetable { plan, grid, version }));
        }
        let (country, calendars) = calendars(tx)?;
        Ok(Self { version, timetables, calendars, country })
    }

    /// The timetable of a resource.
    pub fn timetable(&self, resource: &Id) -> Option<&Arc<Timetable>> {
        self.timetables.get(resource)
    }

    /// The production calendar of a region.
    pub fn calendar(&self, region: &str) -> &Arc<Calendar> {
        self.calendars.get(region).unwrap_or(&self.country)
    }

    /// What a claim at a resource of a region can use without asking the database.
    pub fn known(&self, resource: &Id, region: &str) -> Option<Known> {
        let (table, calendar) = (self.timetable(resource)?.clone(), self.calendar(region).clone());
        Some(Known { edition: self.version, table, calendar })
    }
}

/// Calendars of the regions that differ from the country's.
type OfRegion = HashMap<String, Arc<Calendar>>;

fn calendars(tx: &mut Tx<'_>) -> Outcome<(Arc<Calendar>, OfRegion)> {
    let mut rows: HashMap<String, Vec<DayRow>> = HashMap::new();
    let all = tx.all(
        "SELECT day, kind, works_as, region_code FROM calendar_day ORDER BY region_code, day",
        args![],
        |r| Ok((day_row(r)?, r.get::<String>(3)?)),
    )?;
    for (row, region) in all {
        rows.entry(region).or_default().push(row);
    }
    let country = rows.remove("").unwrap_or_default();
    let of_region = |(region, own): (String, Vec<DayRow>)| {
        (region, Arc::new(gather(country.iter().chain(&own))))
    };
    let calendars = rows.into_iter().map(of_region).collect();
    Ok((Arc::new(gather(country.iter())), calendars))
}
