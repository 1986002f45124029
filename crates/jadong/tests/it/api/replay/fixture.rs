//! The two files of recordings.

use std::collections::BTreeMap;

use serde::Deserialize;

use testkit::ordered::Ordered;

/// One request as an SDK sent it.
#[derive(Debug, Clone, Deserialize)]
pub struct SdkRequest {
    pub sdk: String,
    pub method: String,
    pub path: String,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

/// One answer of the hosted service, or of its documentation.
#[derive(Debug, Clone, Deserialize)]
pub struct WireAnswer {
    pub name: String,
    #[serde(default)]
    pub request: Option<Ordered>,
    #[serde(default)]
    pub response: Option<Ordered>,
}

pub fn sdk_requests() -> Vec<SdkRequest> {
    serde_json::from_str(include_str!("../../../fixtures/sdk-requests.json")).expect("the recorded requests are JSON")
}

pub fn wire_answers() -> Vec<WireAnswer> {
    serde_json::from_str(include_str!("../../../fixtures/wire-fixtures.json")).expect("the recorded answers are JSON")
}
