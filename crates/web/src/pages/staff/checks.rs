//! Questions to registries that wait too long, and how it stands with the scanner of viruses: numbers and
//! times, nobody's data.

use askama::Template;
use base::Instant;
use rooms::files::{self, Standing};
use rooms::identity::read::{self, Late};

use super::{Entry, menu};
use crate::pages::account::moment;
use crate::{Answer, Shell, Visit};

/// Questions on the page.
const SHOWN: i64 = 100;

#[derive(Template)]
#[template(path = "staff/checks.html")]
struct ChecksPage {
    shell: Shell,
    menu: Vec<Entry>,
    rows: Vec<Late>,
    /// What the page says of the scanner, where files are taken.
    scanner: Option<Scanner>,
}

/// How it stands with the scanner of viruses.
enum Scanner {
    /// There is none.
    Absent,
    /// It was never asked yet.
    Unasked,
    /// What is known of it.
    Known(Standing),
}

impl ChecksPage {
    fn since(&self, late: &Late) -> String {
        self.at(&late.begun_at)
    }

    fn at(&self, at: &Instant) -> String {
        moment(&self.shell.visit, *at)
    }
}

pub(super) async fn list(visit: Visit) -> Answer {
    let now = visit.app.clock.now();
    let found = visit.db().read(move |tx| Ok((read::late(tx, SHOWN)?, files::standing(tx, now)?)));
    let (rows, standing) = found.await?;
    let scanner = match (visit.app.has_scanner(), standing) {
        (true, Some(standing)) => Some(Scanner::Known(standing)),
        (true, None) => Some(Scanner::Unasked),
        (false, _) => visit.app.config.scans.then_some(Scanner::Absent),
    };
    let shell = visit.shell("staff-checks-title");
    visit.page(ChecksPage { shell, menu: menu(&visit), rows, scanner })
}
