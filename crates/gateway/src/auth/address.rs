//! Where a request comes from.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use http::HeaderMap;

use crate::ledger::projects::CachedProject;

/// The caller's address: the peer's, or, behind `trusted_proxies` proxies, the one that the outermost of them saw.
/// `None` when that one wrote no address, or fewer entries than proxies are there: then nobody can tell who calls.
pub fn caller(peer: SocketAddr, headers: &HeaderMap, trusted_proxies: u8) -> Option<IpAddr> {
    let Some(from_right) = usize::from(trusted_proxies).checked_sub(1) else {
        return Some(peer.ip().to_canonical());
    };
    // Bytes, and every entry whatever it holds: dropping one that does not read would shift the count, and an entry that
    // the caller wrote itself would be believed.
    let lines: Vec<&[u8]> = headers
        .get_all("x-forwarded-for")
        .iter()
        .map(http::HeaderValue::as_bytes)
        .collect();
    let entries = lines.iter().rev().flat_map(|line| line.rsplit(|byte| *byte == b','));
    entries.into_iter().nth(from_right).and_then(read)
}

/// One entry as proxies write it: an address, with a port, in brackets, in quotes, with a zone.
fn read(entry: &[u8]) -> Option<IpAddr> {
    let entry = std::str::from_utf8(entry).ok()?.trim_matches([' ', '\t']);
    let bare = entry
        .strip_prefix('"')
        .and_then(|entry| entry.strip_suffix('"'))
        .unwrap_or(entry);
    let address = if let Some(rest) = bare.strip_prefix('[') {
        let (inside, after) = rest.split_once(']')?;
        let is_port = after.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
        (after.is_empty() || is_port).then(|| without_zone(inside))??.into()
    } else if let Ok(with_port) = bare.parse::<std::net::SocketAddrV4>() {
        IpAddr::V4(*with_port.ip())
    } else {
        bare.parse().ok().or_else(|| without_zone(bare).map(IpAddr::V6))?
    };
    Some(address.to_canonical())
}

/// `fe80::1%eth0`: the zone says on which of the proxy's links, and no list has it.
fn without_zone(text: &str) -> Option<Ipv6Addr> {
    text.split_once('%')
        .map_or(text, |(address, _zone)| address)
        .parse()
        .ok()
}

/// Whether the project's allow list lets `address` in; an empty list lets everyone in, and any other nobody unknown.
pub fn is_allowed(known: &CachedProject, address: Option<IpAddr>) -> bool {
    known.project.allowed_ips.is_empty()
        || address.is_some_and(|address| known.allowed.iter().any(|block| block.contains(&address)))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    /// What is seen behind `trusted_proxies` of these header lines.
    fn seen(lines: &[&[u8]], trusted_proxies: u8) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", HeaderValue::from_bytes(line).unwrap());
        }
        let address = caller("10.0.0.1:5000".parse().unwrap(), &headers, trusted_proxies);
        address.map_or_else(|| "nobody".to_owned(), |address| address.to_string())
    }

    #[test]
    fn only_the_trusted_end_of_the_list_is_believed() {
        assert_eq!(seen(&[b"1.1.1.1"], 0), "10.0.0.1");
        assert_eq!(seen(&[], 0), "10.0.0.1");
        assert_eq!(seen(&[b"6.6.6.6, 1.1.1.1"], 1), "1.1.1.1");
        assert_eq!(seen(&[b"6.6.6.6, 1.1.1.1, 2.2.2.2"], 2), "1.1.1.1");
        assert_eq!(
            seen(&[b"6.6.6.6, 1.1.1.1", b"2.2.2.2"], 2),
            "1.1.1.1",
            "a line for each proxy"
        );
        assert_eq!(
            seen(&[b"6.6.6.6", b"1.1.1.1,2.2.2.2"], 3),
            "6.6.6.6",
            "over the lines' border"
        );
    }

    #[test]
    fn an_entry_is_read_as_proxies_write_it_and_never_makes_room_for_the_one_before() {
        for (last, expected) in [
            ("198.51.100.7", "198.51.100.7"),
            ("198.51.100.7:51324", "198.51.100.7"),
            ("\"198.51.100.7\"", "198.51.100.7"),
            ("\"198.51.100.7:51324\"", "198.51.100.7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("[2001:db8::7]:443", "2001:db8::7"),
            ("\"[2001:db8::7]:443\"", "2001:db8::7"),
            ("2001:db8::7", "2001:db8::7"),
            ("fe80::1%eth0", "fe80::1"),
            ("[fe80::1%25eth0]:80", "fe80::1"),
            ("::ffff:198.51.100.7", "198.51.100.7"),
            ("[::ffff:198.51.100.7]:9", "198.51.100.7"),
            ("\t198.51.100.7 ", "198.51.100.7"),
            ("unknown", "nobody"),
            ("_hidden", "nobody"),
            ("unix:", "nobody"),
            ("", "nobody"),
            ("198.51.100.7:", "nobody"),
            ("198.51.100.7:99999", "nobody"),
            ("198.51.100.7%eth0", "nobody"),
            ("198.51.100.7/24", "nobody"),
            ("198.051.100.7", "nobody"),
            ("3325256711", "nobody"),
            ("[198.51.100.7]", "nobody"),
            ("[2001:db8::7", "nobody"),
            ("[2001:db8::7]x", "nobody"),
            ("\"198.51.100.7", "nobody"),
            ("for=198.51.100.7", "nobody"),
            ("203.0.113.9 198.51.100.7", "nobody"),
            ("203.0.113.9;198.51.100.7", "nobody"),
        ] {
            let line = format!("203.0.113.9, {last}");
            assert_eq!(seen(&[line.as_bytes()], 1), expected, "{line}");
            assert_eq!(
                seen(&[b"203.0.113.9", last.as_bytes()], 1),
                expected,
                "{last}, in a line of its own"
            );
        }
    }

    #[test]
    fn bytes_that_are_no_text_hide_nobody_else() {
        assert_eq!(seen(&[b"\xff, 198.51.100.7"], 1), "198.51.100.7");
        assert_eq!(seen(&[b"203.0.113.9", b"\xc3, 198.51.100.7"], 1), "198.51.100.7");
        assert_eq!(seen(&[b"203.0.113.9, \xff198.51.100.7"], 1), "nobody");
        assert_eq!(seen(&[b"203.0.113.9", b"\xff"], 1), "nobody");
    }

    #[test]
    fn too_few_entries_are_nobody_and_not_the_proxy() {
        assert_eq!(seen(&[], 1), "nobody");
        assert_eq!(seen(&[b"198.51.100.7"], 2), "nobody");
        assert_eq!(seen(&[b"203.0.113.9, 198.51.100.7"], 3), "nobody");
        assert_eq!(seen(&[b"nonsense"], 1), "nobody");
    }
}
