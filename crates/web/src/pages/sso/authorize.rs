//! Where sites send people.

use askama::Template;
use axum::extract::RawQuery;
use axum::http::{HeaderMap, Uri, header};
use base::{Error, Kind, Outcome, Pii, Refusal};
use rooms::sso::claims;
use rooms::sso::client::{self, Client, Way};
use rooms::sso::request;
use rooms::sso::rules::{Asked, Sent, Wrong, understand};

use super::token::{Body, arrived};
use super::{By, issuer, leave, twice, with_query};
use crate::route::{Action, Rate, Route, get, post};
use crate::shell::code_text;
use crate::{Answer, Fields, Shell, Visit, refused, see_other};

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/sso/authorize", Action::SignInToSite, Rate::Secret, by_query),
        post("/sso/authorize", Action::SignInToSite, Rate::Secret, by_form),
    ]
}

async fn by_query(visit: Visit, headers: HeaderMap, RawQuery(query): RawQuery) -> Answer {
    asked(&visit, &headers, query.unwrap_or_default().as_bytes()).await
}

async fn by_form(visit: Visit, headers: HeaderMap, body: Body) -> Answer {
    asked(&visit, &headers, &arrived(body)?).await
}

/// Keeps the question and leads to its page; what is wrong with it is told to the site, unless it is
/// the site, or its address, that is not known.
async fn asked(visit: &Visit, headers: &HeaderMap, encoded: &[u8]) -> Answer {
    let fields = Fields::parse_plain(encoded)?;
    let client = match returning(visit, &fields).await {
        Err(Error::Refusal(why)) if matches!(why.code, "E-SSO-01" | "E-SSO-02") => {
            return mistaken(visit, headers, (&why, fields.text("client_id")));
        }
        found => found?,
    };
    let redirect = fields.text("redirect_uri");
    let again = twice(&fields).next().is_some();
    let asked = match again {
        true => Err(Wrong::Request),
        false => understand(&sent(&fields), redirect, client.scopes),
    };
    let asked = match asked {
        Ok(asked) => expecting(visit, &client, asked, fields.opt("id_token_hint")).await?,
        Err(wrong) => Err(wrong),
    };
    let asked = match asked {
        Ok(asked) => asked,
        Err(wrong) => {
            let state = fields.opt("state").filter(|_| fields.all("state").count() == 1);
            let url = refusal(visit, redirect, state, wrong);
            return leave(visit, By::Link, (client.name.in_lang(visit.lang), &url));
        }
    };
    let (cx, hint) = (visit.cx(), fields.opt("login_hint").map(|x| Pii::new(x.to_owned())));
    let hint = hint.filter(|x| x.reveal().len() <= 200);
    let begin =
        move |tx: &mut base::Tx<'_>| request::begin(tx, &cx, &client.id, (&asked, hint.as_ref()));
    let id = visit.db().write(begin).await?;
    see_other(&format!("/sso/ask/{id}"))
}

/// The site that has sent somebody here made a mistake: nothing here helps them, their site does.
#[derive(Template)]
#[template(path = "sso/mistaken.html")]
struct MistakenPage<'a> {
    shell: Shell,
    why: String,
    code: &'a str,
    /// What the site calls itself, to be told to its support; empty when it says nothing.
    client: String,
    /// Where the person came from: address and host.
    from: Option<(String, String)>,
}

/// Characters of a client's id that are shown.
const SHOWN: usize = 64;

fn mistaken(visit: &Visit, headers: &HeaderMap, (why, client): (&Refusal, &str)) -> Answer {
    let page = MistakenPage {
        shell: visit.shell("sso-mistaken-title"),
        why: code_text(visit, why.code, &why.args),
        code: why.code,
        client: client.chars().take(SHOWN).collect(),
        from: headers.get(header::REFERER).and_then(|x| site_of(x.to_str().ok()?)),
    };
    visit.page_as(refused::status(why.kind), page)
}

/// The front page and the host of the site at which a page lies.
fn site_of(page: &str) -> Option<(String, String)> {
    let uri: Uri = page.parse().ok()?;
    let scheme = uri.scheme_str().filter(|x| matches!(*x, "http" | "https"))?;
    let host = uri.authority()?.as_str();
    (!host.contains('@')).then(|| (format!("{scheme}://{host}/"), host.to_owned()))
}

/// What was `asked`, of whoever an ID token of ours says; one that is no such token, or another site's, is
/// a wrong question.
async fn expecting(
    visit: &Visit,
    client: &Client,
    asked: Asked,
    hint: Option<&str>,
) -> Outcome<Result<Asked, Wrong>> {
    let Some(hint) = hint.map(str::to_owned) else { return Ok(Ok(asked)) };
    let issuer = issuer(visit);
    let hinted = visit.db().read(move |tx| claims::hinted(tx, &issuer, &hint)).await?;
    Ok(match hinted.filter(|x| x.client == *client.id) {
        Some(hinted) => Ok(Asked { subject: Some(hinted.subject), ..asked }),
        None => Err(Wrong::Request),
    })
}

/// The site, once it is sure that people may be sent back to where it says.
async fn returning(visit: &Visit, fields: &Fields) -> Outcome<Client> {
    for name in ["client_id", "redirect_uri"] {
        if fields.all(name).count() > 1 {
            return Err(rooms::sso::grant::malformed().into());
        }
    }
    let id = fields.text("client_id").to_owned();
    let redirect = fields.text("redirect_uri").to_owned();
    let find = move |tx: &mut base::Tx<'_>| {
        let unknown = || Refusal::new(Kind::NotFound, "E-SSO-01");
        let client = client::find(tx, &id)?.ok_or_else(unknown)?;
        match client::may_return(tx, &client, Way::SignIn, &redirect)? {
            true => Ok(client),
            false => Err(Refusal::new(Kind::Malformed, "E-SSO-02").into()),
        }
    };
    visit.db().read(find).await
}

fn sent(fields: &Fields) -> Sent {
    let text = |name: &str| fields.text(name).to_owned();
    let some = |name: &str| fields.opt(name).map(str::to_owned);
    let foreign = ["request", "request_uri", "registration"];
    Sent {
        response_type: text("response_type"),
        response_mode: text("response_mode"),
        scope: text("scope"),
        state: some("state"),
        nonce: some("nonce"),
        challenge: text("code_challenge"),
        challenge_method: text("code_challenge_method"),
        prompt: text("prompt"),
        max_age: some("max_age"),
        acr_values: text("acr_values"),
        foreign: foreign.into_iter().find(|x| fields.opt(x).is_some()),
    }
}

/// The address at which a site hears that it gets nothing.
pub(super) fn refusal(visit: &Visit, redirect: &str, state: Option<&str>, wrong: Wrong) -> String {
    let words = [("error", wrong.as_str()), ("error_description", wrong.words())];
    with_answer(visit, redirect, state, &words)
}

/// The address at which a site gets its answer; `iss` tells it whose answer it is (RFC 9207).
pub(super) fn answered(
    visit: &Visit,
    redirect: &str,
    state: Option<&str>,
    answer: (&str, &str),
) -> String {
    with_answer(visit, redirect, state, &[answer])
}

fn with_answer(
    visit: &Visit,
    redirect: &str,
    state: Option<&str>,
    answer: &[(&str, &str)],
) -> String {
    let issuer = issuer(visit);
    let rest = [state.map(|x| ("state", x)), Some(("iss", issuer.as_str()))];
    let words: Vec<_> = answer.iter().copied().chain(rest.into_iter().flatten()).collect();
    with_query(redirect, &words)
}
