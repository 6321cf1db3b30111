//! Cookies: reading those that came, writing our own few.
//!
//! All are `HttpOnly` and `SameSite=Lax`; over HTTPS they are `Secure`, and the session's name
//! carries the `__Host-` prefix, so that no neighbouring host can plant one.

use axum::http::{HeaderMap, header};
use base::Instant;
use base::config::Config;

/// The language of the interface.
pub const LANG: &str = "lang";
/// See [`crate::look::Look`].
pub const LOOK: &str = "look";
/// The mark of a browser in which somebody has signed in.
pub const BROWSER: &str = "browser";
/// Code of the region a person chose.
pub const REGION: &str = "region";

/// See [`probe`].
pub const PROBE: &str = "probe";

const YEAR: u32 = 365 * 24 * 60 * 60;

/// The value of the cookie `name`.
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|x| x.to_str().ok())
        .flat_map(|x| x.split(';'))
        .filter_map(|x| x.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// Name of the session's cookie.
pub fn session_name(config: &Config) -> &'static str {
    if config.secure() { "__Host-okno" } else { "okno" }
}

/// A wish that is kept for a year. `value` must be free of `;`, spaces and control characters.
pub fn keep(config: &Config, name: &str, value: &str) -> String {
    format!("{name}={value}; Path=/; Max-Age={YEAR}; HttpOnly; SameSite=Lax{}", secure(config))
}

/// The mark that somebody has signed in here. It comes with the sign-in alone, so that all other pages
/// stay the same for everybody.
pub fn mark(config: &Config, mark: &str) -> String {
    let secure = secure(config);
    format!("{BROWSER}={mark}; Path=/signin; Max-Age={YEAR}; HttpOnly; SameSite=Lax{secure}")
}

/// The session's cookie: ends with the browser, unless it `lasts` so many microseconds; the server ends
/// it earlier when idle.
pub fn session(config: &Config, token: &str, lasts: Option<i64>) -> String {
    let (name, secure) = (session_name(config), secure(config));
    let age = lasts.map_or(String::new(), |x| format!("; Max-Age={}", x / Instant::SECOND));
    format!("{name}={token}; Path=/{age}; HttpOnly; SameSite=Lax{secure}")
}

/// Name of the cookie that holds the tokens of devices.
pub fn device_name(config: &Config) -> &'static str {
    if config.secure() { "__Host-okno-device" } else { "okno-device" }
}

/// Tokens of devices, the newest first: each says that its account has signed in here before.
pub fn devices(config: &Config, tokens: &[String]) -> String {
    let (name, secure) = (device_name(config), secure(config));
    let tokens = tokens.join(".");
    format!("{name}={tokens}; Path=/; Max-Age={YEAR}; HttpOnly; SameSite=Lax{secure}")
}

/// Name of the cookie of a half sign-in.
pub fn half_name(config: &Config) -> &'static str {
    if config.secure() { "__Host-okno-half" } else { "okno-half" }
}

/// A half sign-in: goes with the browser, and on the server after ten minutes.
pub fn half(config: &Config, token: &str) -> String {
    format!("{}={token}; Path=/; HttpOnly; SameSite=Lax{}", half_name(config), secure(config))
}

/// Name of the cookie to which challenges for passkeys are bound.
pub fn key_holder_name(config: &Config) -> &'static str {
    if config.secure() { "__Host-okno-key" } else { "okno-key" }
}

/// Whether a browser brings what somebody has begun there and not finished.
pub fn is_midway(headers: &HeaderMap, config: &Config) -> bool {
    let names = [half_name(config), registration_name(config), trip_name(config)];
    names.into_iter().any(|x| read(headers, x).is_some())
}

/// Name of the cookie of a registration.
pub fn registration_name(config: &Config) -> &'static str {
    if config.secure() { "__Host-okno-register" } else { "okno-register" }
}

/// A registration that waits for its code: goes with the browser, and on the server after a day.
pub fn registration(config: &Config, token: &str) -> String {
    let (name, secure) = (registration_name(config), secure(config));
    format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax{secure}")
}

/// Takes the registration away.
pub fn no_registration(config: &Config) -> String {
    gone(config, registration_name(config))
}

/// What challenges for passkeys are bound to: goes with the browser, and opens nothing.
pub fn key_holder(config: &Config, secret: &str) -> String {
    let (name, secure) = (key_holder_name(config), secure(config));
    format!("{name}={secret}; Path=/; HttpOnly; SameSite=Lax{secure}")
}

/// Name of the cookie of somebody who has left for a provider of identity.
pub fn trip_name(config: &Config) -> &'static str {
    if config.secure() { "__Host-okno-trip" } else { "okno-trip" }
}

/// Somebody leaves for a provider: only the browser that holds this comes back.
pub fn trip(config: &Config, token: &str) -> String {
    format!("{}={token}; Path=/; HttpOnly; SameSite=Lax{}", trip_name(config), secure(config))
}

/// Whether this browser keeps cookies at all: comes with the forms that are useless without.
pub fn probe(config: &Config) -> String {
    format!("{PROBE}=1; Path=/; HttpOnly; SameSite=Lax{}", secure(config))
}

/// Takes it away.
pub fn no_trip(config: &Config) -> String {
    gone(config, trip_name(config))
}

/// Takes the half sign-in away.
pub fn no_half(config: &Config) -> String {
    gone(config, half_name(config))
}

/// Takes the session's cookie away.
pub fn no_session(config: &Config) -> String {
    gone(config, session_name(config))
}

fn gone(config: &Config, name: &str) -> String {
    format!("{name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax{}", secure(config))
}

fn secure(config: &Config) -> &'static str {
    if config.secure() { "; Secure" } else { "" }
}
