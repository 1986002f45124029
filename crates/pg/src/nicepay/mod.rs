//! The NICE-shaped connector. Shapes and assumptions: `docs/reference/pg-protocol.md`.

mod answer;
mod connector;
mod consents;
mod exchange;
mod payments;
pub(crate) mod reasons;
mod receipts;

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderValue;
use seams::Clock;
use secrecy::SecretString;

use crate::line::{Line, LineSettings};

/// Characters of a goods name that the PG takes.
const GOODS_NAME_CHARACTERS_MAX: usize = 40;

/// Where the PG is, and who we are to it.
#[derive(Debug, Clone)]
pub struct NicePaySettings {
    /// Without a trailing slash: `https://api.nicepay.co.kr`.
    pub base_url: String,
    pub client_key: String,
    pub secret_key: SecretString,
    pub connect_timeout: Duration,
    /// From connecting to the last byte of the answer.
    pub read_timeout: Duration,
    /// Calls under way at once; more wait their turn.
    pub calls_max: usize,
    /// How long; then the call is not sent.
    pub queue_wait: Duration,
}

/// The connector could not be built.
#[derive(Debug, thiserror::Error)]
pub enum NicePayError {
    #[error("the PG's secret key must have 32 characters")]
    SecretKeyLength,
    #[error("the PG's client key or URL has characters that cannot be sent")]
    Credentials,
    #[error(transparent)]
    Client(#[from] crate::line::NoClient),
}

/// The connector.
pub struct NicePay {
    line: Line,
    authorization: HeaderValue,
    secret_key: SecretString,
    is_simulated: bool,
}

impl NicePay {
    /// Builds the connector; no call is made.
    pub fn new(settings: NicePaySettings, clock: Arc<dyn Clock>) -> Result<Self, NicePayError> {
        use secrecy::ExposeSecret;

        if settings.secret_key.expose_secret().len() != 32 {
            return Err(NicePayError::SecretKeyLength);
        }
        let authorization =
            crate::credentials::basic(&settings.client_key, &settings.secret_key).ok_or(NicePayError::Credentials)?;
        // NICE, its test environment too, is asked over TLS, and the simulated PG has none.
        let is_simulated = settings.base_url.starts_with("http://");
        let line = LineSettings {
            base_url: settings.base_url,
            connect_timeout: settings.connect_timeout,
            read_timeout: settings.read_timeout,
            held_timeout: None,
            calls_max: settings.calls_max,
            queue_wait: settings.queue_wait,
        };
        Ok(Self {
            line: Line::new(line, clock)?,
            authorization,
            secret_key: settings.secret_key,
            is_simulated,
        })
    }
}
