//! What a letter of the outbox says. Every key may be missing: a message that says less is better
//! than none.

use std::collections::BTreeMap;

use base::Instant;
use jiff::tz::TimeZone;
use serde::Deserialize;
use texts::Lang;

/// Payload of all events; which keys are there depends on the event.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Payload {
    /// Registration: the only channel of this letter: `sms`, `voice` or `email`.
    pub channel: Option<String>,
    /// Registration: the contact, which belongs to no account yet.
    pub to: Option<String>,
    /// Language; without one the account's.
    pub lang: Option<String>,
    /// The code to type, or the booking's code.
    pub code: Option<String>,
    /// How many, of whatever the event is about.
    pub count: Option<i64>,
    /// Path of a link on the portal.
    pub path: Option<String>,
    /// The level that was reached, or that remains.
    pub level: Option<String>,
    /// Device and place of a sign-in, in words.
    pub device: Option<String>,
    /// The contact that gets a notice of safety without its link.
    pub plain: Option<String>,
    /// Whose booking it is.
    pub account: Option<String>,
    /// The booking's id.
    pub booking: Option<String>,
    /// The booking's number.
    pub number: Option<String>,
    /// Name of the service.
    pub service: Words,
    /// Name of the organisation.
    pub organization: Words,
    /// Name of the site.
    pub site: Words,
    /// Address of the site.
    pub address: Words,
    /// Room or window.
    pub room: Option<String>,
    /// Who receives.
    pub specialist: Words,
    /// For whom it is, or whom a mandate is about: full name or title.
    pub who: Option<String>,
    /// The day a notice is about.
    pub day: Option<jiff::civil::Date>,
    /// When, in microseconds.
    pub starts_at: Option<i64>,
    /// Time zone of the place, for example `Asia/Tomsk`.
    pub zone: Option<String>,
    /// Where the booking is shown: a path on the portal or a whole address.
    pub link: Option<String>,
    /// The number under which the post has a letter.
    pub track: Option<String>,
    /// Until when it can be moved, in microseconds.
    pub change_until: Option<i64>,
    /// Until when it can be cancelled, in microseconds.
    pub cancel_until: Option<i64>,
    /// Why the office refused or cancelled.
    pub reason: Words,
    /// What to bring.
    pub bring: Vec<Words>,
    /// An iCalendar file to attach to the e-mail.
    pub ics: Option<String>,
}

/// A text in one language or in several.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(untagged)]
pub(super) enum Words {
    /// As it stands.
    One(String),
    /// By language: `{"ru": …, "en": …}`.
    Many(BTreeMap<String, Option<String>>),
    /// Nothing.
    #[default]
    None,
}

impl Words {
    /// The text in `lang`, or in Russian, or nothing.
    pub fn in_lang(&self, lang: Lang) -> &str {
        match self {
            Self::One(text) => text,
            Self::Many(all) => {
                let of = |lang: Lang| all.get(lang.code()).and_then(Option::as_deref).unwrap_or("");
                lang.pick(of(Lang::Ru), of(Lang::En))
            }
            Self::None => "",
        }
    }
}

impl Payload {
    /// The time zone of the place; UTC when it is not known.
    pub fn zone(&self) -> TimeZone {
        let named = self.zone.as_deref().and_then(|name| TimeZone::get(name).ok());
        named.unwrap_or(TimeZone::UTC)
    }

    /// When the appointment begins.
    pub fn starts_at(&self) -> Option<Instant> {
        self.starts_at.map(Instant)
    }
}

/// Which letters of one subject tell about the same thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    /// The state of a booking.
    Booking,
    /// The proof of a contact.
    Proof,
    /// The safety of an account; each letter is about something of its own.
    Safety,
    /// A way to a higher level.
    Identity,
}

fn family(event: &str) -> Option<Family> {
    match event {
        "booking-confirmed"
        | "booking-pending"
        | "booking-moved"
        | "booking-cancelled"
        | "booking-cancelled-by-office"
        | "booking-rejected"
        | "booking-expired"
        | "booking-proposed" => Some(Family::Booking),
        "register-code" | "register-exists" | "email-link" | "factor-code" | "signin-code"
        | "scan-code" | "contact-code" | "contact-exists" | "contact-undo" | "recovery-code"
        | "recovery-link" => Some(Family::Proof),
        _ if is_notice(event) => Some(Family::Safety),
        _ if is_identity(event) => Some(Family::Identity),
        _ => None,
    }
}

/// Whether `later`, of the same subject, makes `event` untrue.
pub(super) fn overtakes(later: &str, event: &str) -> bool {
    family(event).is_some() && family(later) == family(event)
}

/// Whether the letter's text opens something: then it is kept nowhere after sending.
pub(super) fn is_secret(event: &str) -> bool {
    matches!(family(event), Some(Family::Proof | Family::Safety))
}

/// Whether the letter is about whom the account may act for.
pub(super) fn is_mandate(event: &str) -> bool {
    event.starts_with("mandate-")
}

/// Whether the letter calls somebody who watches over the portal.
pub(super) fn is_alarm(event: &str) -> bool {
    event.starts_with("staff-alarm")
}

/// Whether the letter tells about a level, or a way to one, or that an account stays.
pub(super) fn is_identity(event: &str) -> bool {
    event.starts_with("identity-")
}

/// Whether the letter tells about the safety of an account, at all its contacts.
pub(super) fn is_notice(event: &str) -> bool {
    event.starts_with("security-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_state_overtakes_an_earlier_one_of_the_same_kind() {
        assert!(overtakes("booking-cancelled", "booking-confirmed"));
        assert!(overtakes("register-code", "register-code"));
        assert!(!overtakes("booking-reminder", "booking-confirmed"));
        assert!(!overtakes("register-code", "booking-confirmed"));
    }

    #[test]
    fn a_payload_with_missing_keys_is_read() {
        let payload: Payload = serde_json::from_str(
            r#"{"service": {"ru": "Приём", "en": null}, "site": "МФЦ", "room": null, "odd": 1,
                "bring": ["паспорт", {"ru": "СНИЛС"}], "address": null}"#,
        )
        .unwrap();
        assert_eq!(payload.service.in_lang(Lang::En), "Приём");
        assert_eq!(payload.site.in_lang(Lang::En), "МФЦ");
        assert_eq!(payload.bring[1].in_lang(Lang::Ru), "СНИЛС");
        assert_eq!(payload.address.in_lang(Lang::Ru), "");
        assert!(serde_json::from_str::<Payload>("{}").unwrap().starts_at().is_none());
    }
}
