//! What a citizen keeps of a booking, composed from the booking and the portal: the ticket, the
//! calendar entry, the text of the QR code.

use base::{Fault, Instant, Outcome};
use paper::code::BookingCode;
use paper::ics::{self, Organizer};
use paper::token::{self, Claims};
use paper::{pdf, qr};
use rooms::booking::{Booking, State};
use rooms::catalogue::{self, Service};
use rooms::mandates::Act;
use rooms::mandates::rules::Ask;
use rooms::offices::{Organization, Resource, Site};
use rooms::portal::Portal;
use texts::{Form, Lang};

use crate::App;

/// A booking beside everything that is said about it.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// The booking.
    pub booking: &'a Booking,
    /// Full name of the person who comes.
    pub person: &'a str,
    /// The portal.
    pub portal: &'a Portal,
    /// The service.
    pub service: &'a Service,
    /// Where.
    pub site: &'a Site,
    /// Who receives.
    pub resource: &'a Resource,
    /// Whose site it is.
    pub organization: &'a Organization,
    /// Start of the visit.
    pub starts: Instant,
    /// End of the visit.
    pub ends: Instant,
}

impl<'a> Seen<'a> {
    /// Puts a booking beside its service and place; nothing when it has no time, or they are gone.
    pub fn of(booking: &'a Booking, person: &'a str, portal: &'a Portal) -> Option<Self> {
        let offices = &portal.city.offices;
        let resource = offices.resource(booking.resource.as_ref()?)?;
        let site = offices.site(&resource.site)?;
        Some(Self {
            booking,
            person,
            portal,
            service: portal.city.catalogue.service(&booking.service)?,
            site,
            resource,
            organization: offices.organization(&site.organization)?,
            starts: booking.starts?,
            ends: booking.ends?,
        })
    }

    /// What a mandate must allow for somebody to be booked for, or moved, here.
    pub fn act(&self, now: Instant) -> Ask<'_> {
        Ask {
            act: Act::Book,
            service: &self.service.code,
            body: &self.organization.kind,
            kinds: &self.service.passport.kinds,
            today: now.in_zone(&self.site.zone).date(),
        }
    }

    /// «Томск, ул. Тихая, 3, 634003».
    pub fn address(&self, lang: Lang) -> String {
        let locality = self.portal.city.places.locality(&self.site.locality);
        let town = locality.map_or("", |x| x.name.in_lang(lang));
        let card = &self.site.card;
        [town, card.address.in_lang(lang), &card.postal]
            .into_iter()
            .filter(|x| !x.is_empty())
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// The papers to bring.
    pub fn bring(&self, lang: Lang) -> Vec<String> {
        let papers = catalogue::brought(self.service, &self.booking.purpose);
        papers.iter().map(|x| x.name.in_lang(lang).to_owned()).collect()
    }

    /// Name of the purpose.
    pub fn purpose(&self, lang: Lang) -> &str {
        let purpose = self.service.purpose(&self.booking.purpose);
        purpose.map_or("", |x| x.name.in_lang(lang))
    }
}

/// Until when whoever made a booking may change it themselves; nothing of what they may not do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Until {
    /// Move it.
    pub moved: Option<Instant>,
    /// Cancel it.
    pub cancelled: Option<Instant>,
}

impl Until {
    /// «Перенести или отменить можно до …», or what of it is so.
    fn words(self, app: &App, lang: Lang, site: &Site) -> Vec<String> {
        let said = |key: &str, at: Instant| {
            let until = moment(app, lang, at, site, Form::Day);
            app.texts.with(lang, key, &[("until", until.into())])
        };
        match (self.moved, self.cancelled) {
            (Some(at), Some(same)) if at == same => vec![said("ticket-change", at)],
            (moved, cancelled) => {
                let moved = moved.map(|at| said("ticket-move", at));
                moved.into_iter().chain(cancelled.map(|at| said("rule-cancel", at))).collect()
            }
        }
    }
}

/// The signed text of the QR code: a link that a desk can check without a network.
///
/// # Errors
/// A fault when the booking has no code.
pub fn qr_text(app: &App, seen: &Seen<'_>) -> Outcome<String> {
    let code: BookingCode = seen
        .booking
        .code
        .as_deref()
        .and_then(|x| x.parse().ok())
        .ok_or_else(|| Fault::new("a ticket without a code"))?;
    let start_minute = Claims::minute_of(seen.starts.timestamp())
        .ok_or_else(|| Fault::new("a ticket outside of time"))?;
    let claims = Claims {
        code,
        revision: seen.booking.revision,
        start_minute,
        site: token::site_mark(&seen.site.id),
    };
    Ok(token::link(&app.config.public_url, &app.signer.sign(&claims)))
}

/// A picture drawn by this program: templates show it as it is.
#[derive(Clone, Debug, Default)]
pub struct Svg(String);

impl Svg {
    /// What `paper` has drawn.
    pub(crate) fn new(drawn: String) -> Self {
        Self(drawn)
    }
}

impl std::fmt::Display for Svg {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Svg {}

/// The QR code for a page.
///
/// # Errors
/// A fault when the text is too long for one.
pub fn qr_svg(app: &App, seen: &Seen<'_>, title: &str) -> Outcome<Svg> {
    let text = qr_text(app, seen)?;
    let svg = qr::svg(&text, title).map_err(|_long| Fault::new("the QR text is too long"))?;
    Ok(Svg(svg))
}

/// A moment as people of the site say it: «среда, 9 декабря 2026, 10:30».
pub fn moment(app: &App, lang: Lang, at: Instant, site: &Site, form: Form) -> String {
    let local = at.in_zone(&site.zone);
    format!("{}, {}", app.texts.date(lang, local.date(), form), local.strftime("%H:%M"))
}

/// How many minutes before the start people come: «за 5–10 минут», or one number when there are no two.
pub(crate) fn early(app: &App, lang: Lang, service: &Service) -> Option<String> {
    let minutes = i64::from(service.passport.rules.arrive_early);
    match minutes {
        0 => None,
        1..=5 => Some(app.texts.with(lang, "rule-early", &[("n", minutes.into())])),
        _ => Some(app.texts.with(lang, "ticket-early", &[("minutes", minutes.to_string().into())])),
    }
}

/// The ticket as PDF.
///
/// # Errors
/// A fault when the writer refuses.
pub fn ticket(app: &App, lang: Lang, (seen, until): (&Seen<'_>, Until)) -> Outcome<Vec<u8>> {
    let t = |key: &str| app.texts.get(lang, key).to_owned();
    let tw =
        |key: &str, name: &str, value: String| app.texts.with(lang, key, &[(name, value.into())]);
    let local = seen.starts.in_zone(&seen.site.zone);
    let now = app.clock.now();
    let minutes = (seen.ends.0 - seen.starts.0) / Instant::MINUTE;
    let code = seen.booking.code.as_deref().unwrap_or_default();
    let code = code.parse().map_or(code.to_owned(), |x: BookingCode| x.to_string());
    let mut notes: Vec<String> = early(app, lang, seen.service).into_iter().collect();
    if seen.booking.state == State::Pending {
        notes.insert(0, t("ticket-pending"));
    }
    notes.extend(until.words(app, lang, seen.site));
    let ticket = pdf::Ticket {
        lang: lang.code().into(),
        title: t("ticket-title"),
        portal: app.name(lang).to_owned(),
        labels: pdf::Labels {
            when: t("ticket-when"),
            place: t("ticket-place"),
            person: t("ticket-person"),
            specialist: t("ticket-specialist"),
            number: t("ticket-number"),
            code: t("ticket-code"),
            bring: t("ticket-bring"),
            notes: t("ticket-notes"),
            more: tw("ticket-more", "n", "{n}".into()),
            qr_caption: t("ticket-qr"),
            qr_alt: t("ticket-qr-alt"),
        },
        person: seen.person.to_owned(),
        service: seen.service.passport.name.in_lang(lang).to_owned(),
        purpose: seen.purpose(lang).to_owned(),
        date_long: app.texts.date(lang, local.date(), Form::Long),
        time: local.strftime("%H:%M").to_string(),
        zone_note: tw("zone-note", "offset", offset(seen)),
        duration: app.texts.with(lang, "minutes", &[("n", minutes.into())]),
        organisation: seen.organization.name.in_lang(lang).to_owned(),
        site: seen.site.name.in_lang(lang).to_owned(),
        address: seen.address(lang),
        room: tw("room-is", "room", seen.resource.room.clone()),
        specialist: specialist(lang, seen.resource),
        number: seen.booking.number.clone().unwrap_or_default(),
        code,
        qr_text: qr_text(app, seen)?,
        bring: seen.bring(lang),
        notes,
        footer: vec![
            tw("ticket-support", "phone", app.config.support_phone.clone()),
            t("ticket-verify"),
        ],
        issued: tw("ticket-issued", "when", moment(app, lang, now, seen.site, Form::Year)),
        issued_at: now.timestamp(),
        accent: pdf::ACCENT,
    };
    pdf::ticket(&ticket)
        .map_err(|fault| Fault::new(format!("the ticket cannot be made: {fault:?}")).into())
}

/// «Субботин Кирилл Тимофеевич, Глава администрации»; a desk speaks for itself.
fn specialist(lang: Lang, resource: &Resource) -> String {
    let card = &resource.card;
    let role = [&card.specialty, &card.position].into_iter().find(|x| !x.is_empty());
    let name = resource.name.in_lang(lang);
    role.map_or(name.to_owned(), |role| format!("{name}, {}", role.in_lang(lang)))
}

fn offset(seen: &Seen<'_>) -> String {
    let seconds = seen.starts.in_zone(&seen.site.zone).offset().seconds();
    let sign = if seconds < 0 { '−' } else { '+' };
    match seconds.abs() / 60 % 60 {
        0 => format!("UTC{sign}{}", seconds.abs() / 3600),
        minutes => format!("UTC{sign}{}:{minutes:02}", seconds.abs() / 3600),
    }
}

/// The calendar file of a booking.
pub fn calendar(app: &App, lang: Lang, seen: &Seen<'_>) -> String {
    let url = app.config.public_url.trim_end_matches('/');
    let host = url.split("://").last().unwrap_or("okno");
    let booking = seen.booking;
    let bring = seen.bring(lang);
    let code = booking.code.as_deref().unwrap_or_default();
    let mut lines = vec![app.texts.with(
        lang,
        "ics-number",
        &[
            ("number", booking.number.clone().unwrap_or_default().into()),
            ("code", code.to_owned().into()),
        ],
    )];
    if let Some(said) = booking.behalf.as_ref().and_then(|x| x.said()) {
        let who = [("who", said.details.name().into())];
        lines.push(app.texts.with(lang, "ics-for", &who));
    }
    if !bring.is_empty() {
        lines.push(format!("{}: {}", app.texts.get(lang, "ticket-bring"), bring.join(", ")));
    }
    let email = &seen.organization.card.email;
    let room = app.texts.with(lang, "room-is", &[("room", seen.resource.room.clone().into())]);
    let event = ics::Event {
        uid: format!("{}@{}", booking.id, host.split(':').next().unwrap_or("okno")),
        stamp: booking.changed.timestamp(),
        sequence: booking.revision,
        status: match booking.state {
            State::Pending | State::Proposed => ics::Status::Tentative,
            State::Confirmed | State::Arrived | State::InService | State::Completed => {
                ics::Status::Confirmed
            }
            _ => ics::Status::Cancelled,
        },
        start: seen.starts.timestamp(),
        end: seen.ends.timestamp(),
        summary: seen.service.passport.name.in_lang(lang).to_owned(),
        location: format!(
            "{}, {}, {room}",
            seen.organization.name.in_lang(lang),
            seen.address(lang)
        ),
        description: lines.join("\n"),
        url: Some(format!("{url}/bookings/{}", booking.id)),
        geo: seen.site.point.map(|x| (x.lat(), x.lon())),
        organizer: Organizer {
            name: seen.organization.name.in_lang(lang).to_owned(),
            uri: if email.is_empty() { url.to_owned() } else { format!("mailto:{email}") },
        },
        reminder: Some(seen.service.passport.name.in_lang(lang).to_owned()),
    };
    ics::calendar(&event)
}
