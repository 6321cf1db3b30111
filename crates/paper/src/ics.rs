//! Calendar files (RFC 5545) for one booking, in the manner of RFC 5546: the same UID for the life
//! of the booking, a higher SEQUENCE after every change, `METHOD:CANCEL` when it is over, so that a
//! calendar updates the entry it has instead of adding a second one.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The longest content line in octets, the line break not counted.
const LINE: usize = 75;

/// A booking as an entry of a calendar. Texts are plain; escaping happens here.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Stable for the life of the booking, unique in the world: `<booking id>@<public host>`.
    pub uid: String,
    /// When this state of the booking was made.
    pub stamp: Timestamp,
    /// Raised by every change; a calendar keeps the highest.
    pub sequence: u32,
    /// Whether the appointment stands.
    pub status: Status,
    /// Beginning.
    pub start: Timestamp,
    /// End.
    pub end: Timestamp,
    /// Title of the entry.
    pub summary: String,
    /// Organisation, address and room in one line.
    pub location: String,
    /// What to bring, the code, how to move or cancel; may have several lines.
    pub description: String,
    /// The page of the booking.
    pub url: Option<String>,
    /// Latitude and longitude in degrees.
    pub geo: Option<(f64, f64)>,
    /// Who holds the appointment. RFC 5546 wants one in everything that is published.
    pub organizer: Organizer,
    /// Text of a reminder one day before; left out of a cancelled entry.
    pub reminder: Option<String>,
}

/// The body that holds the appointment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organizer {
    /// Name for people.
    pub name: String,
    /// `mailto:` address or web address.
    pub uri: String,
}

/// Whether an appointment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It stands.
    Confirmed,
    /// It waits for the organisation's word.
    Tentative,
    /// It is off.
    Cancelled,
}

impl Status {
    /// The METHOD of the file, which an e-mail repeats in its `Content-Type`.
    #[must_use]
    pub fn method(self) -> &'static str {
        match self {
            Self::Confirmed | Self::Tentative => "PUBLISH",
            Self::Cancelled => "CANCEL",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Confirmed => "CONFIRMED",
            Self::Tentative => "TENTATIVE",
            Self::Cancelled => "CANCELLED",
        }
    }
}

/// Writes the calendar file of a booking, as `text/calendar; charset=utf-8`.
#[must_use]
pub fn calendar(event: &Event) -> String {
    let mut file = File::default();
    file.line("BEGIN", "VCALENDAR");
    file.line("VERSION", "2.0");
    file.line("PRODID", "-//Okno//Appointments//EN");
    file.line("CALSCALE", "GREGORIAN");
    file.line("METHOD", event.status.method());
    file.line("BEGIN", "VEVENT");
    write_event(&mut file, event);
    if let Some(reminder) = event.reminder.as_deref().filter(|_| event.status != Status::Cancelled)
    {
        file.line("BEGIN", "VALARM");
        file.line("ACTION", "DISPLAY");
        file.line("TRIGGER", "-P1D");
        file.text("DESCRIPTION", reminder);
        file.line("END", "VALARM");
    }
    file.line("END", "VEVENT");
    file.line("END", "VCALENDAR");
    file.text
}

fn write_event(file: &mut File, event: &Event) {
    file.text("UID", &event.uid);
    file.line("DTSTAMP", &utc(event.stamp));
    file.line("SEQUENCE", &event.sequence.to_string());
    file.line("STATUS", event.status.name());
    file.line("DTSTART", &utc(event.start));
    file.line("DTEND", &utc(event.end));
    file.text("SUMMARY", &event.summary);
    file.text("LOCATION", &event.location);
    file.text("DESCRIPTION", &event.description);
    if let Some(url) = &event.url {
        file.line("URL", &plain(url));
    }
    if let Some((latitude, longitude)) = event.geo {
        file.line("GEO", &format!("{latitude:.6};{longitude:.6}"));
    }
    let name: String = plain(&event.organizer.name).replace('"', "'");
    file.line(&format!("ORGANIZER;CN=\"{name}\""), &plain(&event.organizer.uri));
    file.line("TRANSP", if event.status == Status::Cancelled { "TRANSPARENT" } else { "OPAQUE" });
}

/// A file under construction: folded lines that end in CRLF.
#[derive(Default)]
struct File {
    text: String,
}

impl File {
    /// A property whose value is of type TEXT.
    fn text(&mut self, name: &str, value: &str) {
        self.line(name, &escape(value));
    }

    /// A property as it stands, folded so that no line has more than 75 octets and no letter is
    /// cut in two.
    fn line(&mut self, name: &str, value: &str) {
        let mut octets = 0;
        for letter in name.chars().chain([':']).chain(value.chars()) {
            if octets + letter.len_utf8() > LINE {
                self.text.push_str("\r\n ");
                octets = 1;
            }
            self.text.push(letter);
            octets += letter.len_utf8();
        }
        self.text.push_str("\r\n");
    }
}

/// `20261208T062000Z`
fn utc(instant: Timestamp) -> String {
    let time = instant.to_zoned(TimeZone::UTC).datetime();
    let mut text = String::with_capacity(16);
    // Writing to a String cannot fail.
    let _written = write!(
        text,
        "{:04}{:02}{:02}T{:02}{:02}{:02}Z",
        time.year(),
        time.month(),
        time.day(),
        time.hour(),
        time.minute(),
        time.second()
    );
    text
}

/// Escapes a TEXT value; every kind of line break becomes `\n`, other control characters go.
fn escape(value: &str) -> String {
    let mut text = String::with_capacity(value.len() + 16);
    for letter in value.replace("\r\n", "\n").chars() {
        match letter {
            '\\' | ';' | ',' => text.extend(['\\', letter]),
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => text.push_str("\\n"),
            '\t' => text.push(' '),
            letter if letter.is_control() => {}
            letter => text.push(letter),
        }
    }
    text
}

/// A value that is not TEXT, made safe against smuggled lines.
fn plain(value: &str) -> String {
    value.chars().filter(|letter| !letter.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn event() -> Event {
        Event {
            uid: "b-17@okno.example".into(),
            stamp: "2026-11-22T02:40:00Z".parse().unwrap(),
            sequence: 2,
            status: Status::Confirmed,
            start: "2026-12-08T10:20:00+04:00".parse().unwrap(),
            end: "2026-12-08T10:40:00+04:00".parse().unwrap(),
            summary: "Приём: выдача паспорта".into(),
            location: "ул. Ленина, 5; каб. 12".into(),
            description: "Возьмите:\n— паспорт\r\n— справку № 5\\2".into(),
            url: Some("https://okno.example/b/17".into()),
            geo: Some((53.195_878, 50.100_202)),
            organizer: Organizer {
                name: "Отдел «Окно», \"Самара\"".into(),
                uri: "mailto:help@okno.example".into(),
            },
            reminder: Some("Завтра в 10:20 приём".into()),
        }
    }

    /// Undoes folding and splits into lines, refusing what RFC 5545 refuses.
    fn lines(file: &str) -> Vec<String> {
        assert!(file.ends_with("\r\n"));
        assert!(!file.replace("\r\n", "").contains(['\r', '\n']), "bare line breaks");
        for line in file.split("\r\n") {
            assert!(line.len() <= LINE, "{} octets: {line}", line.len());
        }
        file.replace("\r\n ", "").trim_end().split("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn a_booking_becomes_one_event_in_utc_with_a_reminder() {
        let lines = lines(&calendar(&event()));
        let expected = [
            "BEGIN:VCALENDAR",
            "METHOD:PUBLISH",
            "UID:b-17@okno.example",
            "DTSTAMP:20261122T024000Z",
            "SEQUENCE:2",
            "STATUS:CONFIRMED",
            "DTSTART:20261208T062000Z",
            "DTEND:20261208T064000Z",
            "LOCATION:ул. Ленина\\, 5\\; каб. 12",
            "DESCRIPTION:Возьмите:\\n— паспорт\\n— справку № 5\\\\2",
            "URL:https://okno.example/b/17",
            "GEO:53.195878;50.100202",
            "ORGANIZER;CN=\"Отдел «Окно», 'Самара'\":mailto:help@okno.example",
            "TRIGGER:-P1D",
            "END:VCALENDAR",
        ];
        for line in expected {
            assert!(lines.iter().any(|found| found == line), "{line} is not in {lines:#?}");
        }
    }

    #[test]
    fn a_cancellation_keeps_the_uid_and_reminds_of_nothing() {
        let cancelled = Event { status: Status::Cancelled, sequence: 3, ..event() };
        let lines = lines(&calendar(&cancelled));
        for line in ["METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:3", "UID:b-17@okno.example"] {
            assert!(lines.iter().any(|found| found == line), "{line}");
        }
        assert!(!lines.iter().any(|line| line.contains("VALARM")));
    }

    #[test]
    fn nobody_smuggles_a_property_in() {
        let url = Some("https://x\r\nATTENDEE:mailto:a@b".into());
        let summary = "a\rATTENDEE:b".into();
        let file = calendar(&Event { url, summary, ..event() });
        assert!(!lines(&file).iter().any(|line| line.starts_with("ATTENDEE")));
    }

    fn unescape(value: &str) -> String {
        let mut letters = value.chars();
        let mut text = String::new();
        while let Some(letter) = letters.next() {
            match (letter, letter == '\\') {
                (_, true) => match letters.next().unwrap() {
                    'n' => text.push('\n'),
                    other => text.push(other),
                },
                (letter, false) => text.push(letter),
            }
        }
        text
    }

    proptest! {
        #[test]
        fn any_text_survives_escaping_and_folding(summary in "[а-яё \\\\;,:\n№😀a-z\u{301}]{0,300}") {
            let file = calendar(&Event { summary: summary.clone(), ..event() });
            let lines = lines(&file);
            let line = lines.iter().find_map(|line| line.strip_prefix("SUMMARY:")).unwrap();
            prop_assert_eq!(unescape(line), summary);
        }
    }
}
