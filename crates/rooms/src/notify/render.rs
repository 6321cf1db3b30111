//! Putting letters into words.

use jiff::Zoned;
use texts::{FluentValue, Form, Lang, Texts};

use super::letter::Payload;
use super::{Portal, sms};
use crate::accounts::Account;

/// The longest SMS.
const SEGMENTS: usize = 2;
/// What stands for a code or a link once it was sent.
const MASK: &str = "••••••";

/// By which way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Email,
    Sms,
    Voice,
}

impl Way {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Voice => "voice",
        }
    }
}

/// A message in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rendered {
    pub way: Way,
    pub lang: Lang,
    pub to: String,
    pub subject: String,
    pub body: String,
    /// The body as it may be kept after sending.
    pub kept: String,
}

/// A code as it is said: digit by digit, and after a pause once more.
fn spoken(code: &str) -> String {
    let digits: Vec<String> = code.chars().map(String::from).collect();
    let once = digits.join(", ");
    format!("{once}. {once}")
}

/// Everything a text may need.
pub(super) struct Renderer<'a> {
    pub texts: &'a Texts,
    pub portal: &'a Portal,
    pub lang: Lang,
}

type Args<'a> = Vec<(&'a str, FluentValue<'a>)>;
const NOTHING: &[(&str, &str)] = &[];

impl Renderer<'_> {
    /// The messages of a registration's letter: one, to the contact that the letter names.
    pub fn proof(&self, event: &str, payload: &Payload) -> Option<Rendered> {
        let to = payload.to.clone()?;
        let way = match payload.channel.as_deref() {
            Some("sms") => Way::Sms,
            Some("voice") => Way::Voice,
            _ => Way::Email,
        };
        let key = |part: &str| format!("notify-{event}-{part}");
        let body = |code: &str, link: &str| {
            let args = [("code", code), ("link", link), ("phone", &self.portal.support_phone)];
            self.text(&key(way.as_str()), &args)
        };
        let link = payload.path.as_deref().map(|path| format!("{}{path}", self.portal.url));
        let subject = match way {
            Way::Sms | Way::Voice => String::new(),
            Way::Email => self.text(&key("subject"), NOTHING),
        };
        let code = payload.code.as_deref().unwrap_or("");
        let code = if way == Way::Voice { spoken(code) } else { code.to_owned() };
        Some(Rendered {
            way,
            lang: self.lang,
            to,
            subject,
            body: body(&code, link.as_deref().unwrap_or("")),
            kept: body(MASK, MASK),
        })
    }

    /// The messages about the safety of an account: to every proved contact.
    pub fn notice(&self, event: &str, payload: &Payload, to: &Account) -> Vec<Rendered> {
        let [(_, date), (_, time)] = self.when(payload);
        // Of all events this one is told with the moment that comes.
        let date = match event {
            "security-recovery-waits" => self.text("notify-opens", &[("date", &*date)]),
            _ => date,
        };
        let device = payload.device.as_deref().unwrap_or("");
        // What follows from it, and until when, stands apart from the moment of the event.
        let more = match event {
            "security-closing" => {
                format!(" {}", self.text("notify-security-closing-more", NOTHING))
            }
            _ => String::new(),
        };
        let link = payload.path.as_deref().map(|path| self.absolute(path)).unwrap_or_default();
        let said = |key: &str, link: &str| {
            let what = self.text(&format!("notify-{event}"), NOTHING);
            let args = [("what", &*what), ("date", &*date), ("time", &*time), ("device", device)];
            let more = [
                ("link", link),
                ("name", to.name.reveal()),
                ("phone", &*self.portal.support_phone),
                ("more", &more),
            ];
            self.text(key, &[args.as_slice(), more.as_slice()].concat())
        };
        let message = |way, to: &str, key: &str| {
            let plain = payload.plain.as_deref() == Some(to);
            let key = if plain { format!("{key}-plain") } else { key.to_owned() };
            Rendered {
                way,
                lang: self.lang,
                to: to.to_owned(),
                subject: match way {
                    Way::Email => said("notify-security-subject", ""),
                    Way::Sms | Way::Voice => String::new(),
                },
                body: said(&key, &link),
                kept: said(&key, MASK),
            }
        };
        let proved = to.email.as_ref().filter(|_| to.email_verified);
        let mail = proved.map(|x| message(Way::Email, x.reveal(), "notify-security-email"));
        let sms = message(Way::Sms, to.phone.reveal(), "notify-security-sms");
        mail.into_iter().chain([sms]).collect()
    }

    /// A message that is kept as it is sent: no secret stands in it.
    fn message(&self, way: Way, to: &str, subject: String, body: String) -> Rendered {
        Rendered { way, lang: self.lang, to: to.to_owned(), subject, kept: body.clone(), body }
    }

    /// The messages about a mandate: by e-mail when it is proved, otherwise by SMS, since nothing of it
    /// is urgent and names make it long.
    pub fn mandate(&self, event: &str, payload: &Payload, to: &Account) -> Vec<Rendered> {
        let day = payload.day.map(|x| self.texts.date(self.lang, x, Form::Year));
        let args = [
            ("who", payload.who.as_deref().unwrap_or("")),
            ("day", day.as_deref().unwrap_or("")),
            ("reason", payload.reason.in_lang(self.lang)),
        ];
        let said = self.text(&format!("notify-{event}"), &args);
        let Some(email) = to.email.as_ref().filter(|_| to.email_verified) else {
            let who = payload.who.as_deref().unwrap_or("");
            let body = sms::fit(SEGMENTS, who, |who| {
                let args = [("who", who), ("day", day.as_deref().unwrap_or(""))];
                self.text(&format!("notify-{event}-sms"), &args)
            });
            return vec![self.message(Way::Sms, to.phone.reveal(), String::new(), body)];
        };
        let link = payload.link.as_deref().map(|link| self.absolute(link)).unwrap_or_default();
        let parts = [
            self.text("notify-hello", &[("name", to.name.reveal())]),
            said,
            self.line("notify-link", &link),
            self.text("notify-bye", &[("phone", &self.portal.support_phone)]),
        ];
        let body = parts.map(|x| x.trim_end().to_owned()).join("\n\n") + "\n";
        let subject = self.text(&format!("notify-{event}-subject"), NOTHING);
        vec![self.message(Way::Email, email.reveal(), subject, body)]
    }

    /// The messages to somebody who watches over the portal: no name stands in them.
    pub fn alarm(&self, event: &str, payload: &Payload, to: &Account) -> Vec<Rendered> {
        let count = payload.count.unwrap_or_default().to_string();
        let link = payload.link.as_deref().map(|x| self.absolute(x)).unwrap_or_default();
        let said = |part: &str| {
            self.text(&format!("notify-{event}-{part}"), &[("count", &count), ("link", &link)])
        };
        let proved = to.email.as_ref().filter(|_| to.email_verified);
        let mail =
            proved.map(|x| self.message(Way::Email, x.reveal(), said("subject"), said("email")));
        let sms = self.message(Way::Sms, to.phone.reveal(), String::new(), said("sms"));
        mail.into_iter().chain([sms]).collect()
    }

    /// The messages about a level or a way to one: to every proved contact.
    pub fn identity(&self, event: &str, payload: &Payload, to: &Account) -> Vec<Rendered> {
        let link = payload.link.as_deref().map(|path| self.absolute(path)).unwrap_or_default();
        let level = payload.level.as_deref().unwrap_or_default();
        let level = match level.is_empty() {
            true => String::new(),
            false => self.text(&format!("notify-level-{level}"), NOTHING),
        };
        let said = |part: &str| {
            let args = [("link", &*link), ("level", &*level), ("name", to.name.reveal())];
            let track = payload.track.as_deref().unwrap_or_default();
            let more = [("phone", &*self.portal.support_phone), ("track", track)];
            self.text(&format!("notify-{event}-{part}"), &[args.as_slice(), &more].concat())
        };
        let proved = to.email.as_ref().filter(|_| to.email_verified);
        let hello = self.text("notify-hello", &[("name", to.name.reveal())]);
        let bye = self.text("notify-bye", &[("phone", &self.portal.support_phone)]);
        let mail = proved.map(|x| {
            let body = format!("{hello}\n\n{}\n\n{bye}\n", said("email"));
            self.message(Way::Email, x.reveal(), said("subject"), body)
        });
        let sms = self.message(Way::Sms, to.phone.reveal(), String::new(), said("sms"));
        mail.into_iter().chain([sms]).collect()
    }

    /// The messages of a booking's letter; `None` when nothing is said about this event.
    pub fn booking(&self, event: &str, payload: &Payload, to: &Account) -> Option<Vec<Rendered>> {
        if !self.texts.has(self.lang, &format!("notify-{event}-lead")) {
            return None;
        }
        let mut messages = Vec::new();
        if let Some(email) = to.email.as_ref().filter(|_| to.email_verified) {
            let body = self.mail(event, payload, to);
            messages.push(Rendered {
                way: Way::Email,
                lang: self.lang,
                to: email.reveal().to_owned(),
                subject: self.text(&format!("notify-{event}-subject"), &self.when(payload)),
                kept: body.clone(),
                body,
            });
        }
        let text = self.short(event, payload);
        messages.push(Rendered {
            way: Way::Sms,
            lang: self.lang,
            to: to.phone.reveal().to_owned(),
            subject: String::new(),
            kept: text.clone(),
            body: text,
        });
        Some(messages)
    }

    /// Date, time, number and code always; of the place as much as fits.
    fn short(&self, event: &str, payload: &Payload) -> String {
        let [(_, date), (_, time)] = self.when(payload);
        let code = payload.code.as_deref().unwrap_or("");
        let number = payload.number.as_deref().unwrap_or("");
        let room = payload.room.as_deref().unwrap_or("");
        let room = self.line("notify-sms-room", room);
        let place = [payload.address.in_lang(self.lang), &room, payload.site.in_lang(self.lang)];
        let place: Vec<&str> = place.into_iter().filter(|part| !part.is_empty()).collect();
        sms::fit(SEGMENTS, &place.join(", "), |place| {
            let when = [("date", &*date), ("time", &*time)];
            let args = [when.as_slice(), &[("number", number), ("code", code), ("place", place)]];
            let args = args.concat();
            self.text(&format!("notify-{event}-sms"), &args).trim_end().to_owned()
        })
    }

    fn mail(&self, event: &str, payload: &Payload, to: &Account) -> String {
        let lang = self.lang;
        let word = |text: &Option<String>| text.clone().unwrap_or_default();
        let zone = payload.zone();
        let starts = payload.starts_at().map(|at| at.in_zone(&zone));
        let bring: Vec<&str> = payload.bring.iter().map(|x| x.in_lang(lang)).collect();
        let rows = [
            ("notify-row-when", starts.map(|at| self.moment(&at, Form::Long)).unwrap_or_default()),
            ("notify-row-for", word(&payload.who)),
            ("notify-row-service", payload.service.in_lang(lang).to_owned()),
            ("notify-row-organization", payload.organization.in_lang(lang).to_owned()),
            ("notify-row-site", payload.site.in_lang(lang).to_owned()),
            ("notify-row-address", payload.address.in_lang(lang).to_owned()),
            ("notify-row-room", word(&payload.room)),
            ("notify-row-specialist", payload.specialist.in_lang(lang).to_owned()),
            ("notify-row-number", word(&payload.number)),
            ("notify-row-code", word(&payload.code)),
            ("notify-row-reason", payload.reason.in_lang(lang).to_owned()),
        ];
        let stands = matches!(event, "booking-confirmed" | "booking-moved");
        let rows: Vec<String> = rows.iter().map(|(key, value)| self.line(key, value)).collect();
        let rows: Vec<&str> = rows.iter().map(String::as_str).filter(|x| !x.is_empty()).collect();
        let link = payload.link.as_deref().map(|link| self.absolute(link)).unwrap_or_default();
        let parts = [
            self.text("notify-hello", &[("name", to.name.reveal())]),
            self.text(&format!("notify-{event}-lead"), NOTHING),
            rows.join("\n"),
            if stands { self.line("notify-bring", &bullets(&bring)) } else { String::new() },
            if stands { self.until(payload) } else { String::new() },
            self.line("notify-link", &link),
            self.text("notify-bye", &[("phone", &self.portal.support_phone)]),
        ];
        let parts: Vec<&str> =
            parts.iter().map(|x| x.trim_end()).filter(|x| !x.is_empty()).collect();
        parts.join("\n\n") + "\n"
    }

    /// Until when it can be moved and cancelled, as far as whoever made the booking may do it.
    fn until(&self, payload: &Payload) -> String {
        let said = |key: &str, at: i64| {
            let at = base::Instant(at).in_zone(&payload.zone());
            self.line(key, &self.moment(&at, Form::Day))
        };
        match (payload.change_until, payload.cancel_until) {
            (Some(at), Some(same)) if at == same => said("notify-change-until", at),
            (moved, cancelled) => {
                let moved = moved.map(|at| said("notify-move-until", at));
                let cancelled = cancelled.map(|at| said("notify-cancel-until", at));
                moved.into_iter().chain(cancelled).collect::<Vec<_>>().join("\n")
            }
        }
    }

    /// The arguments `date` and `time`; empty when the letter has no time.
    fn when(&self, payload: &Payload) -> [(&'static str, String); 2] {
        let starts = payload.starts_at().map(|at| at.in_zone(&payload.zone()));
        let date = starts.as_ref().map(|at| self.texts.date(self.lang, at.date(), Form::Day));
        let time = starts.as_ref().map(clock_time);
        [("date", date.unwrap_or_default()), ("time", time.unwrap_or_default())]
    }

    /// «14 декабря, 10:00».
    fn moment(&self, at: &Zoned, form: Form) -> String {
        format!("{}, {}", self.texts.date(self.lang, at.date(), form), clock_time(at))
    }

    /// The text `key` around `value`; nothing around nothing.
    fn line(&self, key: &str, value: &str) -> String {
        if value.is_empty() { String::new() } else { self.text(key, &[("value", value)]) }
    }

    fn absolute(&self, link: &str) -> String {
        if link.starts_with('/') { format!("{}{link}", self.portal.url) } else { link.to_owned() }
    }

    fn text(&self, key: &str, args: &[(&str, impl AsRef<str>)]) -> String {
        let portal = ("portal", FluentValue::from(self.portal.name.in_lang(self.lang)));
        let given = args.iter().map(|(name, value)| (*name, FluentValue::from(value.as_ref())));
        let args: Args<'_> = std::iter::once(portal).chain(given).collect();
        self.texts.with(self.lang, key, &args)
    }
}

fn clock_time(at: &Zoned) -> String {
    at.strftime("%H:%M").to_string()
}

fn bullets(items: &[&str]) -> String {
    items.iter().filter(|x| !x.is_empty()).map(|x| format!("\n— {x}")).collect()
}
