//! `okno serve`: the real thing.

use std::process::ExitCode;
use std::sync::Arc;

use base::Outcome;
use base::config::Config;
use clap::Args;
use rooms::files::Scanner;
use rooms::identity::Registry;

use crate::keys::Keys;
use crate::node::Node;
use crate::{Settings, telemetry};

/// Run the portal.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    settings: Settings,
    /// Only check the configuration, the database and the keys
    #[arg(long)]
    check: bool,
}

impl Serve {
    pub(crate) fn run(self) -> Outcome<ExitCode> {
        let (config, db) = self.settings.open()?;
        let keys = Keys::load(&config.data)?;
        let post = post(&config)?;
        let providers = Arc::new(outbound::Providers::new(&config)?);
        let registry = registry(&config)?;
        let signatures = outbound::signature_check(&config)?;
        let scanner = scanner(&config)?;
        let scheme = web::tls::Tls::of(&config)?.map_or("http", |_| "https");
        db.write_wait(move |tx| {
            rooms::places::seed_regions(tx)?;
            rooms::schedule::seed_calendar(tx)
        })?;
        if self.check {
            println!("the configuration, the database ({}) and the keys are fine", db.engine());
            return Ok(ExitCode::SUCCESS);
        }
        telemetry(&config);
        let sites = Arc::new(outbound::Sites::default());
        let demo = false;
        let node =
            Node { config, db, keys, demo, post, sites, providers, registry, signatures, scanner };
        node.run(|_, address| println!("listening on {scheme}://{address}"))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The way to people that the configuration names.
pub(crate) fn post(config: &Config) -> Outcome<Arc<dyn rooms::notify::Post>> {
    Ok(Arc::new(outbound::Outside::new(config)?))
}

/// The scanner that the configuration names.
pub(crate) fn scanner(config: &Config) -> Outcome<Option<Arc<dyn Scanner>>> {
    let there = outbound::Clamd::of(config)?;
    Ok(there.map(|x| Arc::new(x) as Arc<dyn Scanner>))
}

/// The registries that the configuration names.
pub(crate) fn registry(config: &Config) -> Outcome<Option<Arc<dyn Registry>>> {
    let there = outbound::HttpRegistry::of(config)?;
    Ok(there.map(|x| Arc::new(x) as Arc<dyn Registry>))
}
