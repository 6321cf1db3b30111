//! Blind indexes: finding what is sealed.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::Secret;

/// What is compared without being known. Only what is unique: an index of anything else would show
/// who has the same. Each has a key of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// A phone in E.164.
    Phone,
    /// An e-mail, folded.
    Email,
    /// The eleven digits of a SNILS.
    Snils,
    /// Whose tries or sendings are counted.
    Scope,
    /// What was asked under an idempotency key.
    Asked,
}

impl Field {
    const ALL: [Self; 5] = [Self::Phone, Self::Email, Self::Snils, Self::Scope, Self::Asked];

    /// What its key is derived for. Never changes: all stored indexes would be lost.
    fn label(self) -> &'static [u8] {
        match self {
            Self::Phone => b"okno blind index 1: phone",
            Self::Email => b"okno blind index 1: email",
            Self::Snils => b"okno blind index 1: snils",
            Self::Scope => b"okno blind index 1: scope",
            Self::Asked => b"okno blind index 1: asked",
        }
    }
}

/// A key for each field.
pub(super) struct Blind([Secret; Field::ALL.len()]);

impl Blind {
    pub(super) fn new(index: &Secret) -> Self {
        let hkdf = Hkdf::<Sha256>::new(None, &index[..]);
        Self(Field::ALL.map(|field| {
            let mut key = Secret::default();
            // 32 bytes are far below what HKDF can give, so this cannot fail.
            if let Err(error) = hkdf.expand(field.label(), &mut key[..]) {
                panic!("no key for {field:?}: {error}");
            }
            key
        }))
    }

    pub(super) fn index(&self, field: Field, value: &str) -> String {
        // HMAC fills a short key with zeros up to its block; done here, where it cannot fail.
        let mut block = zeroize::Zeroizing::new([0; 64]);
        block[..32].copy_from_slice(&self.0[field as usize][..]);
        let mut mac = Hmac::<Sha256>::new((&*block).into());
        mac.update(value.as_bytes());
        hex(&mac.finalize().into_bytes())
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |x: u8| char::from(DIGITS[usize::from(x)]);
    bytes.iter().flat_map(|x| [digit(x >> 4), digit(x & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_keys_tell_nothing_about_each_other() {
        let (ours, theirs) = (Blind::new(&Secret::new([1; 32])), Blind::new(&Secret::new([2; 32])));
        let phone = "+79123456789";
        let mut all: Vec<String> = Field::ALL.map(|field| ours.index(field, phone)).into();
        assert_eq!(ours.index(Field::Phone, phone), all[0]);
        assert_eq!(all[0].len(), 64);
        all.push(theirs.index(Field::Phone, phone));
        all.push(ours.index(Field::Phone, "+79123456788"));
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    /// HKDF-SHA-256 and HMAC-SHA-256, recomputed elsewhere: stored indexes must be found for ever.
    #[test]
    fn an_index_never_changes() {
        let blind = Blind::new(&Secret::new([1; 32]));
        let known = "1e8edd39691ac728cf20eb8c5741f3b17cb8c26591e1f1af22d969bfdcc38f5b";
        assert_eq!(blind.index(Field::Phone, "+79123456789"), known);
    }
}
