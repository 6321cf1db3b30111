//! Sites that let people in through the portal: registered by the engineer.

use base::{Cx, Fault, Id, Kind, Outcome, Refusal, Tx, args};

use super::{Scope, Scopes, keys, secret};

/// A connected site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its `client_id`.
    pub id: Id,
    /// As people read it.
    pub name: String,
    /// The host by which its subjects are made.
    pub sector: String,
    /// A program that can keep no secret.
    pub public: bool,
    /// The most it may ask for.
    pub scopes: Scopes,
    /// Where it hears that a session has ended.
    pub logout_uri: Option<String>,
    digest: Option<Vec<u8>>,
}

impl Client {
    /// Whether `secret` is this client's.
    pub fn knows(&self, secret: &str) -> bool {
        let digest = self.digest.as_deref();
        digest.is_some_and(|kept| secret::same(kept, &secret::digest(secret)))
    }
}

/// A site to register.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// As people will read it: «Налоговая служба».
    pub name: String,
    /// Where people come back with a code.
    pub redirects: Vec<String>,
    /// Where they may be sent after signing out.
    pub after_logout: Vec<String>,
    /// Where the site hears that a session has ended.
    pub logout_uri: Option<String>,
    /// What it may ask for; `openid` is always among it.
    pub scopes: Scopes,
    /// A program that can keep no secret: an app, a page without a server.
    pub public: bool,
    /// Shared by sites that are to know people by the same subjects; without one, the host of the
    /// first redirect.
    pub sector: Option<String>,
}

/// A registered site. The secret is shown only now.
#[derive(Clone, Debug)]
pub struct Registered {
    /// Its `client_id`.
    pub id: Id,
    /// Its `client_secret`, unless it can keep none.
    pub secret: Option<String>,
}

/// Registers a site.
///
/// # Errors
/// `E-SSO-20` with the address when one cannot be registered, `E-SSO-21` when redirects lie on several
/// hosts and no sector is named, `E-SSO-22` without a name.
pub fn add(tx: &mut Tx<'_>, cx: &Cx, new: &NewClient) -> Outcome<Registered> {
    let sector = checked(new)?;
    keys::ready(tx, cx)?;
    let id = cx.new_id();
    let secret = (!new.public).then(|| secret::fresh(&cx.chance));
    let digest = secret.as_deref().map(|x| secret::digest(x).to_vec());
    tx.exec(
        "INSERT INTO sso_client (id, name, sector, secret_digest, scopes, logout_uri, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![
            &id,
            new.name.trim(),
            &sector,
            digest.as_ref(),
            &new.scopes.with(Scope::OpenId).to_string(),
            new.logout_uri.as_deref(),
            cx.now,
        ],
    )?;
    for (kind, uris) in [("sign_in", &new.redirects), ("sign_out", &new.after_logout)] {
        for uri in uris {
            tx.exec(
                "INSERT INTO sso_redirect (client_id, kind, uri) VALUES ($1, $2, $3)
                 ON CONFLICT DO NOTHING",
                args![&id, kind, uri],
            )?;
        }
    }
    Ok(Registered { id, secret })
}

/// Checks what is to be registered; gives the sector.
fn checked(new: &NewClient) -> Result<String, Refusal> {
    if new.name.trim().is_empty() {
        return Err(Refusal::new(Kind::Invalid, "E-SSO-22"));
    }
    let wrong = |uri: &str| Refusal::new(Kind::Invalid, "E-SSO-20").arg("uri", uri);
    let web = |uri: &&String| web_host(uri).is_none();
    let returns = new.redirects.iter().find(|x| returns_to(x, new.public).is_none());
    let others = new.after_logout.iter().chain(&new.logout_uri).find(web);
    if let Some(uri) = returns.or(others) {
        return Err(wrong(uri));
    }
    let mut hosts = new.redirects.iter().filter_map(|x| returns_to(x, new.public));
    let first = hosts.next().ok_or_else(|| wrong(""))?;
    let several = hosts.any(|x| x != first);
    match &new.sector {
        Some(sector) => Ok(sector.clone()),
        None if several => Err(Refusal::new(Kind::Invalid, "E-SSO-21")),
        None => Ok(first.to_owned()),
    }
}

/// The host of an address people may come back to: of the web, or of an app (RFC 8252), whose scheme
/// is a domain turned round and which is therefore its own host.
fn returns_to(uri: &str, public: bool) -> Option<&str> {
    let app = || {
        let scheme = uri.split_once(":/").map(|x| x.0)?;
        let own = scheme.contains('.')
            && scheme.bytes().all(|x| x.is_ascii_alphanumeric() || b".-+".contains(&x));
        (public && own && is_plain(uri)).then_some(scheme)
    };
    web_host(uri).or_else(app)
}

/// The host of an `https:` address, or of an `http:` one on this machine.
pub(super) fn web_host(uri: &str) -> Option<&str> {
    let (scheme, rest) = uri.split_once("://")?;
    let host = rest.split(['/', '?']).next().filter(|x| !x.is_empty() && !x.contains('@'))?;
    let name = match host.strip_prefix('[') {
        Some(v6) => v6.split_once(']')?.0,
        None => host.split(':').next()?,
    };
    let near = matches!(name, "127.0.0.1" | "::1" | "localhost");
    let fine = match scheme {
        "https" => true,
        "http" => near,
        _ => false,
    };
    (fine && !name.is_empty() && is_plain(uri)).then_some(name)
}

/// No fragment, nothing that a head or a policy would read as its own.
fn is_plain(uri: &str) -> bool {
    uri.len() <= 500 && uri.bytes().all(|x| x.is_ascii_graphic() && !b"#\\;,\"'<>".contains(&x))
}

/// The site `id`, unless it was closed or was never there.
///
/// # Errors
/// A fault of the engine.
pub fn find(tx: &mut Tx<'_>, id: &str) -> Outcome<Option<Client>> {
    Ok(tx.opt(
        "SELECT id, name, sector, secret_digest, scopes, logout_uri FROM sso_client
         WHERE id = $1 AND closed_at IS NULL",
        args![id],
        row,
    )?)
}

/// All connected sites, by name.
///
/// # Errors
/// A fault of the engine.
pub fn all(tx: &mut Tx<'_>) -> Outcome<Vec<Client>> {
    Ok(tx.all(
        "SELECT id, name, sector, secret_digest, scopes, logout_uri FROM sso_client
         WHERE closed_at IS NULL ORDER BY name, id",
        args![],
        row,
    )?)
}

fn row(r: &base::db::Row<'_>) -> Result<Client, Fault> {
    let digest: Option<Vec<u8>> = r.get(3)?;
    Ok(Client {
        id: r.get(0)?,
        name: r.get(1)?,
        sector: r.get(2)?,
        public: digest.is_none(),
        digest,
        scopes: Scopes::stored(r, 4)?,
        logout_uri: r.get(5)?,
    })
}

/// Where people are sent, and what for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// With a code.
    SignIn,
    /// After signing out.
    SignOut,
}

/// Whether people of `client` may be sent to `uri`: it is registered letter for letter. Of an address
/// on this machine the port may differ, for programs that get theirs at the start (RFC 8252, 7.3).
///
/// # Errors
/// A fault of the engine.
pub fn may_return(tx: &mut Tx<'_>, client: &Client, way: Way, uri: &str) -> Outcome<bool> {
    let kind = match way {
        Way::SignIn => "sign_in",
        Way::SignOut => "sign_out",
    };
    let known: Vec<String> = tx.all(
        "SELECT uri FROM sso_redirect WHERE client_id = $1 AND kind = $2",
        args![&client.id, kind],
        |r| r.get(0),
    )?;
    let near = |x: &str| match (client.public, loopback(x), loopback(uri)) {
        (true, Some(known), Some(asked)) => known == asked,
        _ => false,
    };
    Ok(known.iter().any(|x| x == uri || near(x)))
}

/// Host and path of an address on this machine by number, without the port.
fn loopback(uri: &str) -> Option<(&'static str, &str)> {
    let rest = uri.strip_prefix("http://")?;
    let host = ["127.0.0.1", "[::1]"].into_iter().find(|x| rest.starts_with(x))?;
    let rest = &rest[host.len()..];
    let (port, path) = rest.split_at(rest.find('/')?);
    let port = port.strip_prefix(':').unwrap_or(port);
    port.bytes().all(|x| x.is_ascii_digit()).then_some((host, path))
}

/// Gives a site a new secret; the former one works no more.
///
/// # Errors
/// `E-SSO-01` when there is no such site, or it keeps no secret.
pub fn renew(tx: &mut Tx<'_>, cx: &Cx, id: &str) -> Outcome<String> {
    let secret = secret::fresh(&cx.chance);
    let changed = tx.exec(
        "UPDATE sso_client SET secret_digest = $2
         WHERE id = $1 AND secret_digest IS NOT NULL AND closed_at IS NULL",
        args![id, &secret::digest(&secret)[..]],
    )?;
    if changed == 0 { Err(unknown().into()) } else { Ok(secret) }
}

/// Closes a site: nobody signs in there any more, and its tokens read nothing.
///
/// # Errors
/// `E-SSO-01` when there is no such site.
pub fn close(tx: &mut Tx<'_>, cx: &Cx, id: &str) -> Outcome<()> {
    let sql = "UPDATE sso_client SET closed_at = $2 WHERE id = $1 AND closed_at IS NULL";
    if tx.exec(sql, args![id, cx.now])? == 0 {
        return Err(unknown().into());
    }
    tx.exec(
        "UPDATE sso_grant SET ended_at = $2, left_at = COALESCE(left_at, $2)
         WHERE client_id = $1 AND ended_at IS NULL",
        args![id, cx.now],
    )?;
    tx.exec(
        "UPDATE sso_consent SET withdrawn_at = $2 WHERE client_id = $1 AND withdrawn_at IS NULL",
        args![id, cx.now],
    )?;
    Ok(())
}

/// There is no such site.
pub(super) fn unknown() -> Refusal {
    Refusal::new(Kind::NotFound, "E-SSO-01")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_and_of_apps_can_be_registered() {
        assert_eq!(web_host("https://nalog.example/cb?x=1"), Some("nalog.example"));
        assert_eq!(web_host("http://127.0.0.1:9000/cb"), Some("127.0.0.1"));
        assert_eq!(web_host("http://[::1]:9000/cb"), Some("::1"));
        for wrong in [
            "",
            "https://",
            "http://nalog.example/cb",
            "https://nalog.example/cb#x",
            "//x/cb",
            "https://a@nalog.example/",
            "javascript:alert(1)",
            "https://nalog.example/a b",
            "https://nalog.example/;x",
            "ftp://nalog.example/",
            "https:/nalog.example",
        ] {
            assert_eq!(web_host(wrong), None, "{wrong}");
        }
        assert_eq!(returns_to("com.example.app:/cb", true), Some("com.example.app"));
        assert_eq!(returns_to("com.example.app:/cb", false), None);
        assert_eq!(returns_to("javascript:/cb", true), None);
    }

    #[test]
    fn of_an_address_on_this_machine_only_the_port_may_differ() {
        assert_eq!(loopback("http://127.0.0.1:1/cb"), loopback("http://127.0.0.1:65535/cb"));
        assert_ne!(loopback("http://127.0.0.1:1/cb"), loopback("http://127.0.0.1:1/cb2"));
        assert_ne!(loopback("http://127.0.0.1:1/cb"), loopback("http://[::1]:1/cb"));
        assert_eq!(loopback("http://127.0.0.1.evil.example/cb"), None);
        assert_eq!(loopback("http://127.0.0.1:1@evil.example/cb"), None);
        assert_eq!(loopback("https://nalog.example/cb"), None);
    }
}
