//! `okno demo`: the whole portal on one machine, filled with made-up bodies and people.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use base::config::Config;
use base::{Actor, Chance, Channel, Clock, Cx, Db, Outcome, Tx};
use clap::Args;
use rooms::accounts::Policy;
use rooms::demo::{self, Timetables, people, staff};
use rooms::schedule::{self, Target};
use rooms::sso::elsewhere::Nobody;

use crate::keys::Keys;
use crate::node::Node;
use crate::{serve, simulate, telemetry};

/// Run the portal with an embedded database and realistic, made-up data.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// Folder of the embedded database and the keys
    #[arg(long, default_value = "./okno-data", value_name = "FOLDER")]
    data: PathBuf,
    /// Another database: sqlite:PATH or postgres://USER@HOST/NAME
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Times that an account may take and give up in a minute; 0: as many as it likes, for load tests
    #[arg(long, default_value_t = 10, value_name = "N")]
    holds_a_minute: u16,
}

impl Demo {
    pub(crate) fn run(self) -> Outcome<ExitCode> {
        let mut config = Config { listen: self.listen, data: self.data, ..Config::default() };
        let file = format!("sqlite:{}", config.data.join("okno.db").display());
        config.database = self.database.unwrap_or(file);
        config.name_en = "Okno".into();
        config.public_url = format!("http://{}", config.listen);
        // The demo has one administrator, and whoever tries it out is alone.
        config.four_eyes = false;
        config.holds_a_minute = self.holds_a_minute;
        // What an instance may switch on is shown here.
        config.password_classes = true;
        config.control_question = true;
        telemetry(&config);
        let db = crate::open(&config)?;
        let keys = Keys::load(&config.data)?;
        seed(&db, &Policy::of(&config, keys.secrets.clone()))?;
        let (logins, workplaces) = (people::logins()?, staff::workplaces()?);
        let post: Arc<dyn rooms::notify::Post> = Arc::new(outbound::Recorder::default());
        let sites = Arc::new(outbound::Sites::default());
        let providers = Arc::new(Nobody);
        // The demo asks registries of its own over a real socket.
        config.letters = true;
        // Scans are compared here though nobody looks for viruses; the page says so.
        config.scans = true;
        config.scanner.show_unscanned = true;
        config.registry.url = format!("http://{}", simulate::registry_of_demo()?);
        config.signature.url = format!("http://{}", simulate::signature_of_demo()?);
        let registry = serve::registry(&config)?;
        let signatures = outbound::signature_check(&config)?;
        let scanner = serve::scanner(&config)?;
        let demo = true;
        let node =
            Node { config, db, keys, demo, post, sites, providers, registry, signatures, scanner };
        node.run(|_, address| {
            println!("listening on http://{address}");
            println!("\nDemo accounts (all of them are made up):");
            for login in logins {
                let level = login.level.as_str();
                println!("  {:20} password {}   {level}", login.email, login.password);
            }
            println!("\nDemo staff:");
            for staff::Workplace { login, role, app, .. } in workplaces {
                let (email, password) = (login.email, login.password);
                println!("  {email:27} password {password}   app {app}   {role}");
            }
            println!("\nMessages that would have been sent: http://{address}/demo/messages");
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Fills an empty database; one that is filled stays as it is.
fn seed(db: &Db, policy: &Policy) -> Outcome<()> {
    let cx = Cx::new(&Clock::system(), &Chance::os(), Actor::System, Channel::Cli);
    db.write_wait(schedule::seed_calendar)?;
    let today = cx.now.in_zone(&jiff::tz::TimeZone::UTC).date();
    let keep_cx = cx.clone();
    let fresh = demo::seed(db, today, move |tx, timetables| keep(tx, &keep_cx, timetables))?;
    if fresh {
        println!("filling the database with made-up bodies, people and bookings …");
        people::seed(db, &cx, policy)?;
        let hired = staff::seed(db, &cx, Some(&policy.secrets))?;
        rooms::demo::looks::seed(db, &cx, &hired)?;
    }
    Ok(())
}

/// Saves the timetables of a file of organisations.
pub(crate) fn keep(tx: &mut Tx<'_>, cx: &Cx, timetables: &Timetables) -> Outcome<()> {
    for (resource, rules) in &timetables.rules {
        schedule::save_timetable(tx, cx, resource, rules)?;
    }
    for (resource, exception, reason) in &timetables.exceptions {
        schedule::add_exception(tx, cx, &Target::Resource(resource.clone()), exception, reason)?;
    }
    Ok(())
}
