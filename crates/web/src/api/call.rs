//! What every call shares: names in the path, bodies with their idempotency key, ETags, pages.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{Cx, Error, FieldFault, Id, Kind, Outcome, Refusal, Tx, idem};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::ToSchema;

use super::params::{Asked as _, CURSOR, LIMIT};
use crate::form::{is_odd, unread, unreadable};
use crate::{Answer, Failure, Fields, Visit};

/// There is no such thing.
pub(super) fn unknown() -> Refusal {
    Refusal::new(Kind::NotFound, "E-REQ-01")
}

/// There is nothing with the id or code that `field` gives.
pub(super) fn unknown_at(field: &'static str) -> Refusal {
    let fields = vec![FieldFault::new(field, "E-API-06")];
    Refusal { fields, ..Refusal::new(Kind::NotFound, "E-API-06") }
}

/// The name in the path. What can be no name of ours is unknown.
#[derive(Debug)]
pub(super) struct Named(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let name = Path::<String>::from_request_parts(parts, state).await;
        let name = name.map(|x| x.0).unwrap_or_default();
        let fits = (1..=100).contains(&name.len()) && !name.contains(char::is_control);
        if fits { Ok(Self(name)) } else { Err(unknown().into()) }
    }
}

/// The head `Idempotency-Key` of a call without a body.
#[derive(Debug)]
pub(super) struct Keyed(pub idem::Key);

impl<S: Send + Sync> FromRequestParts<S> for Keyed {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Ok(Self(key(parts, "")?))
    }
}

/// The body of a call that changes something, and its key.
#[derive(Debug)]
pub(super) struct Command<T> {
    /// What was sent.
    pub body: T,
    /// The key, with a fingerprint of the whole call.
    pub key: idem::Key,
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Command<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        if !is_json(request.headers()) {
            let refused = Failure::from(Refusal::new(Kind::Malformed, "E-API-04"));
            let mut response = refused.into_response();
            *response.status_mut() = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            return Err(response);
        }
        Self::read(request, state).await.map_err(IntoResponse::into_response)
    }
}

impl<T: DeserializeOwned> Command<T> {
    async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Self, Failure> {
        let (parts, body) = request.into_parts();
        let body = Request::from_parts(parts.clone(), body);
        let body = Bytes::from_request(body, state).await.map_err(|x| unread(x.status()))?;
        let value: Value = serde_json::from_slice(&body).map_err(broken)?;
        let key = key(&parts, &value.to_string())?;
        if has_control(&value) {
            return Err(broken("a control character").into());
        }
        Ok(Self { body: serde_path_to_error::deserialize(value).map_err(misshapen)?, key })
    }
}

fn broken(why: impl std::fmt::Display) -> Refusal {
    unreadable(&why)
}

/// Names the member that is missing, superfluous or of another type: serde says only in words which.
fn misshapen(error: serde_path_to_error::Error<serde_json::Error>) -> Refusal {
    let (path, why) = (error.path().to_string(), error.inner().to_string());
    let named = why.split('`').nth(1).unwrap_or_default();
    let inside = |name: &str| match path.as_str() {
        "." => name.to_owned(),
        path if path == name || path.ends_with(&format!(".{name}")) => path.to_owned(),
        path => format!("{path}.{name}"),
    };
    let fault = match () {
        () if why.starts_with("missing field") => FieldFault::new(inside(named), "E-FORM-01"),
        () if why.starts_with("unknown field") => FieldFault::new(inside(named), "E-API-01"),
        () => FieldFault::new(path, "E-FORM-02"),
    };
    Refusal { fields: vec![fault], ..broken(why) }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|x| x.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

/// Whether a text holds what no keyboard types.
fn has_control(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains(is_odd),
        Value::Array(items) => items.iter().any(has_control),
        Value::Object(members) => {
            members.iter().any(|(name, value)| name.contains(is_odd) || has_control(value))
        }
        _ => false,
    }
}

/// The key with the fingerprint of method, path and body.
fn key(parts: &Parts, body: &str) -> Result<idem::Key, Refusal> {
    let sent = parts.headers.get("idempotency-key").and_then(|x| x.to_str().ok());
    let fits = |x: &&str| (1..=200).contains(&x.len()) && x.bytes().all(|b| b.is_ascii_graphic());
    let key = sent.filter(fits).ok_or_else(|| Refusal::new(Kind::Malformed, "E-IDEM-00"))?;
    Ok(idem::Key::new(key, &[parts.method.as_str(), parts.uri.path(), body]))
}

/// Runs `act` once under the key, in one transaction.
pub(super) async fn once<T>(
    visit: &Visit,
    key: idem::Key,
    act: impl Fn(&mut Tx<'_>, &Cx) -> Outcome<T> + Send + 'static,
) -> Result<T, Error>
where
    T: Serialize + DeserializeOwned + Send + 'static,
{
    let cx = visit.cx();
    visit.db().write(move |tx| idem::once(tx, &cx, &key, |tx| act(tx, &cx))).await
}

/// The account that calls.
pub(super) fn caller(visit: &Visit) -> Result<Id, Refusal> {
    let nobody = || Refusal::new(Kind::Unauthenticated, "E-AUTH-10");
    visit.account().cloned().ok_or_else(nobody)
}

/// An answer as JSON.
pub(super) fn answer(status: StatusCode, body: &impl Serialize) -> Answer {
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    Ok((status, kind, serde_json::to_string(body)?).into_response())
}

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub(super) struct Page<T> {
    /// What was found.
    pub items: Vec<T>,
    /// `cursor` of the next page; null on the last one.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// The page of `all` that the query asks for; `id` names an item. A cursor is the name of the
    /// last item seen, so it survives what is added meanwhile.
    ///
    /// # Errors
    /// `E-FORM-02` for a cursor that names nothing in this list.
    pub fn cut<I>(
        all: impl IntoIterator<Item = I>,
        query: &Fields,
        id: impl Fn(&I) -> String,
        show: impl Fn(I) -> T,
    ) -> Result<Self, Refusal> {
        let mut all = all.into_iter();
        if let Some(cursor) = query.opt(CURSOR.name)
            && !all.any(|x| id(&x) == cursor)
        {
            return Err(Refusal::invalid(vec![FieldFault::new(CURSOR.name, "E-FORM-02")]));
        }
        let limit = query.number(&LIMIT);
        let mut rest = all.peekable();
        let (mut items, mut last) = (Vec::new(), None);
        while let Some(item) = rest.next_if(|_| items.len() < limit) {
            last = Some(id(&item));
            items.push(show(item));
        }
        Ok(Self { items, next: last.filter(|_| rest.peek().is_some()) })
    }
}
