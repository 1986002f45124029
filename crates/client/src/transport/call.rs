//! What is to be sent.

use reqwest::Method;
use reqwest::header::{HeaderName, HeaderValue};

use super::Body;
use crate::error::Effect;

/// Whether the service knows the call again, so that it cannot act twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Identity {
    /// By an id of the merchant's or of the service's.
    Known,
    /// Each such call is one of its own.
    None,
}

pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    /// After the base URL; each is percent-encoded.
    pub(crate) segments: &'a [&'a str],
    pub(crate) query: Option<(&'static str, &'static str)>,
    pub(crate) body: Option<Body>,
    pub(crate) header: Option<(HeaderName, HeaderValue)>,
    pub(crate) effect: Effect,
    pub(crate) identity: Identity,
}

impl<'a> Call<'a> {
    pub(crate) fn get(segments: &'a [&'a str]) -> Self {
        Self::bare(Method::GET, segments, Effect::Reads)
    }

    pub(crate) fn delete(segments: &'a [&'a str]) -> Self {
        Self::bare(Method::DELETE, segments, Effect::Acts)
    }

    pub(crate) fn post(segments: &'a [&'a str], body: Body, identity: Identity) -> Self {
        Self {
            body: Some(body),
            identity,
            ..Self::bare(Method::POST, segments, Effect::Acts)
        }
    }

    fn bare(method: Method, segments: &'a [&'a str], effect: Effect) -> Self {
        Self {
            method,
            segments,
            query: None,
            body: None,
            header: None,
            effect,
            identity: Identity::None,
        }
    }
}
