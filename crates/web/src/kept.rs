//! What was typed into a form that could not be taken: the session had ended meanwhile, or a fresh
//! proof is asked first. It is kept for whoever the session belonged to, and the form's own page shows
//! it once they are back. Nothing is sent again by itself: a form is an act, and acts are wished.

use std::sync::{Arc, LazyLock};

use axum::extract::{FromRequest as _, Request};
use axum::http::{HeaderMap, Method, header};
use axum::response::{IntoResponse as _, Response};
use base::{Id, Kind, Outcome, Pii, Refusal, Tx};
use rooms::access::StepUp;
use rooms::{factors, sessions};

use crate::{Failure, Fields, Form, Visit, all_routes, cookies, next, pages, see_other};

/// The name in a query under which the id of what was kept stands.
const NAME: &str = "kept";
/// Fields that are never kept: secrets, and what is made anew with every page.
const SECRETS: [&str; 14] = [
    crate::form::KEY,
    "password",
    "present",
    "code",
    "answer",
    "token",
    "work",
    "work_answer",
    "credential",
    "client_data",
    "data",
    "signature",
    "user",
    // What a clerk has read off somebody's passport.
    "paper",
];

/// A form that was kept.
#[derive(Clone, Debug)]
pub struct Typed {
    /// The path to which it was sent.
    to: String,
    /// What it held.
    pub fields: Fields,
}

impl Typed {
    /// As it is stored: `/path?a=1&b=2`. Nothing when nothing is left that is worth keeping.
    fn written(to: &str, fields: &Fields) -> Option<Pii<String>> {
        let fields = fields.without(|name| SECRETS.contains(&name));
        let worth = fields.names().any(|x| x != "next");
        worth.then(|| format!("{to}?{}", fields.encoded()).into())
    }

    fn read(written: &str) -> Result<Self, Refusal> {
        let (to, fields) = written.split_once('?').unwrap_or((written, ""));
        Ok(Self { to: to.to_owned(), fields: Fields::parse(fields.as_bytes())? })
    }

    /// What was typed into the field `name` of the form that goes to `to`: for pages with many forms.
    pub(crate) fn of(&self, to: &str, name: &str) -> Option<&str> {
        (self.to == to).then(|| self.fields.opt(name)).flatten()
    }
}

/// The answer to somebody who is not signed in: to the sign-in page and back. What they typed in a
/// session that has ended waits for them.
pub(crate) async fn sign_in_first(visit: &Visit, refusal: Refusal, request: Request) -> Response {
    let is_form = request.method() == Method::POST && !visit.is_api() && !visit.is_site();
    if refusal.kind != Kind::Unauthenticated || !visit.ended || !is_form {
        return Failure::from(refusal).into_response();
    }
    let token = session(visit, request.headers());
    let led = async {
        let fields = read(request).await;
        let kept = keep(visit, (&visit.path, &fields), move |tx| match &token {
            Some(token) => sessions::whose(tx, token),
            None => Ok(None),
        });
        let back = with_kept(&page_of(visit), kept.await?.as_ref());
        see_other(&ended(&next::with("/signin", &back)))
    };
    led.await.unwrap_or_else(Failure::into_response)
}

/// The answer to somebody who is to prove first who they are: to the proof and back; what they typed
/// waits for them.
pub(crate) async fn prove_first(visit: &Visit, proof: StepUp, request: Request) -> Response {
    if visit.reads {
        return pages::factor::prove_first(&visit.here, proof);
    }
    let led = async {
        let (fields, account) = (read(request).await, visit.account().cloned());
        let kept = keep(visit, (&visit.path, &fields), move |_| Ok(account.clone())).await?;
        Ok(pages::factor::prove_first(&with_kept(&page_of(visit), kept.as_ref()), proof))
    };
    led.await.unwrap_or_else(Failure::into_response)
}

/// Keeps what was typed into the form of the page `path` for whoever is signed in; gives the address
/// of the page as it will show it again.
///
/// # Errors
/// A fault of the engine.
pub(crate) async fn for_page(visit: &Visit, path: &str, fields: &Fields) -> Outcome<String> {
    let account = visit.account().cloned();
    let kept = keep(visit, (&visit.path, fields), move |_| Ok(account.clone())).await?;
    Ok(with_kept(path, kept.as_ref()))
}

/// Keeps once more what was given back, when the page `path` cannot show it yet; gives its address.
///
/// # Errors
/// A fault of the engine.
pub(crate) async fn once_more(visit: &Visit, path: &str) -> Outcome<String> {
    let Some(typed) = &visit.typed else { return Ok(path.to_owned()) };
    let account = visit.account().cloned();
    let kept = keep(visit, (&typed.to, &typed.fields), move |_| Ok(account.clone())).await?;
    Ok(with_kept(path, kept.as_ref()))
}

/// Gives the visit what its person typed, when its address says that something was kept.
///
/// # Errors
/// A fault of the engine.
pub(crate) async fn give_back(visit: &mut Visit, method: &Method) -> Outcome<bool> {
    let (_, query) = visit.here.split_once('?').unwrap_or_default();
    let id = query.split('&').find_map(|x| x.strip_prefix("kept=")).map(Id::from);
    let (Some(id), Some(account), true) = (id, visit.account().cloned(), method == Method::GET)
    else {
        return Ok(false);
    };
    let now = visit.app.clock.now();
    let take = move |tx: &mut Tx<'_>| factors::take_form(tx, now, &account, &id);
    let Some(written) = visit.db().write(take).await? else { return Ok(false) };
    visit.typed = Some(Arc::new(Typed::read(written.reveal())?));
    Ok(true)
}

/// `path` of the sign-in page, which is to say that the session has ended.
pub(crate) fn ended(path: &str) -> String {
    format!("{path}&ended=1")
}

/// Whether the page `path` will show what was typed.
pub(crate) fn is_kept(path: &str) -> bool {
    let (_, query) = path.split_once('?').unwrap_or_default();
    query.split('&').any(|x| x.starts_with("kept="))
}

fn session(visit: &Visit, headers: &HeaderMap) -> Option<String> {
    cookies::read(headers, cookies::session_name(&visit.app.config)).map(str::to_owned)
}

/// What a form holds; nothing when it is no form, or broken: files are never kept.
async fn read(request: Request) -> Fields {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|x| x.to_str().ok());
    if !kind.is_some_and(|x| x.starts_with("application/x-www-form-urlencoded")) {
        return Fields::default();
    }
    Form::from_request(request, &()).await.map(|x| x.0).unwrap_or_default()
}

async fn keep(
    visit: &Visit,
    (to, fields): (&str, &Fields),
    owner: impl Fn(&mut Tx<'_>) -> Outcome<Option<Id>> + Send + 'static,
) -> Outcome<Option<Id>> {
    let Some(typed) = Typed::written(to, fields) else { return Ok(None) };
    let cx = visit.cx();
    let act = move |tx: &mut Tx<'_>| match owner(tx)? {
        Some(account) => factors::keep_form(tx, &cx, &account, &typed).map(Some),
        None => Ok(None),
    };
    visit.db().write(act).await
}

fn with_kept(path: &str, kept: Option<&Id>) -> String {
    let Some(id) = kept else { return path.to_owned() };
    format!("{path}{}{NAME}={id}", if path.contains('?') { '&' } else { '?' })
}

/// The page of the form that was sent: where it was sent from when that can be asked for, else the
/// nearest page above the form's own path.
fn page_of(visit: &Visit) -> String {
    if let Some(from) = visit.came_from.as_deref().filter(|x| is_page(next::own(x))) {
        let (path, query) = from.split_once('?').unwrap_or((from, ""));
        let stays = |x: &&str| !x.is_empty() && !x.starts_with("kept=");
        let query = query.split('&').filter(stays).collect::<Vec<_>>().join("&");
        return if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    }
    let ends = visit.path.match_indices('/').map(|x| x.0).chain([visit.path.len()]);
    let ways: Vec<&str> = ends.map(|end| &visit.path[..end]).collect();
    ways.into_iter().rev().find(|x| is_page(x)).unwrap_or("/").to_owned()
}

/// Whether a path can be asked for as a page.
fn is_page(path: &str) -> bool {
    static PAGES: LazyLock<Vec<&str>> = LazyLock::new(|| {
        let pages = all_routes().into_iter().filter(|x| x.method == Method::GET);
        pages.map(|x| x.path).filter(|x| !x.starts_with("/api/")).collect()
    });
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let fits = |row: &&str| {
        let same = |(x, y): (&str, &str)| x == y || x.starts_with('{');
        row.split('/').count() == path.split('/').count()
            && row.split('/').zip(path.split('/')).all(same)
    };
    path.starts_with('/') && PAGES.iter().any(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_kept_and_what_is_kept_reads_back() {
        let fields = Fields::default().with("surname", "Ёлкина & сын").with("next", "/bookings");
        let written = fields.clone().with("password", "x").with("code", "123456").with("key", "k");
        let written = Typed::written("/account/name", &written).unwrap();
        let read = Typed::read(written.reveal()).unwrap();
        assert_eq!(read.fields, fields);
        assert_eq!(read.of("/account/name", "surname"), Some("Ёлкина & сын"));
        assert_eq!(read.of("/account/other", "surname"), None);
        let nothing = Fields::default().with("password", "x").with("next", "/");
        assert!(Typed::written("/account/password", &nothing).is_none());
    }

    #[test]
    fn a_page_is_what_the_table_of_routes_answers_to_get() {
        for page in ["/account/name", "/bookings/1/form", "/staff/people/new?role=x", "/"] {
            assert!(is_page(page), "{page}");
        }
        // A page below it does not make a path a page, nor one above it.
        let form = "/account/security/app";
        for none in ["/staff/identity/1/look", "/bookings/1/draft", "/api/v1/me", "", "name", form]
        {
            assert!(!is_page(none), "{none}");
        }
    }
}
