//! SMS through an HTTP gateway.

use std::time::Duration;

use base::Fault;
use rooms::notify::{Mail, Post, PostFault, Posted, Sms};
use ureq::Agent;

/// How long the whole call may take: well below the lease of a letter.
const TIMEOUT: Duration = Duration::from_secs(15);

/// A gateway that takes `POST {"to": "+7…", "text": "…", "id": "…"}` and answers 2xx. The same `id`
/// means the same message, so a second try can be recognised there.
pub struct SmsGateway {
    agent: Agent,
    url: String,
    token: String,
}

impl std::fmt::Debug for SmsGateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SmsGateway({})", self.url)
    }
}

impl SmsGateway {
    /// The gateway at `url`; `token`, if not empty, is sent as a bearer token.
    ///
    /// # Errors
    /// A fault when `url` is not an HTTP address.
    pub fn new(url: &str, token: &str) -> Result<Self, Fault> {
        if !url.starts_with("http://") && !url.starts_with("https://") {
            return Err(Fault::new(format!("sms.url `{url}` is not http://… or https://…")));
        }
        let config = Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .max_redirects(0)
            .http_status_as_error(false)
            .build();
        Ok(Self { agent: config.into(), url: url.to_owned(), token: token.to_owned() })
    }
}

impl Post for SmsGateway {
    fn mail(&self, _: &Mail) -> Result<Posted, PostFault> {
        Err(PostFault { temporary: false, text: "an SMS gateway sends no mail".into() })
    }

    fn sms(&self, sms: &Sms) -> Result<Posted, PostFault> {
        let mut request = self.agent.post(&self.url);
        if !self.token.is_empty() {
            request = request.header("Authorization", format!("Bearer {}", self.token));
        }
        let body = serde_json::json!({"to": sms.to, "text": sms.text, "id": sms.id});
        let answer = request
            .send_json(body)
            .map_err(|error| PostFault { temporary: true, text: error.to_string() })?;
        match answer.status().as_u16() {
            200..300 => Ok(Posted::Sent),
            // Too many, too early, too slow, or the gateway's own trouble may pass.
            status => Err(PostFault {
                temporary: matches!(status, 408 | 425 | 429 | 500..),
                text: format!("the SMS gateway answered {status}"),
            }),
        }
    }
}
