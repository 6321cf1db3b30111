//! The answer to whoever has to come back: made once, given many times.

use std::sync::Arc;

use askama::Template;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use base::Id;
use base::config::Config;
use serde_json::json;
use texts::{Lang, Texts};

use crate::route::Rate;
use crate::{App, assets, edge, visit};

/// Its code in the catalogue of errors.
const CODE: &str = "E-SYS-03";

/// The page for people.
#[derive(Template)]
#[template(path = "busy.html")]
struct BusyPage<'a> {
    texts: &'a Texts,
    lang: Lang,
    name: &'a str,
    phone: &'a str,
    /// The page can simply be asked for again.
    reads: bool,
}

impl BusyPage<'_> {
    fn t<'a>(&'a self, key: &'a str) -> &'a str {
        self.texts.get(self.lang, key)
    }

    fn asset(&self, name: &str) -> &'static str {
        assets::url(name)
    }

    fn tel(&self) -> String {
        self.phone.chars().filter(|x| x.is_ascii_digit() || *x == '+').collect()
    }
}

/// The bodies in one language.
#[derive(Debug)]
struct Words {
    read: Bytes,
    sent: Bytes,
    /// All but its last member and the brace.
    problem: String,
}

/// All answers.
#[derive(Debug)]
pub(super) struct Busy {
    ru: Words,
    en: Words,
    heads: HeaderMap,
}

impl Busy {
    pub fn new(config: &Config, texts: &Arc<Texts>) -> Self {
        let mut heads = HeaderMap::new();
        edge::secure(config, &mut heads);
        heads.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let words = |lang| words(config, texts, lang);
        Self { ru: words(Lang::Ru), en: words(Lang::En), heads }
    }

    /// The answer to `request`; `after` is in seconds.
    pub fn answer<B>(
        &self,
        app: &App,
        (class, after): (Rate, u32),
        request: &Request<B>,
    ) -> Response {
        let words = match visit::lang(request.uri(), request.headers()) {
            Lang::Ru => &self.ru,
            Lang::En => &self.en,
        };
        let for_program = request.uri().path().starts_with("/api/");
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        let op = Id::new(app.clock.now(), &app.chance);
        let (kind, body) = match (for_program, reads) {
            (true, _) => {
                let body = format!("{},\"operation_id\":\"{op}\"}}", words.problem);
                ("application/problem+json", Bytes::from(body))
            }
            (false, true) => ("text/html; charset=utf-8", words.read.clone()),
            (false, false) => ("text/html; charset=utf-8", words.sent.clone()),
        };
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        let heads = response.headers_mut();
        heads.clone_from(&self.heads);
        heads.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        heads.insert(header::RETRY_AFTER, HeaderValue::from(after));
        if let Ok(op) = HeaderValue::from_str(&op) {
            heads.insert("operation-id", op);
        }
        app.meter.answered(class, StatusCode::SERVICE_UNAVAILABLE.as_u16(), 0);
        response
    }
}

/// Seconds until it makes sense to come back.
pub(super) fn after(class: Rate) -> u32 {
    match class {
        Rate::Other | Rate::Search => 60,
        Rate::Read | Rate::Secret | Rate::Elsewhere => 20,
        _ => 5,
    }
}

fn words(config: &Config, texts: &Texts, lang: Lang) -> Words {
    let page = |reads| {
        let name = lang.pick(&config.name, &config.name_en);
        let phone = config.support_phone.as_str();
        let html = BusyPage { texts, lang, name, phone, reads }.render();
        // The template has no part that could fail; if it did, the words alone would have to do.
        Bytes::from(html.unwrap_or_else(|_| texts.get(lang, "e-sys-03").to_owned()))
    };
    let problem = json!({
        "type": format!("{}/errors/{}", config.public_url.trim_end_matches('/'), CODE.to_lowercase()),
        "title": texts.get(lang, "refused-overloaded"),
        "status": StatusCode::SERVICE_UNAVAILABLE.as_u16(),
        "detail": texts.get(lang, "e-sys-03"),
        "code": CODE,
    });
    let problem = problem.to_string();
    let problem = problem.trim_end_matches('}').to_owned();
    Words { read: page(true), sent: page(false), problem }
}
