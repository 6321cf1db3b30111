//! The way to the servers of connected sites.

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::Duration;

use rooms::sso::logout::{self, NotTaken};
use rooms::sso::{is_elsewhere, is_here};
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Error};

/// How long the whole call may take: well below the lease of a letter, with many in one round.
const TIMEOUT: Duration = Duration::from_secs(3);

/// Calls sites over HTTP: at `https:`, or, where the engineer has registered it so, at this machine.
#[derive(Debug)]
pub struct Sites(Agent);

impl Default for Sites {
    fn default() -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .build();
        Self(Agent::with_parts(config, DefaultConnector::default(), Elsewhere::default()))
    }
}

/// Finds where a name leads. A name may lead to this machine, or to what machines tell about themselves,
/// only if it says so, as the engineer alone can register it.
#[derive(Debug, Default)]
struct Elsewhere(DefaultResolver);

impl Resolver for Elsewhere {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let found = self.0.resolve(uri, config, timeout)?;
        match leads_well(uri.host().unwrap_or_default(), &found) {
            true => Ok(found),
            false => Err(io::Error::other("the name leads to this machine").into()),
        }
    }
}

/// Whether all that `host` leads to may be called.
fn leads_well(host: &str, found: &[SocketAddr]) -> bool {
    let named = !is_elsewhere(host.trim_matches(['[', ']']));
    named || found.iter().all(|x| !is_here(x.ip()) && !is_own(x.ip()))
}

/// Whether this machine has the address: only its own can be listened at.
fn is_own(ip: IpAddr) -> bool {
    UdpSocket::bind((ip, 0)).is_ok()
}

impl logout::Sites for Sites {
    fn post(&self, uri: &str, form: &[(&str, &str)]) -> Result<(), NotTaken> {
        let answer = self.0.post(uri).send_form(form.iter().copied());
        // What is in the answer nobody reads, so it may be as long as it likes.
        let answer =
            answer.map_err(|error| NotTaken { temporary: true, text: error.to_string() })?;
        match answer.status().as_u16() {
            200..300 => Ok(()),
            status => Err(NotTaken {
                temporary: matches!(status, 408 | 425 | 429 | 500..),
                text: format!("the site answered {status}"),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_leads_to_this_machine_is_called_only_when_it_says_so() {
        let at = |ips: &[&str]| -> Vec<SocketAddr> {
            ips.iter().map(|x| SocketAddr::new(x.parse().unwrap(), 443)).collect()
        };
        assert!(leads_well("nalog.example", &at(&["192.0.2.1", "10.255.255.254"])));
        for own in ["127.0.0.1", "127.0.1.1", "::1", "169.254.169.254", "fe80::1", "0.0.0.0"] {
            assert!(!leads_well("vm", &at(&[own])), "{own}");
            assert!(!leads_well("nalog.example", &at(&["192.0.2.1", own])), "{own}");
        }
        for (host, ip) in [("localhost", "127.0.0.1"), ("127.0.0.1", "127.0.0.1"), ("[::1]", "::1")]
        {
            assert!(leads_well(host, &at(&[ip])), "{host}");
        }
        assert!(is_own("127.0.0.1".parse().unwrap()) && !is_own("192.0.2.1".parse().unwrap()));
    }
}
