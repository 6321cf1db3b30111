//! What sites must know of the portal: its endpoints and keys.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use rooms::accounts::Level;
use rooms::sso::{Scope, acr, keys, keyset};
use serde_json::{Value, json};

use super::issuer;
use crate::route::{Action, Rate, Route, get};
use crate::{Answer, Visit};

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/.well-known/openid-configuration", Action::ReadProvider, Rate::Read, describe),
        get("/sso/jwks", Action::ReadProvider, Rate::Read, jwks),
    ]
}

/// Ways by which sites prove who they are.
const AUTH: [&str; 3] = ["client_secret_basic", "client_secret_post", "private_key_jwt"];

async fn describe(visit: Visit) -> Answer {
    let issuer = issuer(&visit);
    let at = |path: &str| format!("{issuer}{path}");
    let scopes = Scope::ALL.map(Scope::as_str);
    let with_none: Vec<&str> = AUTH.into_iter().chain(["none"]).collect();
    open(&json!({
        "issuer": issuer,
        "authorization_endpoint": at("/sso/authorize"),
        "token_endpoint": at("/sso/token"),
        "userinfo_endpoint": at("/sso/userinfo"),
        "jwks_uri": at("/sso/jwks"),
        "revocation_endpoint": at("/sso/revoke"),
        "introspection_endpoint": at("/sso/introspect"),
        "end_session_endpoint": at("/sso/end-session"),
        "service_documentation": at("/help"),
        "scopes_supported": scopes,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "acr_values_supported": Level::ALL.map(acr),
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": with_none,
        "revocation_endpoint_auth_methods_supported": with_none,
        "introspection_endpoint_auth_methods_supported": AUTH,
        "token_endpoint_auth_signing_alg_values_supported": keyset::ALGORITHMS,
        "revocation_endpoint_auth_signing_alg_values_supported": keyset::ALGORITHMS,
        "introspection_endpoint_auth_signing_alg_values_supported": keyset::ALGORITHMS,
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "claims_supported": [
            "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash",
            "name", "given_name", "middle_name", "family_name", "locale", "email",
            "email_verified", "phone_number", "phone_number_verified",
        ],
        "claim_types_supported": ["normal"],
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "authorization_response_iss_parameter_supported": true,
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
    }))
}

async fn jwks(visit: Visit) -> Answer {
    let now = visit.app.clock.now();
    let ring = match visit.db().read(keys::ring).await? {
        Some(ring) => ring,
        None => {
            let cx = visit.cx();
            visit.db().write(move |tx| keys::ready(tx, &cx)).await?
        }
    };
    open(&ring.public(now)?)
}

/// For everybody, also for scripts of other sites; a new key is shown longer before it signs than
/// this may be kept.
fn open(document: &Value) -> Answer {
    let mut response = json_response(document);
    let heads = response.headers_mut();
    heads.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    heads.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    Ok(response)
}

pub(super) fn json_response(document: &Value) -> Response {
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    (kind, document.to_string()).into_response()
}
