//! The line to a PG: one HTTP client, the calls that may be under way on it at once, and how it is told what was sent, what was
//! not, and what nobody knows. Connectors of one PG share a line; two PGs never do, so that one that hangs holds up no other.

mod guarded_body;
mod turn;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};

use fairness::FairSemaphore;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Body, RequestBuilder, StatusCode};
use seams::Clock;

use self::guarded_body::GuardedBody;
use self::turn::{PARTS, TurnShare};
use crate::outcome::{Outcome, Unknown, Unsent};

pub use self::turn::Turn;

/// What was written and not acknowledged by the PG's machine for so long is given up by this one: later it does not arrive. The
/// waits of a resolution are longer (`config/check.rs`).
pub const UNACKNOWLEDGED_MAX: Duration = Duration::from_secs(20);

/// An answer has a few kilobytes; a longer one is not the PG's.
const ANSWER_BYTES_MAX: usize = 256 * 1024;

/// However many nodes there are, one bank's calls leave room for another's.
const CALLS_LEAST: usize = 8;

/// Where a PG is, and how long it is waited for.
#[derive(Debug, Clone)]
pub struct LineSettings {
    /// Without a trailing slash: `https://api.nicepay.co.kr`.
    pub base_url: String,
    pub connect_timeout: Duration,
    /// How long an answer may take, and each pause in it.
    pub read_timeout: Duration,
    /// The same of a call that the PG may hold until a customer has decided.
    pub held_timeout: Option<Duration>,
    /// Calls under way at once; more wait their turn.
    pub calls_max: usize,
    /// How long; then the call is not sent.
    pub queue_wait: Duration,
}

/// The line to one PG.
pub struct Line {
    http: reqwest::Client,
    /// For calls that the PG may hold.
    held: Option<reqwest::Client>,
    base_url: String,
    turns: FairSemaphore<TurnShare, PARTS>,
    calls_max: usize,
    queue_wait: Duration,
    /// What a call's [`SendBy`](crate::SendBy) is looked up on.
    clock: Arc<dyn Clock>,
}

/// The HTTP client cannot be built.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be built: {0}")]
pub struct NoClient(String);

/// An answer, whatever it says.
pub struct Reply {
    pub status: StatusCode,
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoReply {
    NotSent(Unsent),
    Unknown(Unknown),
}

impl<T, R> From<NoReply> for Outcome<T, R> {
    fn from(none: NoReply) -> Self {
        match none {
            NoReply::NotSent(why) => Self::NotSent(why),
            NoReply::Unknown(why) => Self::Unknown(why),
        }
    }
}

fn client(settings: &LineSettings, read_timeout: Duration) -> Result<reqwest::Client, NoClient> {
    // The roots travel with the binary: an empty container has none.
    let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS
        .iter()
        .filter_map(|root| reqwest::Certificate::from_der(root).ok());
    reqwest::Client::builder()
        .tls_certs_only(roots)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .connect_timeout(settings.connect_timeout)
        .timeout(settings.connect_timeout + read_timeout)
        .read_timeout(read_timeout)
        .tcp_user_timeout(UNACKNOWLEDGED_MAX)
        .pool_max_idle_per_host(settings.calls_max)
        // Below the usual 60 s of a server's idle time-out: a reused dead connection is an unknown outcome.
        .pool_idle_timeout(Duration::from_secs(5))
        .build()
        .map_err(|error| NoClient(error.to_string()))
}

impl Line {
    /// Builds it; no call is made.
    pub fn new(settings: LineSettings, clock: Arc<dyn Clock>) -> Result<Self, NoClient> {
        let http = client(&settings, settings.read_timeout)?;
        let held = settings.held_timeout.map(|held| client(&settings, held)).transpose()?;
        Ok(Self {
            http,
            held,
            base_url: settings.base_url.trim_end_matches('/').to_owned(),
            turns: FairSemaphore::new(settings.calls_max),
            calls_max: settings.calls_max,
            queue_wait: settings.queue_wait,
            clock,
        })
    }

    /// So many nodes call this PG.
    pub fn share_among(&self, nodes: NonZeroU32) {
        let nodes = usize::try_from(nodes.get()).unwrap_or(usize::MAX);
        let part = self.calls_max.div_ceil(nodes);
        self.turns.set_max(part.max(CALLS_LEAST.min(self.calls_max)));
    }

    /// A question at `path`, which begins with a slash.
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}{path}", self.base_url))
    }

    /// A call that changes something; its body comes with [`send`](Self::send).
    pub fn post(&self, path: &str) -> RequestBuilder {
        self.http.post(format!("{}{path}", self.base_url))
    }

    /// The same for one that the PG may hold.
    pub fn post_held(&self, path: &str) -> RequestBuilder {
        let client = self.held.as_ref().unwrap_or(&self.http);
        client.post(format!("{}{path}", self.base_url))
    }

    /// A call without a body that ends something.
    pub fn delete(&self, path: &str) -> RequestBuilder {
        self.http.delete(format!("{}{path}", self.base_url))
    }

    /// Asks what changes nothing at the PG, or what it may be asked any number of times.
    pub async fn ask(&self, request: RequestBuilder) -> Result<Reply, NoReply> {
        self.exchange(request, without_answer).await
    }

    /// Sends `request` with a JSON `body`, unless its time to leave is over.
    pub async fn send(&self, turn: &Turn, request: RequestBuilder, body: Vec<u8>) -> Result<Reply, NoReply> {
        let (body, fate) = GuardedBody::new(body, turn.at.send_by, self.clock.clone());
        let json = HeaderValue::from_static("application/json");
        let request = request.header(CONTENT_TYPE, json).body(Body::wrap(body));
        let failed = |error: &reqwest::Error| match fate.withhold() {
            Some(why) => NoReply::NotSent(why),
            None => without_answer(error),
        };
        self.exchange(request, failed).await
    }

    async fn exchange(
        &self,
        request: RequestBuilder,
        failed: impl FnOnce(&reqwest::Error) -> NoReply,
    ) -> Result<Reply, NoReply> {
        let mut response = request.send().await.map_err(|error| failed(&error))?;
        let status = response.status();
        let mut body = Vec::with_capacity(512);
        while let Some(chunk) = response.chunk().await.map_err(|error| without_answer(&error))? {
            body.extend_from_slice(&chunk);
            if body.len() > ANSWER_BYTES_MAX {
                return Err(NoReply::Unknown(Unknown::NotJson));
            }
        }
        Ok(Reply { status, body })
    }

    /// What a call came to, for the metrics and the log.
    pub fn note<T, R>(&self, call: &'static str, since: Instant, outcome: &Outcome<T, R>) {
        metrics::histogram!("jadong_pg_call_seconds", "call" => call, "outcome" => outcome.name())
            .record(since.elapsed().as_secs_f64());
        match outcome {
            Outcome::Done(_) => tracing::debug!(call, "PG answered"),
            Outcome::Refused { pg, .. } => tracing::info!(call, pg_code = pg.code, "PG refused"),
            Outcome::NotSent(Unsent::Late) => note_late(call),
            Outcome::NotSent(_) => tracing::warn!(call, "PG cannot be reached"),
            Outcome::Unknown(why) => tracing::warn!(call, why = why.name(), "PG outcome unknown"),
        }
    }
}

fn note_late(call: &'static str) {
    metrics::counter!("jadong_pg_late_total", "call" => call).increment(1);
    tracing::warn!(
        call,
        "a call to the PG came to its turn or its connection too late to leave: not sent"
    );
}

/// Of a call whose body is not in question only a connection that was never made is "not sent".
fn without_answer(error: &reqwest::Error) -> NoReply {
    if error.is_connect() {
        NoReply::NotSent(Unsent::Unreachable)
    } else if error.is_timeout() {
        NoReply::Unknown(Unknown::TimedOut)
    } else {
        NoReply::Unknown(Unknown::Broken)
    }
}
