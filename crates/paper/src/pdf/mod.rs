//! The ticket: one sheet of A4 that says when, where and with which papers, and carries the QR
//! code for the desk.
//!
//! It is written as PDF/A-2a and PDF/UA-1 at once, checked by the writer itself: tagged, with
//! language, title, outline and alternative texts, so that a screen reader reads it in the order a
//! person would. It always has exactly one page: long texts are first set smaller, then clipped
//! with an ellipsis, and of a long list the rest is named by number ([`Labels::more`]).
//!
//! The way of a ticket: `clean` makes its texts printable, `compose` makes a tree of lines and
//! shapes with places on the sheet, `paint` turns the tree into a PDF. The same ticket gives the
//! same bytes.

mod clean;
mod compose;
mod face;
mod flow;
mod letter;
mod paint;

use std::fmt;

use jiff::Timestamp;

use crate::qr::TooLong;
pub use letter::{Letter, letter};

/// The blue of a ticket when the instance has no colour of its own. It prints as a dark grey.
pub const ACCENT: [u8; 3] = [30, 79, 214];

/// All that stands on a ticket, ready to print: dates are written out, numbers formatted, labels
/// in the reader's language. An empty text is left out together with its label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Language of the texts, as in HTML: `ru`, `en`.
    pub lang: String,
    /// The heading: «Талон на приём».
    pub title: String,
    /// Name of the portal.
    pub portal: String,
    /// Words around the values.
    pub labels: Labels,
    /// Who comes.
    pub person: String,
    /// What for: name of the service.
    pub service: String,
    /// Purpose within the service.
    pub purpose: String,
    /// Day in full: «Вторник, 8 декабря 2026 года».
    pub date_long: String,
    /// Time, set very large: `10:20`.
    pub time: String,
    /// Which clock: «время местное, UTC+4».
    pub zone_note: String,
    /// «около 20 минут».
    pub duration: String,
    /// The body that receives.
    pub organisation: String,
    /// Its office.
    pub site: String,
    /// Address of the office.
    pub address: String,
    /// Room, floor or window.
    pub room: String,
    /// Who receives.
    pub specialist: String,
    /// Number of the booking, see [`crate::number`].
    pub number: String,
    /// Code of the booking, see [`crate::code`].
    pub code: String,
    /// Text of the QR code, see [`crate::token`].
    pub qr_text: String,
    /// Papers to bring, each with a box to tick.
    pub bring: Vec<String>,
    /// What is good to know: come ten minutes earlier, until when to move or cancel.
    pub notes: Vec<String>,
    /// Small print: telephone of support, how to check the ticket. The first five lines count.
    pub footer: Vec<String>,
    /// «Выдан 22 ноября 2026 года, 06:40».
    pub issued: String,
    /// The same as an instant, for the document's own record.
    pub issued_at: Timestamp,
    /// Colour of the instance, dark enough to be read on white; see [`ACCENT`].
    pub accent: [u8; 3],
}

/// The words around the values of a [`Ticket`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labels {
    /// «Когда»
    pub when: String,
    /// «Где»
    pub place: String,
    /// «Кто приходит»
    pub person: String,
    /// «Кто принимает»
    pub specialist: String,
    /// «Номер записи»
    pub number: String,
    /// «Код записи»
    pub code: String,
    /// «Что взять с собой»
    pub bring: String,
    /// «Полезно знать»
    pub notes: String,
    /// Stands for what did not fit; `{n}` becomes its number: «и ещё {n} — см. на портале».
    pub more: String,
    /// Under the QR code: «Покажите код на входе».
    pub qr_caption: String,
    /// What a screen reader says in place of the QR code.
    pub qr_alt: String,
}

/// Why there is no ticket. None of these is the citizen's doing.
#[derive(Debug)]
pub enum PdfFault {
    /// The QR text is too long.
    Qr(TooLong),
    /// A font of the program cannot be read.
    Font,
    /// The writer or its validator refused; carries what it said.
    Write(String),
}

/// Makes the PDF of a ticket.
///
/// # Errors
/// [`PdfFault`]; ordinary texts of any length and any script never cause one. Letters that the
/// font lacks are printed as a question mark.
pub fn ticket(ticket: &Ticket) -> Result<Vec<u8>, PdfFault> {
    let faces = face::Faces::get()?;
    let ticket = clean::clean(ticket, faces);
    let page = compose::fit(&ticket, faces)?;
    let about = About {
        lang: ticket.lang.clone(),
        title: format!("{} {}", ticket.title, ticket.number),
        subject: ticket.service.clone(),
        author: ticket.portal.clone(),
        id: format!("{} {}", ticket.number, ticket.qr_text),
        at: ticket.issued_at,
        accent: ticket.accent,
    };
    paint::write(&about, faces, &page)
}

/// What a document says of itself.
struct About {
    lang: String,
    title: String,
    subject: String,
    author: String,
    /// The same for the same document.
    id: String,
    at: Timestamp,
    accent: [u8; 3],
}

impl fmt::Display for PdfFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Qr(fault) => write!(f, "the ticket has no QR code: {fault}"),
            Self::Font => f.write_str("a font of the program cannot be read"),
            Self::Write(reason) => write!(f, "the ticket cannot be written: {reason}"),
        }
    }
}

impl std::error::Error for PdfFault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Qr(fault) => Some(fault),
            Self::Font | Self::Write(_) => None,
        }
    }
}

impl From<TooLong> for PdfFault {
    fn from(fault: TooLong) -> Self {
        Self::Qr(fault)
    }
}
