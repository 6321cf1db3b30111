//! `okno staff`: the first administrator, invitations, who has which role, taking a role away.
//! Whoever runs this holds the database, so it asks for no role; everything it does stands in the
//! history as the engineer's.

use std::process::ExitCode;

use base::{Clock, Cx, Db, Fault, Instant, Outcome, Tx};
use clap::{Args, Subcommand};
use rooms::access::{self, Action, By, Invite, Place, Revoke, Role, read};
use rooms::accounts;
use rooms::city::City;
use rooms::offices::Offices;
use rooms::trail::{Command, Deed, Done, Kind};

use crate::Settings;
use crate::noted::{commanded, noted};

/// Invite those who receive, list and revoke their roles.
#[derive(Debug, Args)]
pub(crate) struct Staff {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Print a one-time address at which the portal's first administrator takes up the role
    FirstAdmin(FirstAdmin),
    /// Print a one-time address at which somebody takes up a role; good for 24 hours
    Invite(Wish),
    /// List who has which role
    List(List),
    /// Take a role away
    Revoke(Taken),
}

#[derive(Debug, Args)]
struct FirstAdmin {
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Args)]
struct Wish {
    #[command(flatten)]
    settings: Settings,
    /// Code of the role, for example clerk or organization_admin
    #[arg(long, value_parser = role)]
    role: Role,
    /// The role holds for all sites of this organisation
    #[arg(long, value_name = "ID", conflicts_with_all = ["site", "resource"])]
    organization: Option<String>,
    /// The role holds at this site
    #[arg(long, value_name = "ID", conflicts_with = "resource")]
    site: Option<String>,
    /// The role holds for this calendar; without a place it holds for the whole portal
    #[arg(long, value_name = "ID")]
    resource: Option<String>,
}

#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Args)]
struct Taken {
    #[command(flatten)]
    settings: Settings,
    /// Id of the grant, from `okno staff list`
    id: String,
    /// Why; kept in the history
    #[arg(long)]
    reason: String,
}

impl Staff {
    pub(crate) fn run(self) -> Outcome<ExitCode> {
        match self.act {
            Act::FirstAdmin(first) => first.run()?,
            Act::Invite(wish) => wish.run()?,
            Act::List(list) => list.run()?,
            Act::Revoke(taken) => taken.run()?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl FirstAdmin {
    fn run(self) -> Outcome<()> {
        let (config, db) = self.settings.open()?;
        let now = Clock::system().now();
        if db.write_wait(move |tx| access::administrator_exists(tx, now))? {
            let next = "the portal has an administrator already; for another one: \
                        okno staff invite --role portal_admin";
            return Err(Fault::new(next).into());
        }
        offer(&db, &config.public_url, access::invite_first)
    }
}

impl Wish {
    fn place(&self) -> Place {
        let places = [
            self.resource.as_deref().map(|x| Place::Resource(x.into())),
            self.site.as_deref().map(|x| Place::Site(x.into())),
            self.organization.as_deref().map(|x| Place::Organization(x.into())),
        ];
        places.into_iter().flatten().next().unwrap_or(Place::Portal)
    }

    fn run(self) -> Outcome<()> {
        let (config, db) = self.settings.open()?;
        let wish = Invite { role: self.role, place: self.place() };
        offer(&db, &config.public_url, move |tx, cx, offices| {
            access::invite(tx, cx, offices, &wish)
        })
    }
}

/// Prints the address; the token is in it and nowhere else.
fn offer(
    db: &Db,
    portal: &str,
    invite: impl Fn(&mut Tx<'_>, &Cx, &Offices) -> Outcome<String> + Send + 'static,
) -> Outcome<()> {
    let city = City::load(db)?;
    let token = commanded(db, Command::InviteStaff, move |tx, cx| {
        Ok((invite(tx, cx, &city.offices)?, Done::something()))
    })?;
    println!("{}/staff/join?token={token}", portal.trim_end_matches('/'));
    Ok(())
}

impl List {
    fn run(self) -> Outcome<()> {
        let (_, db) = self.settings.open()?;
        let now = Clock::system().now();
        let found = db.read_wait(move |tx| {
            let members = read::everybody(tx, now)?;
            let people = accounts::read::accounts(tx, members.iter().map(|x| &x.account))?;
            Ok((members, people))
        });
        let (members, people) = found?;
        for member in members {
            let grant = member.grant;
            let name = people
                .get(&member.account)
                .map(|x| x.full_name().reveal().clone())
                .unwrap_or_default();
            let (kind, at) = (grant.place.kind().as_str(), grant.place.id());
            let until = match grant.until {
                Instant::NEVER => "without an end".to_owned(),
                until => format!("until {}", until.rfc3339(&jiff::tz::TimeZone::UTC)),
            };
            println!("{}  {}  {kind} {at}  {until}  {name}", grant.id, grant.role.as_str());
        }
        Ok(())
    }
}

impl Taken {
    fn run(self) -> Outcome<()> {
        let (_, db) = self.settings.open()?;
        let city = City::load(&db)?;
        let command = Revoke { grant: self.id.as_str().into(), reason: self.reason };
        noted(&db, Deed::Act(Action::RevokeRole), move |tx, cx| {
            access::revoke(tx, cx, (By::Engineer, &city.offices), &command)?;
            Ok(((), Done::to(Kind::Role, command.grant.as_str())))
        })?;
        println!("revoked");
        Ok(())
    }
}

fn role(code: &str) -> Result<Role, String> {
    let codes = || Role::granted().map(Role::as_str).collect::<Vec<_>>().join(", ");
    let role = Role::parse(code).filter(|x| x.widest().is_some());
    role.ok_or_else(|| format!("one of {}", codes()))
}
