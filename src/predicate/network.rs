//! Networks of IP addresses.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A network (RFC 4632, RFC 4291), its host bits cleared. One of IPv4 addresses in IPv6 (`::ffff:0:0/96`, RFC 4291 section
/// 2.5.5.2) is the network of IPv4: it is the same hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Network {
    first: IpAddr,
    length: u8,
}

/// The length of the prefix behind which IPv6 has IPv4's addresses.
const MAPPED_PREFIX: u8 = 96;

impl Network {
    /// A network such as `10.0.0.0/8`, or that of a single host without a length.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address.parse().ok()?, Some(length.parse().ok()?)),
            None => (text.parse().ok()?, None),
        };
        let most = match address {
            IpAddr::V4(_) => 32,
            IpAddr::V6(_) => 128,
        };
        let length = length.unwrap_or(most);
        (length <= most).then(|| Self::new(address, length))
    }

    fn new(address: IpAddr, length: u8) -> Self {
        match (address, address.to_canonical()) {
            (IpAddr::V6(_), IpAddr::V4(mapped)) if length >= MAPPED_PREFIX => Self {
                first: masked_v4(mapped, length - MAPPED_PREFIX).into(),
                length: length - MAPPED_PREFIX,
            },
            (IpAddr::V6(address), _) => Self {
                first: masked_v6(address, length).into(),
                length,
            },
            (IpAddr::V4(address), _) => Self {
                first: masked_v4(address, length).into(),
                length,
            },
        }
    }

    /// Its first address.
    pub fn first(&self) -> IpAddr {
        self.first
    }

    /// The length of its prefix in bits.
    pub fn length(&self) -> u8 {
        self.length
    }

    /// Whether an address is in it. No network of IPv6 has addresses of IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (address, self.first) {
            (IpAddr::V4(address), IpAddr::V4(first)) => masked_v4(address, self.length) == first,
            (IpAddr::V6(address), IpAddr::V6(first)) => masked_v6(address, self.length) == first,
            _ => false,
        }
    }

    /// Whether it is a network of IPv6 with IPv4's addresses in their form as IPv6, which is how Zeek keeps them.
    pub fn covers_mapped_addresses(&self) -> bool {
        let mapped = Ipv4Addr::UNSPECIFIED.to_ipv6_mapped();
        self.first.is_ipv6() && self.contains(mapped.into())
    }
}

fn masked_v4(address: Ipv4Addr, length: u8) -> Ipv4Addr {
    let mask = u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0);
    Ipv4Addr::from(u32::from(address) & mask)
}

fn masked_v6(address: Ipv6Addr, length: u8) -> Ipv6Addr {
    let mask = u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0);
    Ipv6Addr::from(u128::from(address) & mask)
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.length)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::Network;

    fn contains(network: &str, address: &str) -> bool {
        Network::parse(network)
            .unwrap()
            .contains(address.parse().unwrap())
    }

    #[test]
    fn networks_have_hosts_of_their_own_family() {
        assert!(contains("10.0.0.0/8", "10.1.2.3"));
        assert!(!contains("10.0.0.0/8", "11.1.2.3"));
        assert!(contains("192.0.2.10", "192.0.2.10"));
        assert!(!contains("192.0.2.10", "192.0.2.11"));
        assert!(contains("::/0", "2001:db8::1"));
        assert!(!contains("::/0", "192.0.2.10"));
        assert!(!contains("0.0.0.0/0", "2001:db8::1"));
        assert!(contains("::1", "::1"));
    }

    #[test]
    fn ipv4_in_ipv6_is_ipv4() {
        assert_eq!(
            Network::parse("::ffff:10.0.0.0/104"),
            Network::parse("10.0.0.0/8")
        );
        assert_eq!(Network::parse("::ffff:0:0/96"), Network::parse("0.0.0.0/0"));
        assert_eq!(
            Network::parse("::ffff:192.0.2.1"),
            Network::parse("192.0.2.1/32")
        );
        for (network, covers) in [
            ("::/0", true),
            ("::ffff:0:0/80", true),
            ("::ffff:10.0.0.0/95", true),
            ("::/96", false),
            ("2000::/3", false),
            ("0.0.0.0/0", false),
        ] {
            let network = Network::parse(network).unwrap();
            assert_eq!(network.covers_mapped_addresses(), covers, "{network}");
        }
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in [
            "",
            "10.0.0.0/33",
            "::/129",
            "10.0.0/8",
            "10.0.0.0/",
            "/8",
            "x",
        ] {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }
}
