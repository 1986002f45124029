//! Where a request comes from.

use std::net::{IpAddr, SocketAddr};

use http::HeaderMap;

use super::projects::Known;

/// The caller's address: the peer's, or, behind `trusted_proxies` proxies, the one that the outermost of them saw.
pub fn caller(peer: SocketAddr, headers: &HeaderMap, trusted_proxies: u8) -> IpAddr {
    let direct = peer.ip().to_canonical();
    if trusted_proxies == 0 {
        return direct;
    }
    let listed: Vec<IpAddr> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|item| item.trim().parse::<IpAddr>().ok())
        .collect();
    // From the right: what stands further left was written by the caller itself.
    let position = listed.len().checked_sub(usize::from(trusted_proxies));
    position
        .and_then(|position| listed.get(position))
        .map_or(direct, IpAddr::to_canonical)
}

/// Whether the project's allow list lets `address` in; an empty list lets everyone in.
pub fn is_allowed(known: &Known, address: IpAddr) -> bool {
    known.project.allowed_ips.is_empty() || known.allowed.iter().any(|block| block.contains(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(forwarded: &str, trusted_proxies: u8) -> String {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded.parse().unwrap());
        caller("10.0.0.1:5000".parse().unwrap(), &headers, trusted_proxies).to_string()
    }

    #[test]
    fn only_the_trusted_end_of_the_list_is_believed() {
        assert_eq!(seen("1.1.1.1", 0), "10.0.0.1");
        assert_eq!(seen("6.6.6.6, 1.1.1.1", 1), "1.1.1.1");
        assert_eq!(seen("6.6.6.6, 1.1.1.1, 2.2.2.2", 2), "1.1.1.1");
        assert_eq!(seen("nonsense", 1), "10.0.0.1");
    }
}
