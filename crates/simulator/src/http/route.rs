//! From a request line to a call of the PG.

use std::borrow::Cow;

use http::{Method, Uri};

use super::toss::TossCall;
use crate::faults::FaultyCall;

/// A call, and the part of the path that names what it is about.
pub enum Route<'a> {
    Start,
    Find { order_id: Cow<'a, str> },
    Register,
    Expire { bid: &'a str },
    Charge { bid: &'a str },
    FindPayment { order_id: Cow<'a, str> },
    FindTid { tid: &'a str },
    NetCancel,
    Cancel { tid: &'a str },
    IssueReceipt,
    CancelReceipt { tid: &'a str },
    FindReceipt { order_id: Cow<'a, str> },
    Toss(TossCall),
}

/// Why there is none.
pub enum NoRoute {
    NotFound,
    MethodNotAllowed,
}

impl Route<'_> {
    pub fn call(&self) -> FaultyCall {
        match self {
            Self::Start => FaultyCall::Start,
            Self::Find { .. } => FaultyCall::Find,
            Self::Register => FaultyCall::Register,
            Self::Expire { .. } => FaultyCall::Expire,
            Self::Charge { .. } => FaultyCall::Charge,
            Self::FindPayment { .. } | Self::FindTid { .. } => FaultyCall::FindPayment,
            Self::NetCancel => FaultyCall::NetCancel,
            Self::Cancel { .. } => FaultyCall::Cancel,
            Self::IssueReceipt | Self::CancelReceipt { .. } => FaultyCall::Receipt,
            Self::FindReceipt { .. } => FaultyCall::FindReceipt,
            Self::Toss(call) => call.faulty(),
        }
    }
}

/// The calls of `docs/reference/pg-protocol.md`, and those of Toss Pay.
pub fn route<'a>(method: &Method, uri: &'a Uri) -> Result<Route<'a>, NoRoute> {
    let path = uri.path();
    let found = if let Some(rest) = path.strip_prefix("/v1/subscribe/") {
        subscribe(rest)
    } else if let Some(rest) = path.strip_prefix("/v1/payments/") {
        payments(rest)
    } else if let Some(rest) = path.strip_prefix("/v1/receipt/") {
        receipt(rest)
    } else if let Some(rest) = path.strip_prefix("/api/") {
        TossCall::of(rest).map(|call| (Method::POST, Route::Toss(call)))
    } else {
        None
    };
    let (expected, route) = found.ok_or(NoRoute::NotFound)?;
    if *method == expected {
        Ok(route)
    } else {
        Err(NoRoute::MethodNotAllowed)
    }
}

fn subscribe(rest: &str) -> Option<(Method, Route<'_>)> {
    match rest.strip_prefix("account/") {
        Some("consents") => return Some((Method::POST, Route::Start)),
        Some("regist") => return Some((Method::POST, Route::Register)),
        _ => {}
    }
    if let Some(segment) = rest.strip_prefix("account/consents/") {
        let order_id = decode(segment)?;
        return Some((Method::GET, Route::Find { order_id }));
    }
    let (bid, act) = rest.split_once('/')?;
    match act {
        "expire" => Some((Method::POST, Route::Expire { bid })),
        "payments" => Some((Method::POST, Route::Charge { bid })),
        _ => None,
    }
}

fn payments(rest: &str) -> Option<(Method, Route<'_>)> {
    if rest == "netcancel" {
        return Some((Method::POST, Route::NetCancel));
    }
    if let Some(segment) = rest.strip_prefix("find/") {
        let order_id = decode(segment)?;
        return Some((Method::GET, Route::FindPayment { order_id }));
    }
    match rest.split_once('/') {
        Some((tid, "cancel")) => Some((Method::POST, Route::Cancel { tid })),
        Some(_) => None,
        None => (!rest.is_empty()).then_some((Method::GET, Route::FindTid { tid: rest })),
    }
}

fn receipt(rest: &str) -> Option<(Method, Route<'_>)> {
    if let Some(segment) = rest.strip_prefix("find/") {
        let order_id = decode(segment)?;
        return Some((Method::GET, Route::FindReceipt { order_id }));
    }
    match rest.split_once('/') {
        None if rest.is_empty() => Some((Method::POST, Route::IssueReceipt)),
        Some((tid, "cancel")) => Some((Method::POST, Route::CancelReceipt { tid })),
        _ => None,
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
