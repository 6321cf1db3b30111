//! What a browser brings of a key, checked step by step as WebAuthn asks (sections 7.1 and 7.2 of
//! level 3). Pure. What a key says of its maker is not asked for and not believed.

use base::config::Site;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::cbor::{self, Value, take};
use super::public::PublicKey;

/// Longest id of a key that the standard allows.
const LONGEST_ID: usize = 1023;

/// Why what a browser brought does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It cannot be read.
    Form,
    /// It was made for something else: signing in is no registering.
    Kind,
    /// It answers another challenge.
    Challenge,
    /// It was made on another site …
    Origin,
    /// … or with a key of another site.
    Site,
    /// Nobody was there …
    Presence,
    /// … or nobody proved to the device who they are.
    Verification,
    /// A kind of key that is not taken.
    Algorithm,
    /// Another key has signed it.
    Signature,
}

/// A new key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Registered {
    pub credential: Vec<u8>,
    /// The public half as COSE.
    pub cose: Vec<u8>,
    pub counter: u32,
    pub backed_up: bool,
}

/// What a known key says beside its signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    pub counter: u32,
    pub backed_up: bool,
}

/// What the browser says of the ceremony.
#[derive(Deserialize)]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(rename = "crossOrigin", default)]
    cross_origin: bool,
}

/// What an answer is measured by: the site, and the challenge that was given.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub site: &'a Site,
    pub challenge: &'a [u8],
}

/// A key that is being registered.
pub(super) fn registered(
    asked: Asked<'_>,
    client_data: &[u8],
    attestation: &[u8],
) -> Result<Registered, Flaw> {
    client(asked, "webauthn.create", client_data)?;
    let mut rest = attestation;
    let object = cbor::read(&mut rest).ok_or(Flaw::Form)?;
    let said = object.field("authData").and_then(Value::bytes).ok_or(Flaw::Form)?;
    let (shown, credential) = authenticator(asked.site, said)?;
    let (credential, cose) = credential.ok_or(Flaw::Form)?;
    PublicKey::read(cose).ok_or(Flaw::Algorithm)?;
    Ok(Registered {
        credential: credential.to_vec(),
        cose: cose.to_vec(),
        counter: shown.counter,
        backed_up: shown.backed_up,
    })
}

/// A key that is known, by its public half.
pub(super) fn shown(
    asked: Asked<'_>,
    cose: &[u8],
    (client_data, said, signature): (&[u8], &[u8], &[u8]),
) -> Result<Shown, Flaw> {
    client(asked, "webauthn.get", client_data)?;
    let (shown, _) = authenticator(asked.site, said)?;
    let key = PublicKey::read(cose).ok_or(Flaw::Algorithm)?;
    let message = [said, &Sha256::digest(client_data)[..]].concat();
    if key.signed(&message, signature) { Ok(shown) } else { Err(Flaw::Signature) }
}

fn client(asked: Asked<'_>, kind: &str, bytes: &[u8]) -> Result<(), Flaw> {
    let unreadable = |_: serde_json::Error| Flaw::Form;
    let said: ClientData = serde_json::from_slice(bytes).map_err(unreadable)?;
    let checks = [
        (said.kind == kind, Flaw::Kind),
        (said.challenge == URL_SAFE_NO_PAD.encode(asked.challenge), Flaw::Challenge),
        (said.origin == asked.site.origin && !said.cross_origin, Flaw::Origin),
    ];
    checks.into_iter().find(|x| !x.0).map_or(Ok(()), |x| Err(x.1))
}

/// Id and public half of a new key.
type Credential<'a> = (&'a [u8], &'a [u8]);

/// What the device says: the digest of the site's name, flags, counter, and, of a new key, its id and
/// public half.
fn authenticator<'a>(
    site: &Site,
    mut said: &'a [u8],
) -> Result<(Shown, Option<Credential<'a>>), Flaw> {
    let input = &mut said;
    let whose = take(input, 32).ok_or(Flaw::Form)?;
    let flags = take(input, 1).ok_or(Flaw::Form)?[0];
    let counter = take(input, 4).ok_or(Flaw::Form)?;
    let counter = counter.iter().fold(0, |number, byte| number << 8 | u32::from(*byte));
    let is = |bit: u8| flags & bit != 0;
    let (present, verified, may_back_up, backed_up) = (is(0x01), is(0x04), is(0x08), is(0x10));
    let (has_key, has_more) = (is(0x40), is(0x80));
    if whose != &Sha256::digest(site.id.as_bytes())[..] {
        return Err(Flaw::Site);
    }
    if !present {
        return Err(Flaw::Presence);
    }
    if !verified {
        return Err(Flaw::Verification);
    }
    if backed_up && !may_back_up {
        return Err(Flaw::Form);
    }
    let credential = has_key.then(|| credential(input).ok_or(Flaw::Form)).transpose()?;
    if has_more {
        cbor::read(input).ok_or(Flaw::Form)?;
    }
    if input.is_empty() { Ok((Shown { counter, backed_up }, credential)) } else { Err(Flaw::Form) }
}

fn credential<'a>(input: &mut &'a [u8]) -> Option<Credential<'a>> {
    let _model = take(input, 16)?;
    let [high, low] = *take(input, 2)? else { return None };
    let length = usize::from(u16::from_be_bytes([high, low]));
    let id = take(input, length).filter(|x| (1..=LONGEST_ID).contains(&x.len()))?;
    let key = *input;
    cbor::read(input)?;
    Some((id, &key[..key.len() - input.len()]))
}
