//! Where a webhook may go. In live mode not into the operator's own network: a merchant's URL must not reach what only the
//! gateway can reach.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use domain::webhook_delivery::{UrlFault, read_url};
use domain::{ErrorCode, Refusal};
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::settings::Mode;

/// The target is not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TargetRefused {
    #[error(transparent)]
    Fault(#[from] UrlFault),
    #[error("not https")]
    NotHttps,
    #[error("private address")]
    PrivateAddress,
}

impl TargetRefused {
    /// The refusal of a request's field.
    pub fn refusal(self, field: &'static str) -> Refusal {
        let hint = match self {
            Self::Fault(fault) => return fault.refusal(field),
            Self::NotHttps => "https://…: http가 아닌 https (not http)",
            Self::PrivateAddress => "https://…: 인터넷에서 닿는 주소 (an address of the public Internet)",
        };
        Refusal::new(ErrorCode::WebhookUrlInvalid, field).hint(hint)
    }
}

/// Refuses the URL of a request's field that nothing could be delivered to. Where a name leads is seen when it is resolved.
///
/// Errors: `WEBHOOK_URL_INVALID`.
pub fn check(url: Option<&str>, mode: Mode, field: &'static str) -> Result<(), Refusal> {
    let read = url.map_or(Ok(()), |url| read(url, mode).map(drop));
    read.map_err(|why| why.refusal(field))
}

/// Reads a target. The resolver is not asked about addresses written as such, so they are looked at here.
pub fn read(url: &str, mode: Mode) -> Result<Url, TargetRefused> {
    let url = read_url(url)?;
    if mode == Mode::Sandbox {
        return Ok(url);
    }
    if url.scheme() != "https" {
        return Err(TargetRefused::NotHttps);
    }
    // The parser has written 2130706433, 0x7f.1 and the like as 127.0.0.1.
    let host = url.host_str().unwrap_or_default();
    let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    match literal {
        Ok(address) if !is_public(address) => Err(TargetRefused::PrivateAddress),
        Ok(_) | Err(_) => Ok(url),
    }
}

/// Scheme, host and port: what shares a merchant's queue. A text that is no URL is its own.
pub fn origin(url: &str) -> String {
    Url::parse(url).map_or_else(|_| url.to_owned(), |url| url.origin().ascii_serialization())
}

/// How long a name may take to resolve when it is only looked at.
const LOOK: std::time::Duration = std::time::Duration::from_secs(5);

/// Whether a webhook could go to `url` now, as far as its address says; nothing is sent. Errors: why not.
pub async fn probe(url: &str, mode: Mode) -> Result<(), String> {
    let url = read(url, mode).map_err(|why| why.to_string())?;
    let port = url.port_or_known_default().unwrap_or(443);
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    let found = tokio::time::timeout(LOOK, tokio::net::lookup_host((host, port))).await;
    let mut found = match found {
        Ok(Ok(found)) => found.peekable(),
        Ok(Err(error)) => return Err(format!("its name does not resolve: {error}")),
        Err(_) => return Err("its name does not resolve in time".to_owned()),
    };
    if found.peek().is_none() {
        return Err("its name has no address".to_owned());
    }
    match mode {
        Mode::Live if found.any(|address| !is_public(address.ip())) => Err(TargetRefused::PrivateAddress.to_string()),
        Mode::Live | Mode::Sandbox => Ok(()),
    }
}

/// A name has no address, or nobody says which.
#[derive(Debug, thiserror::Error)]
#[error("the name does not resolve")]
pub struct NoAddress;

/// Resolves names; in live mode none that leads to a private address.
pub struct PublicResolver(pub Mode);

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let mode = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await;
            let found: Vec<SocketAddr> = found.map_err(|_| NoAddress)?.collect();
            if found.is_empty() {
                return Err(NoAddress.into());
            }
            // One private address among public ones is no accident.
            if mode == Mode::Live && found.iter().any(|address| !is_public(address.ip())) {
                return Err(TargetRefused::PrivateAddress.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is one of the public Internet's hosts.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b));
    !(is_special
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let carried = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match parts {
        // ::, ::1, ::a.b.c.d, ::ffff:a.b.c.d, and NAT64: another way to write an IPv4 address.
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            is_public_v4(carried(high, low))
        }
        [0x2002, high, low, ..] => is_public_v4(carried(high, low)),
        // Only 2000::/3 is given out to hosts of the Internet.
        [0x2001, 0 | 0x0db8, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn live_mode_reads_through_every_spelling_of_a_private_address() {
        for host in [
            "127.0.0.1",
            "2130706433",
            "0x7f.1",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:a00:1]",
            "[64:ff9b::10.0.0.1]",
            "[2002:7f00:1::]",
            "[fe80::1]",
            "[fd00::1]",
        ] {
            let url = format!("https://{host}/hook");
            assert_eq!(read(&url, Mode::Live), Err(TargetRefused::PrivateAddress), "{host}");
            assert!(read(&url, Mode::Sandbox).is_ok(), "{host}");
        }
    }

    #[test]
    fn live_mode_takes_public_https_only() {
        for host in ["shop.example", "8.8.8.8", "[2606:4700::1111]", "[::ffff:8.8.8.8]"] {
            assert!(read(&format!("https://{host}/"), Mode::Live).is_ok(), "{host}");
        }
        assert_eq!(read("http://shop.example/", Mode::Live), Err(TargetRefused::NotHttps));
        for text in ["ftp://shop.example/", "shop.example"] {
            assert_eq!(
                read(text, Mode::Sandbox),
                Err(TargetRefused::Fault(UrlFault::NoUrl)),
                "{text}"
            );
        }
    }

    #[test]
    fn an_origin_is_shared_by_its_paths() {
        assert_eq!(origin("https://a.example/x?y=1"), origin("https://A.example:443/z"));
        assert_ne!(origin("https://a.example/"), origin("http://a.example/"));
        assert_eq!(origin("nonsense"), "nonsense");
    }
}
