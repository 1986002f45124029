//! Who is at the console. A sandbox that only this machine reaches opens by itself; everybody else signs in.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use gateway::{Person, Role, is_loopback_name};
use http::header::{ACCEPT, HOST, HeaderName, ORIGIN};
use http::{HeaderMap, Method, Version};

use crate::appearance::Appearance;
use crate::cookies::{SESSION, cookie_value};
use crate::page_context::HasSession;
use crate::{Console, pages};

/// Lets in whom it knows, and tells the pages who it is.
pub async fn guard(
    State(console): State<Console>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    let from = console.operator.caller(peer, request.headers());
    // A session first: whoever signed in acts under the own name, also on the machine itself.
    let person = match cookie_value(request.headers(), SESSION) {
        Some(token) => console.operator.person_of(&token, from).await,
        None => None,
    };
    let has_session = HasSession(person.is_some());
    let is_open = console.operator.opens_to_this_machine() && is_this_machine(peer, &request);
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
    pages::access_denied::answer(&Appearance::of(headers))
}

/// A peer on this machine that asked for a name of this machine. A page from elsewhere whose name was pointed at 127.0.0.1
/// (DNS rebinding) asks for its own name; a proxy in front says for whom it asks, or speaks HTTP/1.0 as no browser does
/// (nginx, unless told otherwise); and a form that a browser sent for another name says which.
fn is_this_machine<B>(peer: SocketAddr, request: &Request<B>) -> bool {
    let headers = request.headers();
    let is_named = |name| text(headers, name).is_some_and(is_loopback_name);
    let origin = text(headers, ORIGIN).map(|origin| origin.split_once("://").map_or(origin, |(_, name)| name));
    peer.ip().to_canonical().is_loopback()
        && request.version() >= Version::HTTP_11
        && !headers.keys().any(|name| is_a_proxys(name.as_str()))
        && is_named(HOST)
        && origin.is_none_or(is_loopback_name)
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// Headers that proxies, tunnels and content networks add, and browsers never.
fn is_a_proxys(name: &str) -> bool {
    const NAMES: [&str; 8] = [
        "forwarded",
        "via",
        "true-client-ip",
        "cdn-loop",
        "proxy-connection",
        "proxy-authorization",
        "client-ip",
        "x-client-ip",
    ];
    const BEGINNINGS: [&str; 10] = [
        "x-forwarded",
        "x-original",
        "x-real-",
        "x-cluster-",
        "x-envoy-",
        "x-amz",
        "x-azure-",
        "x-arr-",
        "cf-",
        "fastly-",
    ];
    NAMES.contains(&name) || BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_from_elsewhere_or_behind_a_proxy_is_not_this_machine() {
        let asked = |peer: &str, version: Version, headers: &[(&'static str, &str)]| {
            let mut request = Request::new(());
            *request.version_mut() = version;
            for (name, value) in headers {
                request.headers_mut().append(*name, value.parse().unwrap());
            }
            is_this_machine(peer.parse().unwrap(), &request)
        };
        let seen = |peer: &str, headers: &[(&'static str, &str)]| asked(peer, Version::HTTP_11, headers);
        let host = ("host", "127.0.0.1:4141");
        assert!(seen("127.0.0.1:5000", &[host]));
        assert!(seen("[::ffff:127.0.0.1]:5000", &[host]));
        assert!(!seen("10.0.0.7:5000", &[host]));
        assert!(!seen("127.0.0.1:5000", &[]));
        assert!(!seen("127.0.0.1:5000", &[("host", "rebound.example:4141")]));
        for header in [
            ("x-forwarded-for", "203.0.113.9"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "sandbox.example.com"),
            ("x-forwarded-port", "443"),
            ("x-forwarded-server", "proxy"),
            ("x-forwarded-prefix", "/pay"),
            ("x-forwarded-ssl", "on"),
            ("forwarded", "for=203.0.113.9"),
            ("via", "1.1 proxy"),
            ("x-real-ip", "203.0.113.9"),
            ("x-original-host", "sandbox.example.com"),
            ("x-original-forwarded-for", "203.0.113.9"),
            ("x-client-ip", "203.0.113.9"),
            ("x-envoy-external-address", "203.0.113.9"),
            ("x-amzn-trace-id", "Root=1"),
            ("x-azure-clientip", "203.0.113.9"),
            ("cf-connecting-ip", "203.0.113.9"),
            ("true-client-ip", "203.0.113.9"),
            // What a browser says of the page whose form it sends.
            ("origin", "https://sandbox.example.com"),
            ("origin", "null"),
        ] {
            assert!(!seen("127.0.0.1:5000", &[host, header]), "{header:?}");
        }
        for own in ["http://127.0.0.1:4141", "http://localhost:4141", "http://[::1]:4141"] {
            assert!(seen("127.0.0.1:5000", &[host, ("origin", own)]), "{own}");
        }
        assert!(seen("127.0.0.1:5000", &[host, ("x-requested-with", "XMLHttpRequest")]));
        assert!(!asked("127.0.0.1:5000", Version::HTTP_10, &[host]), "what nginx speaks");
    }
}
