//! «Проверьте, всё ли на месте»: the bookings that stand, in short, after a new password.

use base::Outcome;
use rooms::booking::{self, Filter};
use texts::Form;

use crate::Visit;
use crate::pages::account::own;
use crate::papers::{Seen, moment};

/// How many are shown; the page of bookings has the rest.
const SHOWN: usize = 10;

/// A booking that stands.
#[derive(Clone, Debug)]
pub(crate) struct Active {
    /// Its page.
    pub href: String,
    /// Name of the service.
    pub service: String,
    /// When and where; empty without a time.
    pub when: String,
}

/// The bookings of whoever is signed in that stand, the newest first.
///
/// # Errors
/// `E-AUTH-10` for a guest, or a fault of the engine.
pub(crate) async fn active(visit: &Visit) -> Outcome<Vec<Active>> {
    let (me, portal) = (own(visit)?, visit.app.portal());
    let list = visit.db().read(move |tx| booking::list(tx, &me, Filter::Active, None, SHOWN));
    let short = |x: &booking::Booking| {
        let service = portal.city.catalogue.service(&x.service)?;
        let when = Seen::of(x, "", &portal).map(|seen| {
            let at = moment(&visit.app, visit.lang, seen.starts, seen.site, Form::Day);
            format!("{at}, {}", seen.site.name.in_lang(visit.lang))
        });
        Some(Active {
            href: format!("/bookings/{}", x.id),
            service: service.passport.name.in_lang(visit.lang).to_owned(),
            when: when.unwrap_or_default(),
        })
    };
    Ok(list.await?.iter().filter_map(short).collect())
}
