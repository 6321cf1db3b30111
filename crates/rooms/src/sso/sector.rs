//! The sector of a site: people are known there by it. Sites of one sector know the same people by the same
//! subjects, so they can compare whom they have.

use base::{FieldFault, Outcome, Tx, args};

use super::address::{is_near, returns_to, web_host};
use super::client::Auth;
use super::register::NewClient;
use crate::text::Text;

/// By what a new site's subjects would be made, as whoever agrees to it has to see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sector {
    /// The host; nothing when the site is a sector of its own.
    pub host: Option<String>,
    /// No address to which people return lies on it.
    pub strange: bool,
    /// The sites, connected or not any more, that know people by it already.
    pub shared: Vec<Text>,
}

/// The host by which a new site's subjects are made; nothing for programs to which people return on their
/// own machine. All of those have the same host, and nothing in common.
pub(super) fn of(new: &NewClient) -> Result<Option<String>, FieldFault> {
    let public = new.auth == Auth::Nothing;
    if let Some(sector) = new.sector.as_deref().map(str::trim) {
        let host = format!("https://{sector}/");
        let named =
            web_host(&host) == Some(sector) || returns_to(&format!("{sector}:/"), public).is_some();
        return match named {
            true => Ok(Some(sector.to_owned())),
            false => Err(FieldFault::new("sector", "E-SSO-26")),
        };
    }
    let hosts: Vec<&str> = new.redirects.iter().filter_map(|x| returns_to(x, public)).collect();
    match hosts.first() {
        None => Err(FieldFault::new("redirects", "E-FORM-01")),
        Some(_) if hosts.iter().all(|x| is_near(x)) => Ok(None),
        Some(first) if hosts.iter().all(|x| x == first) => Ok(Some((*first).to_owned())),
        Some(_) => Err(FieldFault::new("sector", "E-SSO-21")),
    }
}

/// Looks at the sector of a site that is to be connected.
///
/// # Errors
/// A fault of the engine.
pub fn look(tx: &mut Tx<'_>, new: &NewClient) -> Outcome<Sector> {
    let host = of(new).ok().flatten();
    let public = new.auth == Auth::Nothing;
    let lies = |host: &String| new.redirects.iter().any(|x| returns_to(x, public) == Some(host));
    let strange = host.as_ref().is_some_and(|x| !lies(x));
    let sql = "SELECT name, name_en FROM sso_client WHERE sector = $1 ORDER BY name, id";
    let shared = tx.all(sql, args![host.as_deref().unwrap_or_default()], |r| {
        Ok(Text::new(r.get::<String>(0)?, r.get::<String>(1)?))
    })?;
    Ok(Sector { host, strange, shared })
}
