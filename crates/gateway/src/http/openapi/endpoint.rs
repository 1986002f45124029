//! One endpoint as the document tells it.

use domain::ErrorCode;

/// Whose request it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authentication {
    /// A project's: Basic or Bearer.
    Project,
    /// The credentials are in the body.
    InBody,
}

/// The shape of a success.
#[derive(Debug, Clone, Copy)]
pub enum DocumentedAnswer {
    One(&'static str),
    /// One of these.
    Any(&'static [&'static str]),
    ListOf(&'static str),
}

/// An endpoint: its URL, its words in both languages, schemas by name, and the errors of its own.
///
/// What every endpoint can answer (credentials, the body, the gateway's own troubles) is added by [`errors`](Self::errors).
#[derive(Debug, Clone, Copy)]
pub struct Endpoint {
    pub method: &'static str,
    pub path: &'static str,
    /// `operationId`: the method of a generated client.
    pub name: &'static str,
    pub tag: &'static str,
    pub korean: &'static str,
    pub english: &'static str,
    pub authentication: Authentication,
    /// The schema of the body and its required fields.
    pub body: Option<(&'static str, &'static [&'static str])>,
    pub query: &'static [&'static str],
    /// Request headers besides the credentials.
    pub headers: &'static [&'static str],
    pub answer: DocumentedAnswer,
    /// Headers of a success, beside `Jadong-Request-Id`.
    pub answer_headers: &'static [&'static str],
    pub own_errors: &'static [&'static [ErrorCode]],
    /// What the answer is good for: operation, its parameter, where the value is in the answer.
    pub links: &'static [(&'static str, &'static str, &'static str)],
}

/// The least that an endpoint is; the table says the rest.
pub const PLAIN: Endpoint = Endpoint {
    method: "get",
    path: "",
    name: "",
    tag: "",
    korean: "",
    english: "",
    authentication: Authentication::Project,
    body: None,
    query: &[],
    headers: &[],
    answer: DocumentedAnswer::One(""),
    answer_headers: &[],
    own_errors: &[],
    links: &[],
};

/// A `Jadong-Test` that cannot be played is the last of these.
const GATE: &[ErrorCode] = &[
    ErrorCode::TokenInvalid,
    ErrorCode::ClientKeyNotFound,
    ErrorCode::SecretNotMatched,
    ErrorCode::FirewallBlocked,
    ErrorCode::RateLimited,
    ErrorCode::FieldInvalid,
];
const BODY: &[ErrorCode] = &[
    ErrorCode::BodyTooLarge,
    ErrorCode::BodyNotJson,
    ErrorCode::MediaTypeUnsupported,
    ErrorCode::FieldInvalid,
];
/// A `DELETE` reads a body too, though it asks for none.
const UNASKED_BODY: &[ErrorCode] = &[ErrorCode::BodyTooLarge, ErrorCode::BodyNotJson];
const ANY_ENDPOINT: &[ErrorCode] = &[ErrorCode::Overloaded, ErrorCode::StoreUnavailable, ErrorCode::Internal];
/// An `Idempotency-Key` that cannot be honoured, also where it would change nothing.
const KEY: &[ErrorCode] = &[ErrorCode::FieldInvalid, ErrorCode::SensitiveText];
/// An id that is empty or holds a slash makes another URL.
const URL: &[ErrorCode] = &[ErrorCode::EndpointNotFound, ErrorCode::MethodNotAllowed];

impl Endpoint {
    /// Every error that this endpoint can answer, each once.
    pub fn errors(&self) -> Vec<ErrorCode> {
        let gate = if self.authentication == Authentication::Project {
            GATE
        } else {
            &[]
        };
        let body = match (self.body, self.method) {
            (Some(_), _) => BODY,
            (None, "delete") => UNASKED_BODY,
            (None, _) => &[],
        };
        let key = if self.authentication == Authentication::Project && self.method != "get" {
            KEY
        } else {
            &[]
        };
        let mut errors: Vec<ErrorCode> = Vec::new();
        let url = if self.path.contains('{') { URL } else { &[] };
        let groups = self
            .own_errors
            .iter()
            .copied()
            .chain([gate, key, body, url, ANY_ENDPOINT]);
        for code in groups.flatten() {
            if !errors.contains(code) {
                errors.push(*code);
            }
        }
        errors
    }
}
