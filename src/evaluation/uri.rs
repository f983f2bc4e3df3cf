//! Parts of a request line's URI, as it was sent (RFC 9112, section 3.2), and addresses in place of a host's name.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use memchr::{memchr, memchr_iter, memrchr};

/// Whether it has scheme and host, as proxies are sent it.
pub(super) fn is_whole(uri: &[u8]) -> bool {
    [&b"http://"[..], b"https://"].iter().any(|scheme| {
        let start = uri.get(..scheme.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}

/// The path, without the query.
pub(crate) fn stem(uri: &[u8]) -> &[u8] {
    let end = memchr(b'?', uri).unwrap_or(uri.len());
    let stem = &uri[..end];
    if !is_whole(stem) {
        return stem;
    }
    // The third slash is the first behind the host.
    match memchr_iter(b'/', stem).nth(2) {
        Some(start) => &stem[start..],
        None => b"/",
    }
}

/// What follows the question mark.
pub(crate) fn query(uri: &[u8]) -> Option<&[u8]> {
    let mark = memchr(b'?', uri)?;
    Some(&uri[mark + 1..])
}

/// What follows the last dot of the path's last part.
pub(crate) fn extension(uri: &[u8]) -> Option<&[u8]> {
    let stem = stem(uri);
    let name = memrchr(b'/', stem).map_or(stem, |slash| &stem[slash + 1..]);
    let dot = memrchr(b'.', name)?;
    Some(&name[dot + 1..])
}

/// The address of a Host header that has one in place of a name (RFC 3986, section 3.2.2): IPv4 in four decimal numbers, or
/// IPv6 in brackets; with or without a port. IPv4 in IPv6 is IPv4.
pub(crate) fn host_address(host: &[u8]) -> Option<IpAddr> {
    let host = std::str::from_utf8(host).ok()?;
    let (address, port) = match host.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']')?;
            (IpAddr::V6(address.parse::<Ipv6Addr>().ok()?), port)
        }
        None => {
            let end = host.find(':').unwrap_or(host.len());
            let address = host[..end].parse::<Ipv4Addr>().ok()?;
            (IpAddr::V4(address), &host[end..])
        }
    };
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let ends = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
    ends.then(|| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_addresses_where_zeek_takes_them_for_such() {
        for (host, expected) in [
            ("192.0.2.7", Some("192.0.2.7")),
            ("192.0.2.7:8080", Some("192.0.2.7")),
            ("192.0.2.7:", Some("192.0.2.7")),
            ("[2001:db8::7]", Some("2001:db8::7")),
            ("[2001:DB8::7]:8443", Some("2001:db8::7")),
            ("[::ffff:192.0.2.7]", Some("192.0.2.7")),
            ("2001:db8::7", None),
            ("[192.0.2.7]", None),
            ("[2001:db8::7", None),
            ("[2001:db8::7]8443", None),
            ("[fe80::7%25eth0]", None),
            ("192.0.2.07", None),
            ("192.0.2.256", None),
            ("192.0.2.7.", None),
            ("192.0.2", None),
            ("3221225991", None),
            (" 192.0.2.7", None),
            ("192.0.2.7:http", None),
            ("192.0.2.7.example", None),
            ("server.example", None),
            ("", None),
        ] {
            let found = host_address(host.as_bytes()).map(|address| address.to_string());
            assert_eq!(found.as_deref(), expected, "{host}");
        }
    }

    #[test]
    fn parts_are_those_that_zeek_keeps() {
        // What the generated script keeps of these in Zeek 8.0.
        for (uri, expected_stem, expected_query, expected_extension) in [
            ("/a.b/c.exe?x=?y", "/a.b/c.exe", Some("x=?y"), Some("exe")),
            ("/", "/", None, None),
            ("", "", None, None),
            ("*", "*", None, None),
            ("http://h", "/", None, None),
            ("HTTPS://h:8/a//b.tar.gz", "/a//b.tar.gz", None, Some("gz")),
            ("/a.", "/a.", None, Some("")),
            ("h:443", "h:443", None, None),
            ("?q", "", Some("q"), None),
            ("http://h?x", "/", Some("x"), None),
            ("http:///a", "/a", None, None),
        ] {
            let text = |part: &'static str| part.as_bytes();
            assert_eq!(stem(uri.as_bytes()), expected_stem.as_bytes(), "{uri}");
            assert_eq!(query(uri.as_bytes()), expected_query.map(text), "{uri}");
            assert_eq!(
                extension(uri.as_bytes()),
                expected_extension.map(text),
                "{uri}"
            );
        }
    }
}
