//! Signing in to other sites with an account of the portal: OpenID Connect, from the site's question
//! to its tokens, and what people see of it.
//!
//! A site's question ([`authorize`]) becomes a row with an address of its own, `/sso/ask/{id}`; the way
//! through sign-in, second factor and higher levels leads back there. Whoever comes there by a link is
//! sent on at once; whoever comes from a form gets a page that leads on by itself, because browsers
//! hold the policy `form-action` against every address that a form is redirected to, also those that
//! the site adds later.

mod ask;
mod authorize;
mod describe;
mod end;
mod sites;
mod token;

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{Fault, Refusal};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rooms::sso::grant;

pub(super) use ask::expected;

use crate::route::Route;
use crate::{Answer, Fields, Shell, Visit};

/// Paths that sites and their visitors' browsers call from elsewhere: they take no cookie and so need
/// no guard against other sites.
pub(crate) const FROM_ELSEWHERE: [&str; 6] = [
    "/sso/authorize",
    "/sso/end-session",
    "/sso/introspect",
    "/sso/revoke",
    "/sso/token",
    "/sso/userinfo",
];

/// The routes of this folder.
pub fn routes() -> Vec<Route> {
    [
        ask::routes(),
        authorize::routes(),
        describe::routes(),
        end::routes(),
        sites::routes(),
        token::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What the portal is called in tokens: its address.
pub(super) fn issuer(visit: &Visit) -> String {
    visit.app.config.public_url.trim_end_matches('/').to_owned()
}

/// What a site sent, every word once.
///
/// # Errors
/// `E-SSO-10` when a word came twice, `E-REQ-04` when it cannot be read.
fn once(encoded: &[u8]) -> Result<Fields, Refusal> {
    let fields = Fields::parse_plain(encoded)?;
    let again = twice(&fields).next().is_some();
    if again { Err(grant::malformed()) } else { Ok(fields) }
}

/// The words that came more than once.
fn twice(fields: &Fields) -> impl Iterator<Item = &str> {
    fields.names().filter(|name| fields.all(name).count() > 1)
}

/// `uri` with more words in its query.
fn with_query(uri: &str, words: &[(&str, &str)]) -> String {
    let mark = if uri.contains('?') { '&' } else { '?' };
    let value = |x: &str| utf8_percent_encode(x, NON_ALPHANUMERIC).to_string();
    let words: Vec<_> = words.iter().map(|(name, x)| format!("{name}={}", value(x))).collect();
    format!("{uri}{mark}{}", words.join("&"))
}

/// How a person leaves for a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// They came by a link or from the site: they are sent on.
    Link,
    /// They came from a form of ours: a page leads on.
    Form,
}

/// The page that leads on by itself, and has a link for browsers that do not.
#[derive(Template)]
#[template(path = "sso/leaving.html")]
struct LeavingPage<'a> {
    shell: Shell,
    url: &'a str,
    name: &'a str,
}

/// To the site `name`, at an address that was registered.
pub(super) fn leave(visit: &Visit, by: By, (name, url): (&str, &str)) -> Answer {
    let mut response = match by {
        By::Form => {
            visit.page(LeavingPage { shell: visit.shell("sso-leaving-title"), url, name })?
        }
        By::Link => {
            let mut response = StatusCode::SEE_OTHER.into_response();
            let to = HeaderValue::from_str(url)
                .map_err(|error| Fault::of("a registered address is not fit for a head", error))?;
            response.headers_mut().insert(header::LOCATION, to);
            response
        }
    };
    not_kept(&mut response);
    Ok(response)
}

/// Nobody keeps this answer.
fn not_kept(response: &mut Response) {
    let heads = response.headers_mut();
    heads.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}
