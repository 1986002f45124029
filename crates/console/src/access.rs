//! Who is at the console. A sandbox that only this machine reaches opens by itself; everybody else signs in.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use gateway::{Person, Role};
use http::header::{ACCEPT, HOST};
use http::{HeaderMap, Method};

use crate::visit::cookie_value;
use crate::{Console, pages};

/// The cookie of a session.
pub const SESSION: &str = "jadong_session";

/// Whether the person came by a session, which can be ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HasSession(pub bool);

/// Lets in whom it knows, and tells the pages who it is.
pub async fn guard(
    State(console): State<Console>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    let from = console.desk.caller(peer, request.headers());
    // A session first: whoever signed in acts under the own name, also on the machine itself.
    let person = match cookie_value(request.headers(), SESSION) {
        Some(token) => console.desk.person_of(&token, from).await,
        None => None,
    };
    let has_session = HasSession(person.is_some());
    let is_open = console.desk.opens_to_this_machine() && is_this_machine(peer, request.headers());
    let local = || Person {
        name: "local".to_owned(),
        role: Role::Admin,
        address: from.to_string(),
    };
    let Some(person) = person.or_else(|| is_open.then(local)) else {
        return turned_away(request.method(), request.headers());
    };
    request.extensions_mut().insert(person);
    request.extensions_mut().insert(has_session);
    next.run(request).await
}

/// A person who reads is led to the form; an act or a stream is refused.
fn turned_away(method: &Method, headers: &HeaderMap) -> Response {
    let is_stream = headers.get(ACCEPT).is_some_and(|accept| accept == "text/event-stream");
    if method == Method::GET && !is_stream && !headers.contains_key("hx-request") {
        return Redirect::to("/console/sign-in").into_response();
    }
    pages::closed::answer(headers)
}

/// A peer on this machine that asked for a name of this machine. A page from elsewhere whose name was pointed at 127.0.0.1
/// (DNS rebinding) asks for its own name, and a proxy in front says for whom it asks.
fn is_this_machine(peer: SocketAddr, headers: &HeaderMap) -> bool {
    let forwarded = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];
    peer.ip().to_canonical().is_loopback()
        && !forwarded.iter().any(|name| headers.contains_key(*name))
        && headers
            .get(HOST)
            .and_then(|host| host.to_str().ok())
            .is_some_and(is_loopback_name)
}

/// `localhost`, 127.0.0.0/8 or `[::1]`, with or without a port.
fn is_loopback_name(host: &str) -> bool {
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

    #[test]
    fn a_peer_from_elsewhere_or_behind_a_proxy_is_not_this_machine() {
        let seen = |peer: &str, headers: &[(&'static str, &str)]| {
            let headers = headers
                .iter()
                .map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()))
                .collect();
            is_this_machine(peer.parse().unwrap(), &headers)
        };
        let host = ("host", "127.0.0.1:4141");
        assert!(seen("127.0.0.1:5000", &[host]));
        assert!(seen("[::ffff:127.0.0.1]:5000", &[host]));
        assert!(!seen("10.0.0.7:5000", &[host]));
        assert!(!seen("127.0.0.1:5000", &[]));
        assert!(!seen("127.0.0.1:5000", &[("host", "rebound.example:4141")]));
        assert!(!seen("127.0.0.1:5000", &[host, ("x-forwarded-for", "203.0.113.9")]));
    }
}
