//! What the gateway answered.

use std::time::Duration;

use reqwest::RequestBuilder;
use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::described;

/// An answer as it came.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, whole.
    pub body: String,
}

impl Answer {
    /// Sends the request; the answer must be one that the OpenAPI document describes.
    pub async fn to(request: RequestBuilder) -> Self {
        let (client, request) = request.build_split();
        let request = request.expect("a request");
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let response = client.execute(request).await.expect("the gateway answers");
        let answer = Self::read(response).await.expect("a body is text");
        described::check(method.as_str(), &path, answer.status, &answer.body);
        answer
    }

    /// Sends the request to a gateway that may die; `None` when there was no whole answer.
    pub async fn if_any(request: RequestBuilder) -> Option<Self> {
        let request = request.timeout(Duration::from_secs(20));
        let answered = async { Self::read(request.send().await?).await };
        // That nobody listens there is what a test expects of one that was killed.
        let told = |error: &reqwest::Error| {
            if !error.is_connect() {
                eprintln!("no answer: {error:?}");
            }
        };
        answered.await.inspect_err(told).ok()
    }

    async fn read(response: reqwest::Response) -> Result<Self, reqwest::Error> {
        Ok(Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.text().await?,
        })
    }

    /// The body, which must be JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {}", self.body))
    }

    fn member(&self, key: &str) -> Value {
        let body: Value = serde_json::from_str(&self.body).unwrap_or_default();
        body.get(key).cloned().unwrap_or_default()
    }

    /// A member as text; `""` when there is none.
    pub fn text(&self, key: &str) -> String {
        match self.member(key) {
            Value::Null => String::new(),
            Value::String(text) => text,
            other => other.to_string(),
        }
    }

    /// A member that is a number.
    pub fn number(&self, key: &str) -> Option<i64> {
        self.member(key).as_i64()
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Whether it is an earlier request's answer.
    pub fn is_replayed(&self) -> bool {
        self.header("jadong-replayed") == Some("true")
    }

    /// `""` for a success.
    pub fn error_code(&self) -> String {
        self.text("error_code")
    }

    /// HTTP status and `error_code`: `400 SUBSCRIBE_AT_PHONE_BLANK`; `200` alone for a success.
    pub fn verdict(&self) -> String {
        format!("{} {}", self.status, self.error_code()).trim_end().to_owned()
    }

    /// The answer, which must have this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }
}
