//! For measurements: requests inside the process, and the least an answer can cost.
#![doc(hidden)]

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::routing::get as route;
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

/// The body that `service` answers to a GET of `path`; empty when it fails.
pub async fn get(service: Router, path: &str) -> Vec<u8> {
    let Ok(request) = Request::builder().uri(path).body(Body::empty()) else { return Vec::new() };
    let Ok(answer) = service.oneshot(request).await;
    answer.into_body().collect().await.map(|x| x.to_bytes().to_vec()).unwrap_or_default()
}

/// A server that answers `size` bytes and does nothing else.
pub fn bare(size: usize) -> Router {
    let body = "x".repeat(size);
    Router::new().route("/", route(move || std::future::ready(body.clone())))
}
