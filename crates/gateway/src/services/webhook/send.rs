//! One attempt: a POST that must be answered with 200 and `{"success": true}` within five seconds.

use std::time::Duration;

use domain::EpochMs;
use domain::fingerprint::Pepper;
use domain::project::Project;
use domain::webhook_delivery::Delivery;
use reqwest::header::RETRY_AFTER;
use reqwest::{Client, Response, StatusCode};
use serde::Deserialize;

use super::attempt_outcome::AttemptOutcome;
use super::sign;
use super::signed_request::signed_request;
use super::target::{self, PublicResolver};
use crate::settings::Mode;

/// From connecting to the last byte of the answer.
const TIME_OUT: Duration = Duration::from_secs(5);
/// Ends a little before the whole, so that it is known which of them it was.
const CONNECT_TIME_OUT: Duration = Duration::from_millis(4_900);
/// What is read of an answer.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
const USER_AGENT: &str = concat!("Jadong/", env!("CARGO_PKG_VERSION"), " (webhook)");

/// Sends webhooks. A copy shares its connections.
#[derive(Clone)]
pub struct WebhookClient {
    http: Client,
    mode: Mode,
}

impl WebhookClient {
    /// Errors: the TLS roots or the client cannot be set up.
    pub fn new(mode: Mode) -> Result<Self, reqwest::Error> {
        // The roots travel with the binary: an empty container has none.
        let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS
            .iter()
            .filter_map(|root| reqwest::Certificate::from_der(root).ok());
        let http = Client::builder()
            .tls_certs_only(roots)
            // A redirect would lead past the look at the target.
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(TIME_OUT)
            .connect_timeout(CONNECT_TIME_OUT)
            .pool_max_idle_per_host(4)
            .pool_idle_timeout(Duration::from_secs(5))
            .dns_resolver(PublicResolver(mode))
            .user_agent(USER_AGENT)
            .build()?;
        Ok(Self { http, mode })
    }

    /// One attempt at a delivery, signed at `now`.
    pub async fn send(&self, pepper: &Pepper, project: &Project, delivery: &Delivery, now: EpochMs) -> AttemptOutcome {
        let url = match target::read(&delivery.url, self.mode) {
            Ok(url) => url,
            Err(why) => return AttemptOutcome::Refused(why),
        };
        let signed = signed_request(pepper, project, delivery, now);
        let mut request = self.http.post(url).body(signed.body);
        for (name, value) in signed.headers {
            request = request.header(name, value);
        }
        match request.send().await {
            Ok(response) => read(response, now).await,
            Err(error) => AttemptOutcome::of_error(&error),
        }
    }
}

impl WebhookClient {
    /// One attempt at a message to an operator, signed at `now` with the project's secret. Errors: why it was not taken.
    pub async fn post(
        &self,
        pepper: &Pepper,
        project: &Project,
        url: &str,
        (id, body): (&str, &str),
        now: EpochMs,
    ) -> Result<(), String> {
        let target = target::read(url, self.mode).map_err(|why| why.to_string())?;
        let request = self
            .http
            .post(target)
            .header("content-type", "application/json; charset=utf-8")
            .header("webhook-id", id)
            .header("webhook-timestamp", now.epoch_seconds().to_string())
            .header("webhook-signature", sign::signatures(pepper, project, id, now, body))
            .body(body.to_owned());
        match request.send().await {
            Ok(response) if response.status().is_success() => Ok(()),
            Ok(response) => Err(response.status().to_string()),
            Err(error) => Err(AttemptOutcome::of_error(&error).sentence()),
        }
    }
}

async fn read(mut response: Response, now: EpochMs) -> AttemptOutcome {
    #[derive(Deserialize)]
    struct Answer {
        success: bool,
    }
    let status = response.status();
    if status != StatusCode::OK {
        let retry_after = response.headers().get(RETRY_AFTER).and_then(|text| text.to_str().ok());
        return AttemptOutcome::of_status(status, retry_after, now);
    }
    let mut answer = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if answer.len() + chunk.len() > ANSWER_BYTES_MAX => return AttemptOutcome::NotSuccess,
            Ok(Some(chunk)) => answer.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(error) => return AttemptOutcome::of_error(&error),
        }
    }
    // Some editors and frameworks write a byte order mark before the first byte.
    let json = answer.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&answer);
    match serde_json::from_slice::<Answer>(json) {
        Ok(Answer { success: true }) => AttemptOutcome::Success,
        Ok(Answer { success: false }) | Err(_) => AttemptOutcome::NotSuccess,
    }
}
