//! The configuration: one TOML file, every key also an environment variable `OKNO_…`. Unknown keys
//! are errors that name the key and the remedy.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::Fault;

/// Everything an engineer can set. Every key has a default that is safe on one machine.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where the portal listens.
    pub listen: SocketAddr,
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
    /// Telephone of the reference centre.
    pub support_phone: String,
    /// E-mail of the support.
    pub support_email: String,
    /// Registration asks for an e-mail.
    pub email_required: bool,
    /// Passwords need both cases, a digit and a special character.
    pub password_classes: bool,
    /// A role that one of the staff gives needs a second one who agrees.
    pub four_eyes: bool,
    /// Log lines as JSON.
    pub log_json: bool,
    /// Outgoing mail.
    pub smtp: Smtp,
    /// Outgoing SMS.
    pub sms: Sms,
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

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            listen_ops: None,
            public_url: String::new(),
            database: String::new(),
            proxies: String::new(),
            data: PathBuf::from("okno-data"),
            name: "Окно".into(),
            support_phone: "8 (000) 000-00-00".into(),
            support_email: "support@example.org".into(),
            email_required: false,
            password_classes: true,
            four_eyes: true,
            log_json: false,
            smtp: Smtp::default(),
            sms: Sms::default(),
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
        if config.public_url.is_empty() {
            config.public_url = format!("http://{}", config.listen);
        }
        if config.database.is_empty() {
            config.database = format!("sqlite:{}", config.data.join("okno.db").display());
        }
        Ok(config)
    }

    /// Whether the address is that of a proxy of ours.
    pub fn is_proxy(&self, address: IpAddr) -> bool {
        self.proxies.split(',').any(|x| x.trim().parse() == Ok(address))
    }

    /// Whether people come over HTTPS.
    pub fn secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// `smtp_url` sets `[smtp] url`; plain names set keys of the top level.
fn set(table: &mut toml::Table, key: &str, value: &str) {
    let parsed = match value {
        "true" => toml::Value::Boolean(true),
        "false" => toml::Value::Boolean(false),
        text => toml::Value::String(text.to_owned()),
    };
    for section in ["smtp", "sms"] {
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
    fn an_unknown_key_is_an_error_that_names_it() {
        let error = Config::load(None, vars(&[("OKNO_LISTN", "x")])).unwrap_err().to_string();
        assert!(error.contains("listn"), "{error}");
    }
}
