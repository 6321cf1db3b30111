//! `okno openings`: announces the moments at which places open, and checks lotteries.

use std::process::ExitCode;

use base::{Clock, Db, Error, Fault, Id, Outcome};
use clap::{Args, Subcommand};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use rooms::admission::{self, Announce, Mode, Phase, Scope, Series};
use rooms::portal::Portal;
use rooms::trail::{Command, Done, Kind};

use crate::Settings;
use crate::noted::{circumstances, commanded};

/// Announce, list and end openings of bookings; check a lottery.
#[derive(Debug, Args)]
pub(crate) struct Openings {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Announce an opening: its days are shut until then; prints an id for every time zone
    Add(Add),
    /// Make every release of a service an opening; prints the id of the series
    Guard(Guard),
    /// End a series; openings that are announced stay
    Unguard(Named),
    /// List openings and series
    List(List),
    /// End an opening now: what is left can be booked without a line
    Close(Named),
    /// Recompute a lottery: exit 1 when seed, promise and order do not fit together
    Verify(Named),
}

/// Which offers, and how the line goes.
#[derive(Debug, Args)]
struct What {
    /// Code of the service
    #[arg(long)]
    service: String,
    /// Only at this organisation
    #[arg(long, group = "scope", value_name = "ID")]
    organization: Option<String>,
    /// Only at this site
    #[arg(long, group = "scope", value_name = "ID")]
    site: Option<String>,
    /// Only at this specialist or desk
    #[arg(long, group = "scope", value_name = "ID")]
    resource: Option<String>,
    /// Shuffle those who are present at the moment, instead of the order of arrival
    #[arg(long)]
    lottery: bool,
    /// Minutes after which the line ends by itself
    #[arg(long, default_value_t = 120, value_name = "MINUTES")]
    lasts: u32,
    /// Minutes to choose a time when it is one's turn
    #[arg(long, default_value_t = 10, value_name = "MINUTES")]
    choose: u32,
}

#[derive(Debug, Args)]
struct Add {
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    what: What,
    /// The local moment, for example 2026-12-01T09:00
    #[arg(long)]
    opens: DateTime,
    /// First day whose places open
    #[arg(long)]
    from: Date,
    /// Last day
    #[arg(long)]
    to: Date,
}

#[derive(Debug, Args)]
struct Guard {
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    what: What,
}

#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Args)]
struct Named {
    #[command(flatten)]
    settings: Settings,
    /// Its id
    id: String,
}

impl Openings {
    pub(crate) fn run(self) -> Outcome<ExitCode> {
        match self.act {
            Act::Add(add) => add.run()?,
            Act::Guard(guard) => guard.run()?,
            Act::Unguard(named) => unguard(&named)?,
            Act::List(list) => show(&list.settings)?,
            Act::Close(named) => close(&named)?,
            Act::Verify(named) => return verify(&named),
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl What {
    fn scope(&self) -> Scope {
        let scopes = [
            self.organization.as_deref().map(|x| Scope::Organization(x.into())),
            self.site.as_deref().map(|x| Scope::Site(x.into())),
            self.resource.as_deref().map(|x| Scope::Resource(x.into())),
        ];
        scopes.into_iter().flatten().next().unwrap_or_default()
    }

    fn mode(&self) -> Mode {
        if self.lottery { Mode::Lottery } else { Mode::Fifo }
    }

    /// The zones in which there are such offers.
    fn zones(&self, db: &Db) -> Outcome<Vec<TimeZone>> {
        let portal = Portal::load(db)?;
        let mut zones: Vec<TimeZone> = Vec::new();
        for offer in portal.offers_of(&self.service, &self.scope()) {
            if !zones.contains(&offer.zone) {
                zones.push(offer.zone);
            }
        }
        if zones.is_empty() {
            let service = &self.service;
            return Err(Fault::new(format!("nobody there serves `{service}`")).into());
        }
        Ok(zones)
    }
}

impl Add {
    fn run(self) -> Outcome<()> {
        let (_, db) = self.settings.open()?;
        for zone in self.what.zones(&db)? {
            let opens = self.opens.to_zoned(zone.clone());
            let opens = opens.map_err(|error| Fault::of("no such moment there", error))?;
            let command = Announce {
                series: None,
                service: self.what.service.clone(),
                scope: self.what.scope(),
                mode: self.what.mode(),
                opens: opens.timestamp().into(),
                lasts_minutes: self.what.lasts,
                choose_minutes: self.what.choose,
                from: self.from,
                to: self.to,
                zone,
            };
            let id = commanded(&db, Command::AnnounceOpening, move |tx, cx| {
                let id = admission::announce(tx, cx, &command).map_err(told)?;
                let done = id.as_ref().map(|x| Done::to(Kind::Opening, x.as_str()));
                Ok((id, done.unwrap_or_else(Done::nothing)))
            })?;
            println!("{}", id.ok_or_else(|| Fault::new("it is announced already"))?);
        }
        Ok(())
    }
}

impl Guard {
    fn run(self) -> Outcome<()> {
        let (_, db) = self.settings.open()?;
        self.what.zones(&db)?;
        let series = Series {
            id: circumstances().new_id(),
            service: self.what.service.clone(),
            scope: self.what.scope(),
            mode: self.what.mode(),
            lasts_minutes: self.what.lasts,
            choose_minutes: self.what.choose,
        };
        let id = commanded(&db, Command::GuardService, move |tx, cx| {
            let id = admission::guard(tx, cx, &series).map_err(told)?;
            let done = Done::to(Kind::Series, id.as_str());
            Ok((id, done))
        })?;
        println!("{id}");
        Ok(())
    }
}

/// What stands in the way, and how it is ended, in the words of the command line.
fn told(error: Error) -> Error {
    let Error::Refusal(refusal) = &error else { return error };
    let id = refusal.args.iter().find(|x| x.0 == "id").map(|x| x.1.as_str()).unwrap_or_default();
    match refusal.code {
        "E-WAIT-06" => Fault::new(format!(
            "opening {id} opens these days already: choose other days, wait for its end, or end it \
             with `okno openings close {id}`"
        ))
        .into(),
        "E-WAIT-07" => Fault::new(format!(
            "series {id} opens some of these offers already: end it with `okno openings unguard {id}`"
        ))
        .into(),
        _ => error,
    }
}

fn unguard(named: &Named) -> Outcome<()> {
    let (_, db) = named.settings.open()?;
    let id = Id::from(named.id.as_str());
    let ended = commanded(&db, Command::EndSeries, move |tx, cx| {
        Ok(match admission::unguard(tx, cx, &id)? {
            true => (true, Done::to(Kind::Series, id.as_str())),
            false => (false, Done::nothing()),
        })
    })?;
    println!("{}", if ended { "ended" } else { "there is no such series" });
    Ok(())
}

fn show(settings: &Settings) -> Outcome<()> {
    let (_, db) = settings.open()?;
    let (openings, now) = (db.read_wait(admission::Openings::load)?, Clock::system().now());
    for series in openings.series() {
        let (scope, id) = series.scope.parts();
        let mode = series.mode.as_str();
        println!("{}  series  {}  {scope} {id}  {mode}", series.id, series.service);
    }
    for opening in openings.all() {
        let (scope, id) = opening.scope.parts();
        let phase = match opening.phase(now) {
            Phase::Coming => "coming",
            Phase::Running => "running",
            Phase::Over => "over",
        };
        let (opens, mode) = (opening.opens.rfc3339(&opening.zone), opening.mode.as_str());
        let (service, from, to) = (&opening.service, opening.from, opening.to);
        println!("{}  {phase}  {opens}  {from}..{to}  {service}  {scope} {id}  {mode}", opening.id);
    }
    Ok(())
}

fn close(named: &Named) -> Outcome<()> {
    let (_, db) = named.settings.open()?;
    let id = Id::from(named.id.as_str());
    commanded(&db, Command::CloseOpening, move |tx, cx| {
        admission::close(tx, cx, &id)?;
        Ok(((), Done::to(Kind::Opening, id.as_str())))
    })?;
    println!("ended");
    Ok(())
}

fn verify(named: &Named) -> Outcome<ExitCode> {
    let (_, db) = named.settings.open()?;
    let id = named.id.clone();
    let proof = db.read_wait(move |tx| admission::proof(tx, &id))?;
    let drawn = proof.drawn.is_some();
    println!("commitment  {}", proof.commitment);
    println!("seed        {}", proof.seed.as_deref().unwrap_or("a secret until the draw"));
    println!("entries     {}", proof.entries.len());
    if !proof.holds() {
        println!("the order is NOT the one that the seed gives, or the seed is another one");
        return Ok(ExitCode::FAILURE);
    }
    println!(
        "{}",
        if drawn { "the order is the one that the seed gives" } else { "not drawn yet" }
    );
    Ok(ExitCode::SUCCESS)
}
