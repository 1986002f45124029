//! Watching what is said, for logs, metrics and demonstrations.

use std::time::Duration;

use reqwest::header::HeaderMap;

/// One attempt at a call. What is personal is masked in `sent`, and hidden in `received` should the service echo it; the
/// path of a lookup or a destroy holds the billing key, and so does the answer that brings it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Exchange<'a> {
    /// `GET`, `POST` or `DELETE`.
    pub method: &'a str,
    /// From the root, with its query.
    pub path: &'a str,
    /// JSON, masked.
    pub sent: Option<&'a str>,
    /// HTTP status; `None` when there was no answer.
    pub status: Option<u16>,
    /// The answer's body.
    pub received: Option<&'a str>,
    /// The answer's headers.
    pub headers: Option<&'a HeaderMap>,
    /// From the first byte sent to the last received.
    pub took: Duration,
    /// 1, 2, …
    pub attempt: u32,
}

/// Is told every attempt when it is over. Called on the task that makes the call, so it must not wait.
pub trait Observer: Send + Sync {
    /// One attempt is over.
    fn exchanged(&self, exchange: &Exchange<'_>);
}
