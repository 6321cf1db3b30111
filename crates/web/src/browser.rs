//! The browser somebody sits at: how a person recognises it, and its session.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use base::{Cx, Id, Outcome, Tx};
use rooms::sessions;

use crate::answer::with_cookie;
use crate::{Answer, Visit, cookies, see_other};

/// The browser of this request. Extracts from any request.
#[derive(Clone, Debug)]
pub struct Browser {
    /// «Firefox, Windows»; empty when it does not say.
    pub device: String,
    /// The session's token that it holds, valid or not.
    token: Option<String>,
}

impl Browser {
    /// Opens a session of `account` here and ends the one before; gives its token.
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn open(&self, tx: &mut Tx<'_>, cx: &Cx, account: &Id) -> Outcome<String> {
        self.close(tx)?;
        sessions::open(tx, cx, account, &self.device, sessions::Kind::Browser)
    }

    /// Makes this node forget who sits here.
    pub fn forget(&self, visit: &Visit) {
        self.token.iter().for_each(|token| visit.app.known.forget(token));
    }

    /// Ends the session of this browser, if there is one.
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn close(&self, tx: &mut Tx<'_>) -> Outcome<()> {
        self.token.as_deref().map_or(Ok(()), |token| sessions::close(tx, token))
    }
}

/// The answer after [`Browser::open`]: the browser gets its token and goes to `path`. A mark stays
/// when the session is over: under overload whoever comes back goes before strangers.
///
/// # Errors
/// A fault when `path` cannot stand in a header.
pub fn signed_in(visit: &Visit, token: &str, path: &str) -> Answer {
    let config = &visit.app.config;
    let mark = cookies::mark(config, &visit.app.policy.secrets.mark(&visit.op));
    with_cookie(with_cookie(see_other(path)?, &cookies::session(config, token))?, &mark)
}

impl<S: Sync> FromRequestParts<S> for Browser {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let visit = Visit::from_request_parts(parts, state).await?;
        let token = cookies::read(&parts.headers, cookies::session_name(&visit.app.config));
        Ok(Self { device: device(&parts.headers), token: token.map(str::to_owned) })
    }
}

/// What the browser calls itself, and what people call it. The order matters: most browsers also
/// pretend to be others.
const BROWSERS: [(&str, &str); 9] = [
    ("YaBrowser/", "Яндекс Браузер"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];
const SYSTEMS: [(&str, &str); 6] = [
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

fn device(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|x| x.to_str().ok()).unwrap_or_default();
    let known = |list: &[(&'static str, &'static str)]| {
        list.iter().find(|x| agent.contains(x.0)).map(|x| x.1)
    };
    let parts: Vec<_> = [known(&BROWSERS), known(&SYSTEMS)].into_iter().flatten().collect();
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_named_as_people_know_it() {
        let named = |agent: &str| {
            device(&[(header::USER_AGENT, agent.parse().unwrap())].into_iter().collect())
        };
        let windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0)";
        assert_eq!(named(&format!("{windows} Gecko/20100101 Firefox/140.0")), "Firefox, Windows");
        let webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
        let android = format!("Mozilla/5.0 (Linux; Android 15; K) {webkit} Chrome/140.0.0.0");
        assert_eq!(named(&format!("{android} Mobile Safari/537.36")), "Chrome, Android");
        let yandex = format!("{android} YaBrowser/25.8 Mobile Safari/537.36");
        assert_eq!(named(&yandex), "Яндекс Браузер, Android");
        let iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0";
        assert_eq!(named(&format!("{iphone} Mobile/15E148 Safari/604.1")), "Safari, iPhone");
        assert_eq!(named("curl/8.5.0"), "");
        assert_eq!(device(&HeaderMap::new()), "");
    }
}
