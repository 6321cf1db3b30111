//! The browser somebody sits at: how a person recognises it, where it is, and what it holds.

use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use base::config::Config;
use base::{Cx, Id, Instant, Kind, Outcome, Refusal, Tx};
use rooms::factors::again;
use rooms::factors::signin::Opened;
use rooms::factors::{Address, Came, leave_half};
use rooms::sessions::{self, Factor, Opening, Proof};
use rooms::sso;

use crate::answer::with_cookie;
use crate::server::Peer;
use crate::{Answer, Fields, Visit, cookies, see_other};

/// The browser of this request. Extracts from any request.
#[derive(Clone, Debug)]
pub struct Browser {
    /// «Firefox, Windows»; empty when it does not say.
    pub device: String,
    /// The session's token that it holds, valid or not.
    token: Option<String>,
    /// Tokens of devices that it holds.
    devices: Vec<String>,
    /// The token of a half sign-in that it holds.
    half: Option<String>,
    /// The token of a registration that it holds.
    registration: Option<String>,
    /// What challenges for passkeys are bound to.
    key_holder: Option<String>,
    /// What it holds for its trips to providers of identity.
    trip: Option<String>,
    /// Where from, when that is known.
    address: Option<Address>,
    /// How long a session lives where the device is trusted: the instance's figure.
    trusted_for: i64,
    /// It has sent a cookie of ours.
    keeps_cookies: bool,
}

impl Browser {
    /// Opens a session of `account` here and ends the one before; gives its token. It counts as
    /// proved: for the demo, whose people sign in by a button.
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn open(&self, tx: &mut Tx<'_>, cx: &Cx, account: &Id) -> Outcome<String> {
        self.close(tx)?;
        let place = self.address.map(|x| x.words());
        let (device, place) = (self.device.as_str(), place.as_ref());
        let proof = Proof::now(cx.now, Factor::Strong, false).knowing();
        let opening = Opening { device, place, on: None, proof, trusted_for: None };
        sessions::enter(tx, cx, account, &opening)
    }

    /// What this browser is to the safety of an account. `fields` may say that the computer is
    /// somebody else's, or that the device is to be remembered.
    pub fn came(&self, fields: &Fields) -> Came {
        Came {
            device: self.device.clone(),
            tokens: self.devices.clone(),
            address: self.address,
            shared: fields.flag("shared"),
            remember: fields.flag("remember"),
            trusted_for: self.trusted_for,
        }
    }

    /// Says so when the form in `fields` came with the probe of [`Browser::probed`] and the browser did
    /// not keep it: whoever signs in without cookies is not signed in.
    ///
    /// # Errors
    /// `E-AUTH-16`.
    pub fn needs_cookies(&self, fields: &Fields) -> Outcome<()> {
        match fields.flag("probe") && !self.keeps_cookies {
            true => Err(Refusal::new(Kind::Invalid, "E-AUTH-16").into()),
            false => Ok(()),
        }
    }

    /// The page of a form that needs cookies, with one to see whether they are kept.
    ///
    /// # Errors
    /// The failure of `page`.
    pub fn probed(visit: &Visit, page: Answer) -> Answer {
        with_cookie(page?, &cookies::probe(&visit.app.config))
    }

    /// The session's token that it holds, valid or not.
    pub fn session(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Where from, when that is known.
    pub fn address(&self) -> Option<Address> {
        self.address
    }

    /// The token of a half sign-in that it holds, valid or not.
    pub fn half(&self) -> Option<&str> {
        self.half.as_deref()
    }

    /// The token of the registration that was begun here, valid or not; empty when there is none.
    pub fn registration(&self) -> &str {
        self.registration.as_deref().unwrap_or_default()
    }

    /// What challenges for passkeys are bound to here.
    pub fn key_holder(&self) -> Option<&str> {
        self.key_holder.as_deref().filter(|x| x.len() == 64)
    }

    /// The session goes on under a new token, and has proved what it had proved; gives the token.
    ///
    /// # Errors
    /// `E-AUTH-10` when it has ended meanwhile.
    pub fn renew(&self, tx: &mut Tx<'_>, cx: &Cx, account: &Id) -> Outcome<String> {
        let came = self.came(&Fields::default());
        let opened = again::goes_on(tx, cx, (account, self.session().unwrap_or_default()), &came)?;
        self.replaced(tx, &opened)?;
        Ok(opened.session)
    }

    /// The session goes on under a new token, proved by the best there is: its owner has just added a
    /// passkey or an app. Gives the new session.
    ///
    /// # Errors
    /// `E-AUTH-10` when it has ended meanwhile.
    pub fn raise(&self, tx: &mut Tx<'_>, cx: &Cx, (id, came): (&Id, &Came)) -> Outcome<Opened> {
        let opened = again::raised(tx, cx, (id, self.session().unwrap_or_default()), came)?;
        self.replaced(tx, &opened)?;
        Ok(opened)
    }

    /// What the session here has shown, as long as it stands.
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn proof(&self, tx: &mut Tx<'_>, now: Instant) -> Outcome<Option<Proof>> {
        Ok(self.session().map(|x| sessions::proof(tx, now, x)).transpose()?.flatten())
    }

    /// Ends the session of this browser, in whose place `opened` was opened here. For the same person
    /// it goes on at the sites where they have signed in with it.
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn replaced(&self, tx: &mut Tx<'_>, opened: &Opened) -> Outcome<()> {
        if let Some(old) = self.session() {
            sso::grant::moved(tx, (old, &opened.session))?;
        }
        self.close(tx)
    }

    /// Signs out: the session ends, and nothing that its owner has half done, or brought from elsewhere,
    /// waits here for whoever comes next.
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn leave(&self, tx: &mut Tx<'_>) -> Outcome<()> {
        self.half().map_or(Ok(()), |x| leave_half(tx, x))?;
        self.close(tx)?;
        self.trip.as_deref().map_or(Ok(()), |token| sso::elsewhere::forget(tx, token))
    }

    /// Ends the session of this browser, if there is one.
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn close(&self, tx: &mut Tx<'_>) -> Outcome<()> {
        self.token.as_deref().map_or(Ok(()), |token| sessions::close(tx, token))
    }
}

/// The answer to whoever has left ([`Browser::leave`]): neither session nor anything half done or brought
/// from elsewhere stays.
///
/// # Errors
/// The failure of `answer`.
pub fn left(visit: &Visit, answer: Answer) -> Answer {
    let config = &visit.app.config;
    let answer = with_cookie(answer?, &cookies::no_session(config))?;
    let answer = with_cookie(answer, &cookies::no_half(config))?;
    with_cookie(answer, &cookies::no_trip(config))
}

/// The answer after [`Browser::open`]: the browser gets its token and goes to `path`.
///
/// # Errors
/// A fault when `path` cannot stand in a header.
pub fn signed_in(visit: &Visit, token: &str, path: &str) -> Answer {
    let opened = Opened { session: token.to_owned(), devices: None, lasts: None, shared: false };
    entered(visit, &opened, path)
}

/// The answer after a sign-in: the browser gets its tokens and goes to `path`. Unless the computer is
/// somebody else's, a mark stays when the session is over: under overload whoever comes back goes
/// before strangers.
///
/// # Errors
/// A fault when `path` cannot stand in a header.
pub fn entered(visit: &Visit, opened: &Opened, path: &str) -> Answer {
    let config = &visit.app.config;
    let cookie = cookies::session(config, &opened.session, opened.lasts);
    let answer = with_cookie(see_other(path)?, &cookie)?;
    let answer = with_cookie(answer, &cookies::no_half(config))?;
    if opened.shared {
        return Ok(answer);
    }
    let answer = match &opened.devices {
        Some(tokens) => with_cookie(answer, &cookies::devices(config, tokens))?,
        None => answer,
    };
    with_cookie(answer, &cookies::mark(config, &visit.app.policy.secrets.mark(&visit.op)))
}

/// An answer to somebody whose session goes on under a new token, for as long as it lasts here.
///
/// # Errors
/// A fault when the cookie cannot stand in a header.
pub(crate) fn goes_on(visit: &Visit, opened: &Opened, answer: Response) -> Answer {
    with_cookie(answer, &cookies::session(&visit.app.config, &opened.session, opened.lasts))
}

impl<S: Sync> FromRequestParts<S> for Browser {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let visit = Visit::from_request_parts(parts, state).await?;
        let config = &visit.app.config;
        let read = |name| cookies::read(&parts.headers, name).map(str::to_owned);
        let devices = read(cookies::device_name(config)).unwrap_or_default();
        Ok(Self {
            device: device(&parts.headers),
            token: read(cookies::session_name(config)),
            devices: devices.split('.').filter(|x| !x.is_empty()).map(str::to_owned).collect(),
            half: read(cookies::half_name(config)),
            registration: read(cookies::registration_name(config)),
            key_holder: read(cookies::key_holder_name(config)),
            trip: read(cookies::trip_name(config)),
            address: address(config, parts),
            trusted_for: i64::from(config.trusted_session_days) * Instant::DAY,
            keeps_cookies: parts.headers.contains_key(header::COOKIE),
        })
    }
}

/// Where a request came from: the connection's address, or, when that is one of our own proxies, what
/// the proxy has written last. The machine itself is no place people come from.
fn address(config: &Config, parts: &Parts) -> Option<Address> {
    let peer = parts.extensions.get::<Peer>().map(|x| x.0.ip().to_canonical());
    if let Some(peer) = peer.filter(|x| !x.is_loopback() && !config.is_proxy(*x)) {
        return Some(peer.into());
    }
    let told = parts.headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    told.rsplit(',').next()?.trim().parse::<IpAddr>().ok().map(Address::from)
}

/// What the browser calls itself, and what people call it. The order matters: most browsers also
/// pretend to be others.
const BROWSERS: [(&str, &str); 9] = [
    ("YaBrowser/", "Яндекс Браузер"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];
const SYSTEMS: [(&str, &str); 6] = [
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

fn device(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|x| x.to_str().ok()).unwrap_or_default();
    let known = |list: &[(&'static str, &'static str)]| {
        list.iter().find(|x| agent.contains(x.0)).map(|x| x.1)
    };
    let parts: Vec<_> = [known(&BROWSERS), known(&SYSTEMS)].into_iter().flatten().collect();
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_named_as_people_know_it() {
        let named = |agent: &str| {
            device(&[(header::USER_AGENT, agent.parse().unwrap())].into_iter().collect())
        };
        let windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0)";
        assert_eq!(named(&format!("{windows} Gecko/20100101 Firefox/140.0")), "Firefox, Windows");
        let webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
        let android = format!("Mozilla/5.0 (Linux; Android 15; K) {webkit} Chrome/140.0.0.0");
        assert_eq!(named(&format!("{android} Mobile Safari/537.36")), "Chrome, Android");
        let yandex = format!("{android} YaBrowser/25.8 Mobile Safari/537.36");
        assert_eq!(named(&yandex), "Яндекс Браузер, Android");
        let iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0";
        assert_eq!(named(&format!("{iphone} Mobile/15E148 Safari/604.1")), "Safari, iPhone");
        assert_eq!(named("curl/8.5.0"), "");
        assert_eq!(device(&HeaderMap::new()), "");
    }
}
