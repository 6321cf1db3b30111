//! What sites call themselves: tokens for codes, reading, revoking, looking.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, HeaderValue, header};
use base::{Kind, Refusal, Tx};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rooms::sso::authenticate::{ASSERTION, Credentials, Shown, authenticate};
use rooms::sso::grant::{self, Exchange, Tokens};
use rooms::sso::{Scopes, claims, keys};
use serde_json::{Value, json};

use super::describe::json_response;
use super::{issuer, not_kept, once};
use crate::form::unread;
use crate::route::{Action, Rate, Route, get, post};
use crate::visit::bearer;
use crate::{Answer, Fields, Visit};

pub(super) fn routes() -> Vec<Route> {
    vec![
        post("/sso/token", Action::ServeSite, Rate::Secret, token),
        post("/sso/revoke", Action::ServeSite, Rate::Secret, revoke),
        post("/sso/introspect", Action::ServeSite, Rate::Secret, introspect),
        get("/sso/userinfo", Action::ServeSite, Rate::Secret, userinfo),
        post("/sso/userinfo", Action::ServeSite, Rate::Secret, userinfo),
    ]
}

/// A body, or why there is none.
pub(super) type Body = Result<Bytes, BytesRejection>;

/// The body; one that is too long, or broke off, is refused in the words of whoever sent it.
pub(super) fn arrived(body: Body) -> Result<Bytes, Refusal> {
    body.map_err(|rejection| unread(rejection.status()))
}

/// Who a site says it is, from the head or from the body, and by one way of proving it.
fn credentials(headers: &HeaderMap, fields: &Fields) -> Result<Credentials, Refusal> {
    let named = |name: &str| fields.opt(name).map(str::to_owned);
    let in_body = (named("client_id"), named("client_secret"), named("client_assertion"));
    let kind = fields.opt("client_assertion_type");
    if in_body.2.is_some() != (kind == Some(ASSERTION)) || kind.is_some_and(|x| x != ASSERTION) {
        return Err(grant::malformed());
    }
    let head = headers.get(header::AUTHORIZATION);
    let head = head.map(|x| basic(x).ok_or_else(grant::malformed)).transpose()?;
    let (id, shown) = match (head, in_body) {
        (Some((id, secret)), (own, None, None)) if own.as_ref().is_none_or(|x| *x == id) => {
            (Some(id), Shown::Secret(secret))
        }
        (None, (id, None, Some(word))) => (id, Shown::Assertion(word)),
        (None, (Some(id), Some(secret), None)) => (Some(id), Shown::Secret(secret)),
        (None, (Some(id), None, None)) => (Some(id), Shown::Nothing),
        _ => return Err(grant::malformed()),
    };
    Ok(Credentials { id, shown })
}

/// `Basic`, whose halves are encoded as in forms (RFC 6749, 2.3.1).
fn basic(head: &HeaderValue) -> Option<(String, String)> {
    let (scheme, encoded) = head.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let both = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = both.split_once(':')?;
    let plain = |half: &str| {
        Some(Fields::parse_plain(format!("x={half}").as_bytes()).ok()?.text("x").to_owned())
    };
    Some((plain(id)?, plain(secret)?))
}

/// What a site wants tokens for.
enum Wish {
    Code(Exchange),
    Refresh(String, Option<Scopes>),
}

fn wish(fields: &Fields) -> Result<Wish, Refusal> {
    let must = |name: &str| fields.opt(name).map(str::to_owned).ok_or_else(grant::malformed);
    match fields.text("grant_type") {
        "authorization_code" => Ok(Wish::Code(Exchange {
            code: must("code")?,
            redirect: must("redirect_uri")?,
            verifier: must("code_verifier")?,
        })),
        "refresh_token" => {
            let unknown = || Refusal::new(Kind::Malformed, "E-SSO-14");
            let narrower = fields.opt("scope").map(|x| Scopes::known(x).ok_or_else(unknown));
            Ok(Wish::Refresh(must("refresh_token")?, narrower.transpose()?))
        }
        "" => Err(grant::malformed()),
        _ => Err(Refusal::new(Kind::Malformed, "E-SSO-13")),
    }
}

async fn token(visit: Visit, headers: HeaderMap, body: Body) -> Answer {
    let fields = once(&arrived(body)?)?;
    let who = credentials(&headers, &fields)?;
    let (wish, cx, issuer) = (wish(&fields)?, visit.cx(), issuer(&visit));
    let lasts = i64::from(visit.app.config.sso_offline_days) * base::Instant::DAY;
    let exchange = move |tx: &mut Tx<'_>| {
        let client = authenticate(tx, (cx.now, &issuer), &who)?;
        let given = match &wish {
            Wish::Code(what) => grant::redeem(tx, &cx, (&client, lasts), what)?,
            Wish::Refresh(token, narrower) => {
                grant::refresh(tx, &cx, (&client, lasts), (token, *narrower))?
            }
        };
        let tokens = match given {
            Ok(tokens) => tokens,
            // What was brought is spent, so its refusal must not roll the transaction back.
            Err(refusal) => return Ok(Err(refusal)),
        };
        let ring = keys::ready(tx, &cx)?;
        let id_token = claims::id_token(tx, cx.now, (&issuer, &ring), (&client, &tokens))?;
        Ok(Ok((tokens, id_token)))
    };
    let (tokens, id_token) = visit.db().write(exchange).await??;
    let mut response = json_response(&told(tokens, id_token));
    let open = HeaderValue::from_static("*");
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, open);
    not_kept(&mut response);
    Ok(response)
}

fn told(tokens: Tokens, id_token: String) -> Value {
    let mut told = json!({
        "access_token": tokens.access,
        "token_type": "Bearer",
        "expires_in": grant::ACCESS / base::Instant::SECOND,
        "scope": tokens.scopes.to_string(),
        "id_token": id_token,
    });
    if let Some(refresh) = tokens.refresh {
        told["refresh_token"] = refresh.into();
    }
    told
}

async fn revoke(visit: Visit, headers: HeaderMap, body: Body) -> Answer {
    let fields = once(&arrived(body)?)?;
    let who = credentials(&headers, &fields)?;
    let token = fields.opt("token").ok_or_else(grant::malformed)?.to_owned();
    let (cx, issuer) = (visit.cx(), issuer(&visit));
    let act = move |tx: &mut Tx<'_>| {
        let client = authenticate(tx, (cx.now, &issuer), &who)?;
        grant::revoke(tx, &cx, &client, &token)
    };
    visit.db().write(act).await?;
    let mut response = json_response(&json!({}));
    let open = HeaderValue::from_static("*");
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, open);
    not_kept(&mut response);
    Ok(response)
}

async fn introspect(visit: Visit, headers: HeaderMap, body: Body) -> Answer {
    let fields = once(&arrived(body)?)?;
    let who = credentials(&headers, &fields)?;
    // Whoever can keep no secret could be anybody.
    if matches!(who.shown, Shown::Nothing) {
        return Err(Refusal::new(Kind::Unauthenticated, "E-SSO-11").into());
    }
    let token = fields.opt("token").ok_or_else(grant::malformed)?.to_owned();
    let (now, issuer) = (visit.app.clock.now(), issuer(&visit));
    let spends = matches!(who.shown, Shown::Assertion(_));
    let look = move |tx: &mut Tx<'_>| {
        let client = authenticate(tx, (now, &issuer), &who)?;
        let good = grant::good(tx, now, &token)?;
        claims::introspection(tx, &issuer, &client, good.as_ref())
    };
    // A signed word is spent, a secret is only looked at.
    let told = if spends { visit.db().write(look).await } else { visit.db().read(look).await };
    let mut response = json_response(&told?);
    not_kept(&mut response);
    Ok(response)
}

async fn userinfo(visit: Visit, headers: HeaderMap) -> Answer {
    let token = bearer(&headers).map(str::to_owned).ok_or_else(grant::no_token)?;
    let now = visit.app.clock.now();
    let look = move |tx: &mut Tx<'_>| {
        let good = grant::good(tx, now, &token)?.filter(|x| !x.refresh);
        claims::userinfo(tx, &good.ok_or_else(grant::invalid)?)
    };
    let person = visit.db().read(look).await?;
    let mut response = json_response(person.reveal());
    not_kept(&mut response);
    Ok(response)
}
