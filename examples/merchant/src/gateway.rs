//! The gateway as this merchant uses it: four calls, and what each way of failing means for the merchant.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use reqwest::{Certificate, Client, Method, Response, StatusCode};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use crate::exchanges::{Exchange, Exchanges, Step};
use crate::server::MerchantConfig;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// The gateway's answers are about 1 KiB.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// Why a call did not succeed. What may follow depends on which of the three it is.
#[derive(Debug)]
pub(crate) enum CallError {
    /// No byte left this house: nothing has happened at the gateway.
    NotSent,
    /// The gateway said no. Final, unless the code says that time helps.
    Refused(Refusal),
    /// It may or may not have happened. Look it up before drawing a conclusion.
    Unclear(Unclear),
}

#[derive(Debug)]
pub(crate) enum Unclear {
    /// The time limit passed, or the connection broke after the request was sent.
    NoAnswer,
    /// An answer that is not one of the gateway's.
    BadAnswer,
    /// 5xx with the gateway's own words.
    ServerError(Refusal),
}

/// `{error_code, message}` as the gateway said it, and its HTTP status.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub http_status: u16,
    pub error_code: String,
    pub message: String,
    /// Present when the PG refused.
    pub pg_error_code: Option<String>,
}

/// A 200 of the gateway.
pub(crate) struct Answer {
    pub body: Value,
    /// The header `Jadong-Consent`: `agreed` or `waiting`. Absent at the hosted service.
    pub consent: Option<String>,
}

/// One call. `shown` is what the exchange record may show of `body`; both have one type, so that no field is left out.
pub(crate) struct Call<'a, B> {
    pub step: Step,
    pub method: Method,
    pub path: String,
    pub body: Option<&'a B>,
    pub shown: Option<&'a B>,
    /// Values that must not be in the record even if the gateway should echo them.
    pub never_shown: &'a [&'a str],
}

#[derive(Clone)]
pub(crate) struct Gateway {
    http: Client,
    to: Arc<Access>,
    exchanges: Exchanges,
}

struct Access {
    base_url: String,
    client_key: String,
    secret_key: String,
}

impl Gateway {
    /// # Errors
    /// When the TLS roots cannot be read, at start-up rather than at the first customer.
    pub(crate) fn new(config: &MerchantConfig, exchanges: Exchanges) -> anyhow::Result<Self> {
        // Bundled roots: a slim container has none of its own.
        let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS
            .iter()
            .map(|der| Certificate::from_der(der));
        let http = Client::builder()
            .tls_certs_only(roots.collect::<Result<Vec<_>, _>>()?)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(config.call_timeout)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .context("building the HTTP client")?;
        let to = Access {
            base_url: config.gateway_url.trim_end_matches('/').to_owned(),
            client_key: config.client_key.clone(),
            secret_key: config.secret_key.clone(),
        };
        Ok(Self {
            http,
            to: Arc::new(to),
            exchanges,
        })
    }

    /// Performs `call` and records it. Never retries: whether a retry is safe is the caller's knowledge.
    ///
    /// # Errors
    /// See [`CallError`].
    pub(crate) async fn call<B: Serialize>(&self, call: Call<'_, B>) -> Result<Answer, CallError> {
        let started = Instant::now();
        let outcome = self.exchange(&call).await;
        let took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let (status, text, headers, failure) = match &outcome {
            Ok(raw) => (
                Some(raw.status.as_u16()),
                Some(raw.text.as_str()),
                raw.headers.clone(),
                None,
            ),
            Err(CallError::NotSent) => (None, None, BTreeMap::new(), Some("not sent: no connection")),
            Err(_) => (
                None,
                None,
                BTreeMap::new(),
                Some("no answer: time-out or broken connection"),
            ),
        };
        self.exchanges.record(Exchange {
            step: call.step,
            method: call.method.to_string(),
            path: call.path.clone(),
            sent: call.shown.and_then(|shown| to_raw_value(shown).ok()),
            status,
            received: text.and_then(|text| presentable(text, call.never_shown)),
            failure,
            took_ms,
            headers,
        });
        understand(outcome?)
    }

    async fn exchange<B: Serialize>(&self, call: &Call<'_, B>) -> Result<RawAnswer, CallError> {
        let url = format!("{}{}", self.to.base_url, call.path);
        let mut request = self
            .http
            .request(call.method.clone(), url)
            .basic_auth(&self.to.client_key, Some(&self.to.secret_key))
            .header("accept", "application/json");
        if let Some(body) = call.body {
            request = request.json(body);
        }
        let response = request
            .send()
            .await
            .map_err(|error| match error.is_connect() || error.is_builder() {
                true => CallError::NotSent,
                false => CallError::Unclear(Unclear::NoAnswer),
            })?;
        RawAnswer::read(response).await
    }
}

struct RawAnswer {
    status: StatusCode,
    headers: BTreeMap<String, String>,
    text: String,
}

impl RawAnswer {
    async fn read(mut response: Response) -> Result<Self, CallError> {
        let mut body = Vec::new();
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(|_| CallError::Unclear(Unclear::NoAnswer))?
        {
            if body.len() + chunk.len() > ANSWER_BYTES_MAX {
                return Err(CallError::Unclear(Unclear::BadAnswer));
            }
            body.extend_from_slice(&chunk);
        }
        let own = response
            .headers()
            .iter()
            .filter(|(name, _)| name.as_str().starts_with("jadong-"));
        let headers = own.filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())));
        Ok(Self {
            status: response.status(),
            headers: headers.collect(),
            text: String::from_utf8_lossy(&body).into_owned(),
        })
    }
}

fn understand(raw: RawAnswer) -> Result<Answer, CallError> {
    let body = serde_json::from_str::<Value>(&raw.text).ok().filter(Value::is_object);
    let body = body.ok_or(CallError::Unclear(Unclear::BadAnswer))?;
    if raw.status == StatusCode::OK && body.get("error_code").is_none() {
        return Ok(Answer {
            consent: raw.headers.get("jadong-consent").cloned(),
            body,
        });
    }
    let word = |key: &str| body.get(key).and_then(Value::as_str).map(str::to_owned);
    let error_code = word("error_code").ok_or(CallError::Unclear(Unclear::BadAnswer))?;
    let refusal = Refusal {
        http_status: raw.status.as_u16(),
        error_code,
        message: word("message").unwrap_or_default(),
        pg_error_code: word("pg_error_code"),
    };
    match raw.status.is_server_error() {
        true => Err(CallError::Unclear(Unclear::ServerError(refusal))),
        false => Err(CallError::Refused(refusal)),
    }
}

/// The answer for the record: as it was when it is JSON, else as a JSON string; without what must not be shown.
fn presentable(text: &str, never_shown: &[&str]) -> Option<Box<RawValue>> {
    let shown = never_shown.iter().filter(|value| !value.is_empty());
    let text = shown.fold(text.to_owned(), |text, value| text.replace(value, "******"));
    serde_json::from_str(&text).or_else(|_| to_raw_value(&text)).ok()
}
