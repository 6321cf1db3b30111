//! Whatever a test does as one of the staff: it has exactly one entry in the trail, under the id of its
//! answer, and what was refused has none. So every story of the workplace proves it on its way.

use std::collections::BTreeSet;
use std::sync::Arc;

use base::args;

use super::Page;
use crate::App;

/// The trail of the portal that a client asks, and what this client has done there.
#[derive(Clone, Debug, Default)]
pub(super) struct Noted {
    app: Option<Arc<App>>,
    done: BTreeSet<(String, Vec<u8>)>,
}

impl Noted {
    pub(super) fn of(app: &Arc<App>) -> Self {
        Self { app: Some(app.clone()), done: BTreeSet::new() }
    }

    pub(super) async fn check(&mut self, page: &Page, body: &[u8]) {
        let Some(app) = &self.app else { return };
        let op = page.head("operation-id").to_owned();
        let count = move |tx: &mut base::Tx<'_>| {
            let sql = "SELECT COUNT(*) FROM staff_trail WHERE op_id = $1";
            Ok(tx.one(sql, args![&op], |r| r.get::<i64>(0))?)
        };
        let entries = app.db.read(count).await.unwrap();
        let to = if page.status.is_redirection() { page.location() } else { String::new() };
        // Led to the sign-in, to another proof, or back to a look that is over: nothing was done.
        let led = to.starts_with("/signin")
            || to.starts_with("/account/security")
            || (page.path.ends_with("/mandate") && !to.contains("checked=1"));
        let did = page.status.as_u16() < 400 && !led;
        // The same form once more meets the first answer.
        let again = did && !self.done.insert((page.path.clone(), body.to_vec()));
        let fits = if did { entries == 1 || (again && entries == 0) } else { entries == 0 };
        assert!(fits, "{}: {} {to}: {entries} entries in the trail", page.path, page.status);
    }
}
