//! Language and look: a page that explains the low-vision version, a form that every page holds.
//! Nothing is stored but cookies.

use askama::Template;

use crate::answer::with_cookie;
use crate::form::Choice;
use crate::look::{Font, Look, Scheme, Size, Spacing, Theme, Vision};
use crate::route::{Action, Rate, Route, get, post};
use crate::{Answer, Fields, Form, FormState, Shell, Visit, cookies, next, see_other};

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get("/accessibility", Action::ChangeLook, Rate::Read, accessibility),
        post("/settings", Action::ChangeLook, Rate::Read, settings),
    ]
}

/// «Доступность»: what the portal does for those who see badly, as a form.
#[derive(Template)]
#[template(path = "ui/accessibility.html")]
struct AccessibilityPage {
    shell: Shell,
    form: FormState,
    visions: Vec<Choice>,
    sizes: Vec<Choice>,
    schemes: Vec<Choice>,
    spacings: Vec<Choice>,
    fonts: Vec<Choice>,
    themes: Vec<Choice>,
}

async fn accessibility(visit: Visit) -> Answer {
    let look = visit.look;
    let values = Fields::default()
        .with("theme", look.theme.as_str())
        .with("vision", look.vision.as_str())
        .with("size", look.size.as_str())
        .with("scheme", look.scheme.as_str())
        .with("spacing", look.spacing.as_str())
        .with("font", look.font.as_str());
    let choices = |list: &[(&str, &str)]| -> Vec<Choice> {
        list.iter().map(|(value, key)| Choice::new(*value, visit.t(key))).collect()
    };
    visit.page(AccessibilityPage {
        shell: visit.shell("accessibility-title"),
        form: FormState::filled(values),
        visions: choices(&[("off", "vision-off"), ("large", "vision-on")]),
        sizes: choices(&[("1", "vision-size-1"), ("2", "vision-size-2"), ("3", "vision-size-3")]),
        schemes: choices(&[
            ("white", "vision-scheme-white"),
            ("black", "vision-scheme-black"),
            ("blue", "vision-scheme-blue"),
        ]),
        spacings: choices(&[("normal", "vision-spacing-normal"), ("wide", "vision-spacing-wide")]),
        fonts: choices(&[("sans", "vision-font-sans"), ("serif", "vision-font-serif")]),
        themes: choices(&[
            ("auto", "theme-auto"),
            ("light", "theme-light"),
            ("dark", "theme-dark"),
        ]),
    })
}

/// Changes what the form names and leaves the rest; back to the page the form stood on.
async fn settings(visit: Visit, Form(fields): Form) -> Answer {
    let mut response = see_other(next::own(fields.text("next")))?;
    if let Ok(lang) = fields.text("lang").parse::<texts::Lang>() {
        let cookie = cookies::keep(&visit.app.config, cookies::LANG, lang.code());
        response = with_cookie(response, &cookie)?;
    }
    let look = changed(visit.look, &fields);
    if look != visit.look {
        let cookie = cookies::keep(&visit.app.config, cookies::LOOK, &look.cookie());
        response = with_cookie(response, &cookie)?;
    }
    Ok(response)
}

fn changed(old: Look, fields: &Fields) -> Look {
    Look {
        theme: fields.opt("theme").map_or(old.theme, Theme::parse),
        vision: fields.opt("vision").map_or(old.vision, Vision::parse),
        size: fields.opt("size").map_or(old.size, Size::parse),
        scheme: fields.opt("scheme").map_or(old.scheme, Scheme::parse),
        spacing: fields.opt("spacing").map_or(old.spacing, Spacing::parse),
        font: fields.opt("font").map_or(old.font, Font::parse),
    }
}
