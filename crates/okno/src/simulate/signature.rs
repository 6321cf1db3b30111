//! A service that checks signatures. It reads and verifies real ones, made with any program, and trusts
//! whoever has made their certificate themselves: the world's trust cannot be played.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use base::{Chance, Clock};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use clap::Args;
use rooms::signatures::{Flaw, Signed, Signer};
use serde::Deserialize;
use serde_json::{Value, json};

use super::trouble::{Delay, Trouble};

/// What is played.
#[derive(Clone, Debug, Args)]
pub(crate) struct Signature {
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:8091", value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// How long an answer takes: 500ms, or by chance 100ms..3s
    #[arg(long, default_value = "100ms..2s", value_name = "TIME")]
    delay: Delay,
    /// A SNILS that ends so is of a revoked certificate: 00; may be given often
    #[arg(long, value_name = "END")]
    revoked: Vec<String>,
    /// A SNILS that ends so is of a certificate whose time is over; may be given often
    #[arg(long, value_name = "END")]
    expired: Vec<String>,
    #[command(flatten)]
    trouble: Trouble,
}

impl Signature {
    /// As the demo plays it.
    pub(super) fn of_demo() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            delay: Delay(Duration::from_millis(100), Duration::from_secs(1)),
            revoked: vec!["00".into()],
            expired: Vec::new(),
            trouble: Trouble::default(),
        }
    }

    pub(super) fn routes(self) -> Router {
        let desk = Arc::new((self, Chance::os(), Clock::system()));
        Router::new().route("/signatures", post(judge)).with_state(desk)
    }

    fn verdict(&self, judged: Result<Signer, Flaw>) -> Value {
        let ends = |ends: &[String], x: &Signer| ends.iter().any(|end| x.snils.ends_with(end));
        let state = match &judged {
            Ok(x) if ends(&self.revoked, x) => "revoked",
            Ok(x) if ends(&self.expired, x) => "expired",
            Ok(_) => "valid",
            Err(Flaw::Unreadable(_)) => "unreadable",
            Err(Flaw::Changed) => "changed",
            Err(_) => "unfit",
        };
        let signer = judged.ok().map(|x| {
            json!({
                "surname": x.surname, "given": x.given, "snils": x.snils, "inn": x.inn,
                "issuer": x.issuer, "serial": x.serial,
                "until": x.until.timestamp().to_string(),
                "fingerprint": x.fingerprint.iter().map(|b| format!("{b:02x}")).collect::<String>(),
            })
        });
        json!({"state": state, "signer": signer})
    }
}

#[derive(Deserialize)]
struct Question {
    id: String,
    content: String,
    signature: String,
}

type Desk = (Signature, Chance, Clock);

async fn judge(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Json(asked): Json<Question>,
) -> Response {
    let (rules, chance, clock) = &*desk;
    if let Some(trouble) = rules.trouble.meet(chance, &headers).await {
        return trouble;
    }
    tokio::time::sleep(rules.delay.drawn(chance)).await;
    let read = |text: &str| BASE64.decode(text).ok();
    let Some((content, signature)) = read(&asked.content).zip(read(&asked.signature)) else {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    };
    let at = clock.now();
    let signed = Signed { id: asked.id, content, signature, given_at: at, at };
    Json(rules.verdict(outbound::signer_without_trust(&signed))).into_response()
}
