//! Random values that are shown once and kept as digests.

use base::Chance;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// 256 random bits in 43 characters that may stand anywhere.
pub(super) fn fresh(chance: &Chance) -> String {
    URL_SAFE_NO_PAD.encode(chance.bytes::<32>())
}

/// What is kept of it. The value is random, so a plain digest cannot be undone.
pub(super) fn digest(value: &str) -> [u8; 32] {
    Sha256::digest(value.as_bytes()).into()
}

/// base64url without padding.
pub(super) fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Undoes [`encoded`].
pub(super) fn decoded(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// Whether `verifier` is what `challenge` was made of (S256).
pub(super) fn proves(verifier: &str, challenge: &str) -> bool {
    let whole = (43..=128).contains(&verifier.len()) && verifier.bytes().all(unreserved);
    whole && same(encoded(digest(verifier)).as_bytes(), challenge.as_bytes())
}

/// Whether two values are the same, in a time that tells nothing.
pub(super) fn same(one: &[u8], other: &[u8]) -> bool {
    use subtle::ConstantTimeEq as _;
    one.ct_eq(other).into()
}

fn unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verifier_proves_its_own_challenge_and_no_other() {
        // The values of RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(proves(verifier, challenge));
        assert!(!proves(&verifier.replace('d', "e"), challenge));
        assert!(!proves(challenge, challenge));
        let short = "short";
        assert!(!proves(short, &encoded(digest(short))), "shorter than the standard allows");
    }
}
