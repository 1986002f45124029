//! One attempt: a POST that must be answered with 200 and `{"success": true}` within five seconds.

use std::error::Error;
use std::time::Duration;

use domain::EpochMs;
use domain::delivery::{Delivery, State};
use domain::fingerprint::Pepper;
use domain::project::Project;
use reqwest::{Client, Response, StatusCode};
use serde::Deserialize;

use super::letter::letter;
use super::target::{self, NotAllowed, PublicNames};
use crate::settings::Mode;

/// From connecting to the last byte of the answer.
const TIME_OUT: Duration = Duration::from_secs(5);
/// What is read of an answer.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
const USER_AGENT: &str = concat!("Jadong/", env!("CARGO_PKG_VERSION"), " (webhook)");

/// Sends webhooks.
pub struct Courier {
    http: Client,
    mode: Mode,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// 200 and `{"success": true}`.
    Success,
    /// 200, but another body.
    NotSuccess,
    /// Another status.
    Status(u16),
    TimedOut,
    NoConnection,
    Refused(NotAllowed),
}

impl Heard {
    /// What the outbox is told.
    pub fn state(&self) -> State {
        match self {
            Self::Success => State::Delivered,
            Self::Refused(_) => State::Exhausted,
            Self::NotSuccess | Self::Status(_) | Self::TimedOut | Self::NoConnection => State::Pending,
        }
    }

    /// For the list of deliveries.
    pub fn sentence(&self) -> String {
        match self {
            Self::Success => "200".to_owned(),
            Self::NotSuccess => "200 without {\"success\": true}".to_owned(),
            Self::Status(status) => status.to_string(),
            Self::TimedOut => "timed out".to_owned(),
            Self::NoConnection => "no connection".to_owned(),
            Self::Refused(why) => format!("refused: {why}"),
        }
    }

    /// For the metrics.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Success => "delivered",
            Self::NotSuccess => "not_success",
            Self::Status(_) => "http_status",
            Self::TimedOut => "timed_out",
            Self::NoConnection => "no_connection",
            Self::Refused(_) => "refused",
        }
    }

    /// Whether the endpoint said nothing at all.
    pub fn is_silence(&self) -> bool {
        matches!(self, Self::TimedOut | Self::NoConnection)
    }
}

impl Courier {
    /// Errors: the TLS roots or the client cannot be set up.
    pub fn new(mode: Mode) -> Result<Self, reqwest::Error> {
        // The roots travel with the binary: an empty container has none.
        let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS
            .iter()
            .filter_map(|root| reqwest::Certificate::from_der(root).ok());
        let mut builder = Client::builder()
            .tls_certs_only(roots)
            // A redirect would lead past the look at the target.
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(TIME_OUT)
            .pool_max_idle_per_host(4)
            .pool_idle_timeout(Duration::from_secs(5))
            .user_agent(USER_AGENT);
        if mode == Mode::Live {
            builder = builder.dns_resolver(PublicNames);
        }
        Ok(Self {
            http: builder.build()?,
            mode,
        })
    }

    /// One attempt at a delivery, signed at `now`.
    pub async fn send(&self, pepper: &Pepper, project: &Project, delivery: &Delivery, now: EpochMs) -> Heard {
        let url = match target::read(&delivery.url, self.mode) {
            Ok(url) => url,
            Err(why) => return Heard::Refused(why),
        };
        let letter = letter(pepper, project, delivery, now);
        let mut request = self.http.post(url).body(letter.body);
        for (name, value) in letter.headers {
            request = request.header(name, value);
        }
        match request.send().await {
            Ok(response) => read(response).await,
            Err(error) => heard(&error),
        }
    }
}

async fn read(mut response: Response) -> Heard {
    #[derive(Deserialize)]
    struct Answer {
        success: bool,
    }
    let status = response.status();
    if status != StatusCode::OK {
        return Heard::Status(status.as_u16());
    }
    let mut answer = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if answer.len() + chunk.len() > ANSWER_BYTES_MAX => return Heard::NotSuccess,
            Ok(Some(chunk)) => answer.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(error) => return heard(&error),
        }
    }
    match serde_json::from_slice::<Answer>(&answer) {
        Ok(Answer { success: true }) => Heard::Success,
        Ok(Answer { success: false }) | Err(_) => Heard::NotSuccess,
    }
}

fn heard(error: &reqwest::Error) -> Heard {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(present) = cause {
        if let Some(why) = present.downcast_ref::<NotAllowed>() {
            return Heard::Refused(*why);
        }
        cause = present.source();
    }
    if error.is_timeout() {
        Heard::TimedOut
    } else {
        Heard::NoConnection
    }
}
