//! One request and its answer, as they are kept.

use domain::{EpochMs, ErrorCode, ProjectId, ReceiptId};
use uuid::Uuid;

/// The body of a request, as far as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CapturedBody {
    /// There was none.
    Nothing,
    /// JSON with placeholders, for an unquoted here-document.
    Shown(Box<str>),
    /// There was one; it is not kept: live mode, no JSON, too long, or nobody known had sent it.
    NotKept,
}

/// One request that was answered. Holds nothing that identifies an account or a person.
#[derive(Debug, Clone)]
pub struct Record {
    /// The answer's `Jadong-Request-Id`; grows with time.
    pub request_id: Uuid,
    /// When it came.
    pub at: EpochMs,
    /// Who asked; `None` when nobody known did.
    pub project: Option<ProjectId>,
    pub method: &'static str,
    /// The URL's pattern; `None` when there is no such endpoint.
    pub endpoint: Option<Box<str>>,
    /// The path, with what may not be shown hidden.
    pub path: Box<str>,
    /// Empty, or with its question mark.
    pub query: &'static str,
    /// The SDK or program that asked.
    pub sdk: Option<Box<str>>,
    pub status: u16,
    pub code: Option<ErrorCode>,
    /// The field at fault.
    pub field: Option<&'static str>,
    /// The receipt that the refusal names.
    pub receipt: Option<ReceiptId>,
    /// What would have worked.
    pub hint: Option<Box<str>>,
    pub took_ms: u64,
    pub body: CapturedBody,
    /// What was answered, as JSON with what may not be shown masked; `None` where it was not kept.
    pub answer: Option<Box<str>>,
}

impl Record {
    /// What it occupies, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let of = |text: &Option<Box<str>>| text.as_ref().map_or(0, |text| text.len());
        let body = match &self.body {
            CapturedBody::Shown(body) => body.len(),
            CapturedBody::Nothing | CapturedBody::NotKept => 0,
        };
        // The two counters of the `Arc`, and its place in the ring.
        let around = 3 * size_of::<usize>();
        let texts = [&self.endpoint, &self.sdk, &self.hint, &self.answer].map(of);
        size_of::<Self>() + around + self.path.len() + texts.iter().sum::<usize>() + body
    }

    /// Whether it asked for `id`, or was answered with it.
    #[must_use]
    pub fn is_about(&self, id: &str) -> bool {
        let has_sent = matches!(&self.body, CapturedBody::Shown(body) if body.contains(id));
        has_sent || self.path.contains(id) || self.answer.as_ref().is_some_and(|answer| answer.contains(id))
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub fn record() -> Record {
        Record {
            request_id: Uuid::now_v7(),
            at: EpochMs(1_767_290_645_000),
            project: None,
            method: "POST",
            endpoint: Some("/v2/request/token".into()),
            path: "/v2/request/token".into(),
            query: "",
            sdk: Some("JavaScript 2.13.1".into()),
            status: 200,
            code: None,
            field: None,
            receipt: None,
            hint: None,
            took_ms: 3,
            body: CapturedBody::Nothing,
            answer: None,
        }
    }
}
