//! For measurements: the least an answer of this library can cost.
#![doc(hidden)]

use axum::Router;
use axum::extract::Json;
use axum::routing::get;
use axum::serve::ListenerExt as _;
use serde_json::Value;
use tokio::net::TcpListener;

/// Answers `size` bytes to every GET and POST of JSON, until the process ends.
///
/// # Errors
/// When the listener fails.
#[allow(clippy::disallowed_methods, reason = "a ceiling is what the library does by itself")]
pub async fn serve_bare(listener: TcpListener, size: usize) -> std::io::Result<()> {
    let body = "x".repeat(size);
    let posted = body.clone();
    let read = get(move || std::future::ready(body.clone()));
    let routes = read.post(move |Json(_): Json<Value>| std::future::ready(posted.clone()));
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!("no TCP_NODELAY: {error}");
        }
    });
    axum::serve(listener, Router::new().route("/", routes)).await
}
