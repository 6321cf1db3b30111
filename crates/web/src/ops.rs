//! For those who run the portal: is it alive, is it ready, what has it done.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::{Router, routing};
use base::args;

use crate::App;
use crate::edge::{DATABASE_WAIT, secure};
use crate::route::{Action, Rate, Route, get};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        get("/livez", Action::OpenFiles, Rate::Static, live),
        get("/readyz", Action::OpenFiles, Rate::Static, ready),
    ]
}

/// The service of the listener for operation: apart from the public one, since `/metrics` is
/// nobody else's business.
pub fn service(app: Arc<App>) -> Router {
    let config = app.config.clone();
    let secured = move |mut answer: Response| {
        secure(&config, answer.headers_mut());
        std::future::ready(answer)
    };
    Router::new()
        .route("/livez", routing::get(live))
        .route("/readyz", routing::get(ready))
        .route("/metrics", routing::get(metrics))
        .layer(map_response(secured))
        .with_state(app)
}

/// The process answers.
async fn live() -> Response {
    plain(StatusCode::OK, "live\n".into())
}

/// The database answers too: a balancer may send people here.
async fn ready(State(app): State<Arc<App>>) -> Response {
    match database_answers(&app).await {
        true => plain(StatusCode::OK, "ready\n".into()),
        false => plain(StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n".into()),
    }
}

/// Whether the database answers reads, and soon.
pub(crate) async fn database_answers(app: &App) -> bool {
    let asked = app.db.read(|tx| Ok(tx.one("SELECT 1", args![], |_| Ok(()))?));
    match tokio::time::timeout(DATABASE_WAIT, asked).await {
        Ok(Ok(_)) => true,
        Ok(Err(error)) => {
            tracing::warn!("the database does not answer: {error}");
            false
        }
        Err(_late) => {
            tracing::warn!("the database has not answered within {DATABASE_WAIT:?}");
            false
        }
    }
}

async fn metrics(State(app): State<Arc<App>>) -> Response {
    let mut text = app.meter.text(&app.gate, &app.db, app.waiting());
    text.push_str("# TYPE okno_free_time_healed_total counter\n");
    let healed = app.portal().availability.ledger().healed();
    text.push_str(&format!("okno_free_time_healed_total {healed}\n"));
    plain(StatusCode::OK, text)
}

fn plain(status: StatusCode, text: String) -> Response {
    let mut response = (status, text).into_response();
    let never = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, never);
    response
}
