//! HTTPS without a proxy in front (SEC-01): the portal's certificate, and where those are led who come
//! without encryption.

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::task::{Context, Poll};
use std::time::Duration;
use std::{fs, io};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Method, Request, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use base::config::Config;
use base::{Fault, Kind, Refusal};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{Error, ServerConfig};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use x509_cert::der::Decode as _;

use crate::{App, edge};

/// How often the files are looked at: whoever renews the certificate need not tell the portal.
const LOOK: Duration = Duration::from_secs(60);
/// The first byte of a greeting in TLS; no method of HTTP begins with it.
const GREETING: u8 = 22;
/// Where an authority that gives certificates looks for what it asked to be put there (RFC 8555, 8.3).
const CHALLENGE: &str = "/.well-known/acme-challenge/";

/// What speaks TLS with whoever comes.
pub struct Tls {
    acceptor: TlsAcceptor,
    certificate: Arc<Certificate>,
}

impl Tls {
    /// The certificate and the key that the configuration names; `None` where a proxy encrypts.
    ///
    /// # Errors
    /// A fault that names the file: it cannot be read, holds no certificate or key, or the two do not
    /// belong together.
    pub fn of(config: &Config) -> Result<Option<Self>, Fault> {
        let Some((chain, key)) = config.tls()? else { return Ok(None) };
        let files = Files { chain: chain.to_owned(), key: key.to_owned() };
        let provider = Arc::new(ring::default_provider());
        let (known, text) = files.read(&provider)?;
        complain_of_name(&known, config);
        let certificate = Arc::new(Certificate {
            files,
            ends: AtomicI64::new(ends(&known)),
            known: RwLock::new(Arc::new(known)),
            tried: Mutex::new(text),
            provider: provider.clone(),
        });
        let broken = |error: Error| Fault::of("TLS cannot be spoken", error);
        let mut server = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(broken)?
            .with_no_client_auth()
            .with_cert_resolver(certificate.clone());
        server.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        server.ticketer = ring::Ticketer::new().map_err(broken)?;
        Ok(Some(Self { acceptor: Arc::new(server).into(), certificate }))
    }

    /// Looks at the files again and again, for as long as the process lives.
    pub(crate) async fn follow(self: Arc<Self>, app: Arc<App>) {
        loop {
            app.meter.certificate.store(self.certificate.ends.load(Relaxed), Relaxed);
            tokio::time::sleep(LOOK).await;
            let certificate = self.certificate.clone();
            let looked = tokio::task::spawn_blocking(move || certificate.look()).await;
            if let Ok(Err(fault)) = looked {
                tracing::error!(%fault, "the new certificate is not taken, the former one stays");
            }
        }
    }

    /// Agrees with whoever came on what is spoken. Somebody who typed the address without `https` begins
    /// with a request at once.
    ///
    /// # Errors
    /// The connection broke, or nothing is spoken that both know.
    pub(crate) async fn greet(&self, stream: TcpStream) -> io::Result<Greeted> {
        let mut first = [0];
        stream.peek(&mut first).await?;
        if first[0] != GREETING {
            return Ok(Greeted::Openly(Stream::Open(stream)));
        }
        let stream = self.acceptor.accept(stream).await?;
        Ok(Greeted::Encrypted(Stream::Encrypted(Box::new(stream))))
    }
}

/// How somebody came.
pub(crate) enum Greeted {
    Encrypted(Stream),
    Openly(Stream),
}

/// The files of the certificate.
#[derive(Debug)]
struct Files {
    chain: PathBuf,
    key: PathBuf,
}

/// The digest of what stands in both files.
type Text = [u8; 32];

impl Files {
    fn read(&self, provider: &CryptoProvider) -> Result<(CertifiedKey, Text), Fault> {
        let (chain, key, text) = self.bytes()?;
        self.certified(&chain, &key, provider).map(|known| (known, text))
    }

    fn bytes(&self) -> Result<(Vec<u8>, Vec<u8>, Text), Fault> {
        let read = |path: &PathBuf| {
            let cannot = |error| Fault::of(format!("cannot read {}", path.display()), error);
            fs::read(path).map_err(cannot)
        };
        let (chain, key) = (read(&self.chain)?, read(&self.key)?);
        let text = Sha256::new().chain_update(&chain).chain_update(&key).finalize();
        Ok((chain, key, text.into()))
    }

    fn certified(
        &self,
        chain: &[u8],
        key: &[u8],
        provider: &CryptoProvider,
    ) -> Result<CertifiedKey, Fault> {
        let (at_chain, at_key) = (self.chain.display(), self.key.display());
        let certificates = CertificateDer::pem_slice_iter(chain).collect::<Result<Vec<_>, _>>();
        let certificates = certificates
            .map_err(|error| Fault::of(format!("{at_chain} holds no certificate in PEM"), error))?;
        if certificates.is_empty() {
            return Err(Fault::new(format!("{at_chain} holds no certificate in PEM")));
        }
        let key = PrivateKeyDer::from_pem_slice(key)
            .map_err(|error| Fault::of(format!("{at_key} holds no private key in PEM"), error))?;
        CertifiedKey::from_der(certificates, key, provider).map_err(|error| {
            let text = format!("the key in {at_key} does not serve the certificate in {at_chain}");
            Fault::of(text, error)
        })
    }
}

/// The certificate as it is now.
#[derive(Debug)]
struct Certificate {
    files: Files,
    known: RwLock<Arc<CertifiedKey>>,
    /// When `known` ends, in seconds since 1970.
    ends: AtomicI64,
    /// What was read last, taken or not.
    tried: Mutex<Text>,
    provider: Arc<CryptoProvider>,
}

impl Certificate {
    /// Takes what the files hold now, if it is new.
    fn look(&self) -> Result<(), Fault> {
        let (chain, key, text) = self.files.bytes()?;
        let mut tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        if *tried == text {
            return Ok(());
        }
        *tried = text;
        let known = self.files.certified(&chain, &key, &self.provider)?;
        self.ends.store(ends(&known), Relaxed);
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(known);
        tracing::info!("a new certificate is taken");
        Ok(())
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.known.read().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

/// When a certificate ends, in seconds since 1970; at once, when it does not say so.
fn ends(known: &CertifiedKey) -> i64 {
    let read = |x: &CertificateDer<'_>| x509_cert::Certificate::from_der(x).ok();
    let first = known.cert.first().and_then(read);
    let until = first.map(|x| x.tbs_certificate().validity().not_after.to_unix_duration());
    until.and_then(|x| i64::try_from(x.as_secs()).ok()).unwrap_or(0)
}

/// Browsers refuse a certificate of another name. It may still be right, where a balancer asks for it.
fn complain_of_name(known: &CertifiedKey, config: &Config) {
    let host = edge::origin(&config.public_url);
    let host = host.split_once("://").map_or(host, |x| x.1);
    let host = host.rsplit_once(':').map_or(host, |x| x.0).trim_matches(['[', ']']);
    let fits = known.end_entity_cert().ok().and_then(|x| webpki::EndEntityCert::try_from(x).ok());
    let name = ServerName::try_from(host).ok();
    let fits =
        fits.zip(name).is_some_and(|(x, name)| x.verify_is_valid_for_subject_name(&name).is_ok());
    if !fits {
        tracing::warn!(host, "the certificate is not for the name in `public_url`");
    }
}

/// A connection, encrypted or not.
pub(crate) enum Stream {
    Open(TcpStream),
    Encrypted(Box<TlsStream<TcpStream>>),
}

/// Does the same with either.
macro_rules! either {
    ($stream:expr, $one:ident => $does:expr) => {
        match $stream.get_mut() {
            Stream::Open($one) => {
                let $one = Pin::new($one);
                $does
            }
            Stream::Encrypted($one) => {
                let $one = Pin::new($one);
                $does
            }
        }
    };
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        either!(self, one => one.poll_read(cx, buf))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        either!(self, one => one.poll_write(cx, buf))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        either!(self, one => one.poll_write_vectored(cx, bufs))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(self, one => one.poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(self, one => one.poll_shutdown(cx))
    }
}

/// What is said to whoever comes without encryption: people are led to the right address, programs and
/// forms are refused, since what they sent could be read on the way.
pub(crate) fn openly(app: Arc<App>) -> Router {
    Router::new().fallback(lead).with_state(app)
}

async fn lead(State(app): State<Arc<App>>, request: Request<Body>) -> Response {
    let (path, reads) =
        (request.uri().path(), [Method::GET, Method::HEAD].contains(request.method()));
    if let Some(token) = path.strip_prefix(CHALLENGE) {
        return challenge(&app, token).await;
    }
    if reads && !path.starts_with("/api/") {
        let rest = request.uri().path_and_query().map_or("/", |x| x.as_str());
        // Two slashes at its beginning would be the address of somebody else.
        let rest = rest.trim_start_matches('/');
        let there = format!("{}/{rest}", edge::origin(&app.config.public_url));
        secured(&app, Redirect::permanent(&there).into_response())
    } else {
        let why = Refusal::new(Kind::Forbidden, "E-REQ-14");
        secured(&app, edge::refuse(&app, &request, (StatusCode::FORBIDDEN, why)))
    }
}

/// With the heads of every answer, but for the one that is ignored here (RFC 6797, 7.2).
fn secured(app: &App, mut answer: Response) -> Response {
    edge::secure(&app.config, answer.headers_mut());
    answer.headers_mut().remove(header::STRICT_TRANSPORT_SECURITY);
    answer
}

/// What the engineer's program has put into `acme` in the data folder.
async fn challenge(app: &App, token: &str) -> Response {
    let named = |x: u8| x.is_ascii_alphanumeric() || x == b'-' || x == b'_';
    let path = app.config.data.join("acme").join(&CHALLENGE[1..]).join(token);
    let text = match !token.is_empty() && token.bytes().all(named) {
        true => tokio::task::spawn_blocking(|| fs::read(path).ok()).await.ok().flatten(),
        false => None,
    };
    let status = if text.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    secured(app, (status, text.unwrap_or_default()).into_response())
}

#[cfg(test)]
mod tests {
    use testkit::openssl::Centre;

    use super::*;

    fn config(centre: &Centre, chain: &str, key: &str) -> Config {
        Config {
            public_url: "https://okno.test".into(),
            tls_certificate: centre.file(chain),
            tls_key: centre.file(key),
            ..Config::default()
        }
    }

    #[test]
    fn a_new_certificate_is_taken_and_a_broken_one_is_not() {
        let Some(centre) = Centre::new() else { return testkit::missing("openssl") };
        centre.site("first");
        centre.site("second");
        let [chain, key] = ["chain.pem", "key.pem"];
        let put = |name: &str, of: &str| centre.write(name, centre.read(of));
        put(chain, "first.pem");
        put(key, "first.key");
        let tls = Tls::of(&config(&centre, chain, key)).unwrap().unwrap();
        assert_eq!(tls.certificate.ends.load(Relaxed), 2_208_988_800);
        let known = || tls.certificate.known.read().unwrap().cert[0].to_vec();
        let first = known();
        tls.certificate.look().unwrap();
        assert_eq!(known(), first);
        // Somebody looks between the two files, and then nothing is complained of twice.
        put(chain, "second.pem");
        let fault = tls.certificate.look().unwrap_err().to_string();
        assert!(fault.contains("does not serve"), "{fault}");
        tls.certificate.look().unwrap();
        assert_eq!(known(), first);
        put(key, "second.key");
        tls.certificate.look().unwrap();
        assert_ne!(known(), first);
    }

    #[test]
    fn a_file_that_is_none_is_named() {
        let Some(centre) = Centre::new() else { return testkit::missing("openssl") };
        centre.site("site");
        centre.site("other");
        centre.write("empty", "");
        for (chain, key, said) in [
            ("none.pem", "site.key", "cannot read"),
            ("empty", "site.key", "holds no certificate"),
            ("site.key", "site.key", "holds no certificate"),
            ("site.pem", "site.pem", "holds no private key"),
            ("site.pem", "other.key", "does not serve"),
        ] {
            let fault = Tls::of(&config(&centre, chain, key)).err().unwrap().to_string();
            assert!(fault.contains(said), "{chain}, {key}: {fault}");
        }
        assert!(Tls::of(&Config::default()).unwrap().is_none());
    }
}
