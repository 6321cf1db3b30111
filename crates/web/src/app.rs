//! What every request shares.

use std::sync::Arc;

use base::config::Config;
use base::{Chance, Clock, Db};
use texts::Texts;

use crate::meter::Meter;

/// The running portal: made once, shared by all requests. Parts are added as public fields.
#[derive(Debug)]
pub struct App {
    /// The database.
    pub db: Db,
    /// Where «now» comes from.
    pub clock: Clock,
    /// Where randomness comes from.
    pub chance: Chance,
    /// The engineer's settings.
    pub config: Arc<Config>,
    /// The texts of both languages.
    pub texts: Arc<Texts>,
    /// The demo mode: its pages exist, and every page says so.
    pub demo: bool,
    /// What `/metrics` tells.
    pub meter: Meter,
}

impl App {
    /// The portal on `db` with these circumstances.
    pub fn new(db: Db, clock: Clock, chance: Chance, config: Config, texts: Arc<Texts>) -> Self {
        let config = Arc::new(config);
        Self { db, clock, chance, config, texts, demo: false, meter: Meter::default() }
    }
}
