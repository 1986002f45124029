//! One HTTP exchange with the PG, and how its failures are told apart.

use nicepay::wire::ConsentAnswer;
use reqwest::RequestBuilder;

use super::NicePay;
use super::answer::{self, Expected, NicePayReply};
use super::turn::Turn;
use crate::connector::CallTime;
use crate::outcome::{Outcome, Unknown, Unsent};

/// An answer has about 400 bytes; a longer one is not the PG's.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

impl NicePay {
    /// Sends `request` in its turn, and reads an answer whose `0000` carries the signature that `wanted` asks for.
    pub(super) async fn exchange<A: NicePayReply>(
        &self,
        turn: Turn,
        request: RequestBuilder,
        wanted: Expected,
    ) -> Outcome<A> {
        let call = turn.call;
        let started = std::time::Instant::now();
        let outcome = match self.send(turn.at, request).await {
            Ok(answer) => answer::classify(answer, wanted, &self.secret_key),
            Err(outcome) => outcome,
        };
        metrics::histogram!("jadong_pg_call_seconds", "call" => call, "outcome" => outcome.name())
            .record(started.elapsed().as_secs_f64());
        match &outcome {
            Outcome::Done(_) => tracing::debug!(call, "PG answered"),
            Outcome::Refused { pg, .. } => tracing::info!(call, pg_code = pg.code, "PG refused"),
            Outcome::NotSent(_) => tracing::warn!(call, "PG cannot be reached"),
            Outcome::Unknown(why) => tracing::warn!(call, why = why.name(), "PG outcome unknown"),
        }
        outcome
    }

    async fn send<A: NicePayReply>(&self, at: CallTime, request: RequestBuilder) -> Result<A, Outcome<A>> {
        let mut request = request.header(reqwest::header::AUTHORIZATION, self.authorization.clone());
        if at.ahead_ms > 0 {
            request = request.header(nicepay::SANDBOX_AHEAD_MS, at.ahead_ms);
        }
        if let Some(project) = at.project.filter(|_| at.names_project) {
            request = request.header(nicepay::SANDBOX_PROJECT, project.to_string());
        }
        let mut response = request.send().await.map_err(|error| without_answer(&error))?;
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

/// Only a connection that was never made is "not sent".
fn without_answer<A>(error: &reqwest::Error) -> Outcome<A> {
    if error.is_connect() {
        Outcome::NotSent(Unsent::Unreachable)
    } else if error.is_timeout() {
        Outcome::Unknown(Unknown::TimedOut)
    } else {
        Outcome::Unknown(Unknown::Broken)
    }
}
