//! Whom the operator trusts: anchors, revocation, what a certificate is meant for.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use base::config::Signature;
use base::{Fault, Instant};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use der::Decode;
use rooms::signatures::{Flaw, SignatureCheck, Signed, Signer};
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use ureq::Agent;
use webpki::{
    BorrowedCertRevocationList, CertRevocationList, EndEntityCert, Error, ExpirationPolicy,
    ExtendedKeyUsageValidator, KeyPurposeIdIter, RevocationOptionsBuilder, VerifiedPath,
};
use x509_cert::Certificate;
use x509_cert::ext::pkix::KeyUsage;

use super::read;
use crate::registry::agent;

/// The longest list of revoked certificates, in bytes.
const LIST: u64 = 32 * 1024 * 1024;
/// How long a list that was fetched is not asked for again.
const FRESH: i64 = 30 * Instant::MINUTE;

/// Judges signatures by certificates that the operator trusts. Files are read anew for each signature:
/// they are rare, and whoever changes a file wants it to count.
pub struct Own {
    anchors: PathBuf,
    lists: PathBuf,
    addresses: Vec<String>,
    agent: Agent,
    /// What was fetched, and when.
    fetched: Mutex<HashMap<String, (Instant, Vec<u8>)>>,
}

impl std::fmt::Debug for Own {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Own({})", self.anchors.display())
    }
}

impl Own {
    /// By the section `[signature]`.
    ///
    /// # Errors
    /// A fault when there is no anchor that can be read, or nothing says which certificates are revoked.
    pub fn new(settings: &Signature) -> Result<Self, Fault> {
        let addresses = settings.crl_urls.split(',').map(str::trim).filter(|x| !x.is_empty());
        let own = Self {
            anchors: settings.anchors.clone(),
            lists: settings.crls.clone(),
            addresses: addresses.map(str::to_owned).collect(),
            agent: agent(),
            fetched: Mutex::default(),
        };
        if own.addresses.is_empty() && own.lists.as_os_str().is_empty() {
            let says = "signature.anchors needs signature.crls or signature.crl_urls: a signature \
                        whose certificate may be revoked proves nothing";
            return Err(Fault::new(says));
        }
        if let Some(wrong) = own.addresses.iter().find(|x| !x.starts_with("http")) {
            return Err(Fault::new(format!("signature.crl_urls: `{wrong}` is not http(s)://…")));
        }
        match own.anchors() {
            Ok(anchors) if anchors.is_empty() => {
                let folder = own.anchors.display();
                Err(Fault::new(format!("signature.anchors: no certificate in {folder}")))
            }
            Ok(_) => Ok(own),
            Err(text) => Err(Fault::new(format!("signature.anchors: {text}"))),
        }
    }

    fn anchors(&self) -> Result<Vec<CertificateDer<'static>>, String> {
        let files = files(&self.anchors)?;
        let all = files.iter().map(|x| blocks(x, "CERTIFICATE"));
        Ok(all.collect::<Result<Vec<_>, _>>()?.concat().into_iter().map(Into::into).collect())
    }

    /// All lists of revoked certificates that can be had.
    fn lists(&self, now: Instant) -> Result<Vec<Vec<u8>>, String> {
        let mut all = Vec::new();
        if !self.lists.as_os_str().is_empty() {
            for file in files(&self.lists)? {
                all.extend(blocks(&file, "X509 CRL")?);
            }
        }
        for address in &self.addresses {
            all.extend(self.fetched(address, now)?);
        }
        Ok(all)
    }

    /// The list at an address. While it cannot be fetched, the one before serves as long as it says
    /// itself that it does.
    fn fetched(&self, address: &str, now: Instant) -> Result<Vec<Vec<u8>>, String> {
        let known = self.fetched.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = known.get(address).cloned();
        drop(known);
        if let Some((at, bytes)) = &kept
            && now.0 - at.0 < FRESH
        {
            return blocks(bytes, "X509 CRL");
        }
        let bytes = match (self.fetch(address), kept) {
            (Ok(bytes), _) => {
                let mut known = self.fetched.lock().unwrap_or_else(PoisonError::into_inner);
                known.insert(address.to_owned(), (now, bytes.clone()));
                bytes
            }
            (Err(why), Some((_, bytes))) => {
                tracing::warn!(address, why, "a list of revoked certificates was not fetched");
                bytes
            }
            (Err(why), None) => return Err(format!("{address}: {why}")),
        };
        blocks(&bytes, "X509 CRL")
    }

    fn fetch(&self, address: &str) -> Result<Vec<u8>, String> {
        let mut answer = self.agent.get(address).call().map_err(|x| x.to_string())?;
        match answer.status().as_u16() {
            200 => {}
            status => return Err(format!("it answered {status}")),
        }
        answer.body_mut().with_config().limit(LIST).read_to_vec().map_err(|x| x.to_string())
    }
}

/// The contents of the files of a folder, in the order of their names.
fn files(folder: &Path) -> Result<Vec<Vec<u8>>, String> {
    let said = |error: std::io::Error| format!("{}: {error}", folder.display());
    let entries = std::fs::read_dir(folder).map_err(said)?;
    let mut paths: Vec<PathBuf> =
        entries.map(|x| x.map(|x| x.path())).collect::<Result<_, _>>().map_err(said)?;
    paths.retain(|x| x.is_file());
    paths.sort();
    paths.iter().map(|x| std::fs::read(x).map_err(|e| format!("{}: {e}", x.display()))).collect()
}

/// What a file holds: DER, or PEM with blocks of this name.
fn blocks(file: &[u8], name: &str) -> Result<Vec<Vec<u8>>, String> {
    if file.first() == Some(&0x30) {
        return Ok(vec![file.to_vec()]);
    }
    let text = std::str::from_utf8(file).map_err(|_bytes| "neither DER nor PEM".to_owned())?;
    let (begin, end) = (format!("-----BEGIN {name}-----"), format!("-----END {name}-----"));
    let parts = text.split(&begin).skip(1).map(|x| {
        let body: String = x.split(&end).next().unwrap_or_default().split_whitespace().collect();
        BASE64.decode(body).map_err(|error| format!("a damaged block of PEM: {error}"))
    });
    parts.collect()
}

impl SignatureCheck for Own {
    fn check(&self, signed: &Signed) -> Result<Signer, Flaw> {
        let opened = read::opened(&signed.signature, &signed.content)?;
        let usage = opened.certificate.tbs_certificate().get_extension::<KeyUsage>();
        let signs = |x: &KeyUsage| x.digital_signature() || x.non_repudiation();
        if !usage.is_ok_and(|x| x.is_some_and(|(_, x)| signs(&x))) {
            return Err(Flaw::Unfit("its certificate is not meant for signatures"));
        }
        let anchors = self.anchors().map_err(Flaw::Away)?;
        let anchors: Vec<TrustAnchor<'_>> =
            anchors.iter().filter_map(|x| webpki::anchor_from_trusted_cert(x).ok()).collect();
        let lists = self.lists(signed.at).map_err(Flaw::Away)?;
        let lists: Vec<CertRevocationList<'_>> = lists
            .iter()
            .filter_map(|x| BorrowedCertRevocationList::from_der(x).ok().map(Into::into))
            .collect();
        // Signed between the two: the certificate must be good at both.
        for at in [signed.given_at, signed.at] {
            trusted(&opened, &anchors, &lists, at)?;
        }
        read::signer(&opened.certificate)
    }
}

/// Certificates of people are meant for many things; whether for signatures says their key usage.
struct AnyPurpose;

impl ExtendedKeyUsageValidator for AnyPurpose {
    fn validate(&self, _: KeyPurposeIdIter<'_, '_>) -> Result<(), Error> {
        Ok(())
    }
}

fn trusted(
    opened: &read::Opened,
    anchors: &[TrustAnchor<'_>],
    lists: &[CertRevocationList<'_>],
    at: Instant,
) -> Result<(), Flaw> {
    let away = |x: &str| Flaw::Away(x.to_owned());
    let certificate =
        EndEntityCert::try_from(&opened.der).map_err(|x| Flaw::Untrusted(x.to_string()))?;
    let lists: Vec<&CertRevocationList<'_>> = lists.iter().collect();
    let revocation = RevocationOptionsBuilder::new(&lists)
        .map_err(|_none| away("there is no list of revoked certificates"))?
        .with_expiration_policy(ExpirationPolicy::Enforce)
        .build();
    let micros = u64::try_from(at.0).unwrap_or(0);
    let time = UnixTime::since_unix_epoch(Duration::from_micros(micros));
    let path = certificate.verify_for_usage(
        webpki::ALL_VERIFICATION_ALGS,
        anchors,
        &opened.others,
        time,
        AnyPurpose,
        Some(revocation),
        Some(&sign_certificates),
    );
    path.map(drop).map_err(|error| match error {
        Error::CertExpired { .. } | Error::CertNotValidYet { .. } => Flaw::Expired,
        Error::CertRevoked => Flaw::Revoked,
        Error::CrlExpired { .. } => away("a list of revoked certificates is too old"),
        Error::UnknownRevocationStatus => away("no list says whether the certificate is revoked"),
        Error::InvalidCrlSignatureForPublicKey | Error::IssuerNotCrlSigner => {
            away("a list of revoked certificates is not its issuer's")
        }
        other => Flaw::Untrusted(other.to_string()),
    })
}

/// Whoever gives out certificates must be allowed to.
fn sign_certificates(path: &VerifiedPath<'_>) -> Result<(), Error> {
    for between in path.intermediate_certificates() {
        let parsed = Certificate::from_der(&between.der()).map_err(|_der| Error::BadDer)?;
        let usage = parsed.tbs_certificate().get_extension::<KeyUsage>();
        if !usage.is_ok_and(|x| x.is_some_and(|(_, x)| x.key_cert_sign())) {
            return Err(Error::EndEntityUsedAsCa);
        }
    }
    Ok(())
}
