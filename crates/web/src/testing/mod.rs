//! For tests of pages and journeys: the whole portal in the process, and a client with a cookie jar
//! that fills in forms from the page it got. Nothing here listens on a port.
//!
//! ```ignore
//! let (db, _dir) = testkit::sqlite(rooms::MIGRATIONS);
//! let app = testing::app(db);
//! testing::run(async {
//!     let mut client = Client::new(&app);
//!     let page = client.get("/accessibility").await;
//!     let form = page.form("/settings").set("vision", "large");
//!     let answer = client.submit(&form).await;
//!     assert_eq!(answer.location(), "/accessibility");
//! });
//! ```
#![allow(clippy::unwrap_used, reason = "a test helper may stop the test")]

mod html;
mod noted;

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use base::config::Config;
use base::{Chance, Clock, Db, Instant};
pub use html::FilledForm;
use http_body_util::BodyExt as _;
use paper::token::Signer;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rooms::accounts::Secrets;
use rooms::portal::Memory;
use texts::Texts;
use tower::ServiceExt as _;

use crate::App;
use crate::ready::Front;

/// 1 December 2026, 09:00 in Moscow: where the clock of [`app`] stands until it is moved.
pub const BEGIN: Instant = Instant(1_796_104_800_000_000);

/// The portal in demo mode on `db`, with a clock that stands and repeatable chance.
pub fn app(db: Db) -> Arc<App> {
    app_with(db, |_| ())
}

/// [`app`], changed before it starts.
pub fn app_with(db: Db, change: impl FnOnce(&mut App)) -> Arc<App> {
    // As in the demo, what an instance may switch on is there.
    let config = Config {
        public_url: "http://okno.test".into(),
        password_classes: true,
        control_question: true,
        ..Config::default()
    };
    let texts = Arc::new(Texts::load().unwrap());
    let keys = (Signer::from_seed([7; 32], 1), Secrets::new([7; 32]));
    let circumstances = (Clock::fixed(BEGIN), Chance::seeded(1));
    let parts = (
        Memory::load(&db, (&circumstances.0, config.booking_level.into())).unwrap(),
        keys.0,
        keys.1,
    );
    let mut app = App::new(db, circumstances, config, texts, parts).unwrap();
    app.demo = true;
    change(&mut app);
    Arc::new(app)
}

/// Runs a test's story. Databases are opened before, outside of it.
pub fn run<T>(story: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(story)
}

/// A browser without a screen: keeps cookies, follows nothing by itself.
#[derive(Clone, Debug)]
pub struct Client {
    service: Front,
    /// The cookies it holds.
    pub cookies: BTreeMap<String, String>,
    /// Heads it sends with every request.
    pub headers: BTreeMap<&'static str, String>,
    noted: noted::Noted,
}

impl Client {
    /// A client of `app` with no cookies.
    pub fn new(app: &Arc<App>) -> Self {
        let noted = noted::Noted::of(app);
        Self { noted, ..Self::of(crate::service(app.clone())) }
    }

    pub(crate) fn of(service: Front) -> Self {
        let headers = [("host", "okno.test"), ("accept-language", "ru")];
        let headers = headers.map(|(name, value)| (name, value.to_owned())).into();
        Self { service, cookies: BTreeMap::new(), headers, noted: noted::Noted::default() }
    }

    /// With this head on every request, for example `authorization`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, value.to_owned());
        self
    }

    /// Asks for a page.
    pub async fn get(&mut self, path: &str) -> Page {
        self.send(Method::GET, path, Body::empty(), "").await
    }

    /// Asks again until it is not sent elsewhere (at most ten times).
    pub async fn follow(&mut self, mut page: Page) -> Page {
        for _ in 0..10 {
            if !page.status.is_redirection() {
                return page;
            }
            page = self.get(&page.location()).await;
        }
        panic!("sent around in circles");
    }

    /// Sends a form with these fields.
    pub async fn post_form(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let value = |x: &str| utf8_percent_encode(x, NON_ALPHANUMERIC).to_string();
        let pairs: Vec<_> =
            fields.iter().map(|(name, text)| format!("{}={}", value(name), value(text))).collect();
        let kind = "application/x-www-form-urlencoded";
        self.send(Method::POST, path, Body::from(pairs.join("&")), kind).await
    }

    /// Sends a form that [`Page::form`] found.
    pub async fn submit(&mut self, form: &FilledForm) -> Page {
        let fields: Vec<_> = form.fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        self.post_form(&form.action, &fields).await
    }

    /// Sends JSON to the API.
    pub async fn json(&mut self, method: Method, path: &str, body: &serde_json::Value) -> Page {
        self.send(method, path, Body::from(body.to_string()), "application/json").await
    }

    /// Sends anything. Of what the staff change it is checked that it left its entry in the trail.
    pub async fn send(&mut self, method: Method, path: &str, body: Body, kind: &str) -> Page {
        if method != Method::POST || !path.starts_with("/staff/") {
            return self.ask(method, path, body, kind).await;
        }
        let body = body.collect().await.unwrap().to_bytes();
        let page = self.ask(method, path, Body::from(body.clone()), kind).await;
        self.noted.check(&page, &body).await;
        page
    }

    async fn ask(&mut self, method: Method, path: &str, body: Body, kind: &str) -> Page {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if !kind.is_empty() {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        if !self.cookies.is_empty() {
            let jar: Vec<_> = self.cookies.iter().map(|(a, b)| format!("{a}={b}")).collect();
            request = request.header(header::COOKIE, jar.join("; "));
        }
        let request = request.body(body).unwrap();
        let (parts, body) = self.service.clone().oneshot(request).await.unwrap().into_parts();
        self.take_cookies(&parts.headers);
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Page { path: path.to_owned(), status: parts.status, headers: parts.headers, body }
    }

    fn take_cookies(&mut self, headers: &HeaderMap) {
        for cookie in headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, rest) = cookie.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap_or_default();
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Page {
    /// What was asked for.
    pub path: String,
    /// The status.
    pub status: StatusCode,
    /// The heads.
    pub headers: HeaderMap,
    /// The body as it came.
    pub body: Vec<u8>,
}

impl Page {
    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Whether the text is on the page, as people read it (tags fall away).
    pub fn says(&self, words: &str) -> bool {
        html::words(self.text()).contains(words)
    }

    /// The head `name`; empty when there is none.
    pub fn head(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |x| x.to_str().unwrap())
    }

    /// Where this answer leads.
    pub fn location(&self) -> String {
        assert!(self.status.is_redirection(), "{} answered {}", self.path, self.status);
        self.head("location").to_owned()
    }

    /// The first form with this action, filled in as the page shows it.
    pub fn form(&self, action: &str) -> FilledForm {
        self.forms(action)
            .into_iter()
            .next()
            .unwrap_or_else(|| panic!("{} ({}) has no form for {action}", self.path, self.status))
    }

    /// The first form whose action holds `part`.
    ///
    /// # Panics
    /// When there is none.
    pub fn forms_at(&self, part: &str) -> FilledForm {
        let forms = html::forms(self.text(), &self.path);
        let found = forms.into_iter().find(|x| x.action.contains(part));
        found.unwrap_or_else(|| panic!("{} ({}) has no form to {part}", self.path, self.status))
    }

    /// All forms with this action.
    pub fn forms(&self, action: &str) -> Vec<FilledForm> {
        html::forms(self.text(), &self.path).into_iter().filter(|x| x.action == action).collect()
    }

    /// The address of the first link with these words.
    pub fn link(&self, words: &str) -> String {
        html::link(self.text(), words)
            .unwrap_or_else(|| panic!("{} has no link «{words}»", self.path))
    }
}
