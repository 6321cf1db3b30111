//! What a citizen keeps of a booking: the PDF ticket, the QR code, the calendar file, the signed
//! token and the short code that can be read aloud.
//!
//! Everything here is a pure function from plain values to text or bytes. There is no clock, no
//! randomness, no I/O and no language inside: the caller brings the instants, the random bits and
//! every label, so a ticket in Russian and one in English go through the same lines, and the same
//! booking always gives the same bytes.
//!
//! | Module | Gives |
//! |---|---|
//! | [`code`] | `04HM-ASW9N-F6YV`, the code a citizen reads to a clerk, and how to read it back |
//! | [`number`] | `26-0001-2344`, the number of a booking for letters and calls |
//! | [`token`] | what the QR code says: a booking, signed, without personal data |
//! | [`qr`] | the QR code as SVG for pages and as modules for print |
//! | [`ics`] | a calendar file that a move or a cancellation updates |
//! | [`pdf`] | the ticket, and the letter with a code, on one sheet of A4 each, accessible and archivable |
//! | [`zip`] | several files in one, for a copy of everything that is kept of a person |

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests may unwrap"))]

pub mod code;
mod crockford;
pub mod ics;
pub mod number;
pub mod pdf;
pub mod qr;
pub mod token;
pub mod zip;
