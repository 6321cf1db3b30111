//! Where a request came from, as far as limits and people need to know.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use base::Pii;

/// The address of a network. It tells where somebody is, so it is covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address(Pii<IpAddr>);

impl From<IpAddr> for Address {
    fn from(address: IpAddr) -> Self {
        Self(address.to_canonical().into())
    }
}

impl Address {
    /// What one household has: an address of IPv4, a /64 of IPv6.
    pub fn near(&self) -> String {
        match *self.0.reveal() {
            IpAddr::V4(x) => x.to_string(),
            IpAddr::V6(x) => cut(x, 4).to_string(),
        }
    }

    /// What one network has: /24 of IPv4, /48 of IPv6.
    pub fn wide(&self) -> String {
        match *self.0.reveal() {
            IpAddr::V4(x) => {
                let [a, b, c, _] = x.octets();
                Ipv4Addr::new(a, b, c, 0).to_string()
            }
            IpAddr::V6(x) => cut(x, 3).to_string(),
        }
    }

    /// As its owner is shown it, shortened: «203.0.113.*».
    pub fn words(&self) -> Pii<String> {
        let words = match *self.0.reveal() {
            IpAddr::V4(x) => {
                let [a, b, c, _] = x.octets();
                format!("{a}.{b}.{c}.*")
            }
            IpAddr::V6(x) => format!("{}*", cut(x, 3)),
        };
        words.into()
    }
}

/// The first `groups` groups of 16 bits, then zeros.
fn cut(address: Ipv6Addr, groups: usize) -> Ipv6Addr {
    let mut parts = address.segments();
    parts[groups..].fill(0);
    parts.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_shortened_to_their_networks() {
        let of = |text: &str| Address::from(text.parse::<IpAddr>().unwrap());
        let four = of("203.0.113.77");
        assert_eq!((four.near(), four.wide()), ("203.0.113.77".into(), "203.0.113.0".into()));
        assert_eq!(four.words().reveal(), "203.0.113.*");
        assert_eq!(of("::ffff:203.0.113.77"), four, "one address in two clothes");
        let six = of("2001:db8:1:2:3:4:5:6");
        assert_eq!((six.near(), six.wide()), ("2001:db8:1:2::".into(), "2001:db8:1::".into()));
        assert_eq!(six.words().reveal(), "2001:db8:1::*");
        assert_eq!(format!("{six:?}"), "Address(▒)");
    }
}
