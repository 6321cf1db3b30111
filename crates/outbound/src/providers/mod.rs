//! Providers of identity of the configuration, as OpenID Connect knows them: discovery, the code
//! exchanged, the ID token checked, the person read.
//!
//! Nothing is kept between two sign-ins: they are rare, and what a provider says of itself is then
//! never old. All calls of one trip share a deadline; every one has a size limit, and goes to `https:` or this machine.

mod token;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use base::config::{self, Config};
use base::{Fault, Pii};
use rooms::accounts::Level;
use rooms::sso::elsewhere::{self, Departure, Identity, NotProved, Provider, Return};
use serde_json::Value;
use ureq::Agent;
use ureq::http::Response;

/// How long all calls of one trip may take together: somebody waits for them.
const DEADLINE: Duration = Duration::from_secs(8);
/// The most bytes of an answer.
const LONGEST: u64 = 256 * 1024;

/// The providers of the configuration.
#[derive(Debug)]
pub struct Providers {
    known: Vec<Provider>,
    all: Vec<Own>,
    agent: Agent,
    deadline: Duration,
}

/// What the portal is to a provider.
#[derive(Debug)]
struct Own {
    id: String,
    issuer: String,
    client: String,
    secret: Pii<String>,
    scopes: String,
    levels: BTreeMap<String, Level>,
}

impl Providers {
    /// From the sections `[[provider]]`, with their secrets read from their files.
    ///
    /// # Errors
    /// A fault that names the provider and what cannot be used.
    pub fn new(config: &Config) -> Result<Self, Fault> {
        let all: Vec<Own> = config.provider.iter().map(Own::new).collect::<Result<_, _>>()?;
        let known = config.provider.iter();
        let known = known.map(|x| Provider { id: x.id.clone(), name: x.name.clone() }).collect();
        let agent = Agent::config_builder()
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .build();
        Ok(Self { known, all, agent: agent.into(), deadline: DEADLINE })
    }

    /// With another deadline.
    #[must_use]
    pub fn within(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    fn calls(&self) -> Calls<'_> {
        Calls { agent: &self.agent, ends: now() + self.deadline }
    }

    fn own(&self, provider: &str) -> Result<&Own, NotProved> {
        let own = self.all.iter().find(|x| x.id == provider);
        own.ok_or(NotProved::Wrong("no such provider"))
    }
}

/// The calls of one trip.
struct Calls<'a> {
    agent: &'a Agent,
    ends: Instant,
}

impl Calls<'_> {
    /// What the provider says of itself; it must be the one that was asked.
    fn about(&self, own: &Own) -> Result<Value, NotProved> {
        let issuer = own.issuer.trim_end_matches('/');
        let about = self.get(&format!("{issuer}/.well-known/openid-configuration"), None)?;
        match about["issuer"] == own.issuer.as_str() {
            true => Ok(about),
            false => Err(NotProved::Wrong("the provider calls itself by another name")),
        }
    }

    fn get(&self, url: &str, bearer: Option<&str>) -> Result<Value, NotProved> {
        let request = self.agent.get(guarded(url)?).header("Accept", "application/json");
        let mut request = request.config().timeout_global(Some(self.left()?)).build();
        if let Some(token) = bearer {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        read(request.call())
    }

    fn post(&self, url: &str, head: &str, form: &[(&str, &str)]) -> Result<Value, NotProved> {
        let request = self.agent.post(guarded(url)?).header("Authorization", head);
        let request = request.config().timeout_global(Some(self.left()?)).build();
        read(request.send_form(form.iter().copied()))
    }

    /// The time that is left.
    fn left(&self) -> Result<Duration, NotProved> {
        let left = self.ends.checked_duration_since(now()).filter(|x| !x.is_zero());
        left.ok_or_else(|| NotProved::Away("the deadline is over".into()))
    }
}

#[expect(clippy::disallowed_methods, reason = "how long calls take is no moment of the business")]
fn now() -> Instant {
    Instant::now()
}

impl Own {
    fn new(from: &config::Provider) -> Result<Self, Fault> {
        let wrong = |what: &str| Fault::new(format!("provider `{}`: {what}", from.id));
        let plain = |x: u8| x.is_ascii_lowercase() || x.is_ascii_digit() || x == b'-';
        if from.id.is_empty() || !from.id.bytes().all(plain) {
            return Err(wrong("`id` must be small letters, digits and hyphens"));
        }
        guarded(&from.issuer).map_err(|_wrong| wrong("`issuer` must be https://…"))?;
        let levels = from.levels.iter().map(|(acr, level)| {
            let known = Level::parse(level);
            let known = known.ok_or_else(|| wrong(&format!("`{level}` is no level")))?;
            Ok((acr.clone(), known))
        });
        let secret = std::fs::read_to_string(&from.secret_file).map_err(|error| {
            let file = from.secret_file.display();
            Fault::of(format!("provider `{}`: cannot read {file}", from.id), error)
        })?;
        Ok(Self {
            id: from.id.clone(),
            issuer: from.issuer.clone(),
            client: from.client_id.clone(),
            secret: Pii::new(secret.trim().to_owned()),
            scopes: from.scopes.clone(),
            levels: levels.collect::<Result<_, Fault>>()?,
        })
    }

    /// The person, from a token that is proved and what the provider tells of them.
    fn identity(&self, claims: &Value, about: &Value) -> Identity {
        let text = |name: &str| {
            let found = [claims, about].into_iter().find_map(|x| x[name].as_str());
            found.unwrap_or_default().trim().chars().take(200).collect::<String>()
        };
        Identity {
            issuer: self.issuer.clone(),
            subject: text("sub"),
            level: claims["acr"].as_str().and_then(|x| self.levels.get(x)).copied(),
            surname: text("family_name"),
            name: text("given_name"),
            patronymic: text("middle_name"),
            born: text("birthdate"),
            email: text("email"),
            phone: text("phone_number"),
        }
    }
}

impl elsewhere::Providers for Providers {
    fn all(&self) -> &[Provider] {
        &self.known
    }

    fn address(&self, provider: &str, departure: &Departure) -> Result<String, NotProved> {
        let (own, calls) = (self.own(provider)?, self.calls());
        let about = calls.about(own)?;
        let endpoint = guarded(text(&about, "authorization_endpoint")?)?;
        let acr = own.levels.keys().cloned().collect::<Vec<_>>().join(" ");
        let challenge = departure.challenge();
        let words = [
            ("response_type", "code"),
            ("client_id", own.client.as_str()),
            ("redirect_uri", &departure.redirect),
            ("scope", &own.scopes),
            ("state", &departure.state),
            ("nonce", &departure.nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("acr_values", &acr),
        ];
        let words = words.iter().filter(|x| !x.1.is_empty());
        let words: Vec<_> = words.map(|(name, x)| format!("{name}={}", encoded(x))).collect();
        let mark = if endpoint.contains('?') { '&' } else { '?' };
        Ok(format!("{endpoint}{mark}{}", words.join("&")))
    }

    fn identity(&self, provider: &str, back: &Return) -> Result<Identity, NotProved> {
        let (own, calls) = (self.own(provider)?, self.calls());
        let about = calls.about(own)?;
        let tells = about["authorization_response_iss_parameter_supported"] == true;
        match &back.issuer {
            Some(issuer) if *issuer != own.issuer => {
                return Err(NotProved::Wrong("another provider's answer"));
            }
            None if tells => return Err(NotProved::Wrong("nobody's answer")),
            _ => {}
        }
        let both = format!("{}:{}", encoded(&own.client), encoded(own.secret.reveal()));
        let form = [
            ("grant_type", "authorization_code"),
            ("code", back.code.as_str()),
            ("redirect_uri", &back.departure.redirect),
            ("code_verifier", &back.departure.verifier),
        ];
        let head = format!("Basic {}", token::base64(both.as_bytes()));
        let given = calls.post(text(&about, "token_endpoint")?, &head, &form)?;
        let keys = calls.get(text(&about, "jwks_uri")?, None)?;
        let expected = token::Expected {
            issuer: &own.issuer,
            client: &own.client,
            nonce: &back.departure.nonce,
            at: back.at,
        };
        let claims = token::proved(text(&given, "id_token")?, &keys, &expected)?;
        let person = match (about["userinfo_endpoint"].as_str(), given["access_token"].as_str()) {
            (Some(url), Some(access)) => calls.get(url, Some(access))?,
            _ => Value::Null,
        };
        // What another person's page says is not about this one.
        let same = person.is_null() || person["sub"] == claims["sub"];
        if !same {
            return Err(NotProved::Wrong("the person of another token"));
        }
        Ok(own.identity(&claims, &person))
    }
}

fn read(answer: Result<Response<ureq::Body>, ureq::Error>) -> Result<Value, NotProved> {
    let away = |error: &dyn std::fmt::Display| NotProved::Away(error.to_string());
    let mut answer = answer.map_err(|error| away(&error))?;
    let said = || format!("the provider answered {}", answer.status());
    match answer.status().as_u16() {
        200..=299 => {}
        // It is there, and has nothing for whoever brings this.
        400..=407 | 409..=428 => return Err(NotProved::Refused(said())),
        _ => return Err(NotProved::Away(said())),
    }
    let body = answer.body_mut().with_config().limit(LONGEST).read_to_vec();
    let body = body.map_err(|error| away(&error))?;
    serde_json::from_slice(&body).map_err(|_quote| NotProved::Away("no JSON came".into()))
}

fn text<'a>(value: &'a Value, name: &'static str) -> Result<&'a str, NotProved> {
    value[name].as_str().ok_or_else(|| NotProved::Away(format!("no `{name}` came")))
}

/// `https:`, or plain on this machine; nothing that a head would end at.
fn guarded(url: &str) -> Result<&str, NotProved> {
    if !url.bytes().all(|x| x.is_ascii_graphic()) {
        return Err(NotProved::Away("an address that is none".into()));
    }
    let host = url.strip_prefix("http://").and_then(|x| x.split(['/', ':', '?']).next());
    match url.starts_with("https://") || matches!(host, Some("127.0.0.1" | "localhost")) {
        true => Ok(url),
        false => Err(NotProved::Wrong("an address without encryption")),
    }
}

fn encoded(text: &str) -> String {
    let plain = |x: u8| x.is_ascii_alphanumeric() || b"-._~".contains(&x);
    let byte = |x: u8| if plain(x) { char::from(x).to_string() } else { format!("%{x:02X}") };
    text.bytes().map(byte).collect()
}
