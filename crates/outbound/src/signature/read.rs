//! CMS `SignedData` (RFC 5652) and what CAdES-BES adds to it: who has signed these bytes. Whether they
//! are to be believed is asked in `trust.rs`.

use base::Instant;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use cms::cert::CertificateChoices;
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use der::asn1::{ObjectIdentifier as Oid, OctetString};
use der::{Any, Decode, Encode, SliceReader, Tag, Tagged};
use ring::digest;
use rooms::signatures::{Flaw, Signer};
use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, alg_id};
use webpki::{EndEntityCert, Error};
use x509_cert::Certificate;
use x509_cert::attr::{Attribute, Attributes};
use x509_cert::ext::pkix::SubjectKeyIdentifier;
use x509_cert::name::Name;
use x509_cert::spki::AlgorithmIdentifierOwned;

use super::ber;

const SIGNED_DATA: Oid = Oid::new_unwrap("1.2.840.113549.1.7.2");
const DATA: Oid = Oid::new_unwrap("1.2.840.113549.1.7.1");
const CONTENT_TYPE: Oid = Oid::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: Oid = Oid::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_CERTIFICATE_V2: Oid = Oid::new_unwrap("1.2.840.113549.1.9.16.2.47");
const RSA_ENCRYPTION: Oid = Oid::new_unwrap("1.2.840.113549.1.1.1");
const SHA_256: Oid = Oid::new_unwrap("2.16.840.1.101.3.4.2.1");
const SHA_384: Oid = Oid::new_unwrap("2.16.840.1.101.3.4.2.2");
const SHA_512: Oid = Oid::new_unwrap("2.16.840.1.101.3.4.2.3");

const SURNAME: Oid = Oid::new_unwrap("2.5.4.4");
const GIVEN_NAME: Oid = Oid::new_unwrap("2.5.4.42");
const COMMON_NAME: Oid = Oid::new_unwrap("2.5.4.3");
const ORGANIZATION: Oid = Oid::new_unwrap("2.5.4.10");
const SNILS: Oid = Oid::new_unwrap("1.2.643.100.3");
const INN: Oid = Oid::new_unwrap("1.2.643.3.131.1.1");

/// Certificates that one signature may bring.
const CERTIFICATES: usize = 10;

/// A signature that fits its content and the certificate that it brings.
pub(super) struct Opened {
    /// The certificate of whoever has signed, parsed and as it came.
    pub certificate: Certificate,
    pub der: CertificateDer<'static>,
    /// Further certificates that came along.
    pub others: Vec<CertificateDer<'static>>,
}

fn unreadable<E>(what: &'static str) -> impl FnOnce(E) -> Flaw {
    move |_| Flaw::Unreadable(what)
}

/// Reads a signature and compares it with what was to be signed.
pub(super) fn opened(signature: &[u8], content: &[u8]) -> Result<Opened, Flaw> {
    let bytes = decoded(signature)?;
    let bytes = match ber::is_streamed(&bytes) {
        true => ber::to_der(&bytes).ok_or(Flaw::Unreadable("no BER"))?,
        false => bytes,
    };
    let info = ContentInfo::from_der(&bytes).map_err(unreadable("no CMS"))?;
    if info.content_type != SIGNED_DATA {
        return Err(Flaw::Unreadable("CMS, but no SignedData"));
    }
    let data: SignedData = info.content.decode_as().map_err(unreadable("no SignedData"))?;
    let signer = only(data.signer_infos.0.as_slice())?;
    shape(&data, signer)?;
    if let Some(inside) = &data.encap_content_info.econtent {
        // Some programs put the text into the signature; then it must be this one.
        let inside: OctetString = inside.decode_as().map_err(unreadable("no content"))?;
        if inside.as_bytes() != content {
            return Err(Flaw::Changed);
        }
    }
    let (certificate, der, others) = certificates(&data, &signer.sid)?;
    let message = message(signer, content, &der)?;
    fits(signer, &der, &message)?;
    Ok(Opened { certificate, der, others })
}

/// DER or BER, or base64 with or without the lines that PEM puts around it.
fn decoded(bytes: &[u8]) -> Result<Vec<u8>, Flaw> {
    if bytes.first() == Some(&0x30) {
        return Ok(bytes.to_vec());
    }
    let text = std::str::from_utf8(bytes).map_err(unreadable("neither DER nor text"))?;
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    let body: String = lines.filter(|x| !x.starts_with("-----")).collect();
    BASE64.decode(body.trim()).map_err(unreadable("no base64"))
}

fn only<T>(items: &[T]) -> Result<&T, Flaw> {
    match items {
        [item] => Ok(item),
        _ => Err(Flaw::Unreadable("one signature is needed, no less and no more")),
    }
}

/// What the standard fixes for a signature of plain bytes: nothing in it is left to chance.
fn shape(data: &SignedData, signer: &SignerInfo) -> Result<(), Flaw> {
    let version = match signer.sid {
        SignerIdentifier::IssuerAndSerialNumber(_) => CmsVersion::V1,
        SignerIdentifier::SubjectKeyIdentifier(_) => CmsVersion::V3,
    };
    let digests = data.digest_algorithms.as_slice();
    let plain = |x: &AlgorithmIdentifierOwned| {
        x.parameters.as_ref().is_none_or(|x| x.tag() == Tag::Null && x.value().is_empty())
    };
    let right = signer.version == version
        && data.version == version
        && data.encap_content_info.econtent_type == DATA
        && matches!(digests, [x] if x.oid == signer.digest_alg.oid && plain(x))
        && plain(&signer.digest_alg);
    if right { Ok(()) } else { Err(Flaw::Unreadable("not the shape of a signature of a file")) }
}

type Found = (Certificate, CertificateDer<'static>, Vec<CertificateDer<'static>>);

/// The certificate that `sid` names, and the others.
fn certificates(data: &SignedData, sid: &SignerIdentifier) -> Result<Found, Flaw> {
    let all = data.certificates.iter().flat_map(|x| x.0.iter());
    let (mut own, mut others) = (None, Vec::new());
    for choice in all.take(CERTIFICATES + 1) {
        let CertificateChoices::Certificate(certificate) = choice else { continue };
        let der = certificate.to_der().map_err(unreadable("a certificate"))?;
        let der = CertificateDer::from(der);
        match own.is_none() && is_of(certificate, sid) {
            true => own = Some((certificate.clone(), der)),
            false => others.push(der),
        }
    }
    if others.len() >= CERTIFICATES {
        return Err(Flaw::Unreadable("too many certificates"));
    }
    let (certificate, der) = own.ok_or(Flaw::Unreadable("without its certificate"))?;
    Ok((certificate, der, others))
}

fn is_of(certificate: &Certificate, sid: &SignerIdentifier) -> bool {
    let known = certificate.tbs_certificate();
    match sid {
        SignerIdentifier::IssuerAndSerialNumber(x) => {
            *known.issuer() == x.issuer && *known.serial_number() == x.serial_number
        }
        SignerIdentifier::SubjectKeyIdentifier(x) => known
            .get_extension::<SubjectKeyIdentifier>()
            .is_ok_and(|own| own.is_some_and(|own| own.1 == *x)),
    }
}

/// What the key has signed: the content itself, or attributes with the content's digest.
fn message(signer: &SignerInfo, content: &[u8], der: &[u8]) -> Result<Vec<u8>, Flaw> {
    let Some(attributes) = &signer.signed_attrs else { return Ok(content.to_vec()) };
    let algorithm = hash(&signer.digest_alg.oid)?;
    let kind = Oid::from_der(&one(attributes, CONTENT_TYPE)?).map_err(unreadable("its kind"))?;
    let said = OctetString::from_der(&one(attributes, MESSAGE_DIGEST)?);
    let said = said.map_err(unreadable("its digest"))?;
    if kind != DATA || said.as_bytes() != digest::digest(algorithm, content).as_ref() {
        return Err(Flaw::Changed);
    }
    if attributes.iter().any(|x| x.oid == SIGNING_CERTIFICATE_V2) {
        names(&one(attributes, SIGNING_CERTIFICATE_V2)?, der)?;
    }
    attributes.to_der().map_err(unreadable("its attributes"))
}

/// The value in DER of an attribute that must be there once.
fn one(attributes: &Attributes, oid: Oid) -> Result<Vec<u8>, Flaw> {
    let found: Vec<&Attribute> = attributes.iter().filter(|x| x.oid == oid).collect();
    let attribute = only(&found).map_err(unreadable("an attribute is missing, or there twice"))?;
    only(attribute.values.as_slice())?.to_der().map_err(unreadable("an attribute"))
}

/// ESS `SigningCertificateV2` (RFC 5035): whether the first certificate that it names is the one that
/// came.
fn names(attribute: &[u8], der: &[u8]) -> Result<(), Flaw> {
    let (algorithm, said) = first_named(attribute).map_err(unreadable("an attribute"))?;
    let algorithm = hash(algorithm.as_ref().map_or(&SHA_256, |x| &x.oid))?;
    match said.as_bytes() == digest::digest(algorithm, der).as_ref() {
        true => Ok(()),
        false => Err(Flaw::Changed),
    }
}

/// Digest of the first certificate of the attribute, and its algorithm when it is not SHA-256. What
/// follows, issuer and number, says nothing that the digest does not.
fn first_named(attribute: &[u8]) -> der::Result<(Option<AlgorithmIdentifierOwned>, OctetString)> {
    let whole = Any::from_der(attribute)?;
    let list = Any::decode(&mut SliceReader::new(whole.value())?)?;
    let first = Any::decode(&mut SliceReader::new(list.value())?)?;
    let mut reader = SliceReader::new(first.value())?;
    let algorithm = match Tag::peek(&reader)? {
        Tag::Sequence => Some(AlgorithmIdentifierOwned::decode(&mut reader)?),
        _ => None,
    };
    Ok((algorithm, OctetString::decode(&mut reader)?))
}

fn hash(oid: &Oid) -> Result<&'static digest::Algorithm, Flaw> {
    match *oid {
        SHA_256 => Ok(&digest::SHA256),
        SHA_384 => Ok(&digest::SHA384),
        SHA_512 => Ok(&digest::SHA512),
        _ => Err(Flaw::Unfit("a digest that is not judged here")),
    }
}

/// Whether the certificate's key has signed the message.
fn fits(signer: &SignerInfo, der: &CertificateDer<'_>, message: &[u8]) -> Result<(), Flaw> {
    let certificate = EndEntityCert::try_from(der).map_err(unreadable("its certificate"))?;
    let wanted = algorithm(signer)?;
    let known = webpki::ALL_VERIFICATION_ALGS.iter().copied();
    let of = |x: &&dyn SignatureVerificationAlgorithm| x.signature_alg_id().as_ref() == wanted;
    for algorithm in known.filter(of) {
        match certificate.verify_signature(algorithm, message, signer.signature.as_bytes()) {
            Ok(()) => return Ok(()),
            Err(Error::InvalidSignatureForPublicKey) => return Err(Flaw::Changed),
            Err(_another_kind_of_key) => {}
        }
    }
    Err(Flaw::Unfit("an algorithm or a key that is not judged here"))
}

/// The algorithm as its identifier's content in DER. Plain RSA takes its digest from beside it.
fn algorithm(signer: &SignerInfo) -> Result<Vec<u8>, Flaw> {
    let named = &signer.signature_algorithm;
    if named.oid == RSA_ENCRYPTION {
        let rsa = match signer.digest_alg.oid {
            SHA_256 => alg_id::RSA_PKCS1_SHA256,
            SHA_384 => alg_id::RSA_PKCS1_SHA384,
            SHA_512 => alg_id::RSA_PKCS1_SHA512,
            _ => return Err(Flaw::Unfit("a digest that is not judged here")),
        };
        let plain = named.parameters.as_ref().is_none_or(Any::is_null);
        return if plain { Ok(rsa.to_vec()) } else { Err(Flaw::Unreadable("its algorithm")) };
    }
    let der = named.to_der().map_err(unreadable("its algorithm"))?;
    let whole = Any::from_der(&der).map_err(unreadable("its algorithm"))?;
    Ok(whole.value().to_vec())
}

/// Whom a certificate names.
pub(super) fn signer(certificate: &Certificate) -> Result<Signer, Flaw> {
    let known = certificate.tbs_certificate();
    let der = certificate.to_der().map_err(unreadable("its certificate"))?;
    let digits = |text: String| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let subject = |oid| text(known.subject(), oid);
    let issuer = match text(known.issuer(), ORGANIZATION) {
        none if none.is_empty() => text(known.issuer(), COMMON_NAME),
        named => named,
    };
    let until = known.validity().not_after.to_unix_duration().as_micros();
    let mut fingerprint = [0; 32];
    fingerprint.copy_from_slice(digest::digest(&digest::SHA256, &der).as_ref());
    Ok(Signer {
        surname: subject(SURNAME),
        given: subject(GIVEN_NAME),
        snils: Some(digits(subject(SNILS))).filter(|x| x.len() == 11).unwrap_or_default(),
        inn: Some(digits(subject(INN))).filter(|x| x.len() == 12).unwrap_or_default(),
        issuer,
        serial: known.serial_number().as_bytes().iter().map(|x| format!("{x:02x}")).collect(),
        until: Instant(i64::try_from(until).unwrap_or(i64::MAX)),
        fingerprint,
    })
}

/// The first attribute of this kind in a name; empty when there is none that can be read.
fn text(name: &Name, oid: Oid) -> String {
    let found = name.iter().find(|x| x.oid == oid);
    found.and_then(|x| words(&x.value)).unwrap_or_default().trim().to_owned()
}

fn words(value: &Any) -> Option<String> {
    let bytes = value.value();
    match value.tag() {
        Tag::BmpString => {
            let units = bytes.chunks_exact(2).map(|x| u16::from_be_bytes([x[0], x[1]]));
            String::from_utf16(&units.collect::<Vec<_>>()).ok()
        }
        Tag::Utf8String | Tag::PrintableString | Tag::NumericString | Tag::Ia5String => {
            std::str::from_utf8(bytes).ok().map(str::to_owned)
        }
        _ => None,
    }
}
