//! The form of a site, read and filled in.

use base::{FieldFault, Refusal};
use rooms::sso::client::Auth;
use rooms::sso::register::NewClient;
use rooms::sso::{Scope, Scopes};
use rooms::text::Text;

use crate::Fields;

/// What was typed. What it may be the room says.
///
/// # Errors
/// `E-FORM-01-choice` when nobody said how the site proves who it is.
pub(super) fn typed(fields: &Fields) -> Result<NewClient, Refusal> {
    let auth = Auth::parse(fields.text("auth"));
    let auth =
        auth.ok_or_else(|| Refusal::invalid(vec![FieldFault::new("auth", "E-FORM-01-choice")]))?;
    let scopes: Vec<&str> = fields.all("scope").collect();
    Ok(NewClient {
        name: Text::new(fields.text("name_ru"), fields.text("name_en")),
        redirects: lines(fields.text("redirects")),
        after_logout: lines(fields.text("after_logout")),
        logout_uri: fields.opt("logout_uri").map(str::to_owned),
        scopes: Scopes::parse(&scopes.join(" ")),
        auth,
        keys: fields.text("keys").to_owned(),
        sector: fields.opt("sector").map(str::to_owned),
    })
}

/// One address a line.
fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|x| !x.is_empty()).map(str::to_owned).collect()
}

/// The form as it shows what is registered.
pub(super) fn shown(site: &NewClient) -> Fields {
    let values = Fields::default()
        .with("name_ru", &site.name.ru)
        .with("name_en", &site.name.en)
        .with("redirects", site.redirects.join("\n"))
        .with("after_logout", site.after_logout.join("\n"))
        .with("logout_uri", site.logout_uri.as_deref().unwrap_or_default())
        .with("auth", site.auth.as_str())
        .with("keys", &site.keys);
    let scopes = site.scopes.without(Scope::OpenId);
    scopes.iter().fold(values, |values, x| values.and("scope", x.as_str()))
}
