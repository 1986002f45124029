//! The NICE-shaped connector. Shapes and assumptions: `docs/reference/pg-protocol.md`.

mod answer;
mod connector;
mod consents;
mod exchange;
mod guarded_body;
mod payments;
mod reasons;
mod receipts;
mod turn;

use std::sync::Arc;
use std::time::Duration;

use fairness::FairSemaphore;
use reqwest::header::HeaderValue;
use seams::Clock;
use secrecy::SecretString;

use self::turn::{PARTS, TurnShare};

/// Characters of a goods name that the PG takes.
const GOODS_NAME_CHARACTERS_MAX: usize = 40;

/// What was written and not acknowledged by the PG's machine for so long is given up by this one: later it does not arrive. The
/// waits of a resolution are longer (`config/check.rs`).
pub const UNACKNOWLEDGED_MAX: Duration = Duration::from_secs(20);

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
    #[error("the HTTP client cannot be built: {0}")]
    Client(String),
}

/// The connector.
pub struct NicePay {
    http: reqwest::Client,
    base_url: String,
    authorization: HeaderValue,
    secret_key: SecretString,
    turns: FairSemaphore<TurnShare, PARTS>,
    calls_max: usize,
    queue_wait: Duration,
    /// What a call's [`SendBy`](crate::SendBy) is looked up on.
    clock: Arc<dyn Clock>,
}

impl NicePay {
    /// Builds the connector; no call is made.
    pub fn new(settings: NicePaySettings, clock: Arc<dyn Clock>) -> Result<Self, NicePayError> {
        use base64::Engine;
        use secrecy::ExposeSecret;

        let secret_key = settings.secret_key.expose_secret();
        if secret_key.len() != 32 {
            return Err(NicePayError::SecretKeyLength);
        }
        let pair = base64::engine::general_purpose::STANDARD.encode(format!("{}:{secret_key}", settings.client_key));
        let mut authorization =
            HeaderValue::try_from(format!("Basic {pair}")).map_err(|_| NicePayError::Credentials)?;
        authorization.set_sensitive(true);
        // The roots travel with the binary: an empty container has none.
        let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS
            .iter()
            .filter_map(|root| reqwest::Certificate::from_der(root).ok());
        let http = reqwest::Client::builder()
            .tls_certs_only(roots)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(settings.connect_timeout)
            .timeout(settings.connect_timeout + settings.read_timeout)
            .read_timeout(settings.read_timeout)
            .tcp_user_timeout(UNACKNOWLEDGED_MAX)
            .pool_max_idle_per_host(settings.calls_max)
            // Below the usual 60 s of a server's idle time-out: a reused dead connection is an unknown outcome.
            .pool_idle_timeout(Duration::from_secs(5))
            .build()
            .map_err(|error| NicePayError::Client(error.to_string()))?;
        Ok(Self {
            http,
            base_url: settings.base_url.trim_end_matches('/').to_owned(),
            authorization,
            secret_key: settings.secret_key,
            turns: FairSemaphore::new(settings.calls_max),
            calls_max: settings.calls_max,
            queue_wait: settings.queue_wait,
            clock,
        })
    }
}
