//! What only a sandbox answers.

use domain::ErrorCode as E;

use crate::http::openapi::endpoint::{DocumentedAnswer, Endpoint, PLAIN};

const TAG: &str = "sandbox";

pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        path: "/sandbox/clock",
        name: "getSandboxClock",
        tag: TAG,
        korean: "샌드박스의 시각",
        english: "What time it is for the sandbox",
        answer: DocumentedAnswer::One("SandboxClock"),
        own_errors: &[&[E::EndpointNotFound]],
        ..PLAIN
    },
    Endpoint {
        method: "post",
        path: "/sandbox/clock",
        name: "moveSandboxClock",
        tag: TAG,
        korean: "시간 건너뛰기",
        english: "Skip some time",
        body: Some(("SandboxClockRequest", &[])),
        answer: DocumentedAnswer::One("SandboxClock"),
        own_errors: &[&[E::EndpointNotFound]],
        ..PLAIN
    },
];
