//! The configuration: one TOML file, every key also an environment variable `OKNO_…`. Unknown keys
//! are errors that name the key and the remedy.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::Fault;

/// The fewest days for which it is known what the staff did.
const TRAIL_DAYS: u16 = 30;

/// Everything an engineer can set. Every key has a default that is safe on one machine.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where the portal listens.
    pub listen: SocketAddr,
    /// File with the certificate (PEM, with those that lead to a known authority): `listen` speaks HTTPS;
    /// empty: a proxy does.
    pub tls_certificate: PathBuf,
    /// File with its private key (PEM).
    pub tls_key: PathBuf,
    /// Where whoever comes without encryption is led to `public_url`.
    pub listen_plain: Option<SocketAddr>,
    /// Where metrics and health are served; apart from the public listener.
    pub listen_ops: Option<SocketAddr>,
    /// The address people type; decides `Secure` cookies and the links in messages.
    pub public_url: String,
    /// `sqlite:PATH` or `postgres://…`; empty: `okno.db` in the data folder.
    pub database: String,
    /// Addresses of proxies in front of the portal, separated by commas; those on this machine are
    /// known anyway. What they write into `X-Forwarded-For` is believed.
    pub proxies: String,
    /// Folder of the embedded database and of the portal's keys.
    pub data: PathBuf,
    /// The portal's name as people see it.
    pub name: String,
    /// The same in English; empty: `name` in both languages.
    pub name_en: String,
    /// Telephone of the reference centre.
    pub support_phone: String,
    /// E-mail of the support.
    pub support_email: String,
    /// Registration asks for an e-mail.
    pub email_required: bool,
    /// Passwords need both cases, a digit and a special character.
    pub password_classes: bool,
    /// A checked SNILS is an identifier at the sign-in, too; in recovery it always is.
    pub snils_sign_in: bool,
    /// Citizens may sign in by a code to their phone or e-mail in place of the password.
    pub code_sign_in: bool,
    /// Citizens may set a control question for the recovery of a password.
    pub control_question: bool,
    /// How many days a citizen stays signed in on a device that they have asked to remember; 0: as
    /// elsewhere.
    pub trusted_session_days: u16,
    /// The level that an account must have to book a service whose sheet names none.
    pub booking_level: BookingLevel,
    /// Times that an account may take and give up in a minute, at once twice as many; 0: as many as it likes.
    pub holds_a_minute: u16,
    /// For how many days after a sign-in a connected site may read while the person is away, however
    /// often it renews its tokens.
    pub sso_offline_days: u16,
    /// For how many days it is known what the staff did; 30 at least.
    pub trail_days: u16,
    /// A role that one of the staff gives, and what is registered of a connected site, needs a second
    /// one who agrees.
    pub four_eyes: bool,
    /// Somebody at a service centre prints and sends registered letters with codes.
    pub letters: bool,
    /// Somebody at a service centre compares scans of papers with what people typed.
    pub scans: bool,
    /// Log lines as JSON.
    pub log_json: bool,
    /// Outgoing mail.
    pub smtp: Smtp,
    /// Outgoing SMS.
    pub sms: Sms,
    /// Calls that say a code.
    pub voice: Voice,
    /// Registries that know whether people's data are so.
    pub registry: Registry,
    /// Who judges electronic signatures.
    pub signature: Signature,
    /// Who looks for viruses.
    pub scanner: Scanner,
    /// Providers of identity with which people may sign in.
    pub provider: Vec<Provider>,
}

/// A provider of identity (OpenID Connect) with which people may sign in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// Short name in addresses and rows, for example `bank`; never changes.
    pub id: String,
    /// As people know it.
    pub name: String,
    /// Its address, letter for letter as it calls itself.
    pub issuer: String,
    /// What it calls this portal.
    pub client_id: String,
    /// File with the portal's secret there.
    pub secret_file: PathBuf,
    /// What it is asked for.
    #[serde(default = "Provider::scopes")]
    pub scopes: String,
    /// What its proofs are worth here: `acr` of the provider = level of the portal.
    #[serde(default)]
    pub levels: BTreeMap<String, String>,
}

impl Provider {
    fn scopes() -> String {
        "openid profile email phone".into()
    }
}

/// Outgoing mail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Smtp {
    /// `smtp://HOST:PORT`, `smtps://USER:PASSWORD@HOST`; empty: mail is recorded, not sent.
    pub url: String,
    /// The sender, for example `Окно <okno@example.org>`.
    pub from: String,
}

/// Outgoing SMS through an HTTP gateway.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sms {
    /// Address that takes a JSON POST `{to, text, id}`; empty: SMS are recorded, not sent.
    pub url: String,
    /// Bearer token of the gateway.
    pub token: String,
}

/// What passkeys are bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The host's name.
    pub id: String,
    /// Scheme, name and port, as browsers send them.
    pub origin: String,
}

/// Calls that say a code, through an HTTP gateway.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Voice {
    /// Address that takes a JSON POST `{to, text, lang, id}`; empty: no calls are offered.
    pub url: String,
    /// Bearer token of the gateway.
    pub token: String,
}

/// Registries, behind an interface of JSON over HTTP.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Registry {
    /// Their address; empty: nobody is asked, and levels rise by other ways.
    pub url: String,
    /// Bearer key.
    pub key: String,
}

/// Who judges electronic signatures: a service, or this program by certificates that the operator
/// trusts. With neither nobody signs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Signature {
    /// Address of a checking service; empty: there is none.
    pub url: String,
    /// Bearer key of the service.
    pub key: String,
    /// Folder with certificates (PEM or DER) of those whose certificates of people are trusted.
    pub anchors: PathBuf,
    /// Folder with lists of revoked certificates (PEM or DER).
    pub crls: PathBuf,
    /// Addresses of such lists, separated by commas.
    pub crl_urls: String,
}

/// A level of accounts, as the configuration names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookingLevel {
    /// A name and a proved phone.
    Simplified,
    /// Papers agree with the registries.
    Standard,
    /// Identity proved in person or by an equal method.
    #[default]
    Verified,
}

/// Who looks for viruses in what people upload: a `clamd`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Scanner {
    /// `tcp://HOST:PORT` or `unix:PATH`; empty: nobody looks.
    pub url: String,
    /// Files that nobody has looked at may be shown to the staff, who are told so.
    pub show_unscanned: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            tls_certificate: PathBuf::new(),
            tls_key: PathBuf::new(),
            listen_plain: None,
            listen_ops: None,
            public_url: String::new(),
            database: String::new(),
            proxies: String::new(),
            data: PathBuf::from("okno-data"),
            name: "Окно".into(),
            name_en: String::new(),
            support_phone: "8 (000) 000-00-00".into(),
            support_email: "support@example.org".into(),
            email_required: false,
            password_classes: false,
            snils_sign_in: true,
            code_sign_in: true,
            control_question: false,
            trusted_session_days: 7,
            booking_level: BookingLevel::default(),
            holds_a_minute: 10,
            sso_offline_days: 90,
            trail_days: 1095,
            four_eyes: true,
            letters: false,
            scans: false,
            log_json: false,
            smtp: Smtp::default(),
            sms: Sms::default(),
            voice: Voice::default(),
            provider: Vec::new(),
            registry: Registry::default(),
            signature: Signature::default(),
            scanner: Scanner::default(),
        }
    }
}

impl Config {
    /// Reads the file (if any), then the environment `vars` (pairs as the process sees them).
    ///
    /// # Errors
    /// A fault that names the file, the line or the variable, and the remedy.
    pub fn load(
        file: Option<&Path>,
        vars: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, Fault> {
        let mut table = match file {
            None => toml::Table::new(),
            Some(path) => {
                let text = std::fs::read_to_string(path)
                    .map_err(|error| Fault::of(format!("cannot read {}", path.display()), error))?;
                text.parse::<toml::Table>()
                    .map_err(|error| Fault::of(format!("{} is not TOML", path.display()), error))?
            }
        };
        for (name, value) in vars {
            if let Some(key) = name.strip_prefix("OKNO_") {
                set(&mut table, &key.to_lowercase(), &value);
            }
        }
        let known = "see docs/operate/configuration.md for the known keys";
        let mut config: Self = toml::Value::Table(table)
            .try_into()
            .map_err(|error| Fault::of(format!("the configuration is wrong ({known})"), error))?;
        if config.trail_days < TRAIL_DAYS {
            return Err(Fault::new(format!("`trail_days` must be {TRAIL_DAYS} or more ({known})")));
        }
        if config.public_url.is_empty() {
            let scheme = if config.tls()?.is_some() { "https" } else { "http" };
            config.public_url = format!("{scheme}://{}", config.listen);
        }
        if config.database.is_empty() {
            config.database = format!("sqlite:{}", config.data.join("okno.db").display());
        }
        Ok(config)
    }

    /// The files of the certificate and of its key, when the portal itself speaks HTTPS.
    ///
    /// # Errors
    /// A fault that names the key which is missing or does not fit the others.
    pub fn tls(&self) -> Result<Option<(&Path, &Path)>, Fault> {
        let (certificate, key) = (self.tls_certificate.as_path(), self.tls_key.as_path());
        let none = Path::new("");
        let wrong = match (certificate == none, key == none) {
            (true, true) if self.listen_plain.is_some() => "`listen_plain` needs `tls_certificate`",
            (true, true) => return Ok(None),
            (true, false) => "`tls_key` needs `tls_certificate`",
            (false, true) => "`tls_certificate` needs `tls_key`",
            _ if !self.public_url.is_empty() && !self.secure() => {
                "with `tls_certificate`, `public_url` must begin with `https://`"
            }
            _ => return Ok(Some((certificate, key))),
        };
        Err(Fault::new(format!("{wrong} (see docs/operate/configuration.md)")))
    }

    /// Whether the address is that of a proxy of ours.
    pub fn is_proxy(&self, address: IpAddr) -> bool {
        self.proxies.split(',').any(|x| x.trim().parse() == Ok(address))
    }

    /// The site for which browsers make passkeys, by the public address: a name reached over HTTPS,
    /// or this machine, which browsers know for that as `localhost` only.
    pub fn site(&self) -> Option<Site> {
        let (scheme, rest) = self.public_url.split_once("://")?;
        let place = rest.split('/').next().unwrap_or_default();
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|x| x.is_ascii_digit()) => (host, Some(port)),
            _ => (place, None),
        };
        let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
        let here = host == "localhost" || address.as_ref().is_ok_and(IpAddr::is_loopback);
        let host = if here { "localhost" } else { host };
        if host.is_empty() || !(here || (scheme == "https" && address.is_err())) {
            return None;
        }
        let usual = if scheme == "https" { "443" } else { "80" };
        let port = port.filter(|x| *x != usual).map(|x| format!(":{x}")).unwrap_or_default();
        Some(Site {
            id: host.to_lowercase(),
            origin: format!("{scheme}://{host}{port}").to_lowercase(),
        })
    }

    /// Whether people come over HTTPS.
    pub fn secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// `smtp_url` sets `[smtp] url`; plain names set keys of the top level.
fn set(table: &mut toml::Table, key: &str, value: &str) {
    // A phone is digits, too, and stays text.
    let is_number = ["_days", "_minute"].iter().any(|end| key.ends_with(end));
    let number = is_number.then(|| value.parse().ok()).flatten();
    let parsed = match (value, number) {
        ("true", _) => toml::Value::Boolean(true),
        ("false", _) => toml::Value::Boolean(false),
        (_, Some(number)) => toml::Value::Integer(number),
        (text, None) => toml::Value::String(text.to_owned()),
    };
    for section in ["smtp", "sms", "voice", "registry", "signature", "scanner"] {
        if let Some(inner) = key.strip_prefix(section).and_then(|x| x.strip_prefix('_')) {
            let entry = table
                .entry(section.to_owned())
                .or_insert_with(|| toml::Value::Table(toml::Table::new()));
            if let Some(entry) = entry.as_table_mut() {
                entry.insert(inner.to_owned(), parsed);
            }
            return;
        }
    }
    // Switches of the tests and of the tools are not configuration.
    if !key.starts_with("test_") && !key.starts_with("require_") && key != "log" {
        table.insert(key.to_owned(), parsed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vars(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    }

    #[test]
    fn the_environment_sets_keys_and_sections() {
        let pairs = [("OKNO_SMTP_URL", "smtp://127.0.0.1:2525"), ("OKNO_LISTEN", "0.0.0.0:80")];
        let config = Config::load(None, vars(&pairs)).unwrap();
        assert_eq!(config.smtp.url, "smtp://127.0.0.1:2525");
        assert_eq!(config.public_url, "http://0.0.0.0:80");
    }

    #[test]
    fn the_trail_is_kept_for_thirty_days_at_least() {
        let days = |days: &str| Config::load(None, vars(&[("OKNO_TRAIL_DAYS", days)]));
        assert_eq!(days("30").unwrap().trail_days, 30);
        assert!(days("29").unwrap_err().to_string().contains("trail_days"));
        assert!(days("many").is_err());
        let pace = Config::load(None, vars(&[("OKNO_HOLDS_A_MINUTE", "0")])).unwrap();
        assert_eq!(pace.holds_a_minute, 0);
    }

    #[test]
    fn keys_are_made_for_a_name_over_https_or_for_this_machine() {
        let site = |url: &str| {
            let config = Config { public_url: url.into(), ..Config::default() };
            config.site().map(|x| (x.id, x.origin))
        };
        let is = |id: &str, origin: &str| Some((id.to_owned(), origin.to_owned()));
        assert_eq!(
            site("https://Okno.example.org/"),
            is("okno.example.org", "https://okno.example.org")
        );
        assert_eq!(site("https://okno.test:443"), is("okno.test", "https://okno.test"));
        assert_eq!(site("https://okno.test:8443/x"), is("okno.test", "https://okno.test:8443"));
        for here in ["127.0.0.1", "localhost", "[::1]"] {
            assert_eq!(
                site(&format!("http://{here}:8080")),
                is("localhost", "http://localhost:8080")
            );
        }
        for none in
            ["http://okno.test", "https://10.0.0.7", "https://[2001:db8::1]:8443", "https://", "x"]
        {
            assert_eq!(site(none), None, "{none}");
        }
    }

    #[test]
    fn a_certificate_needs_its_key_and_an_address_over_https() {
        let tls = |pairs: &[(&str, &str)]| {
            let config = Config::load(None, vars(pairs)).and_then(|x| x.tls().map(|_| x.clone()));
            config.map(|x| x.public_url).map_err(|fault| fault.to_string())
        };
        let (chain, key) = (("OKNO_TLS_CERTIFICATE", "a.pem"), ("OKNO_TLS_KEY", "k.pem"));
        assert_eq!(tls(&[chain, key]).unwrap(), "https://127.0.0.1:8080");
        assert_eq!(tls(&[("OKNO_LISTEN", "0.0.0.0:80")]).unwrap(), "http://0.0.0.0:80");
        for (wrong, named) in [
            (vec![chain], "`tls_key`"),
            (vec![key], "`tls_certificate`"),
            (vec![("OKNO_LISTEN_PLAIN", "0.0.0.0:80")], "`listen_plain`"),
            (vec![chain, key, ("OKNO_PUBLIC_URL", "http://okno.test")], "`public_url`"),
        ] {
            assert!(tls(&wrong).unwrap_err().contains(named), "{named}");
        }
    }

    #[test]
    fn an_unknown_key_is_an_error_that_names_it() {
        let error = Config::load(None, vars(&[("OKNO_LISTN", "x")])).unwrap_err().to_string();
        assert!(error.contains("listn"), "{error}");
    }
}
