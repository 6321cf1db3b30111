//! One request as a handler sees it: who came, in which language, from where.

use std::sync::Arc;

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use base::{Actor, Channel, Cx, Db, Fault, Id, Instant, Outcome};
use rooms::access::{self, Action, Grant, Proof, Subject, Verdict};
use rooms::accounts::closing;
use rooms::factors;
use rooms::sessions::{self, Caller, SignedIn};
use texts::{FluentValue, Lang};

use crate::form::FormState;
use crate::kept::Typed;
use crate::look::Look;
use crate::pages::book::EVENTS;
use crate::pages::session;
use crate::shell::{Count, Shell};
use crate::{Answer, App, Fields, cookies, summary};

/// For so long after signing in it is said that an account stays which was to be closed.
const NEWS: i64 = 10 * Instant::MINUTE;

/// One request as a handler sees it. Made once a request, at the edge; cheap to clone.
#[derive(Clone, Debug)]
pub struct Visit {
    /// The portal.
    pub app: Arc<App>,
    /// The language of the answer.
    pub lang: Lang,
    /// How the page is to look.
    pub look: Look,
    /// Who is signed in.
    pub signed_in: Option<Arc<SignedIn>>,
    /// The browser holds what somebody has begun and not finished: a half sign-in, a registration, a way to
    /// a provider of identity.
    pub midway: bool,
    /// The browser holds the session of somebody, and it is over.
    pub ended: bool,
    /// What this person typed before they had to sign in or to prove once more who they are.
    pub typed: Option<Arc<Typed>>,
    /// On a page of the cabinet: somebody recovers access to this account, and from then on can.
    pub recovery: Option<Instant>,
    /// The account was to be closed, and its owner has just signed in: it stays.
    pub stays: bool,
    /// The roles of the staff that this person has now.
    pub grants: Arc<[Grant]>,
    /// Code of the region the person chose.
    pub region: Option<String>,
    /// The path asked for, without the query.
    pub path: String,
    /// The path with its query: for «back here».
    pub here: String,
    /// The page of our own from which this request was sent, for POSTs that lead back.
    pub came_from: Option<String>,
    /// GET or HEAD: a page that can be shown again.
    pub reads: bool,
    /// Only a part of the page is wanted; its name.
    pub fragment: Option<String>,
    /// When it came.
    pub began: Instant,
    /// The operation's id: in the answer's head, in the history, in the log.
    pub op: Id,
}

impl Visit {
    pub(crate) fn new(app: &Arc<App>, method: &Method, uri: &Uri, headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|x| x.to_str().ok());
        let began = app.clock.now();
        let region = cookies::read(headers, cookies::REGION).filter(|x| is_code(x));
        Self {
            app: app.clone(),
            lang: lang(uri, headers),
            look: cookies::read(headers, cookies::LOOK).map(Look::parse).unwrap_or_default(),
            signed_in: None,
            midway: cookies::is_midway(headers, &app.config),
            ended: false,
            typed: None,
            recovery: None,
            stays: false,
            grants: Arc::default(),
            region: region.map(str::to_owned),
            path: uri.path().to_owned(),
            here: uri.path_and_query().map_or("/", |x| x.as_str()).to_owned(),
            came_from: came_from(headers),
            reads: method == Method::GET || method == Method::HEAD,
            fragment: text("x-fragment").filter(|x| is_code(x)).map(str::to_owned),
            began,
            op: Id::new(began, &app.chance),
        }
    }

    /// Whether a script asks by itself, with nobody at hand: how long the session still lasts, whether the
    /// times that are shown are others now. Whoever waits in a line is there, and has nothing to press.
    fn asks_by_itself(&self) -> bool {
        let path = matches!(self.path.as_str(), session::PATH | EVENTS);
        let fragment = self.fragment.as_deref() == Some("times");
        self.reads && (path || fragment)
    }

    /// Finds out who is signed in. Programs have no business on the pages of people: a bearer token opens
    /// the API alone, and stands alone there; a cookie holds a browser's session and nothing else. What a
    /// page asks by itself does not prolong the session, however long the page stands open.
    pub(crate) async fn recognise(&mut self, headers: &HeaderMap) -> Outcome<()> {
        let cookie = || cookies::read(headers, cookies::session_name(&self.app.config));
        let program = bearer(headers).filter(|_| self.is_api());
        let Some(token) = program.or_else(|| is_not_bearer(headers).then(cookie).flatten()) else {
            return Ok(());
        };
        let is_fit = |who: &SignedIn| program.is_some() || !who.bearer;
        let (token, now) = (token.to_owned(), self.app.clock.now());
        let read = self.reads.then_some(self.path.as_str());
        let by_itself = self.asks_by_itself();
        // Whoever is to be noted as present, or may be over, is asked about again.
        let known = self.app.known.get(&token, now, read).filter(|x| now < x.until);
        if let Some(who) = known.filter(|x| by_itself || !x.due_touch) {
            self.signed_in = Some(who).filter(|x| is_fit(x));
            return Ok(());
        }
        let found = self.app.door.ask(Caller { now, token: token.clone() }).await?;
        let mut found = found.filter(is_fit);
        if let Some(who) = found.as_ref().filter(|x| x.staff) {
            let account = who.account.clone();
            let ask = move |tx: &mut base::Tx<'_>| access::read::grants_of(tx, now, &account);
            self.grants = self.app.db.read(ask).await?.into();
        }
        if let Some(who) = found.as_mut().filter(|x| x.due_touch && !by_itself) {
            let token = token.clone();
            match self.app.db.write(move |tx| sessions::touch(tx, now, &token)).await {
                Ok(until) => (who.until, who.due_touch) = (until.unwrap_or(who.until), false),
                // The next request tries again; this one need not suffer.
                Err(error) => {
                    tracing::warn!(op = %self.op, "a session's idle time was not prolonged: {error}");
                }
            }
        }
        let found = found.map(Arc::new);
        if let Some(who) = found.as_ref().filter(|x| by_itself || !x.due_touch) {
            self.app.known.note(&token, who, now);
        }
        self.ended = found.is_none() && is_not_bearer(headers);
        self.signed_in = found;
        Ok(())
    }

    /// [`Visit::recognise`] once more: what counted when the head came may count no more.
    pub(crate) async fn recognise_anew(&mut self, headers: &HeaderMap) -> Outcome<()> {
        self.signed_in = None;
        self.grants = Arc::default();
        self.recognise(headers).await
    }

    /// Looks, before a page of the cabinet, and the first page after signing in, what its owner must know
    /// wherever they are: that somebody recovers access to the account, and that it is not closed after
    /// all. Says whether there is anything.
    ///
    /// # Errors
    /// A fault of the engine.
    pub(crate) async fn look_for_news(&mut self) -> Outcome<bool> {
        // The steps of a booking, on which many work at once, are spared the question.
        let cabinet = match self.path.strip_prefix("/bookings") {
            Some(rest) => rest.matches('/').count() < 2,
            None => self.path.starts_with("/account"),
        };
        let now = self.app.clock.now();
        let just_in = |x: &SignedIn| x.proved_at.is_some_and(|at| now < at.plus(NEWS));
        let asks =
            |x: &SignedIn| self.reads && !x.bearer && (cabinet || self.path == "/" && just_in(x));
        let Some(who) = self.signed_in.as_ref().filter(|x| asks(x)) else { return Ok(false) };
        let account = who.account.clone();
        let found = self.db().read(move |tx| {
            Ok((factors::waits(tx, now, &account)?, closing::came_back(tx, &account)?))
        });
        let (recovery, back) = found.await?;
        self.recovery = recovery;
        self.stays = back.is_some_and(|at| now < at.plus(NEWS));
        Ok(self.recovery.is_some() || self.stays)
    }

    /// Whether a program asks: answers are JSON.
    pub fn is_api(&self) -> bool {
        self.path.starts_with("/api/")
    }

    /// Whether a connected site asks: answers are what the standards of OAuth say.
    pub fn is_site(&self) -> bool {
        matches!(
            self.path.as_str(),
            "/sso/token" | "/sso/revoke" | "/sso/introspect" | "/sso/userinfo" | "/sso/jwks"
        )
    }

    /// The engine's answer to whether this visitor may do `action`.
    pub fn may(&self, action: Action) -> Verdict {
        let who = self.signed_in.as_deref();
        let subject = Subject {
            account: who.map(|x| (&x.account, x.level)),
            grants: &self.grants,
            proof: who.map_or_else(Proof::default, |x| Proof {
                bearer: x.bearer,
                proved_at: x.proved_at,
                strong: x.strong,
            }),
            demo: self.app.demo,
        };
        access::may(&subject, action, None, self.app.clock.now())
    }

    /// The circumstances of an act.
    pub fn cx(&self) -> Cx {
        Cx {
            now: self.app.clock.now(),
            actor: self.account().map_or(Actor::Guest, |id| Actor::Account(id.clone())),
            channel: if self.is_api() { Channel::Api } else { Channel::Web },
            op: self.op.clone(),
            chance: self.app.chance.clone(),
        }
    }

    /// The account that is signed in.
    pub fn account(&self) -> Option<&Id> {
        self.signed_in.as_ref().map(|x| &x.account)
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.app.db
    }

    /// A fresh idempotency key for a form that is about to be shown: a double click, a reload or
    /// another try after a crash then has one effect and one answer.
    pub fn mint(&self) -> String {
        Id::new(self.app.clock.now(), &self.app.chance).to_string()
    }

    /// The portal's name.
    pub fn portal_name(&self) -> &str {
        self.app.name(self.lang)
    }

    /// The text `key`.
    pub fn t<'a>(&'a self, key: &'a str) -> &'a str {
        self.app.texts.get(self.lang, key)
    }

    /// The text `key` with the number `n`.
    pub fn tn(&self, key: &str, n: impl Count) -> String {
        self.tw(key, &[("n", n.count().into())])
    }

    /// The text `key` with these arguments.
    pub fn tw(&self, key: &str, args: &[(&str, FluentValue<'_>)]) -> String {
        self.app.texts.with(self.lang, key, args)
    }

    /// A form that is shown for the first time: with what was typed before, when that was kept, else
    /// with `known`.
    pub(crate) fn filled(&self, known: Fields) -> FormState {
        FormState::filled(self.typed.as_ref().map_or(known, |x| x.fields.clone()))
    }

    /// As [`Visit::filled`], of a form about which nothing is known.
    pub(crate) fn blank(&self) -> FormState {
        self.filled(Fields::default())
    }

    /// The frame of a page. `title` is the key of a text, or the title itself.
    pub fn shell(&self, title: &str) -> Shell {
        Shell::new(self.clone(), title)
    }

    /// Shows a page.
    ///
    /// # Errors
    /// A fault when the template fails.
    pub fn page(&self, page: impl Template) -> Answer {
        self.page_as(StatusCode::OK, page)
    }

    /// Shows a form again that was refused, with its values and faults.
    ///
    /// # Errors
    /// A fault when the template fails.
    pub fn again(&self, page: impl Template) -> Answer {
        self.page_as(StatusCode::UNPROCESSABLE_ENTITY, page)
    }

    pub(crate) fn page_as(&self, status: StatusCode, page: impl Template) -> Answer {
        let html = page.render().map_err(|error| Fault::of("a template failed", error))?;
        let mut response = (status, summary::in_order(html)).into_response();
        let kind = HeaderValue::from_static("text/html; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        Ok(response)
    }
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let missing = || StatusCode::INTERNAL_SERVER_ERROR.into_response();
        parts.extensions.get::<Self>().cloned().ok_or_else(missing)
    }
}

/// The token of `Authorization: Bearer …`.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn is_not_bearer(headers: &HeaderMap) -> bool {
    !headers.contains_key(header::AUTHORIZATION)
}

/// Path and query of `Referer`, when it names this host.
fn came_from(headers: &HeaderMap) -> Option<String> {
    let referer: Uri = headers.get(header::REFERER)?.to_str().ok()?.parse().ok()?;
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let ours = referer.authority().is_some_and(|x| x.as_str() == host);
    ours.then(|| referer.path_and_query().map_or("/", |x| x.as_str()).to_owned())
}

/// Short names that we make ourselves: codes of regions, names of fragments.
fn is_code(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.bytes().all(|x| x.is_ascii_alphanumeric() || x == b'-' || x == b'_')
}

/// `?lang=`, then the cookie, then what the browser prefers, then Russian.
pub(crate) fn lang(uri: &Uri, headers: &HeaderMap) -> Lang {
    let asked = uri.query().and_then(|x| x.split('&').find_map(|x| x.strip_prefix("lang=")));
    let wish = asked.or_else(|| cookies::read(headers, cookies::LANG));
    if let Some(lang) = wish.and_then(|x| x.parse().ok()) {
        return lang;
    }
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|x| x.to_str().ok());
    accepted.and_then(preferred).unwrap_or_default()
}

/// The best of our languages in `Accept-Language`; of equal weight the first.
fn preferred(accepted: &str) -> Option<Lang> {
    let mut best: Option<(f32, Lang)> = None;
    for range in accepted.split(',').take(20) {
        let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
        let weight: f32 =
            weight.trim().strip_prefix("q=").and_then(|x| x.parse().ok()).unwrap_or(0.0);
        let tag = tag.trim().split('-').next().unwrap_or_default().to_ascii_lowercase();
        if let Ok(lang) = tag.parse::<Lang>()
            && weight > best.map_or(0.0, |x| x.0)
        {
            best = Some((weight, lang));
        }
    }
    best.map(|x| x.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_says_which_language_it_prefers() {
        assert_eq!(preferred("en-GB,en;q=0.9,ru;q=0.8"), Some(Lang::En));
        assert_eq!(preferred("de, ru;q=0.5, en;q=0.4"), Some(Lang::Ru));
        assert_eq!(preferred("en;q=0, ru;q=0.1"), Some(Lang::Ru));
        assert_eq!(preferred("de-DE,fr;q=0.7,*;q=0.1"), None);
        assert_eq!(preferred(";;q=,=q"), None);
    }
}
