//! How many connections come from one neighbourhood of addresses, so that nobody takes all places alone.
//!
//! As long as places are left, everybody comes in: a mobile operator sends half a town from a few addresses.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use base::config::Config;

/// As many connections a neighbourhood may have when places become scarce.
const MANY: usize = 1024;
/// So many free places are few.
const FEW: usize = 2048;

/// Connections by the block of addresses that they come from.
#[derive(Debug, Default)]
pub(crate) struct Neighbours(Mutex<HashMap<u128, usize>>);

/// A connection that came in; leaves when it is dropped.
#[derive(Debug)]
pub(crate) struct Inside(Option<(Arc<Neighbours>, u128)>);

impl Neighbours {
    /// Lets a connection from `address` in while so many places are free; nothing when few are, and its
    /// neighbourhood has many already. Our own proxies and the machine itself speak for others.
    pub fn enter(
        self: &Arc<Self>,
        config: &Config,
        address: IpAddr,
        free: usize,
    ) -> Option<Inside> {
        if address.is_loopback() || config.is_proxy(address) {
            return Some(Inside(None));
        }
        let block = block(address);
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(block).or_default();
        if free < FEW && *count >= MANY {
            return None;
        }
        *count += 1;
        Some(Inside(Some((self.clone(), block))))
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        let Some((neighbours, block)) = self.0.take() else { return };
        let mut counts = neighbours.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&block) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&block);
            }
        }
    }
}

/// The 256 addresses around one of the old kind, the network of a household of the new.
fn block(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(x) => u128::from(x.to_bits() >> 8),
        IpAddr::V6(x) => x.to_bits() >> 64 << 64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_takes_the_last_places_alone() {
        let neighbours = Arc::new(Neighbours::default());
        let config = Config { proxies: "192.0.2.9".into(), ..Config::default() };
        let enter = |address: &str, free| neighbours.enter(&config, address.parse().unwrap(), free);
        let crowd: Vec<_> = (0..MANY + 5).map(|_| enter("198.51.100.7", FEW).unwrap()).collect();
        // Few places are left: neighbours wait, others and our own proxies come in.
        assert!(enter("198.51.100.200", FEW - 1).is_none());
        assert!(enter("::ffff:198.51.100.3", FEW - 1).is_none());
        for address in ["198.51.101.7", "2001:db8::1", "192.0.2.9", "127.0.0.1"] {
            assert!(enter(address, 1).is_some(), "{address}");
        }
        drop(crowd);
        assert!(enter("198.51.100.200", 1).is_some());
        assert!(neighbours.0.lock().unwrap().is_empty());
    }
}
