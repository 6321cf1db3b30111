//! Registries as they are: they take their time, know some people differently, are away for a while,
//! and are asked the same twice.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base::Chance;
use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::trouble::{Delay, Trouble};

/// What is played.
#[derive(Clone, Debug, Args)]
pub(crate) struct Registry {
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:8090", value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// How long an answer takes: 5s, or by chance 2s..10m
    #[arg(long, default_value = "2s..10s", value_name = "TIME")]
    delay: Delay,
    /// A field that differs for whoever's ends so: passport.number=13; may be given often
    #[arg(long, value_name = "FIELD=END")]
    mismatch: Vec<Rule>,
    /// Whoever's field ends so is not known: snils.number=00; may be given often
    #[arg(long, value_name = "FIELD=END")]
    unknown: Vec<Rule>,
    /// Say of an address of registration that it is the one they know
    #[arg(long)]
    addresses: bool,
    #[command(flatten)]
    trouble: Trouble,
}

/// A field and how its value ends.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    kind: String,
    field: String,
    end: String,
}

impl FromStr for Rule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('=').and_then(|(name, end)| {
            let (kind, field) = name.split_once('.')?;
            Some(Self { kind: kind.into(), field: field.into(), end: end.into() })
        });
        parts.ok_or_else(|| format!("`{text}` is not like passport.number=13"))
    }
}

impl Rule {
    fn fits(&self, data: &Value) -> bool {
        data[&self.kind][&self.field].as_str().is_some_and(|x| x.ends_with(&self.end))
    }
}

impl Registry {
    /// As the demo plays it.
    pub(super) fn of_demo() -> Self {
        let rule = |kind: &str, field: &str, end: &str| Rule {
            kind: kind.into(),
            field: field.into(),
            end: end.into(),
        };
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            delay: Delay(Duration::from_secs(3), Duration::from_secs(8)),
            mismatch: vec![rule("passport", "number", "13")],
            unknown: vec![rule("passport", "number", "99")],
            addresses: true,
            trouble: Trouble::unavailable(10),
        }
    }

    pub(super) fn routes(self) -> Router {
        let desk = Arc::new(Desk {
            rules: self,
            chance: Chance::os(),
            checks: Mutex::new(HashMap::new()),
        });
        Router::new()
            .route("/checks", post(take))
            .route("/checks/{ticket}", get(answer))
            .with_state(desk)
    }

    fn verdict(&self, data: &Value) -> Value {
        if self.unknown.iter().any(|x| x.fits(data)) {
            return json!({"state": "unknown"});
        }
        let differs = self.mismatch.iter().filter(|x| x.fits(data));
        let fields: Vec<_> = differs.map(|x| format!("{}.{}", x.kind, x.field)).collect();
        match fields.is_empty() {
            true if self.addresses && !data["registration"].is_null() => {
                json!({"state": "match", "also": ["registration"]})
            }
            true => json!({"state": "match"}),
            false => json!({"state": "mismatch", "fields": fields}),
        }
    }
}

/// A question that was taken.
struct Check {
    data: Value,
    due: Instant,
}

struct Desk {
    rules: Registry,
    chance: Chance,
    checks: Mutex<HashMap<String, Check>>,
}

#[derive(Deserialize)]
struct Question {
    id: String,
    kind: String,
    data: Value,
}

/// Takes a question; the same id is the same question, and must ask the same.
async fn take(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Json(asked): Json<Question>,
) -> Response {
    if let Some(trouble) = desk.rules.trouble.meet(&desk.chance, &headers).await {
        return trouble;
    }
    if asked.kind != "identity" {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    }
    let due = Instant::now() + desk.rules.delay.drawn(&desk.chance);
    let mut checks = desk.checks.lock().unwrap_or_else(PoisonError::into_inner);
    let known =
        checks.entry(asked.id.clone()).or_insert_with(|| Check { data: asked.data.clone(), due });
    if known.data != asked.data {
        return StatusCode::CONFLICT.into_response();
    }
    (StatusCode::ACCEPTED, Json(json!({"ticket": asked.id}))).into_response()
}

/// The answer, once its time has come.
async fn answer(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Path(ticket): Path<String>,
) -> Response {
    if let Some(trouble) = desk.rules.trouble.meet(&desk.chance, &headers).await {
        return trouble;
    }
    let checks = desk.checks.lock().unwrap_or_else(PoisonError::into_inner);
    match checks.get(&ticket) {
        None => StatusCode::NOT_FOUND.into_response(),
        Some(check) if Instant::now() < check.due => {
            Json(json!({"state": "pending"})).into_response()
        }
        Some(check) => Json(desk.rules.verdict(&check.data)).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_as_they_are_written() {
        let rule: Rule = "passport.number=13".parse().unwrap();
        assert!(rule.fits(&json!({"passport": {"number": "100013"}})));
        assert!(!rule.fits(&json!({"passport": {"number": "130000"}})));
        assert!("passport=13".parse::<Rule>().is_err());
    }

    #[test]
    fn a_verdict_follows_from_the_data() {
        let demo = Registry::of_demo();
        let of = |number: &str| demo.verdict(&json!({"passport": {"number": number}}));
        assert_eq!(of("100001"), json!({"state": "match"}));
        assert_eq!(of("100013")["fields"], json!(["passport.number"]));
        assert_eq!(of("100099")["state"], "unknown");
    }
}
