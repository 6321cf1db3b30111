//! Registries behind JSON over HTTP, as `docs/operate/identity.md` describes it.

use std::time::Duration;

use base::Fault;
use base::config::Config;
use rooms::identity::{Asked, Registry, RegistryFault, Reply};
use serde_json::{Value, json};
use ureq::http::Response;
use ureq::{Agent, Body};

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(3);
/// How long the whole call may take: well below the lease of a question.
const WHOLE: Duration = Duration::from_secs(10);
/// The longest answer, in bytes.
const ANSWER: u64 = 64 * 1024;
/// Characters of the longest ticket.
const TICKET: usize = 200;

/// The registries at an address.
pub struct HttpRegistry {
    agent: Agent,
    url: String,
    key: String,
}

impl std::fmt::Debug for HttpRegistry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HttpRegistry({})", self.url)
    }
}

impl HttpRegistry {
    /// The registries that the configuration names; none when it names none.
    ///
    /// # Errors
    /// A fault when `registry.url` is not an HTTP address.
    pub fn of(config: &Config) -> Result<Option<Self>, Fault> {
        let url = config.registry.url.trim_end_matches('/');
        if url.is_empty() {
            return Ok(None);
        }
        if !url.starts_with("http://") && !url.starts_with("https://") {
            return Err(Fault::new(format!("registry.url `{url}` is not http://… or https://…")));
        }
        Ok(Some(Self { agent: agent(), url: url.to_owned(), key: config.registry.key.clone() }))
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.key)
    }
}

/// A client that waits not long, follows nowhere and reads no proxies from the environment.
pub(crate) fn agent() -> Agent {
    let config = Agent::config_builder()
        .timeout_connect(Some(CONNECT))
        .timeout_global(Some(WHOLE))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .http_status_as_error(false)
        .build();
    config.into()
}

/// An answer of JSON that is not too long. What a parser says may quote it, and nobody wants that in
/// a log.
pub(crate) fn json_of(mut answer: Response<Body>) -> Result<Value, String> {
    let text = answer.body_mut().with_config().limit(ANSWER).read_to_string();
    let text = text.map_err(|error| format!("the answer was not read: {error}"))?;
    serde_json::from_str(&text).map_err(|_quote| "the answer is no JSON".to_owned())
}

fn fault(text: impl Into<String>) -> RegistryFault {
    RegistryFault { lost: false, text: text.into() }
}

/// The words of a list; whatever else stands there is dropped.
fn words(list: &Value) -> Vec<String> {
    let list = list.as_array().into_iter().flatten();
    list.filter_map(|x| x.as_str().map(str::to_owned)).collect()
}

impl Registry for HttpRegistry {
    fn ask(&self, asked: &Asked) -> Result<String, RegistryFault> {
        let body = json!({"id": asked.id, "kind": asked.kind, "data": asked.data.reveal()});
        let request = self.agent.post(format!("{}/checks", self.url));
        let answer = request.header("Authorization", self.bearer()).send_json(body);
        let answer = answer.map_err(|error| fault(error.to_string()))?;
        match answer.status().as_u16() {
            200..300 => {}
            status => return Err(fault(format!("the registry answered {status}"))),
        }
        let said = json_of(answer).map_err(fault)?;
        let ticket = said["ticket"].as_str().unwrap_or_default();
        // It becomes part of an address.
        let plain = |x: u8| x.is_ascii_alphanumeric() || b"-_.".contains(&x);
        match (1..=TICKET).contains(&ticket.len()) && ticket.bytes().all(plain) {
            true => Ok(ticket.to_owned()),
            false => Err(fault("the registry gave no ticket that can be used")),
        }
    }

    fn poll(&self, ticket: &str) -> Result<Reply, RegistryFault> {
        let request = self.agent.get(format!("{}/checks/{ticket}", self.url));
        let answer = request.header("Authorization", self.bearer()).call();
        let answer = answer.map_err(|error| fault(error.to_string()))?;
        match answer.status().as_u16() {
            200..300 => {}
            status => {
                let text = format!("the registry answered {status}");
                return Err(RegistryFault { lost: matches!(status, 404 | 410), text });
            }
        }
        let said = json_of(answer).map_err(fault)?;
        match said["state"].as_str() {
            Some("pending") => Ok(Reply::Pending),
            Some("match") => Ok(Reply::Match { also: words(&said["also"]) }),
            Some("unknown") => Ok(Reply::Unknown),
            Some("mismatch") => Ok(Reply::Mismatch { fields: words(&said["fields"]) }),
            _ => Err(fault("the registry answered what nobody knows")),
        }
    }
}
