//! A security key without hardware: answers as a browser and its key would, honestly or not.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};

/// What is asked of the key, as the browser understood it.
#[derive(Clone, Debug)]
pub struct Play {
    /// The site's id that the key answers to.
    pub site: String,
    /// The origin that the browser writes down.
    pub origin: String,
    /// What is to be signed.
    pub challenge: Vec<u8>,
    /// `0x01` somebody was there, `0x04` and proved who they are, `0x08` and `0x10` backed up.
    pub flags: u8,
    /// In place of `webauthn.create` or `webauthn.get`.
    pub kind: Option<&'static str>,
}

impl Play {
    /// An honest one.
    pub fn of(site: &base::config::Site, challenge: &[u8]) -> Self {
        Self {
            site: site.id.clone(),
            origin: site.origin.clone(),
            challenge: challenge.to_vec(),
            flags: 0x05,
            kind: None,
        }
    }

    fn client_data(&self, kind: &str) -> String {
        let said = serde_json::json!({
            "type": self.kind.unwrap_or(kind),
            "challenge": BASE64.encode(&self.challenge),
            "origin": self.origin,
            "crossOrigin": false,
        });
        said.to_string()
    }

    fn head(&self, flags: u8, counter: u32) -> Vec<u8> {
        let site = digest(&SHA256, self.site.as_bytes());
        [site.as_ref(), &[self.flags | flags], &counter.to_be_bytes()].concat()
    }
}

/// A key: one pair on P-256.
#[derive(Debug)]
pub struct Authenticator {
    pair: EcdsaKeyPair,
    /// Its id.
    pub id: Vec<u8>,
    /// Whose it says it is.
    pub user: String,
    /// How often it was used; a key that does not count leaves it at 0.
    pub counter: u32,
}

/// What a new key answers, in base64url.
#[derive(Clone, Debug)]
pub struct Created {
    /// `clientDataJSON`.
    pub client_data: String,
    /// `attestationObject`.
    pub object: String,
}

/// What a known key answers, in base64url.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The key's id.
    pub credential: String,
    /// `clientDataJSON`.
    pub client_data: String,
    /// `authenticatorData`.
    pub data: String,
    /// `signature`.
    pub signature: String,
    /// `userHandle`.
    pub user: String,
}

impl Authenticator {
    /// A new key of `user`.
    pub fn new(user: &str) -> Self {
        let chance = SystemRandom::new();
        let document =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &chance).unwrap();
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, document.as_ref(), &chance);
        let pair = pair.unwrap();
        let id = digest(&SHA256, pair.public_key().as_ref()).as_ref()[..20].to_vec();
        Self { pair, id, user: user.to_owned(), counter: 0 }
    }

    /// A copy that counts on its own.
    pub fn sign_as(&self, counter: u32, play: &Play) -> Signed {
        let (client_data, data) = (play.client_data("webauthn.get"), play.head(0, counter));
        let message = [&data, digest(&SHA256, client_data.as_bytes()).as_ref()].concat();
        let signature = self.pair.sign(&SystemRandom::new(), &message).unwrap();
        Signed {
            credential: BASE64.encode(&self.id),
            client_data: BASE64.encode(client_data),
            data: BASE64.encode(data),
            signature: BASE64.encode(signature),
            user: BASE64.encode(&self.user),
        }
    }

    /// Signs, and counts when it has begun to.
    pub fn sign(&mut self, play: &Play) -> Signed {
        self.counter += u32::from(self.counter > 0);
        self.sign_as(self.counter, play)
    }

    /// Shows itself as a new key.
    pub fn create(&self, play: &Play) -> Created {
        let point = self.pair.public_key().as_ref();
        let (x, y) = point[1..].split_at(32);
        // {1: 2, 3: -7, -1: 1, -2: x, -3: y}
        let cose = [
            &[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20][..],
            x,
            &[0x22, 0x58, 0x20],
            y,
        ]
        .concat();
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        let model = [0; 16];
        let head = play.head(0x40, self.counter);
        let said = [&head[..], &model, &length, &self.id, &cose].concat();
        let length = u8::try_from(said.len()).unwrap();
        // {"fmt": "none", "attStmt": {}, "authData": said}
        let object =
            [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58", &[length][..], &said].concat();
        Created {
            client_data: BASE64.encode(play.client_data("webauthn.create")),
            object: BASE64.encode(object),
        }
    }
}
