//! URLs as people type them on a command line: `8000`, `:8000/hook`, `localhost:8000/hook`, and whole ones.

use reqwest::Url;

/// Reads one. Without a scheme it is plain HTTP, and without a host this machine.
///
/// Errors: a sentence with a form that works.
pub fn read(text: &str) -> Result<Url, String> {
    let text = text.trim();
    let wrong = |why: &str| format!("{why}; write 8000, localhost:8000/webhook or https://shop.example/webhook");
    if let Some((scheme, rest)) = text.split_once("://") {
        if !(scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")) {
            return Err(wrong(&format!("{scheme}:// is neither http:// nor https://")));
        }
        if rest.is_empty() || rest.starts_with(['/', ':', '?', '#']) {
            return Err(wrong("there is no host in it"));
        }
        return Url::parse(text).map_err(|error| wrong(&error.to_string()));
    }
    let (place, path) = text.split_at(text.find(['/', '?', '#']).unwrap_or(text.len()));
    let is_port = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let place = match place.strip_prefix(':').unwrap_or(place) {
        port if is_port(port) => format!("localhost:{port}"),
        // A name alone may be a host or a slip; with a port, or as this machine, it is a host.
        host if host.eq_ignore_ascii_case("localhost") || host.contains(':') => host.to_owned(),
        host if host.parse::<std::net::IpAddr>().is_ok() => host.to_owned(),
        _ => return Err(wrong("there is no http:// or https:// before it")),
    };
    let port = place
        .rsplit_once(':')
        .map(|(_, port)| port)
        .filter(|port| is_port(port));
    if port.is_some_and(|port| port.parse::<u16>().is_ok_and(|port| port == 0) || port.parse::<u16>().is_err()) {
        return Err(wrong("a port is 1 to 65535"));
    }
    Url::parse(&format!("http://{place}{path}")).map_err(|error| wrong(&error.to_string()))
}

/// The same as text, without a slash at the end: what a path is put behind.
pub fn base(text: &str) -> Result<String, String> {
    read(text).map(|url| url.as_str().trim_end_matches('/').to_owned())
}

/// Where it leads, for a sentence: `localhost:8000`.
pub fn place(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port_or_known_default()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_read_as_people_type_it() {
        for (typed, meant) in [
            ("8000", "http://localhost:8000/"),
            (":8000", "http://localhost:8000/"),
            ("8000/x", "http://localhost:8000/x"),
            (":8000/webhook?a=1", "http://localhost:8000/webhook?a=1"),
            ("localhost:8000/x", "http://localhost:8000/x"),
            ("localhost/x", "http://localhost/x"),
            ("LOCALHOST:3000", "http://localhost:3000/"),
            ("127.0.0.1:8000/x", "http://127.0.0.1:8000/x"),
            ("127.0.0.1", "http://127.0.0.1/"),
            ("[::1]:8000/x", "http://[::1]:8000/x"),
            ("web:8000/x", "http://web:8000/x"),
            (" http://127.0.0.1:8000/x ", "http://127.0.0.1:8000/x"),
            ("HTTPS://Shop.example/Hook", "https://shop.example/Hook"),
            ("http://localhost:8000", "http://localhost:8000/"),
        ] {
            assert_eq!(read(typed).map(|url| url.to_string()), Ok(meant.to_owned()), "{typed}");
        }
    }

    #[test]
    fn what_is_none_is_told_what_would_be() {
        for typed in [
            "",
            "/webhook",
            "webhook",
            "shop.example/hook",
            "ftp://localhost/x",
            "http://",
            "http:///x",
            "http://:8000/x",
            "0",
            "65536",
            "localhost:99999",
            "localhost:port/x",
            "8000:8000:8000",
            "[::1",
            "file:///etc/passwd",
        ] {
            let said = read(typed).expect_err(typed);
            assert!(said.contains("localhost:8000/webhook"), "{typed}: {said}");
        }
    }

    #[test]
    fn a_base_has_no_slash_at_its_end() {
        assert_eq!(base("127.0.0.1:4141"), Ok("http://127.0.0.1:4141".to_owned()));
        assert_eq!(
            base("https://pay.example/jadong/"),
            Ok("https://pay.example/jadong".to_owned())
        );
    }
}
