//! Names by which only this machine is reached.

/// `localhost`, 127.0.0.0/8 or `[::1]`, with or without a port.
#[must_use]
pub fn is_loopback_name(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || bare
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_loopback_names() {
        for good in [
            "localhost",
            "LOCALHOST:4141",
            "127.0.0.1:4141",
            "127.1.2.3",
            "[::1]:80",
            "[::1]",
        ] {
            assert!(is_loopback_name(good), "{good}");
        }
        for bad in [
            "",
            "evil.example",
            "localhost.evil.example:4141",
            "127.0.0.1.evil.example",
            "evil.example:127",
            "0.0.0.0:4141",
            "10.0.0.1",
            "[::]:80",
        ] {
            assert!(!is_loopback_name(bad), "{bad}");
        }
    }
}
