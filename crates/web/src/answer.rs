//! What handlers give back.

use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{Error, Fault, Kind, Refusal};

/// What every handler gives back.
pub type Answer = Result<Response, Failure>;

/// A refusal or a fault on its way out. It becomes a page or a problem document at the edge, which
/// alone knows the language, the channel and the operation's id.
#[derive(Clone, Debug)]
pub struct Failure(pub Arc<Error>);

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(Arc::new(match error.into() {
            // Nothing is wrong with what was asked: whoever comes again will be served.
            Error::Fault(fault) if fault.is_away() => {
                tracing::warn!(%fault, "the database is away");
                Refusal::new(Kind::Overloaded, "E-SYS-04").retry(5).into()
            }
            // Others were in the way every time.
            Error::Fault(fault) if fault.is_retryable() => {
                tracing::warn!(%fault, "a write lost every try");
                Refusal::new(Kind::Overloaded, "E-SYS-02").retry(2).into()
            }
            error => error,
        }))
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// «Look there now»: the answer to every POST that went well. `path` is one of our own.
///
/// # Errors
/// A fault when `path` cannot stand in a header.
pub fn see_other(path: &str) -> Answer {
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(header::LOCATION, header_value(path)?);
    Ok(response)
}

/// Adds the cookie that `cookie` describes (see [`crate::cookies`]).
///
/// # Errors
/// A fault when it cannot stand in a header.
pub fn with_cookie(mut response: Response, cookie: &str) -> Answer {
    response.headers_mut().append(header::SET_COOKIE, header_value(cookie)?);
    Ok(response)
}

fn header_value(text: &str) -> Result<HeaderValue, Fault> {
    HeaderValue::from_str(text).map_err(|error| Fault::of("not fit for a header", error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_lost_every_try_and_whoever_found_no_database_are_told_when_to_come_back() {
        for (fault, code, seconds) in [
            (Fault::new("others were faster").retryable(true), "E-SYS-02", 2),
            (Fault::new("nothing is heard").away(true), "E-SYS-04", 5),
        ] {
            let Failure(error) = fault.into();
            let Error::Refusal(refusal) = &*error else { panic!("{error:?}") };
            assert_eq!((refusal.code, refusal.retry_after), (code, Some(seconds)));
            assert_eq!(crate::refused::status(refusal.kind), StatusCode::SERVICE_UNAVAILABLE);
        }
    }
}
