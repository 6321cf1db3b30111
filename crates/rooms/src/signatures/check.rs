//! What the room asks of whoever can judge signatures.

use base::{Instant, Kind, Refusal};

/// A text and the signature that came for it.
#[derive(Clone, Debug)]
pub struct Signed {
    /// Names the question, so that a repeated one is the same.
    pub id: String,
    /// What was to be signed, byte for byte.
    pub content: Vec<u8>,
    /// What was brought: CMS as DER, PEM or base64.
    pub signature: Vec<u8>,
    /// When the text was given: nobody can have signed it before.
    pub given_at: Instant,
    /// When the signature came: nobody can have signed it after.
    pub at: Instant,
}

/// Who has signed, as their certificate says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signer {
    /// Surname (SN).
    pub surname: String,
    /// Given name and patronymic (G).
    pub given: String,
    /// Eleven digits of the SNILS; empty when there is none.
    pub snils: String,
    /// Twelve digits of the INN; empty when there is none.
    pub inn: String,
    /// Whoever gave out the certificate, as people know them.
    pub issuer: String,
    /// Number of the certificate, in hexadecimal.
    pub serial: String,
    /// Until when the certificate is good.
    pub until: Instant,
    /// SHA-256 of the certificate.
    pub fingerprint: [u8; 32],
}

/// Why a signature proves nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It is no signature that can be read.
    Unreadable(&'static str),
    /// It is one of another text, or was changed.
    Changed,
    /// Nobody trusts whoever gave out the certificate.
    Untrusted(String),
    /// The certificate is not good yet, or no more.
    Expired,
    /// The certificate was revoked.
    Revoked,
    /// The certificate is not meant for signatures, or the algorithm is not known here.
    Unfit(&'static str),
    /// It cannot be judged now.
    Away(String),
}

impl From<Flaw> for Refusal {
    fn from(flaw: Flaw) -> Self {
        let (kind, code) = match flaw {
            Flaw::Unreadable(_) => (Kind::Invalid, "E-SIG-02"),
            Flaw::Changed => (Kind::Invalid, "E-SIG-03"),
            Flaw::Untrusted(_) => (Kind::Invalid, "E-SIG-04"),
            Flaw::Expired => (Kind::Invalid, "E-SIG-05"),
            Flaw::Revoked => (Kind::Invalid, "E-SIG-06"),
            Flaw::Unfit(_) => (Kind::Invalid, "E-SIG-07"),
            Flaw::Away(_) => (Kind::Conflict, "E-SIG-08"),
        };
        Self::new(kind, code)
    }
}

/// Whoever can judge signatures. It may take its time, with a limit of its own: it is called outside
/// any transaction.
pub trait SignatureCheck: Send + Sync {
    /// Who has signed.
    ///
    /// # Errors
    /// Why the signature proves nothing.
    fn check(&self, signed: &Signed) -> Result<Signer, Flaw>;
}
