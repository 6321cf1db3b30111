//! SMS and calls through HTTP gateways.

use std::fmt;
use std::time::Duration;

use base::Fault;
use rooms::notify::{Call, Mail, Post, PostFault, Posted, Sms};
use serde_json::{Value, json};
use ureq::Agent;

/// How long the whole call may take: well below the lease of a letter.
const TIMEOUT: Duration = Duration::from_secs(15);

/// A gateway that takes a JSON POST and answers 2xx.
struct Gateway {
    agent: Agent,
    url: String,
    token: String,
}

impl Gateway {
    fn new(key: &str, url: &str, token: &str) -> Result<Self, Fault> {
        if !url.starts_with("http://") && !url.starts_with("https://") {
            return Err(Fault::new(format!("{key} `{url}` is not http://… or https://…")));
        }
        let config = Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .max_redirects(0)
            .http_status_as_error(false)
            .build();
        Ok(Self { agent: config.into(), url: url.to_owned(), token: token.to_owned() })
    }

    fn send(&self, body: &Value) -> Result<Posted, PostFault> {
        let mut request = self.agent.post(&self.url);
        if !self.token.is_empty() {
            request = request.header("Authorization", format!("Bearer {}", self.token));
        }
        let answer = request
            .send_json(body)
            .map_err(|error| PostFault { temporary: true, text: error.to_string() })?;
        match answer.status().as_u16() {
            200..300 => Ok(Posted::Sent),
            // Too many, too early, too slow, or the gateway's own trouble may pass.
            status => Err(PostFault {
                temporary: matches!(status, 408 | 425 | 429 | 500..),
                text: format!("the gateway answered {status}"),
            }),
        }
    }
}

fn never(text: &str) -> PostFault {
    PostFault { temporary: false, text: text.into() }
}

/// A gateway that takes `POST {"to": "+7…", "text": "…", "id": "…"}` and answers 2xx. The same `id`
/// means the same message, so a second try can be recognised there.
pub struct SmsGateway(Gateway);

/// A gateway that takes `POST {"to": "+7…", "text": "…", "lang": "ru", "id": "…"}`, calls, and says the
/// text in that language. The same `id` means the same call.
pub struct VoiceGateway(Gateway);

impl fmt::Debug for SmsGateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmsGateway({})", self.0.url)
    }
}

impl fmt::Debug for VoiceGateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VoiceGateway({})", self.0.url)
    }
}

impl SmsGateway {
    /// The gateway at `url`; `token`, if not empty, is sent as a bearer token.
    ///
    /// # Errors
    /// A fault when `url` is not an HTTP address.
    pub fn new(url: &str, token: &str) -> Result<Self, Fault> {
        Gateway::new("sms.url", url, token).map(Self)
    }
}

impl VoiceGateway {
    /// The gateway at `url`; `token`, if not empty, is sent as a bearer token.
    ///
    /// # Errors
    /// A fault when `url` is not an HTTP address.
    pub fn new(url: &str, token: &str) -> Result<Self, Fault> {
        Gateway::new("voice.url", url, token).map(Self)
    }
}

impl Post for SmsGateway {
    fn mail(&self, _: &Mail) -> Result<Posted, PostFault> {
        Err(never("an SMS gateway sends no mail"))
    }

    fn sms(&self, sms: &Sms) -> Result<Posted, PostFault> {
        self.0.send(&json!({"to": sms.to, "text": sms.text, "id": sms.id}))
    }
}

impl Post for VoiceGateway {
    fn mail(&self, _: &Mail) -> Result<Posted, PostFault> {
        Err(never("a voice sends no mail"))
    }

    fn sms(&self, _: &Sms) -> Result<Posted, PostFault> {
        Err(never("a voice sends no SMS"))
    }

    fn call(&self, call: &Call) -> Result<Posted, PostFault> {
        self.0.send(&json!({"to": call.to, "text": call.text, "lang": call.lang, "id": call.id}))
    }
}
