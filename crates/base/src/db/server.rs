//! Where a PostgreSQL server is, and how a connection to it is made: with which bounds, and encrypted or not.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::config::SslMode;
use tokio_postgres::{Client, Config, Error, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::Fault;

/// How long a connection may take to be made, where the address does not say otherwise.
const CONNECT: Duration = Duration::from_secs(5);
/// How long what was sent may stay unacknowledged.
const UNHEARD: Duration = Duration::from_secs(15);
/// How long a connection is idle before the system looks whether the other side is there, and how often
/// it looks.
const IDLE: Duration = Duration::from_secs(30);
const LOOK: Duration = Duration::from_secs(10);
const LOOKS: u32 = 3;

/// What carries the bytes; it moves while somebody waits.
pub(super) type Carrier = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

/// A server, by its address.
pub(super) struct Server {
    config: Config,
    encrypts: Option<MakeRustlsConnect>,
}

impl Server {
    /// The server at `url`. With `sslmode=require` or `verify-full` the connection is encrypted, and the server
    /// must show a certificate for its host: one that leads to the certificate in the file `sslrootcert`, or to
    /// an authority that everybody knows. Otherwise nothing is encrypted.
    ///
    /// # Errors
    /// A fault that says what of the address cannot be used.
    pub fn at(url: &str) -> Result<Self, Fault> {
        let (url, root) = without_root(url);
        let cannot = |error| Fault::of("the address of PostgreSQL cannot be read", error);
        let mut config = config(&url).map_err(cannot)?;
        if root.is_some() {
            config.ssl_mode(SslMode::Require);
        }
        let required = config.get_ssl_mode() == SslMode::Require;
        let encrypts = required.then(|| encrypting(root.as_deref())).transpose()?;
        Ok(Self { config, encrypts })
    }

    /// How long a connection may take to be made.
    pub fn patience(&self) -> Duration {
        self.config.get_connect_timeout().map_or(CONNECT, |x| *x)
    }

    pub async fn connect(&self) -> Result<(Client, Carrier), Error> {
        Ok(match &self.encrypts {
            None => {
                let (client, carrier) = self.config.connect(NoTls).await?;
                (client, Box::pin(carrier))
            }
            Some(encrypts) => {
                let (client, carrier) = self.config.connect(encrypts.clone()).await?;
                (client, Box::pin(carrier))
            }
        })
    }
}

/// The address as the library reads it, and the file with the certificate that is trusted. The library knows
/// neither that part nor `verify-full`, which is what it does when encryption is required.
fn without_root(url: &str) -> (String, Option<String>) {
    let Some((place, query)) = url.split_once('?') else { return (url.to_owned(), None) };
    let mut root = None;
    let mut kept = Vec::new();
    for part in query.split('&') {
        match part.split_once('=') {
            Some(("sslrootcert", file)) => root = Some(file.replace("%2F", "/")),
            Some(("sslmode", "verify-full")) => kept.push("sslmode=require"),
            _ => kept.push(part),
        }
    }
    (format!("{place}?{}", kept.join("&")), root)
}

fn encrypting(root: Option<&str>) -> Result<MakeRustlsConnect, Fault> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(file) = root {
        let cannot = |error| Fault::of(format!("{file} holds no certificate in PEM"), error);
        let read =
            CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        roots = RootCertStore::empty();
        roots.add_parsable_certificates(read.map_err(cannot)?);
        if roots.is_empty() {
            return Err(Fault::new(format!("{file} holds no certificate in PEM")));
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Fault::of("TLS cannot be spoken", error))?;
    Ok(MakeRustlsConnect::new(config.with_root_certificates(roots).with_no_client_auth()))
}

/// The address, with bounds where it names none.
fn config(url: &str) -> Result<Config, Error> {
    let mut config: Config = url.parse()?;
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(UNHEARD);
    }
    if !url.contains("keepalives_idle") {
        config.keepalives_idle(IDLE);
    }
    if config.get_keepalives_interval().is_none() {
        config.keepalives_interval(LOOK);
    }
    if config.get_keepalives_retries().is_none() {
        config.keepalives_retries(LOOKS);
    }
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_has_bounds_unless_the_address_names_its_own() {
        let plain = config("postgres://okno@localhost/okno").unwrap();
        assert_eq!(plain.get_connect_timeout(), Some(&CONNECT));
        assert_eq!(plain.get_tcp_user_timeout(), Some(&UNHEARD));
        assert_eq!(plain.get_keepalives_idle(), IDLE);
        let own = "postgres://okno@localhost/okno?connect_timeout=1&tcp_user_timeout=2\
                   &keepalives_idle=3&keepalives_interval=4&keepalives_retries=5";
        let own = config(own).unwrap();
        assert_eq!(own.get_connect_timeout(), Some(&Duration::from_secs(1)));
        assert_eq!(own.get_tcp_user_timeout(), Some(&Duration::from_secs(2)));
        assert_eq!(own.get_keepalives_idle(), Duration::from_secs(3));
        assert_eq!(own.get_keepalives_interval(), Some(Duration::from_secs(4)));
        assert_eq!(own.get_keepalives_retries(), Some(5));
    }

    #[test]
    fn what_the_library_does_not_know_of_an_address_is_kept_from_it() {
        let (plain, root) = without_root("postgres://okno@db/okno");
        assert_eq!((plain.as_str(), root), ("postgres://okno@db/okno", None));
        let url = "postgres://okno@db/okno?sslmode=verify-full&sslrootcert=%2Fetc/ca.pem&connect_timeout=1";
        let (plain, root) = without_root(url);
        assert_eq!(plain, "postgres://okno@db/okno?sslmode=require&connect_timeout=1");
        assert_eq!(root.as_deref(), Some("/etc/ca.pem"));
        let fault = Server::at(url).err().unwrap().to_string();
        assert!(fault.contains("/etc/ca.pem"), "{fault}");
        assert!(Server::at("postgres://okno@db/okno").unwrap().encrypts.is_none());
        assert!(Server::at("postgres://okno@db/okno?sslmode=require").unwrap().encrypts.is_some());
    }
}
