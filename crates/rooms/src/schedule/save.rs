//! Acts that change when a resource receives.

use base::{Cx, Fault, FieldFault, Id, Kind, Outcome, Refusal, Tx, args};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use slots::{Exception, Plan, Rule};

const CALENDAR: &str = include_str!("../../data/calendar.csv");

/// What an exception applies to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// One resource.
    Resource(Id),
    /// All resources of a site.
    Site(Id),
}

/// How a day differs from the ordinary week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// Nobody works.
    Off,
    /// Offices close an hour earlier.
    Short,
    /// A working day in place of another.
    Moved,
}

impl DayKind {
    fn label(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Short => "short",
            Self::Moved => "moved",
        }
    }
}

/// One day of the production calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarDay {
    /// The day.
    pub date: Date,
    /// How it differs.
    pub kind: DayKind,
    /// Of a moved day: the weekday (`mon` … `fri`) whose hours apply.
    #[serde(default)]
    pub works_as: String,
    /// Why, for people.
    #[serde(default)]
    pub note: String,
}

/// Sets the weekly rules of a resource.
///
/// # Errors
/// `E-SCH-01` names every faulty rule as `rules.N`, with the reason.
pub fn save_timetable(tx: &mut Tx<'_>, _cx: &Cx, resource: &Id, rules: &[Rule]) -> Outcome<()> {
    let fault = |(i, rule): (usize, &Rule)| {
        let why = rule.check().err()?;
        Some(FieldFault::new(format!("rules.{i}"), "E-SCH-01").arg("why", why))
    };
    let faults: Vec<FieldFault> = rules.iter().enumerate().filter_map(fault).collect();
    if !faults.is_empty() {
        return Err(Refusal::invalid(faults).into());
    }
    // The zone's offsets are whole multiples of 15 minutes wherever people live; UTC stands in, and
    // a claim that needs a finer grid refines it.
    let plan = Plan { zone: jiff::tz::TimeZone::UTC, rules: rules.to_vec(), exceptions: vec![] };
    let grid = slots::grid([&plan], &[60]);
    let fresh = tx.exec(
        "INSERT INTO timetable (resource_id, grid, version, rules) VALUES ($1, $2, 1, $3)
         ON CONFLICT (resource_id) DO NOTHING",
        args![resource, grid, &serde_json::to_string(rules)?],
    )?;
    if fresh == 0 {
        // Live claims keep their cells, so the grid stays as fine as it is.
        tx.exec(
            "UPDATE timetable SET rules = $2, version = version + 1 WHERE resource_id = $1",
            args![resource, &serde_json::to_string(rules)?],
        )?;
    }
    touch(tx)
}

/// Adds a closure, an absence or an extra opening.
///
/// # Errors
/// `E-SCH-01` with the reason when the exception contradicts itself.
pub fn add_exception(
    tx: &mut Tx<'_>,
    cx: &Cx,
    target: &Target,
    exception: &Exception,
    reason: &str,
) -> Outcome<Id> {
    if let Err(why) = exception.check() {
        let fault = FieldFault::new("exception", "E-SCH-01").arg("why", why);
        return Err(Refusal::invalid(vec![fault]).into());
    }
    let (resource, site) = match target {
        Target::Resource(id) => (Some(id), None),
        Target::Site(id) => (None, Some(id)),
    };
    let id = cx.new_id();
    tx.exec(
        "INSERT INTO exception (id, resource_id, site_id, content, reason)
         VALUES ($1, $2, $3, $4, $5)",
        args![&id, resource, site, &serde_json::to_string(exception)?, reason],
    )?;
    touch(tx)?;
    Ok(id)
}

/// Sets days of the production calendar of a region (`""`: of the country).
///
/// # Errors
/// `E-SCH-02` when a moved day names no weekday.
pub fn save_calendar(tx: &mut Tx<'_>, region: &str, days: &[CalendarDay]) -> Outcome<()> {
    for day in days {
        let weekday = serde_json::from_value::<slots::Weekday>(day.works_as.as_str().into());
        if day.kind == DayKind::Moved && weekday.is_err() {
            let refusal = Refusal::new(Kind::Malformed, "E-SCH-02").arg("date", day.date);
            return Err(refusal.into());
        }
        tx.exec(
            "INSERT INTO calendar_day (region_code, day, kind, works_as, note)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (region_code, day)
             DO UPDATE SET kind = excluded.kind, works_as = excluded.works_as, note = excluded.note",
            args![region, &day.date.to_string(), day.kind.label(), &day.works_as, &day.note],
        )?;
    }
    touch(tx)
}

/// The country's production calendar that is built in; does nothing when there is one.
///
/// # Errors
/// A fault of the engine or of the built-in file.
pub fn seed_calendar(tx: &mut Tx<'_>) -> Outcome<()> {
    let known =
        tx.opt("SELECT 1 FROM calendar_day WHERE region_code = '' LIMIT 1", args![], |_| Ok(()))?;
    if known.is_some() {
        return Ok(());
    }
    let rows: Result<Vec<CalendarDay>, csv::Error> =
        csv::Reader::from_reader(CALENDAR.as_bytes()).deserialize().collect();
    let rows = rows.map_err(|error| Fault::of("the built-in calendar", error))?;
    save_calendar(tx, "", &rows)
}

/// Makes the grid of a resource finer. The caller has rewritten the cells of live claims.
///
/// # Errors
/// A fault of the engine.
pub fn refine(tx: &mut Tx<'_>, resource: &Id, grid: u16) -> Outcome<()> {
    tx.exec("UPDATE timetable SET grid = $2 WHERE resource_id = $1", args![resource, grid])?;
    Ok(())
}

fn touch(tx: &mut Tx<'_>) -> Outcome<()> {
    base::edition::raise(tx, "schedule")
}
