//! `GET /sandbox/calls`, `POST /sandbox/calls/{receipt_id}`: the simulated customers who are being called, and answering in
//! their place.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::bank::Bank;
use domain::{EpochMs, ErrorCode, Refusal};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::http::lenient::Field;
use crate::http::response::{ApiError, ok};
use crate::http::v2::{AuthenticatedBody, Caller};
use crate::http::{body, path_id};
use crate::sandbox::ars_calls::{self, ArsCall};
use crate::sandbox::{CallAnswer, WhichCalls};

#[derive(Deserialize)]
pub struct CallsQuery {
    state: Option<String>,
}

/// One call.
#[derive(Serialize)]
struct CallRow<'a> {
    receipt_id: String,
    subscription_id: &'a str,
    order_name: &'a str,
    /// Masked.
    username: &'a str,
    /// Masked: `010****5678`.
    phone: &'a str,
    /// `ARS` or `간편인증`.
    auth_type: &'static str,
    bank_code: &'a str,
    bank_name: &'a str,
    /// `ringing`, or how it ended.
    state: &'a str,
    /// How the customer behaves; `waits` when a person decides.
    scenario: &'a str,
    rings_since: String,
    /// How often the phone rang for this receipt: 1, or something is wrong.
    rung: u32,
    says: Says<'a>,
}

/// What the voice says, or the message reads.
#[derive(Serialize)]
struct Says<'a> {
    ko: &'a str,
    en: &'a str,
}

impl<'a> CallRow<'a> {
    fn new(call: &'a ArsCall) -> Self {
        let (terms, at_pg) = (&call.issuance.terms, &call.at_pg);
        Self {
            receipt_id: call.issuance.receipt_id.to_string(),
            subscription_id: &terms.subscription_id,
            order_name: &terms.order_name,
            username: &terms.shown.holder_masked,
            phone: &at_pg.phone_masked,
            auth_type: terms.auth_type.wire_name(),
            bank_code: &at_pg.bank_code,
            bank_name: Bank::by_code(&at_pg.bank_code).map_or("", Bank::short_name),
            state: &at_pg.status,
            scenario: &at_pg.scenario,
            rings_since: EpochMs(at_pg.started_at_ms).to_wire(),
            rung: at_pg.rung,
            says: Says {
                ko: &at_pg.says,
                en: &at_pg.says_in_english,
            },
        }
    }
}

#[derive(Serialize)]
struct CallList<'a> {
    calls: Vec<CallRow<'a>>,
}

pub async fn list(
    State(app): State<Arc<App>>,
    Caller(caller): Caller,
    Query(filter): Query<CallsQuery>,
) -> Result<Response, ApiError> {
    let which = match filter.state.as_deref() {
        None | Some("") => WhichCalls::All,
        Some("ringing") => WhichCalls::Ringing,
        Some(_) => return Err(Refusal::new(ErrorCode::FieldInvalid, "state").hint("ringing").into()),
    };
    let calls = ars_calls::calls(&app.sandbox, caller.project.id, which).await?;
    Ok(ok(&CallList {
        calls: calls.iter().map(CallRow::new).collect(),
    }))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct AnswerCallBody {
    answer: Field<String>,
}

#[derive(Serialize)]
struct AnsweredCall {
    receipt_id: String,
    answer: &'static str,
}

pub async fn answer(
    State(app): State<Arc<App>>,
    Path(receipt_id): Path<String>,
    posted: AuthenticatedBody,
) -> Result<Response, ApiError> {
    ars_calls::simulator(&app.sandbox)?;
    let asked: AnswerCallBody = body::json(&posted.headers, &posted.body)?;
    let answer = read(asked.answer.optional("answer")?.as_deref())?;
    let receipt_id = path_id::id(&receipt_id, "receipt_id")?;
    ars_calls::answer(&app.sandbox, posted.caller.project.id, receipt_id, answer).await?;
    Ok(ok(&AnsweredCall {
        receipt_id: receipt_id.to_string(),
        answer: answer.name(),
    }))
}

fn read(answer: Option<&str>) -> Result<CallAnswer, Refusal> {
    let names: Vec<_> = CallAnswer::ALL.iter().map(|one| one.name()).collect();
    let found = answer.and_then(|answer| answer.parse().ok());
    found.ok_or_else(|| Refusal::new(ErrorCode::FieldInvalid, "answer").hint(names.join(", ")))
}
