//! The public half of a key, as COSE (RFC 9053) writes it, and its signatures.

use ring::signature::{self, RsaPublicKeyComponents, UnparsedPublicKey};

use super::cbor::{self, Value};

/// The kinds of keys that are taken, by their COSE numbers, the best first: Ed25519, ECDSA on P-256,
/// RSA for older Windows.
pub const ALGORITHMS: [i64; 3] = [-8, -7, -257];

/// The public half.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PublicKey<'a> {
    Ed25519(&'a [u8]),
    /// The point without compression.
    P256(Vec<u8>),
    Rsa {
        n: &'a [u8],
        e: &'a [u8],
    },
}

impl<'a> PublicKey<'a> {
    /// Reads a key of one of the kinds of [`ALGORITHMS`]; nothing else is one.
    pub fn read(mut cose: &'a [u8]) -> Option<Self> {
        let map = cbor::read(&mut cose)?;
        if !cose.is_empty() {
            return None;
        }
        let int = |label| map.label(label).and_then(Value::int);
        let bytes = |label| map.label(label).and_then(Value::bytes);
        let point = |label| bytes(label).filter(|x| x.len() == 32);
        match (int(1)?, int(3)?) {
            (1, -8) if int(-1) == Some(6) => Some(Self::Ed25519(point(-2)?)),
            (2, -7) if int(-1) == Some(1) => {
                Some(Self::P256([&[4][..], point(-2)?, point(-3)?].concat()))
            }
            (3, -257) => Some(Self::Rsa { n: bytes(-1)?, e: bytes(-2)? }),
            _ => None,
        }
    }

    /// Whether its secret half has signed `message`.
    pub fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let verified = match self {
            Self::Ed25519(key) => {
                UnparsedPublicKey::new(&signature::ED25519, key).verify(message, signature)
            }
            Self::P256(point) => UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_ASN1, point)
                .verify(message, signature),
            Self::Rsa { n, e } => RsaPublicKeyComponents { n, e }.verify(
                &signature::RSA_PKCS1_2048_8192_SHA256,
                message,
                signature,
            ),
        };
        verified.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        let digit = |i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap();
        (0..hex.len()).step_by(2).map(digit).collect()
    }

    #[test]
    fn a_signature_of_ed25519_fits_its_key() {
        // The second test of RFC 8032, 7.1.
        let point = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
        let signature = "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
                         085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";
        // {1: 1, 3: -8, -1: 6, -2: point}
        let cose = bytes(&format!("a4010103272006215820{point}"));
        let key = PublicKey::read(&cose).unwrap();
        assert!(key.signed(&[0x72], &bytes(signature)));
        assert!(!key.signed(&[0x73], &bytes(signature)));
    }

    #[test]
    fn a_signature_of_rsa_fits_its_key() {
        // Made once with `openssl dgst -sha256 -sign` of a key that was thrown away.
        let n = "c5efbbd9fbb145dec1f1543ff97cc4a438d2fd705b07292fde9f4ce5b02ba8f3b35f0eebe0e2bedb599bdf73\
        67dded15f56ebb36b0bea45641443f8c0666e54177a76875064479c21dce2ce19bbc5b4bb39e5df3b1f5afa8\
        85ac5bced80fe4c52fcec7655efe6857e0a1c6c1edc79889226c353c12da9fa409ee71f93715b0e7404a9d28\
        af8065b275fefcc00e4e8ec69df61392ff786c11b2abe08aff002c3fdd99874c5e4fc4614660c21f4ffde57c\
        a4a6c5ed9953565620572947ffa382f7e8fb8fa5f6ac2dd2a9a390bb51ec31964fdb4cc6c7b17bd2b8fb7709\
        0a215e21898a01b16cef51025a79707807335fc9afad1512302bfdb7da24490369ded92f";
        let signature = "b96a7419367539eb3b6f09adcc60ef6510ba7c742ae195541fd771fcf1ba278d59546a4a27a1bc9111f5d2ae\
        c6445f653d8a4de2f3f3fd25c1a571eb2dacf46e81f431253f472a60421bf5546f077862074d8a4b90cba85e\
        c809a905575cedd13997f65dd8fbe4c389721220ee637fa0323e94c806281939b82bae7d96be5a2e5cdf4e1d\
        1f8bf2891247cba01798f8f36b45a8e76f62bb4fafb965b62f5ef3c24b8e7492300ea53238be61559eb761ac\
        0d99ed8dccf27a27176e06892105d08b02b554d9d68899fd5c5e210792e639a6845f29de102af49fde68b8d6\
        251dd3b05fcc2990eae21b1bebc447956ad531192d1aa568000f258ee0a24bd53a9ec805";
        // {1: 3, 3: -257, -1: n, -2: 65537}
        let cose = bytes(&format!("a401030339010020590100{n}2143010001"));
        let key = PublicKey::read(&cose).unwrap();
        assert!(key.signed(b"okno", &bytes(signature)));
        assert!(!key.signed(b"Okno", &bytes(signature)));
    }

    #[test]
    fn keys_of_other_kinds_or_with_something_behind_are_none() {
        let point = "11".repeat(32);
        let others = [
            format!("a4010103262006215820{point}"), // an algorithm that does not fit the key
            format!("a4010103272007215820{point}"), // another curve
            format!("a40101032720062158 1f{}", &point[2..]).replace(' ', ""),
            format!("a4010103272006215820{point}00"),
            "a0".to_owned(),
            "01".to_owned(),
        ];
        for other in others {
            assert_eq!(PublicKey::read(&bytes(&other)), None, "{other}");
        }
    }
}
