//! One exchange with the PG, judged.

use std::time::Instant;

use nicepay::wire::ConsentAnswer;
use reqwest::{RequestBuilder, StatusCode};
use serde::Serialize;

use super::NicePay;
use super::answer::{self, Expected, NicePayReply};
use crate::line::{Reply, Turn};
use crate::outcome::{Outcome, Unknown, Unsent};
use crate::test_outcomes::TestedCall;

impl NicePay {
    /// Asks at `path` what changes nothing at the PG, in its turn.
    pub(super) async fn get<A: NicePayReply>(&self, turn: Turn, path: String, wanted: Expected) -> Outcome<A> {
        let since = Instant::now();
        let request = self.with_headers(self.line.get(&path), &turn);
        let outcome = match self.line.ask(request).await {
            Ok(reply) => self.judge(&reply, wanted),
            Err(none) => none.into(),
        };
        self.line.note(turn.call, since, &outcome);
        outcome
    }

    /// Sends `body` to `path` in its turn, unless its time to leave is over.
    pub(super) async fn post<A: NicePayReply>(
        &self,
        turn: Turn,
        path: String,
        body: &impl Serialize,
        wanted: Expected,
    ) -> Outcome<A> {
        let Ok(bytes) = serde_json::to_vec(body) else {
            return Outcome::NotSent(Unsent::Unreachable);
        };
        let since = Instant::now();
        let request = self.with_headers(self.line.post(&path), &turn);
        let outcome = match self.line.send(&turn, request, bytes).await {
            Ok(reply) => self.judge(&reply, wanted),
            Err(none) => none.into(),
        };
        self.line.note(turn.call, since, &outcome);
        outcome
    }

    fn with_headers(&self, request: RequestBuilder, turn: &Turn) -> RequestBuilder {
        let at = turn.at;
        let mut request = request.header(reqwest::header::AUTHORIZATION, self.authorization.clone());
        if at.ahead_ms > 0 {
            request = request.header(nicepay::SANDBOX_AHEAD_MS, at.ahead_ms);
        }
        if let Some(project) = at.project.filter(|_| at.names_project) {
            request = request.header(nicepay::SANDBOX_PROJECT, project.to_string());
        }
        let tested = match turn.call {
            "start" => Some(TestedCall::Consent),
            "charge" => Some(TestedCall::Charge),
            "cancel" => Some(TestedCall::Cancel),
            _ => None,
        };
        if let Some(outcome) = tested.and_then(|call| at.asked.of(call)).filter(|_| at.names_project) {
            request = request.header(nicepay::SANDBOX_OUTCOME, outcome);
        }
        request
    }

    /// 401 says that nothing was looked at; every other status but 200 leaves the outcome open. `0000` must carry the signature
    /// that `wanted` asks for.
    fn judge<A: NicePayReply>(&self, reply: &Reply, wanted: Expected) -> Outcome<A> {
        match reply.status {
            StatusCode::OK => match serde_json::from_slice(&reply.body) {
                Ok(answer) => answer::classify(answer, wanted, &self.secret_key),
                Err(_) => Outcome::Unknown(Unknown::NotJson),
            },
            StatusCode::UNAUTHORIZED => match serde_json::from_slice::<ConsentAnswer>(&reply.body) {
                Ok(refusal) => answer::refused(&refusal.result_code, &refusal.result_msg),
                Err(_) => Outcome::Unknown(Unknown::HttpStatus),
            },
            _ => Outcome::Unknown(Unknown::HttpStatus),
        }
    }
}

#[cfg(test)]
mod tests;
