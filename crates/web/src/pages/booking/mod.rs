//! A person's bookings: the form of a held time, the card with its ticket, the list, the changes.

mod active;
mod card;
mod change;
pub(crate) mod files;
mod form;
mod list;
pub(crate) mod participant;
mod review;

pub(crate) use card::{Tag, tag};

use std::sync::Arc;

pub(crate) use active::{Active, active};
use base::{FieldFault, Id, Kind, Outcome, Refusal};
use rooms::accounts::{self, Account};
use rooms::booking::form::{ADDRESS, Checked};
use rooms::booking::{self, Booking, Offer};
use rooms::catalogue::Service;
use rooms::identity::{self, Profile};
use rooms::portal::Portal;

use crate::papers::Seen;
use crate::route::{Action, Rate, Route, get, post};
use crate::{Failure, Visit};

/// The routes of this folder.
pub fn routes() -> Vec<Route> {
    use Rate::{Hold, Move, Vital, Write};
    vec![
        get("/bookings", Action::ListBookings, Vital, list::list),
        get("/bookings/{id}", Action::ReadBooking, Vital, card::card),
        get("/bookings/{id}/form", Action::FillIn, Write, form::show),
        post("/bookings/{id}/form", Action::FillIn, Write, form::send),
        post("/bookings/{id}/draft", Action::FillIn, Write, form::draft),
        get("/bookings/{id}/review", Action::ConfirmBooking, Write, review::show),
        post("/bookings/{id}/confirm", Action::ConfirmBooking, Write, review::confirm),
        post("/bookings/{id}/extend", Action::FillIn, Write, form::extend),
        post("/bookings/{id}/release", Action::ReleaseHold, Write, form::release),
        get("/bookings/{id}/ticket.pdf", Action::ReadBooking, Vital, files::ticket),
        get("/bookings/{id}/calendar.ics", Action::ReadBooking, Vital, files::calendar),
        get("/bookings/{id}/move", Action::MoveBooking, Move, change::move_page),
        post("/bookings/{id}/move", Action::MoveBooking, Move, change::move_it),
        get("/bookings/{id}/cancel", Action::CancelBooking, Write, change::cancel_page),
        post("/bookings/{id}/cancel", Action::CancelBooking, Write, change::cancel_it),
        post("/bookings/{id}/repeat", Action::HoldTime, Hold, change::repeat),
        get("/bookings/{id}/contacts", Action::ChangeContacts, Write, change::contacts_page),
        post("/bookings/{id}/contacts", Action::ChangeContacts, Write, change::contacts),
        get("/t/{token}", Action::CheckTicket, Vital, files::scanned),
    ]
}

/// One booking of the person who asks, with its account and portal.
#[derive(Clone, Debug)]
pub(crate) struct Own {
    pub booking: Booking,
    pub account: Account,
    pub portal: Arc<Portal>,
    pub service: Arc<Service>,
}

impl Own {
    /// Loads the booking `id` of the person who asks.
    pub async fn load(visit: &Visit, id: &str) -> Result<Self, Failure> {
        let nobody = || Refusal::new(Kind::Unauthenticated, "E-AUTH-10");
        let account = visit.account().cloned().ok_or_else(nobody)?;
        let id = id.to_owned();
        let (booking, account) = visit
            .db()
            .read(move |tx| {
                let booking = booking::of_account(tx, &account, &id)?;
                Ok((booking, accounts::read::account(tx, &account)?))
            })
            .await?;
        let portal = visit.app.portal();
        let unknown = || Refusal::new(Kind::NotFound, "E-STA-01");
        let service =
            portal.city.catalogue.service(&booking.service).cloned().ok_or_else(unknown)?;
        Ok(Self { booking, account: account.ok_or_else(nobody)?, portal, service })
    }

    /// What is known of the person.
    pub async fn profile(&self, visit: &Visit) -> Outcome<Profile> {
        let me = self.account.id.clone();
        let profile = visit.db().read(move |tx| identity::profile(tx, &me)).await?;
        Ok(profile.ok_or_else(|| Refusal::new(Kind::NotFound, "E-ACC-02"))?)
    }

    /// The fault of a form that shows another address than the profile has by now.
    pub async fn stale_address(
        &self,
        visit: &Visit,
        checked: &Checked,
    ) -> Outcome<Option<FieldFault>> {
        if self.service.passport.rules.address.is_none() {
            return Ok(None);
        }
        let same = checked.address().unwrap_or_default() == self.profile(visit).await?.home();
        Ok((!same).then(|| FieldFault::new(ADDRESS, "E-ADR-04")))
    }

    /// The fault of a purpose that needs more time than is free after the held start.
    pub async fn purpose_fault(
        &self,
        visit: &Visit,
        checked: &Checked,
    ) -> Outcome<Option<FieldFault>> {
        let Ok(offer) = self.offer() else { return Ok(None) };
        let (cx, me, id) = (visit.cx(), self.account.id.clone(), self.id().clone());
        let purpose = checked.purpose().to_owned();
        let look = move |tx: &mut base::Tx<'_>| {
            booking::fits_purpose(tx, &cx, (&me, &id), &offer, &purpose)
        };
        visit.db().read(look).await
    }

    /// With its place, when it has one.
    pub fn seen(&self) -> Option<Seen<'_>> {
        Seen::of(&self.booking, "", &self.portal)
    }

    /// The offer at the resource of the booking.
    pub fn offer(&self) -> Result<Offer, Refusal> {
        let id = self.booking.resource.as_ref();
        let resource = id.and_then(|id| self.portal.city.offices.resource(id));
        let offer = resource.and_then(|x| self.portal.offer(&self.service, x));
        offer.ok_or_else(|| Refusal::new(Kind::Gone, "E-HOLD-02"))
    }

    /// Full name as in papers.
    pub fn person(&self) -> String {
        self.account.full_name().into_revealed()
    }

    /// Where to choose another time, with everything typed kept.
    pub fn again(&self) -> String {
        let place = match &self.booking.resource {
            Some(id) => format!("resource={}&", super::book::encode(id)),
            None => String::new(),
        };
        format!(
            "/book/{}?{place}draft={}&purpose={}",
            self.service.code,
            self.booking.id,
            super::book::encode(&self.booking.purpose)
        )
    }

    pub fn id(&self) -> &Id {
        &self.booking.id
    }
}
