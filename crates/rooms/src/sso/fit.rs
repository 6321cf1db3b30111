//! What is wrong with what is to be registered of a site, field by field.

use base::{Actor, Cx, FieldFault};

use super::address::{is_elsewhere, returns_to, web_host};
use super::client::Auth;
use super::keyset::{KeySet, Unfit};
use super::register::{ADDRESSES, NAME, NewClient};

/// What is wrong with what is to be registered, field by field.
pub(super) fn faults(cx: &Cx, new: &NewClient) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    if new.name.ru.trim().is_empty() {
        faults.push(FieldFault::new("name_ru", "E-SSO-22"));
    }
    for (field, name) in [("name_ru", &new.name.ru), ("name_en", &new.name.en)] {
        let long = name.trim().chars().count().saturating_sub(NAME);
        if long > 0 {
            let fault = FieldFault::new(field, "E-FORM-02-long");
            faults.push(fault.arg("over", long).arg("max", NAME));
        }
    }
    let public = new.auth == Auth::Nothing;
    let wrong_return = new.redirects.iter().find(|x| returns_to(x, public).is_none());
    let wrong_after = new.after_logout.iter().find(|x| web_host(x).is_none());
    let unfit = |field, uri: &String| FieldFault::new(field, "E-SSO-20").arg("uri", uri);
    faults.extend(match new.redirects.is_empty() {
        true => Some(FieldFault::new("redirects", "E-FORM-01")),
        false => wrong_return.map(|x| unfit("redirects", x)),
    });
    faults.extend(wrong_after.map(|x| unfit("after_logout", x)));
    for (field, all) in [("redirects", &new.redirects), ("after_logout", &new.after_logout)] {
        if all.len() > ADDRESSES && faults.iter().all(|x| x.field != field) {
            faults.push(FieldFault::new(field, "E-SSO-23").arg("max", ADDRESSES));
        }
    }
    if new.auth == Auth::Keys {
        faults.extend(keys_fault(&new.keys));
    }
    if let Some(uri) = &new.logout_uri {
        // This machine may be called by what runs on it; only its engineer knows what that is.
        let host = web_host(uri);
        let called = |host| matches!(cx.actor, Actor::Engineer) || is_elsewhere(host);
        faults.extend(match host.map(called) {
            None => Some(unfit("logout_uri", uri)),
            Some(false) => Some(FieldFault::new("logout_uri", "E-SSO-24").arg("uri", uri)),
            Some(true) => None,
        });
    }
    faults
}

/// What is wrong with the keys of a site.
fn keys_fault(keys: &str) -> Option<FieldFault> {
    let fault = |code| FieldFault::new("keys", code);
    if keys.trim().is_empty() {
        return Some(fault("E-FORM-01"));
    }
    KeySet::parse(keys).err().map(|unfit| match unfit {
        Unfit::Shape => fault("E-SSO-40"),
        Unfit::Private => fault("E-SSO-41"),
        Unfit::Key(number) => fault("E-SSO-42").arg("number", number),
        Unfit::Names => fault("E-SSO-43"),
    })
}
