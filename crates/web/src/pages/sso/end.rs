//! Signing out from a site (RP-Initiated Logout): the person is asked whether they want to leave the
//! portal, too, and goes back to the site.

use askama::Template;
use axum::body::Bytes;
use axum::extract::RawQuery;
use base::{Outcome, Tx};
use rooms::sso::claims;
use rooms::sso::client::{self, Client, Way};

use super::{By, issuer, leave, once, with_query};
use crate::browser::{Browser, left};
use crate::route::{Action, Rate, Route, get, post};
use crate::{Answer, Fields, Form, Query, Shell, Visit, see_other};

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/sso/end-session", Action::SignOut, Rate::Vital, by_query),
        post("/sso/end-session", Action::SignOut, Rate::Vital, by_form),
        get("/sso/leave", Action::SignOut, Rate::Vital, page),
        post("/sso/leave", Action::SignOut, Rate::Vital, sign_out),
    ]
}

async fn by_query(visit: Visit, RawQuery(query): RawQuery) -> Answer {
    asked(&visit, query.unwrap_or_default().as_bytes()).await
}

async fn by_form(visit: Visit, body: Bytes) -> Answer {
    asked(&visit, &body).await
}

/// Understands where the person is to go afterwards, and leads to the page that asks them.
async fn asked(visit: &Visit, encoded: &[u8]) -> Answer {
    let fields = once(encoded)?;
    let issuer = issuer(visit);
    let hint = fields.opt("id_token_hint").map(str::to_owned);
    let look = move |tx: &mut Tx<'_>| match &hint {
        Some(hint) => claims::hinted(tx, &issuer, hint),
        None => Ok(None),
    };
    let hinted = visit.db().read(look).await?.map(|x| x.client);
    let named = fields.opt("client_id").map(str::to_owned);
    // A token of one site says nothing for another.
    let client = match (hinted, named) {
        (Some(hinted), Some(named)) if hinted != named => None,
        (hinted, named) => hinted.or(named),
    };
    let to = fields.text("post_logout_redirect_uri");
    match client.filter(|_| !to.is_empty()) {
        None => see_other("/sso/leave"),
        Some(client) => {
            let words = [("client", client.as_str()), ("to", to), ("state", fields.text("state"))];
            see_other(&with_query("/sso/leave", &words))
        }
    }
}

/// The site that the person goes back to, if its address is registered.
async fn returning(visit: &Visit, fields: &Fields) -> Outcome<Option<(Client, String)>> {
    let (id, to) = (fields.text("client").to_owned(), fields.text("to").to_owned());
    let find = move |tx: &mut Tx<'_>| {
        let Some(client) = client::find(tx, &id)? else { return Ok(None) };
        let known = client::may_return(tx, &client, Way::SignOut, &to)?;
        Ok(known.then_some((client, to)))
    };
    let found = visit.db().read(find).await?;
    Ok(found.map(|(client, to)| match fields.opt("state") {
        Some(state) => (client, with_query(&to, &[("state", state)])),
        None => (client, to),
    }))
}

/// Whether to leave the portal, too.
#[derive(Template)]
#[template(path = "sso/leave.html")]
struct LeavePage {
    shell: Shell,
    /// Name and address of the site to go back to.
    site: Option<(String, String)>,
    fields: Fields,
}

async fn page(visit: Visit, Query(fields): Query) -> Answer {
    let site = returning(&visit, &fields)
        .await?
        .map(|(client, url)| (client.name.in_lang(visit.lang).to_owned(), url));
    match (&visit.signed_in, site) {
        (None, Some((name, url))) => leave(&visit, By::Link, (&name, &url)),
        (None, None) => see_other("/"),
        (Some(_), site) => {
            let shell = visit.shell("sso-leave-title");
            visit.page(LeavePage { shell, site, fields })
        }
    }
}

async fn sign_out(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    let site = returning(&visit, &fields).await?;
    visit.db().write(move |tx| browser.leave(tx)).await?;
    let answer = match site {
        Some((client, url)) => leave(&visit, By::Form, (client.name.in_lang(visit.lang), &url)),
        None => see_other("/"),
    };
    left(&visit, answer)
}
