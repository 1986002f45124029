//! One HTTP exchange with the PG, and how its failures are told apart.

use nicepay::wire::ConsentAnswer;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Body, RequestBuilder};
use serde::Serialize;

use super::NicePay;
use super::answer::{self, Expected, NicePayReply};
use super::guarded_body::GuardedBody;
use super::turn::Turn;
use crate::connector::CallTime;
use crate::outcome::{Outcome, Unknown, Unsent};

/// An answer has about 400 bytes; a longer one is not the PG's.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

impl NicePay {
    /// Asks what changes nothing at the PG, in its turn.
    pub(super) async fn get<A: NicePayReply>(&self, turn: Turn, url: String, wanted: Expected) -> Outcome<A> {
        let request = self.http.get(url);
        self.exchange(turn, request, wanted, |error| without_answer(error))
            .await
    }

    /// Sends `body` in its turn, unless its time to leave is over.
    pub(super) async fn post<A: NicePayReply>(
        &self,
        turn: Turn,
        url: String,
        body: &impl Serialize,
        wanted: Expected,
    ) -> Outcome<A> {
        let Ok(bytes) = serde_json::to_vec(body) else {
            return Outcome::NotSent(Unsent::Unreachable);
        };
        let (body, fate) = GuardedBody::new(bytes, turn.at.send_by, self.clock.clone());
        let json = HeaderValue::from_static("application/json");
        let request = self.http.post(url).header(CONTENT_TYPE, json).body(Body::wrap(body));
        let failed = |error: &reqwest::Error| match fate.withhold() {
            Some(why) => Outcome::NotSent(why),
            None => without_answer(error),
        };
        self.exchange(turn, request, wanted, failed).await
    }

    /// Sends `request`, and reads an answer whose `0000` carries the signature that `wanted` asks for. `failed` says what it is
    /// that no answer came.
    async fn exchange<A: NicePayReply>(
        &self,
        turn: Turn,
        request: RequestBuilder,
        wanted: Expected,
        failed: impl FnOnce(&reqwest::Error) -> Outcome<A>,
    ) -> Outcome<A> {
        let call = turn.call;
        let started = std::time::Instant::now();
        let outcome = match self.send(turn.at, request, failed).await {
            Ok(answer) => answer::classify(answer, wanted, &self.secret_key),
            Err(outcome) => outcome,
        };
        metrics::histogram!("jadong_pg_call_seconds", "call" => call, "outcome" => outcome.name())
            .record(started.elapsed().as_secs_f64());
        match &outcome {
            Outcome::Done(_) => tracing::debug!(call, "PG answered"),
            Outcome::Refused { pg, .. } => tracing::info!(call, pg_code = pg.code, "PG refused"),
            Outcome::NotSent(Unsent::Late) => self.note_late(call),
            Outcome::NotSent(_) => tracing::warn!(call, "PG cannot be reached"),
            Outcome::Unknown(why) => tracing::warn!(call, why = why.name(), "PG outcome unknown"),
        }
        outcome
    }

    async fn send<A: NicePayReply>(
        &self,
        at: CallTime,
        request: RequestBuilder,
        failed: impl FnOnce(&reqwest::Error) -> Outcome<A>,
    ) -> Result<A, Outcome<A>> {
        let mut request = request.header(reqwest::header::AUTHORIZATION, self.authorization.clone());
        if at.ahead_ms > 0 {
            request = request.header(nicepay::SANDBOX_AHEAD_MS, at.ahead_ms);
        }
        if let Some(project) = at.project.filter(|_| at.names_project) {
            request = request.header(nicepay::SANDBOX_PROJECT, project.to_string());
        }
        let mut response = request.send().await.map_err(|error| failed(&error))?;
        if response.status() != reqwest::StatusCode::OK {
            return Err(self.not_ok(response).await);
        }
        let body = read_body(&mut response).await?;
        serde_json::from_slice(&body).map_err(|_| Outcome::Unknown(Unknown::NotJson))
    }

    /// 401 says that nothing was looked at; every other status leaves the outcome open.
    async fn not_ok<A>(&self, mut response: reqwest::Response) -> Outcome<A> {
        if response.status() == reqwest::StatusCode::UNAUTHORIZED
            && let Ok(body) = read_body::<A>(&mut response).await
            && let Ok(refusal) = serde_json::from_slice::<ConsentAnswer>(&body)
        {
            return answer::refused(&refusal.result_code, &refusal.result_msg);
        }
        Outcome::Unknown(Unknown::HttpStatus)
    }
}

async fn read_body<A>(response: &mut reqwest::Response) -> Result<Vec<u8>, Outcome<A>> {
    let mut body = Vec::with_capacity(512);
    while let Some(chunk) = response.chunk().await.map_err(|error| without_answer(&error))? {
        body.extend_from_slice(&chunk);
        if body.len() > ANSWER_BYTES_MAX {
            return Err(Outcome::Unknown(Unknown::NotJson));
        }
    }
    Ok(body)
}

/// Of a call whose body is not in question only a connection that was never made is "not sent".
fn without_answer<A>(error: &reqwest::Error) -> Outcome<A> {
    if error.is_connect() {
        Outcome::NotSent(Unsent::Unreachable)
    } else if error.is_timeout() {
        Outcome::Unknown(Unknown::TimedOut)
    } else {
        Outcome::Unknown(Unknown::Broken)
    }
}

#[cfg(test)]
mod tests;
