//! A refusal or a fault as a person or a program sees it. The one place that knows status codes.

use std::borrow::Cow;

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{Error, FieldFault, Kind, Refusal};
use serde_json::{Value, json};
use texts::Lang;

use crate::shell::code_text;
use crate::{Answer, Failure, Shell, Visit, kept, next, see_other};

/// The status of each kind of refusal.
pub fn status(kind: Kind) -> StatusCode {
    match kind {
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Malformed => StatusCode::BAD_REQUEST,
        Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::Gone => StatusCode::GONE,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::TooSlow => StatusCode::REQUEST_TIMEOUT,
        Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Kind::Overloaded => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// Title of each kind, and the links that help: path, key of the words.
type Guide = (&'static str, &'static [(&'static str, &'static str)]);

const HOME: (&str, &str) = ("/", "link-home");
const SERVICES: (&str, &str) = ("/services", "link-services");
const BOOKINGS: (&str, &str) = ("/bookings", "link-bookings");
const HELP: (&str, &str) = ("/help", "link-help");
const RECOVER: (&str, &str) = ("/recover", "link-recover");
const SIGNIN: (&str, &str) = ("/signin", "link-signin");
const LEVEL: (&str, &str) = ("/account/level", "account-raise-go");

fn guide(refusal: &Refusal) -> Guide {
    match refusal.kind {
        // It is somebody else's server that does not answer, or for which others wait.
        Kind::Overloaded if matches!(refusal.code, "E-SSO-31" | "E-SSO-37") => {
            ("refused-elsewhere", &[SIGNIN, HELP])
        }
        // A site asks for what its visitors cannot mend.
        _ if matches!(refusal.code, "E-SSO-01" | "E-SSO-02") => {
            ("refused-elsewhere", &[HOME, HELP])
        }
        // It is for somebody else.
        Kind::Forbidden if refusal.code == "E-ROLE-19" => ("refused-not-yours", &[HOME, HELP]),
        // A link that shuts strangers out: who needs it again does the same by recovering.
        Kind::Gone if matches!(refusal.code, "E-AUTH-19" | "E-AUTH-20") => {
            ("refused-link", &[RECOVER, SIGNIN, HELP])
        }
        // An invitation of the staff.
        Kind::Gone if refusal.code == "E-ROLE-03" => ("refused-link", &[HOME, HELP]),
        Kind::Forbidden if matches!(refusal.code, "E-AUTH-12" | "E-MND-08") => {
            ("refused-level", &[LEVEL, BOOKINGS, HELP])
        }
        Kind::Unauthenticated => ("refused-unauthenticated", &[SIGNIN, HELP]),
        Kind::Forbidden => ("refused-forbidden", &[BOOKINGS, HELP]),
        Kind::NotFound => ("refused-not-found", &[SERVICES, BOOKINGS, HELP]),
        Kind::Malformed => ("refused-malformed", &[HOME, HELP]),
        Kind::Invalid => ("refused-invalid", &[HOME, HELP]),
        Kind::Conflict => ("refused-conflict", &[SERVICES, BOOKINGS, HELP]),
        Kind::Gone => ("refused-gone", &[SERVICES, BOOKINGS]),
        Kind::TooLarge => ("refused-too-large", &[HOME, HELP]),
        Kind::TooSlow => ("refused-too-slow", &[HOME, HELP]),
        Kind::TooMany => ("refused-too-many", &[HOME, HELP]),
        Kind::Overloaded => ("refused-overloaded", &[HOME, HELP]),
    }
}

/// The page of a refusal or fault.
#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    shell: Shell,
    message: &'a str,
    code: &'a str,
    op: Option<&'a str>,
    links: &'a [(&'static str, &'static str)],
    /// What is wrong with fields, when a form could not come back by itself.
    fields: Vec<String>,
    search: bool,
}

/// What the person or program is told.
struct Told<'a> {
    status: StatusCode,
    guide: Guide,
    code: &'a str,
    message: String,
    refusal: Option<&'a Refusal>,
}

/// The answer to a failure. `by_router` is the status the router gave it, if any.
pub(crate) fn answer(visit: &Visit, failure: &Failure, by_router: StatusCode) -> Response {
    let told = tell(visit, &failure.0, by_router);
    let made = if visit.is_api() {
        Ok(problem(visit, &told))
    } else if visit.is_site() {
        Ok(for_site(visit, &told))
    } else if told.status == StatusCode::UNAUTHORIZED {
        to_signin(visit)
    } else {
        page(visit, &told)
    };
    let mut response = made.unwrap_or_else(|failure| {
        tracing::error!(op = %visit.op, "the page of an error failed: {}", failure.0);
        (StatusCode::INTERNAL_SERVER_ERROR, told.message.clone()).into_response()
    });
    if let Some(seconds) = told.refusal.and_then(|x| x.retry_after) {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn tell<'a>(visit: &Visit, error: &'a Error, by_router: StatusCode) -> Told<'a> {
    match error {
        Error::Refusal(refusal) => Told {
            status: match by_router {
                StatusCode::METHOD_NOT_ALLOWED
                | StatusCode::UNSUPPORTED_MEDIA_TYPE
                | StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => by_router,
                _ => status(refusal.kind),
            },
            guide: guide(refusal),
            code: refusal.code,
            message: code_text(visit, words(visit, refusal.code), &refusal.args),
            refusal: Some(refusal),
        },
        Error::Fault(fault) => {
            tracing::error!(op = %visit.op, path = covered(&visit.path), "{fault}");
            Told {
                status: StatusCode::INTERNAL_SERVER_ERROR,
                guide: ("fault-title", &[HOME, BOOKINGS, HELP]),
                code: "E-SYS-00",
                message: visit.t("e-sys-00").to_owned(),
                refusal: None,
            }
        }
    }
}

/// The code whose text is said: some speak to people of a form, which a program has not got.
fn words<'a>(visit: &Visit, code: &'a str) -> &'a str {
    match code {
        "E-FORM-00" if visit.is_api() => "E-FORM-00-API",
        "E-IDEM-01" if visit.is_api() => "E-IDEM-01-API",
        "E-REQ-04" if visit.is_api() => "E-REQ-04-API",
        code => code,
    }
}

/// A path as it may be logged: what is long in it is the secret of a link.
fn covered(path: &str) -> String {
    let cover = |part| if str::len(part) > 40 { "…" } else { part };
    path.split('/').map(cover).collect::<Vec<_>>().join("/")
}

fn page(visit: &Visit, told: &Told<'_>) -> Answer {
    let fields = told.refusal.map_or(&[][..], |x| &x.fields);
    let shell = visit.shell(told.guide.0);
    let page = ErrorPage {
        fields: fields.iter().map(|x| shell.fault(x)).collect(),
        shell,
        message: &told.message,
        code: told.code,
        op: told.refusal.is_none().then_some(visit.op.as_str()),
        links: told.guide.1,
        search: told.guide.1.contains(&SERVICES) && told.status == StatusCode::NOT_FOUND,
    };
    visit.page_as(told.status, page)
}

/// To the sign-in page, and afterwards back: to this page, or to the one whose form was sent.
fn to_signin(visit: &Visit) -> Answer {
    let back: Cow<'_, str> = match (&visit.came_from, visit.reads) {
        (_, true) => visit.here.as_str().into(),
        (Some(path), false) => path.as_str().into(),
        (None, false) => "/".into(),
    };
    let signin = next::with("/signin", &back);
    see_other(&if visit.ended { kept::ended(&signin) } else { signin })
}

/// RFC 9457. What helps further stands beside the standard members.
fn problem(visit: &Visit, told: &Told<'_>) -> Response {
    let field = |fault: &FieldFault| {
        let detail = code_text(visit, fault.code, &fault.args);
        json!({"field": fault.field, "code": fault.code, "detail": detail})
    };
    let mut body = match told.refusal.and_then(|x| x.help.clone()) {
        Some(Value::Object(help)) => help,
        Some(help) => [("help".to_owned(), help)].into_iter().collect(),
        None => serde_json::Map::new(),
    };
    let base_url = visit.app.config.public_url.trim_end_matches('/');
    let members = [
        ("type", json!(format!("{base_url}/errors/{}", told.code.to_lowercase()))),
        ("title", json!(visit.t(told.guide.0))),
        ("status", json!(told.status.as_u16())),
        ("detail", json!(told.message)),
        ("code", json!(told.code)),
        ("operation_id", json!(visit.op)),
    ];
    body.extend(members.map(|(name, value)| (name.to_owned(), value)));
    // Which level is asked for, and where its owner raises it.
    let level = told.refusal.filter(|x| x.code == "E-AUTH-12");
    if let Some((_, level)) = level.and_then(|x| x.args.iter().find(|x| x.0 == "level")) {
        body.insert("level".to_owned(), json!(level));
        body.insert("address".to_owned(), json!(format!("{base_url}/account/level")));
    }
    if let Some(refusal) = told.refusal.filter(|x| !x.fields.is_empty()) {
        let fields = refusal.fields.iter().map(field).collect();
        body.insert("fields".to_owned(), Value::Array(fields));
    }
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"))];
    let mut response = (told.status, kind, Value::Object(body).to_string()).into_response();
    if told.status == StatusCode::UNAUTHORIZED {
        let scheme = HeaderValue::from_static("Bearer");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
    }
    response
}

/// What the standards call a refusal of a connected site's call (RFC 6749, 5.2; RFC 6750, 3.1).
fn site_error(code: &str, status: StatusCode) -> &'static str {
    match code {
        "E-SSO-11" => "invalid_client",
        "E-SSO-12" => "invalid_grant",
        "E-SSO-13" => "unsupported_grant_type",
        "E-SSO-14" => "invalid_scope",
        "E-SSO-16" | "E-SSO-17" => "invalid_token",
        _ if status == StatusCode::SERVICE_UNAVAILABLE => "temporarily_unavailable",
        _ if status.is_server_error() => "server_error",
        _ => "invalid_request",
    }
}

/// The answer to a connected site, which reads neither pages nor problem documents.
fn for_site(visit: &Visit, told: &Told<'_>) -> Response {
    let error = site_error(told.code, told.status);
    let key = told.code.to_lowercase();
    let words = format!("{} ({})", visit.app.texts.get(Lang::En, &key), told.code);
    // The standard allows ASCII alone, and no quotation marks.
    let words = words.replace(|x: char| !x.is_ascii() || x == '"' || x == '\\', "'");
    let body = json!({"error": error, "error_description": words});
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    let mut response = (told.status, kind, body.to_string()).into_response();
    let heads = response.headers_mut();
    heads.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // As on success: a page without a server has to read why it got nothing.
    if matches!(visit.path.as_str(), "/sso/token" | "/sso/revoke") {
        heads.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    }
    if told.status == StatusCode::UNAUTHORIZED {
        let scheme = match error {
            // Whoever showed nothing is told how, and no fault (RFC 6750, 3.1).
            _ if told.code == "E-SSO-17" => HeaderValue::from_static("Bearer"),
            "invalid_token" => HeaderValue::from_static("Bearer error=\"invalid_token\""),
            _ => HeaderValue::from_static("Basic realm=\"sso\""),
        };
        heads.insert(header::WWW_AUTHENTICATE, scheme);
    }
    response
}

/// What a code of the error catalogue means: where the `type` of a problem document leads.
///
/// # Errors
/// `E-REQ-01` when there is no such code.
pub(crate) fn explained(visit: &Visit, code: &str) -> Answer {
    let is_code = code.starts_with("e-") && visit.app.texts.has(visit.lang, code);
    if !is_code {
        return Err(Refusal::new(Kind::NotFound, "E-REQ-01").into());
    }
    let code = code.to_uppercase();
    let page = ErrorPage {
        shell: visit.shell(&code),
        message: &code_text(visit, &code, &[]),
        code: &code,
        op: None,
        links: &[HOME, HELP],
        fields: Vec::new(),
        search: false,
    };
    visit.page(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_of_a_link_is_not_logged() {
        let token = "0f".repeat(32);
        assert_eq!(covered(&format!("/register/email/{token}")), "/register/email/…");
        let booking = "/bookings/01kb4t7m8q2v5x9c3n6r1w0e4y/form";
        assert_eq!(covered(booking), booking);
    }
}
