//! From a request line to a call of the PG.

use std::borrow::Cow;

use http::{Method, Uri};

use crate::faults::Call;

const CONSENTS: &str = "/v1/subscribe/account/consents";

/// A call, and the part of the path that names what it is about.
pub enum Route<'a> {
    Start,
    Find { order_id: Cow<'a, str> },
    Register,
    Expire { bid: &'a str },
}

/// Why there is none.
pub enum NoRoute {
    NotFound,
    MethodNotAllowed,
}

impl Route<'_> {
    pub fn call(&self) -> Call {
        match self {
            Self::Start => Call::Start,
            Self::Find { .. } => Call::Find,
            Self::Register => Call::Register,
            Self::Expire { .. } => Call::Expire,
        }
    }
}

/// The four calls of `docs/reference/pg-protocol.md`.
pub fn route<'a>(method: &Method, uri: &'a Uri) -> Result<Route<'a>, NoRoute> {
    let path = uri.path();
    let (expected, route) = if path == CONSENTS {
        (Method::POST, Route::Start)
    } else if path == "/v1/subscribe/account/regist" {
        (Method::POST, Route::Register)
    } else if let Some(segment) = path.strip_prefix(CONSENTS).and_then(|rest| rest.strip_prefix('/')) {
        let order_id = decode(segment).ok_or(NoRoute::NotFound)?;
        (Method::GET, Route::Find { order_id })
    } else {
        let bid = path
            .strip_prefix("/v1/subscribe/")
            .and_then(|rest| rest.strip_suffix("/expire"));
        let bid = bid.filter(|bid| !bid.contains('/')).ok_or(NoRoute::NotFound)?;
        (Method::POST, Route::Expire { bid })
    };
    if *method == expected {
        Ok(route)
    } else {
        Err(NoRoute::MethodNotAllowed)
    }
}

/// One percent-encoded path segment; `None` when it is empty, has a `/`, or is not encoded UTF-8.
fn decode(segment: &str) -> Option<Cow<'_, str>> {
    if segment.is_empty() || segment.contains('/') {
        return None;
    }
    if !segment.contains('%') {
        return Some(Cow::Borrowed(segment));
    }
    let mut decoded = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'%' {
            decoded.push(*first);
            continue;
        }
        let mut byte = [0];
        hex::decode_to_slice(rest.get(..2)?, &mut byte).ok()?;
        decoded.push(byte[0]);
        rest = &rest[2..];
    }
    String::from_utf8(decoded).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_id_survives_the_path() {
        assert_eq!(decode("order-0001").as_deref(), Some("order-0001"));
        assert_eq!(decode("a%2Fb%20%EA%B0%80+c").as_deref(), Some("a/b 가+c"));
        for bad in ["", "a/b", "a%", "a%2", "a%+f", "%FF"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }
}
