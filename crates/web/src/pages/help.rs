//! Help, what the portal says about itself, and whether it works.

use askama::Template;
use axum::extract::Path;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderValue, StatusCode};
use texts::Form;

use super::card::Card;
use super::words::{self, Link, say};
use crate::edge::STATUS;
use crate::route::{Action, Rate, Route, get};
use crate::{Answer, Shell, Visit, ops};

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get("/help", Action::ReadHelp, Rate::Read, help),
        get("/help/{code}", Action::ReadHelp, Rate::Read, topic),
        get("/about", Action::ReadHelp, Rate::Read, about),
        get("/personal-data", Action::ReadHelp, Rate::Read, personal_data),
        get("/agreement", Action::ReadHelp, Rate::Read, agreement),
        get(STATUS, Action::ReadHelp, Rate::Read, status),
    ]
}

#[derive(Template)]
#[template(path = "help/help.html")]
struct HelpPage {
    shell: Shell,
    cards: Vec<Card>,
}

async fn help(visit: Visit) -> Answer {
    let portal = visit.app.portal();
    let topics = portal.city.catalogue.help().iter();
    visit.page(HelpPage {
        cards: topics.map(|x| Card::help(&visit, x)).collect(),
        shell: visit.shell("help-title"),
    })
}

#[derive(Template)]
#[template(path = "help/topic.html")]
struct TopicPage {
    shell: Shell,
    paragraphs: Vec<String>,
    others: Vec<Link>,
}

async fn topic(visit: Visit, Path(code): Path<String>) -> Answer {
    let portal = visit.app.portal();
    let catalogue = &portal.city.catalogue;
    let topic = catalogue.help_topic(&code).ok_or_else(words::no_such_page)?;
    let others = catalogue.help().iter().filter(|x| x.code != code);
    let link = |x: &rooms::catalogue::HelpTopic| {
        Link::new(format!("/help/{}", x.code), say(&visit, &x.title))
    };
    visit.page(TopicPage {
        paragraphs: topic.text.in_lang(visit.lang).split("\n\n").map(str::to_owned).collect(),
        others: others.map(link).collect(),
        shell: visit.shell(&say(&visit, &topic.title)).crumb("/help", "help-title"),
    })
}

/// A page of running text. `lead` and the sections are keys; a section has a heading and a text.
#[derive(Template)]
#[template(path = "help/text.html")]
struct TextPage {
    shell: Shell,
    lead: &'static str,
    sections: &'static [(&'static str, &'static str)],
}

async fn about(visit: Visit) -> Answer {
    visit.page(TextPage {
        shell: visit.shell("about-title"),
        lead: "about-lead",
        sections: &[
            ("about-can-title", "about-can"),
            ("about-cannot-title", "about-cannot"),
            ("about-free-title", "about-free"),
            ("about-open-title", "about-open"),
        ],
    })
}

async fn personal_data(visit: Visit) -> Answer {
    visit.page(TextPage {
        shell: visit.shell("personal-title"),
        lead: "personal-lead",
        sections: &[
            ("personal-what-title", "personal-what"),
            ("personal-why-title", "personal-why"),
            ("personal-who-title", "personal-who"),
            ("personal-long-title", "personal-long"),
            ("personal-cookies-title", "personal-cookies"),
            ("personal-rights-title", "personal-rights"),
        ],
    })
}

async fn agreement(visit: Visit) -> Answer {
    visit.page(TextPage {
        shell: visit.shell("agreement-title"),
        lead: "agreement-lead",
        sections: &[
            ("agreement-book-title", "agreement-book"),
            ("agreement-true-title", "agreement-true"),
            ("agreement-change-title", "agreement-change"),
            ("agreement-programs-title", "agreement-programs"),
            ("agreement-limits-title", "agreement-limits"),
        ],
    })
}

#[derive(Template)]
#[template(path = "help/status.html")]
struct StatusPage {
    shell: Shell,
    database: bool,
    services: usize,
    offices: usize,
    version: &'static str,
    day: String,
    time: String,
    instant: String,
}

/// What a person may want to know before calling: does it work, and since when is that so.
async fn status(visit: Visit) -> Answer {
    let database = ops::database_answers(&visit.app).await;
    let portal = visit.app.portal();
    let now = visit.app.clock.now();
    let utc = now.in_zone(&jiff::tz::TimeZone::UTC);
    let status = if database { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let page = StatusPage {
        database,
        services: portal.city.catalogue.services().iter().filter(|x| x.active).count(),
        offices: portal.city.offices.sites().len(),
        version: env!("CARGO_PKG_VERSION"),
        day: visit.app.texts.date(visit.lang, utc.date(), Form::Year),
        time: utc.strftime("%H:%M").to_string(),
        instant: now.rfc3339(&jiff::tz::TimeZone::UTC),
        shell: visit.shell("status-title"),
    };
    let mut response = visit.page_as(status, page)?;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
