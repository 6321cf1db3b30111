//! Addresses of sites: which of them can be registered at all, and which are the same.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The host of an address people may come back to: of the web, or of an app (RFC 8252), whose scheme
/// is a domain turned round and which is therefore its own host.
pub(super) fn returns_to(uri: &str, public: bool) -> Option<&str> {
    let app = || {
        let scheme = uri.split_once(":/")?.0;
        let own = scheme.contains('.')
            && scheme.bytes().all(|x| x.is_ascii_alphanumeric() || b".-+".contains(&x));
        (public && own && is_plain(uri)).then_some(scheme)
    };
    web_host(uri).or_else(app)
}

/// The host of an `https:` address, or of an `http:` one on this machine.
pub(super) fn web_host(uri: &str) -> Option<&str> {
    let (scheme, rest) = uri.split_once("://")?;
    let authority = rest.split(['/', '?']).next()?;
    let (host, port) = match authority.strip_prefix('[') {
        Some(v6) => v6.split_once(']').filter(|x| x.0.parse::<Ipv6Addr>().is_ok())?,
        None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    let fine = match scheme {
        "https" => true,
        "http" => is_near(host),
        _ => false,
    };
    let named = authority.starts_with('[') || is_name(host);
    (fine && named && is_port(port) && is_plain(uri)).then_some(host)
}

/// Letters, digits, dots and hyphens; names in other letters are written as browsers send them
/// (`xn--…`).
fn is_name(host: &str) -> bool {
    let part = |x: &str| {
        !x.is_empty() && x.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    };
    host.len() <= 253 && host.split('.').all(part)
}

fn is_port(port: &str) -> bool {
    let digits = |x: &str| x.bytes().all(|b| b.is_ascii_digit()) && x.parse::<u16>().is_ok();
    port.is_empty() || port.strip_prefix(':').is_some_and(digits)
}

/// This machine, as browsers know it.
pub(super) fn is_near(host: &str) -> bool {
    matches!(host, "127.0.0.1" | "::1" | "localhost")
}

/// Whether our own server may be told to call `host` by somebody who does not run it: not itself, and
/// not what machines tell about themselves. Where a name leads is looked at when it is called.
pub fn is_elsewhere(host: &str) -> bool {
    let lower = host.to_ascii_lowercase();
    let local = ["localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback"];
    let local = local.contains(&&*lower) || lower.ends_with(".localhost");
    // Numbers that some programs read as an address: `2130706433`, `0x7f.1`.
    let last = lower.rsplit('.').next().unwrap_or_default();
    let number = last.starts_with(|x: char| x.is_ascii_digit());
    match host.parse::<IpAddr>() {
        Ok(ip) => !is_here(ip),
        Err(_) => !local && !number,
    }
}

/// Whether an address is of this machine, or of the wire at which it hangs, whatever the machine is.
pub fn is_here(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_link_local() || ip == Ipv4Addr::UNSPECIFIED,
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unicast_link_local() || ip.is_unspecified(),
    }
}

/// No fragment, no wildcard, no way up, nothing that a head or a policy would read as its own.
fn is_plain(uri: &str) -> bool {
    let dots = |x: &str| matches!(&*x.to_ascii_lowercase().replace("%2e", "."), "." | "..");
    uri.len() <= 500
        && uri.bytes().all(|x| x.is_ascii_graphic() && !b"#\\;,\"'<>*".contains(&x))
        && !uri.split('?').next().unwrap_or_default().split('/').any(dots)
}

/// Host and path of an address on this machine by number, without the port.
pub(super) fn loopback(uri: &str) -> Option<(&'static str, &str)> {
    let rest = uri.strip_prefix("http://")?;
    let host = ["127.0.0.1", "[::1]"].into_iter().find(|x| rest.starts_with(x))?;
    let rest = &rest[host.len()..];
    let (port, path) = rest.split_at(rest.find('/')?);
    let port = port.strip_prefix(':').unwrap_or(port);
    port.bytes().all(|x| x.is_ascii_digit()).then_some((host, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_and_of_apps_can_be_registered() {
        assert_eq!(web_host("https://nalog.example/cb?x=1"), Some("nalog.example"));
        assert_eq!(web_host("https://nalog.example:8443/a..b/"), Some("nalog.example"));
        assert_eq!(web_host("http://127.0.0.1:9000/cb"), Some("127.0.0.1"));
        assert_eq!(web_host("http://[::1]:9000/cb"), Some("::1"));
        for wrong in [
            "",
            "https://",
            "https:///cb",
            "http://nalog.example/cb",
            "http://127.0.0.1.nalog.example/cb",
            "https://nalog.example/cb#x",
            "https://*.nalog.example/cb",
            "https://nalog.example/*",
            "https://nalog.example/cb/../other",
            "https://nalog.example/%2e%2E/other",
            "https://nalog.example:port/cb",
            "https://nalog.example:99999/cb",
            "https://nalog..example/cb",
            "https://nalog.example%2eevil.example/cb",
            "https://налог.рф/cb",
            "https://[nalog]/cb",
            "//x/cb",
            "https://a@nalog.example/",
            "https://nalog.example:443@evil.example/",
            "https://nalog.example\\@evil.example/",
            "javascript:alert(1)",
            "javascript://nalog.example/%0aalert(1)",
            "https://nalog.example/a b",
            "https://nalog.example/\r\nx: y",
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
    fn our_server_calls_neither_itself_nor_what_machines_tell_of_themselves() {
        for host in ["nalog.example", "10.0.0.5", "fd00::5", "site"] {
            assert!(is_elsewhere(host), "{host}");
        }
        for host in [
            "localhost",
            "a.LOCALHOST",
            "localhost.localdomain",
            "IP6-localhost",
            "ip6-loopback",
            "127.0.0.1",
            "127.1.2.3",
            "0.0.0.0",
            "169.254.169.254",
            "::1",
            "::",
            "::ffff:127.0.0.1",
            "fe80::1",
            "2130706433",
            "0x7f000001",
            "127.1",
        ] {
            assert!(!is_elsewhere(host), "{host}");
        }
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
