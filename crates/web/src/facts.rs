//! What messages say about a booking's place and papers: the worker asks at the time of sending.

use rooms::booking::Booking;
use rooms::mandates::Mandate;
use rooms::notify;
use rooms::text::Text;
use serde_json::{Value, json};
use texts::Lang;

use crate::App;
use crate::pages::booking::participant::Authority;
use crate::papers::{Seen, calendar};

/// Composes the facts from the portal in memory.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The portal.
    pub app: &'a App,
}

impl notify::Facts for Facts<'_> {
    fn of(&self, booking: &Booking, mandate: Option<&Mandate>) -> Value {
        let portal = self.app.portal();
        let Some(seen) = Seen::of(booking, "", &portal) else { return json!({}) };
        let now = self.app.clock.now();
        let until = Authority::by(&seen, (mandate, now)).until(&seen, now);
        let both = |text: &Text| json!({ "ru": text.ru, "en": text.en });
        let bring = seen.bring(Lang::Ru).into_iter().zip(seen.bring(Lang::En));
        json!({
            "who": booking.behalf.as_ref().and_then(|x| x.said()).map(|x| x.details.name()),
            "service": both(&seen.service.passport.name),
            "organization": both(&seen.organization.name),
            "site": both(&seen.site.name),
            "address": { "ru": seen.address(Lang::Ru), "en": seen.address(Lang::En) },
            "specialist": both(&seen.resource.name),
            "room": seen.resource.room,
            "zone": seen.site.zone.iana_name(),
            "link": format!("/bookings/{}", booking.id),
            "change_until": until.moved.map(|x| x.0),
            "cancel_until": until.cancelled.map(|x| x.0),
            "bring": bring.map(|(ru, en)| json!({ "ru": ru, "en": en })).collect::<Vec<_>>(),
            "ics": calendar(self.app, Lang::Ru, &seen),
        })
    }
}
