//! How long an answer may take, and whose fault it is when it takes longer: ours, or that of a body that
//! did not come.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderValue, Version, header};
use axum::response::{IntoResponse as _, Response};
use base::{Kind, Outcome, Refusal};
use hyper::body::{Frame, SizeHint};

use crate::Failure;

/// The body of a request, and whether somebody waits for more of it.
struct Watched {
    body: Body,
    awaited: Arc<AtomicBool>,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        self.awaited.store(frame.is_pending(), Relaxed);
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The answer that `serve` gives within `limit`: `E-REQ-09` when the rest of the body has not come by then,
/// `E-REQ-06` when anything else takes so long.
pub(crate) async fn in_time<F: Future<Output = Response>>(
    limit: Duration,
    request: Request,
    serve: impl FnOnce(Request) -> F,
) -> Response {
    let (awaited, version) = (Arc::new(AtomicBool::new(false)), request.version());
    let noted = awaited.clone();
    let request = request.map(|body| Body::new(Watched { body, awaited: noted }));
    if let Ok(answer) = tokio::time::timeout(limit, serve(request)).await {
        return answer;
    }
    if !awaited.load(Relaxed) {
        return Failure::from(too_long()).into_response();
    }
    let mut answer = Failure::from(Refusal::new(Kind::TooSlow, "E-REQ-09")).into_response();
    if version <= Version::HTTP_11 {
        // Nobody waits for the rest (RFC 9110, 15.5.9).
        answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    answer
}

/// What `ask` gives within `limit`, or `E-REQ-06`.
///
/// # Errors
/// As above, and those of `ask`.
pub(crate) async fn within<T>(
    limit: Duration,
    ask: impl Future<Output = Outcome<T>>,
) -> Outcome<T> {
    let answer = tokio::time::timeout(limit, ask).await;
    answer.unwrap_or_else(|_late| Err(too_long().into()))
}

fn too_long() -> Refusal {
    Refusal::new(Kind::Overloaded, "E-REQ-06").retry(5)
}

#[cfg(test)]
mod tests {
    use base::Error;
    use http_body_util::BodyExt as _;

    use super::*;

    const LIMIT: Duration = Duration::from_millis(20);

    /// A body of which a part comes, and then nothing.
    struct Halting(bool);

    impl HttpBody for Halting {
        type Data = Bytes;
        type Error = axum::Error;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
            match std::mem::replace(&mut self.0, true) {
                false => Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"a=1"))))),
                true => Poll::Pending,
            }
        }
    }

    fn request(body: Body, version: Version) -> Request {
        Request::builder().version(version).body(body).unwrap()
    }

    async fn reads(request: Request) -> Response {
        let whole = request.into_body().collect().await.unwrap().to_bytes();
        Body::from(whole).into_response()
    }

    fn code(answer: &Response) -> Option<&'static str> {
        let Failure(why) = answer.extensions().get::<Failure>()?;
        match &**why {
            Error::Refusal(refusal) => Some(refusal.code),
            Error::Fault(_) => None,
        }
    }

    #[tokio::test]
    async fn a_body_that_does_not_come_is_told_from_an_answer_that_does_not() {
        let halting = || Body::new(Halting(false));
        let slow = in_time(LIMIT, request(halting(), Version::HTTP_11), reads).await;
        assert_eq!(
            (code(&slow), &slow.headers()["connection"]),
            (Some("E-REQ-09"), &"close".parse().unwrap())
        );
        let slow = in_time(LIMIT, request(halting(), Version::HTTP_2), reads).await;
        assert_eq!((code(&slow), slow.headers().get("connection")), (Some("E-REQ-09"), None));
        // Whoever was heard to the end, or not asked for more, is not to blame.
        for body in [Body::from("a=1"), Body::empty(), halting()] {
            let stuck = in_time(LIMIT, request(body, Version::HTTP_11), async |mut x: Request| {
                let first = x.body_mut().frame().await;
                std::future::pending::<()>().await;
                drop(first);
                ().into_response()
            });
            assert_eq!(code(&stuck.await), Some("E-REQ-06"));
        }
        let whole = in_time(LIMIT, request(Body::from("a=1"), Version::HTTP_11), reads).await;
        assert_eq!(whole.into_body().collect().await.unwrap().to_bytes(), "a=1");
    }
    #[tokio::test]
    async fn whoever_is_to_be_recognised_does_not_wait_for_ever() {
        let never = std::future::pending::<Outcome<()>>();
        assert_eq!(within(LIMIT, never).await.unwrap_err().code(), Some("E-REQ-06"));
        assert_eq!(within(LIMIT, async { Ok(1) }).await.unwrap(), 1);
    }
}
