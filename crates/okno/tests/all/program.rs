//! A program that talks to the API with a bearer token.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::Value;

/// Somebody's program.
#[derive(Clone, Debug)]
pub struct Program {
    agent: ureq::Agent,
    token: String,
}

/// A call that changes something, to be made once or again.
#[derive(Clone, Debug)]
pub struct Call {
    path: String,
    body: Value,
    key: String,
}

impl Call {
    /// With a key of its own.
    pub fn new(path: &str, body: Value) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let key = format!("crash-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        Self { path: path.to_owned(), body, key }
    }
}

/// What the portal answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    pub status: u16,
    pub body: Value,
}

impl Program {
    pub fn new(token: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(30)))
            .build();
        Self { agent: ureq::Agent::new_with_config(config), token: format!("Bearer {token}") }
    }

    /// What a read answers.
    pub fn get(&self, base: &str, path: &str) -> Value {
        let request = self.agent.get(format!("{base}/api/v1{path}"));
        let mut response = request.header("Authorization", &self.token).call().unwrap();
        let text = response.body_mut().read_to_string().unwrap();
        assert_eq!(response.status().as_u16(), 200, "{path}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// `None` when the portal died before it answered.
    pub fn post(&self, base: &str, call: &Call) -> Option<Reply> {
        let request = self.agent.post(format!("{base}/api/v1{}", call.path));
        let request = request
            .header("Authorization", &self.token)
            .header("Idempotency-Key", &call.key)
            .header("Content-Type", "application/json");
        let mut response = request.send(call.body.to_string()).ok()?;
        let status = response.status().as_u16();
        let text = response.body_mut().read_to_string().ok()?;
        Some(Reply { status, body: serde_json::from_str(&text).unwrap_or_default() })
    }
}
