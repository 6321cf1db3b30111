//! Judging electronic signatures: here, by certificates of the operator's trust ([`Own`]), or by a
//! service that checks what only accredited programs may, such as GOST ([`HttpCheck`]).

mod ber;
mod http;
mod read;
#[cfg(test)]
mod tests;
mod trust;

use std::sync::Arc;

use base::Fault;
use base::config::Config;
use rooms::signatures::{Flaw, SignatureCheck, Signed, Signer};

pub use http::HttpCheck;
pub use trust::Own;

/// Whoever judges signatures by the configuration; nobody when it names nobody.
///
/// # Errors
/// A fault that names the key which cannot be used.
pub fn signature_check(config: &Config) -> Result<Option<Arc<dyn SignatureCheck>>, Fault> {
    let settings = &config.signature;
    match (settings.url.is_empty(), settings.anchors.as_os_str().is_empty()) {
        (true, true) => Ok(None),
        (false, true) => Ok(Some(Arc::new(HttpCheck::new(&settings.url, &settings.key)?))),
        (true, false) => Ok(Some(Arc::new(Own::new(settings)?))),
        (false, false) => {
            Err(Fault::new("signature.url and signature.anchors: set one of them, not both"))
        }
    }
}

/// Who has signed, whoever gave out the certificate: only for programs that play a checking service.
///
/// # Errors
/// As [`SignatureCheck::check`], but for trust, time and revocation.
pub fn signer_without_trust(signed: &Signed) -> Result<Signer, Flaw> {
    let opened = read::opened(&signed.signature, &signed.content)?;
    read::signer(&opened.certificate)
}
