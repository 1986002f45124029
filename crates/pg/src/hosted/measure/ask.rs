//! One request of a probe, and what was said to it.

use std::time::Duration;

use domain::EpochMs;
use domain::error::PgMessage;
use reqwest::RequestBuilder;
use serde::Serialize;
use serde_json::Value;

use super::super::answer::{self, No};
use super::answers::REFUSED;
use super::{Measuring, Stopped};
use crate::connector::{CallTime, SendBy};
use crate::line::{NoReply, Reply};
use crate::outcome::{Unknown, Unsent};

/// Among the calls to the PG.
const CALL: &str = "measure";
/// What moves money, or calls somebody, leaves at once or not at all.
const LEAVES_WITHIN: Duration = Duration::from_secs(10);

/// What was said to a request.
pub(super) enum Said {
    Done(Value),
    /// Definitely no.
    Refused {
        code: String,
        pg: PgMessage,
        body: Value,
    },
    /// Nothing that can be relied on, and why.
    Silent(&'static str),
    /// Certainly nothing: no byte of it has left.
    NotSent(&'static str),
}

impl Said {
    fn of(reply: Result<Reply, NoReply>) -> Self {
        let reply = match reply {
            Ok(reply) => reply,
            Err(NoReply::NotSent(unsent)) => return Self::not_sent(unsent),
            Err(NoReply::Unknown(unknown)) => return Self::Silent(unknown.name()),
        };
        let body = || serde_json::from_slice::<Value>(&reply.body).unwrap_or_default();
        match answer::judge(&reply) {
            Ok(body) => Self::Done(body),
            // For a payment it says that somebody must look; here it is the answer.
            Err(No::Reply(NoReply::Unknown(Unknown::Duplicate))) => {
                let body = body();
                let text = |key| answer::text(&body, key).unwrap_or_default().to_owned();
                let code = text("error_code");
                Self::Refused {
                    pg: PgMessage::new(&code, &text("message")),
                    code,
                    body,
                }
            }
            Err(No::Reply(NoReply::Unknown(unknown))) => Self::Silent(unknown.name()),
            // It was told to ask less often, which says nothing of what it was asked.
            Err(No::Reply(NoReply::NotSent(_))) => Self::Silent("too_many_requests"),
            Err(No::Refused(refusal)) => Self::Refused {
                code: refusal.code,
                pg: refusal.pg,
                body: body(),
            },
        }
    }

    fn not_sent(why: Unsent) -> Self {
        Self::NotSent(match why {
            Unsent::Unreachable => "unreachable",
            Unsent::NoTurn => "no_turn",
            Unsent::Late => "too_late_to_send",
        })
    }

    /// In the words of an answer; `Err`: why there is none.
    pub(super) fn shown(&self) -> Result<String, String> {
        match self {
            Self::Done(_) => Ok("done".to_owned()),
            Self::Refused { code, pg, .. } => {
                let of_pg = if pg.code == *code {
                    String::new()
                } else {
                    format!(" [{}]", pg.code)
                };
                Ok(format!(
                    "{REFUSED} {}: {}{of_pg}",
                    PgMessage::new(code, "").code,
                    pg.text
                ))
            }
            Self::Silent(why) | Self::NotSent(why) => Err((*why).to_owned()),
        }
    }

    pub(super) fn receipt_id(&self) -> Option<String> {
        let (Self::Done(body) | Self::Refused { body, .. }) = self else {
            return None;
        };
        answer::text(body, "receipt_id").map(str::to_owned)
    }
}

impl Measuring {
    pub(super) fn at(&self) -> CallTime {
        CallTime::of_machine(EpochMs(self.clock.now_ms()))
    }

    /// For what must not leave later.
    pub(super) fn at_once(&self) -> CallTime {
        self.at().sent_by(SendBy::within(LEAVES_WITHIN, &*self.clock))
    }

    /// Asks what changes nothing. Errors: the project is not let in there.
    pub(super) async fn get(&self, path: String) -> Result<Said, Stopped> {
        let line = &self.hosted.line;
        let _turn = match line.turn(CALL, self.at()).await {
            Ok(turn) => turn,
            Err(why) => return Ok(Said::not_sent(why)),
        };
        let_in(Said::of(line.ask(self.hosted.with_headers(line.get(&path))).await))
    }

    /// Sends what may change something. Errors: the project is not let in there, and nothing was done.
    pub(super) async fn post(&self, path: &str, body: &impl Serialize) -> Result<Said, Stopped> {
        self.send(self.hosted.line.post(path), body).await
    }

    /// The same for what the API may hold until a customer has decided.
    pub(super) async fn post_held(&self, path: &str, body: &impl Serialize) -> Result<Said, Stopped> {
        self.send(self.hosted.line.post_held(path), body).await
    }

    async fn send(&self, request: RequestBuilder, body: &impl Serialize) -> Result<Said, Stopped> {
        let line = &self.hosted.line;
        let bytes = serde_json::to_vec(body).unwrap_or_default();
        let turn = match line.turn(CALL, self.at_once()).await {
            Ok(turn) => turn,
            Err(why) => return Ok(Said::not_sent(why)),
        };
        let_in(Said::of(
            line.send(&turn, self.hosted.with_headers(request), bytes).await,
        ))
    }
}

/// Whoever is not let in is told nothing about what was asked.
fn let_in(said: Said) -> Result<Said, Stopped> {
    match said {
        Said::Refused { code, .. } if answer::is_operators(&code) => {
            Err(Stopped::NotLetIn(PgMessage::new(&code, "").code))
        }
        said => Ok(said),
    }
}
