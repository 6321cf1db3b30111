//! The room «signatures»: a qualified electronic signature proves who somebody is, and signs in.
//!
//! The portal writes a short text ([`give`]); the person signs it with their own program and brings the
//! signature ([`tried`]); whoever can judge signatures does so outside any transaction
//! ([`SignatureCheck`]); then [`prove`] raises the level of the account, or [`enter`] signs in the
//! account whose confirmed SNILS stands in the certificate.
//!
//! Owns `signature_challenge`, `signature_certificate`.
//!
//! Invariants:
//! * A text is good once, for fifteen minutes, in the browser that asked for it, for one purpose: one
//!   conditional statement uses it up. At most ten signatures under it are looked at.
//! * A certificate that its owner took away opens nothing until they sign with it while signed in.
//! * A signature stands for the password, not for a second factor: a device that is not known meets
//!   that all the same, and the staff need their passkey or app.
//!
//! Calls: `identity` (what is known of people, ways, owners of SNILS), `factors` (signing in, telling
//! of events). Not here: how signatures are judged (`outbound`), what the text says (pages).

mod certificate;
mod challenge;
mod check;
mod prove;
#[cfg(test)]
mod tests;

pub use certificate::{Certificate, all, remove};
pub(crate) use certificate::{export, forget};
pub use challenge::{Purpose, Text, Wish, give, nonce, sweep, text, tried};
pub use check::{Flaw, SignatureCheck, Signed, Signer};
pub use prove::{enter, prove};
