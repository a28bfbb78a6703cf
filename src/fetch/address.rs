use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use public_suffix::{DEFAULT_PROVIDER, EffectiveTLDProvider as _};
use url::{Host, Url};

/// Whether an address belongs to the public internet (IANA special-purpose registries, RFC 6890). Loopback, private,
/// link-local, shared (CGNAT), documentation, benchmark, multicast and reserved ranges do not; an IPv6 address that
/// carries an IPv4 one counts as that one.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

/// Hosts and networks that may be fetched though they are not public: the setting `allow_private`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AllowList {
    /// `host` or `host:port`, in lower case.
    hosts: Vec<String>,
    /// Network address and length of its prefix.
    networks: Vec<(IpAddr, u8)>,
}

impl AllowList {
    /// Reads entries such as `localhost`, `127.0.0.1:8080`, `[::1]`, `198.18.0.0/15`.
    pub(crate) fn new(entries: &[String]) -> Self {
        let mut list = Self::default();
        for entry in entries {
            match network(entry) {
                Some(network) => list.networks.push(network),
                None => list.hosts.push(entry.trim().to_ascii_lowercase()),
            }
        }
        list
    }

    /// Whether the URL's host, or host and port, stands in the list by name.
    pub(crate) fn names(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else { return false };
        let with_port = format!("{host}:{}", url.port_or_known_default().unwrap_or_default());
        self.hosts.iter().any(|entry| entry == host || *entry == with_port)
    }

    /// Whether this address may be connected to.
    pub(crate) fn permits(&self, address: IpAddr) -> bool {
        is_public(address) || self.networks.iter().any(|(network, prefix)| contains(*network, *prefix, address))
    }

    /// Whether the URL's host is a name that nobody outside of a network has, where a proxy resolves names and we see no address.
    pub(crate) fn refused_name(&self, url: &Url) -> bool {
        let Some(Host::Domain(name)) = url.host() else { return false };
        let name = name.trim_end_matches('.');
        let is_local = |end: &&str| name.strip_suffix(*end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        (LOCAL_NAMES.iter().any(is_local) || !name.contains('.')) && !self.names(url)
    }

    /// The URL's host when it is a literal address that may not be connected to. Names are judged after resolution.
    pub(crate) fn refused_literal(&self, url: &Url) -> Option<IpAddr> {
        let address = match url.host()? {
            Host::Ipv4(v4) => IpAddr::V4(v4),
            Host::Ipv6(v6) => IpAddr::V6(v6),
            Host::Domain(_) => return None,
        };
        (!self.names(url) && !self.permits(address)).then_some(address)
    }
}

/// Ends of names that lead nowhere public (RFC 6761, RFC 6762, RFC 8375; ICANN's `internal`).
const LOCAL_NAMES: [&str; 5] = ["localhost", "local", "internal", "home.arpa", "lan"];

const SPECIAL_V4: [(Ipv4Addr, u8); 15] = [
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

fn is_public_v4(v4: Ipv4Addr) -> bool {
    !SPECIAL_V4.iter().any(|(network, prefix)| contains(IpAddr::V4(*network), *prefix, IpAddr::V4(v4)))
}

const SPECIAL_V6: [(Ipv6Addr, u8); 11] = [
    // Unspecified, loopback and the old IPv4-compatible form.
    (Ipv6Addr::UNSPECIFIED, 96),
    (Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, 0, 0), 48),
    (Ipv6Addr::new(0x100, 0, 0, 0, 0, 0, 0, 0), 64),
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
    (Ipv6Addr::new(0x5f00, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10),
    (Ipv6Addr::new(0xfec0, 0, 0, 0, 0, 0, 0, 0), 10),
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8),
];

fn is_public_v6(v6: Ipv6Addr) -> bool {
    if let Some(v4) = carried_v4(v6) {
        return is_public_v4(v4);
    }
    !SPECIAL_V6.iter().any(|(network, prefix)| contains(IpAddr::V6(*network), *prefix, IpAddr::V6(v6)))
}

/// The IPv4 address inside of a mapped (`::ffff:`), NAT64 (`64:ff9b::/96`) or 6to4 (`2002::/16`) address.
fn carried_v4(v6: Ipv6Addr) -> Option<Ipv4Addr> {
    let bits = v6.to_bits();
    match (bits >> 112, bits >> 32) {
        (_, 0xffff | 0x64_ff9b_0000_0000_0000_0000) => Some(Ipv4Addr::from_bits(bits as u32)),
        (0x2002, _) => Some(Ipv4Addr::from_bits((bits >> 80) as u32)),
        _ => None,
    }
}

fn network(entry: &str) -> Option<(IpAddr, u8)> {
    let (address, prefix) = entry.trim().split_once('/')?;
    let address: IpAddr = address.parse().ok()?;
    let prefix: u8 = prefix.parse().ok()?;
    let longest = if address.is_ipv4() { 32 } else { 128 };
    (prefix <= longest).then_some((address, prefix))
}

fn contains(network: IpAddr, prefix: u8, address: IpAddr) -> bool {
    match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0);
            network.to_bits() & mask == address.to_bits() & mask
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0);
            network.to_bits() & mask == address.to_bits() & mask
        }
        _ => false,
    }
}

/// The name under which a host is remembered: with its port when that is unusual.
pub(super) fn host_key(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// The name under which all hosts below one registered name are remembered together: `*.blogs.example`. `None` for an address
/// in numbers and for a name that nobody can register.
pub(super) fn site_key(url: &Url) -> Option<String> {
    let Some(Host::Domain(host)) = url.host() else { return None };
    let registered = DEFAULT_PROVIDER.effective_tld_plus_one(host.trim_end_matches('.')).ok()?;
    Some(format!("*.{registered}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_a_network_are_known_where_no_address_is_seen() {
        let list = AllowList::new(&["nas.local".to_owned()]);
        let refused = |url: &str| list.refused_name(&Url::parse(url).expect("a URL"));
        for url in [
            "http://localhost:6379/",
            "http://a.localhost/",
            "http://x.local./",
            "http://router/",
            "http://db.internal/",
        ] {
            assert!(refused(url), "{url}");
        }
        for url in ["http://nas.local/", "http://a.example/", "http://notlocal.example/", "http://192.0.2.1/"] {
            assert!(!refused(url), "{url}");
        }
    }

    #[test]
    fn hosts_below_one_registered_name_are_one_site() {
        let cases = [
            ("https://one.blogs.example/feed", Some("*.blogs.example")),
            ("https://blogs.example:8443/", Some("*.blogs.example")),
            ("https://a.b.co.uk/", Some("*.b.co.uk")),
            ("https://mill.github.io/", Some("*.mill.github.io")),
            ("https://github.io/", None),
            ("https://192.0.2.1/", None),
            ("https://[2001:db8::1]/", None),
            ("http://localhost/", None),
        ];
        for (url, want) in cases {
            assert_eq!(site_key(&Url::parse(url).expect("a URL")).as_deref(), want, "{url}");
        }
    }

    #[test]
    fn knows_public_from_special() {
        let public = ["1.1.1.1", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1", "2606:4700::1111"];
        let special = [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "198.18.0.7",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "fd00::8",
            "fe80::1",
            "ff02::1",
        ];
        for text in public {
            assert!(is_public(text.parse().expect("an address")), "{text}");
        }
        for text in special {
            assert!(!is_public(text.parse().expect("an address")), "{text}");
        }
        assert!(is_public("::ffff:1.1.1.1".parse().expect("an address")));
    }

    #[test]
    fn the_list_allows_by_host_port_and_network() {
        let list = AllowList::new(&["127.0.0.1:8080".into(), "nas.lan".into(), "198.18.0.0/15".into(), "[::1]".into()]);
        let cases = [
            ("http://127.0.0.1:8080/feed", false),
            ("http://127.0.0.1/feed", true),
            ("http://2130706433/", true),
            ("http://198.19.1.2/", false),
            ("http://[::1]:99/", false),
            ("http://[::2]/", true),
            ("http://nas.lan/", false),
            ("https://1.1.1.1/", false),
        ];
        for (url, refused) in cases {
            let parsed = Url::parse(url).expect("a URL");
            assert_eq!(list.refused_literal(&parsed).is_some(), refused, "{url}");
        }
        assert!(list.names(&Url::parse("http://nas.lan:8/").expect("a URL")));
        assert!(!list.names(&Url::parse("http://other.lan/").expect("a URL")));
    }
}
