//! Questions to registries that wait too long: numbers and times, nobody's data.

use askama::Template;
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
}

impl ChecksPage {
    fn since(&self, late: &Late) -> String {
        moment(&self.shell.visit, late.begun_at)
    }
}

pub(super) async fn list(visit: Visit) -> Answer {
    let rows = visit.db().read(|tx| read::late(tx, SHOWN)).await?;
    visit.page(ChecksPage { shell: visit.shell("staff-checks-title"), menu: menu(&visit), rows })
}
