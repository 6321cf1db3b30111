//! A ticket with every text made fit for print, once, before anything is measured.

use super::face::Faces;
use super::{Labels, Ticket};

/// A sheet never holds more entries of a list than this; the others are only counted.
pub(super) const MOST: usize = 60;

/// The ticket as it can be printed. Lists keep their length without blank entries; a title and a
/// text for the QR code, which every document must have, are found when the caller has none.
pub(super) fn clean(ticket: &Ticket, faces: &Faces) -> Ticket {
    let text = |text: &String| faces.printable(text);
    let list = |list: &[String]| {
        let entries = list.iter().filter(|entry| !entry.trim().is_empty()).enumerate();
        entries.map(|(at, entry)| if at < MOST { text(entry) } else { String::new() }).collect()
    };
    let labels = &ticket.labels;
    Ticket {
        lang: ticket.lang.clone(),
        title: first([text(&ticket.title), text(&ticket.service), text(&ticket.number)]),
        portal: text(&ticket.portal),
        labels: Labels {
            when: text(&labels.when),
            place: text(&labels.place),
            person: text(&labels.person),
            specialist: text(&labels.specialist),
            number: text(&labels.number),
            code: text(&labels.code),
            bring: text(&labels.bring),
            notes: text(&labels.notes),
            more: text(&labels.more),
            qr_caption: text(&labels.qr_caption),
            qr_alt: first([text(&labels.qr_alt), text(&labels.qr_caption), text(&ticket.code)]),
        },
        person: text(&ticket.person),
        service: text(&ticket.service),
        purpose: text(&ticket.purpose),
        date_long: text(&ticket.date_long),
        time: text(&ticket.time),
        zone_note: text(&ticket.zone_note),
        duration: text(&ticket.duration),
        organisation: text(&ticket.organisation),
        site: text(&ticket.site),
        address: text(&ticket.address),
        room: text(&ticket.room),
        specialist: text(&ticket.specialist),
        number: text(&ticket.number),
        code: text(&ticket.code),
        qr_text: ticket.qr_text.clone(),
        bring: list(&ticket.bring),
        notes: list(&ticket.notes),
        footer: list(&ticket.footer),
        issued: text(&ticket.issued),
        issued_at: ticket.issued_at,
        accent: ticket.accent,
    }
}

/// The first text that is not empty.
fn first(texts: [String; 3]) -> String {
    texts.into_iter().find(|text| !text.is_empty()).unwrap_or_else(|| "—".to_owned())
}
