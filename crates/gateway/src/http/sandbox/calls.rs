//! `GET /sandbox/calls`, `POST /sandbox/calls/{receipt_id}`: the simulated customers who are being called, and answering in
//! their place.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::bank::Bank;
use domain::{EpochMs, ErrorCode, Refusal};
use serde::{Deserialize, Serialize};

use crate::house::House;
use crate::http::lenient::Field;
use crate::http::reply::{Fault, ok};
use crate::http::v2::{Caller, Posted};
use crate::http::{body, id};
use crate::sandbox::phone::{self, Call};
use crate::sandbox::{CallAnswer, WhichCalls};

#[derive(Deserialize)]
pub struct Filter {
    state: Option<String>,
}

/// One call.
#[derive(Serialize)]
struct Row<'a> {
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

impl<'a> Row<'a> {
    fn new(call: &'a Call) -> Self {
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
struct List<'a> {
    calls: Vec<Row<'a>>,
}

pub async fn list(
    State(house): State<Arc<House>>,
    Caller(caller): Caller,
    Query(filter): Query<Filter>,
) -> Result<Response, Fault> {
    let which = match filter.state.as_deref() {
        None | Some("") => WhichCalls::All,
        Some("ringing") => WhichCalls::Ringing,
        Some(_) => return Err(Refusal::new(ErrorCode::FieldInvalid, "state").hint("ringing").into()),
    };
    let calls = phone::calls(&house, caller.project.id, which).await?;
    Ok(ok(&List {
        calls: calls.iter().map(Row::new).collect(),
    }))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    answer: Field<String>,
}

#[derive(Serialize)]
struct Answered {
    receipt_id: String,
    answer: &'static str,
}

pub async fn answer(
    State(house): State<Arc<House>>,
    Path(receipt_id): Path<String>,
    posted: Posted,
) -> Result<Response, Fault> {
    phone::simulator(&house)?;
    let asked: Asked = body::json(&posted.headers, &posted.body)?;
    let answer = read(asked.answer.optional("answer")?.as_deref())?;
    let receipt_id = id::id(&receipt_id, "receipt_id")?;
    phone::answer(&house, posted.caller.project.id, receipt_id, answer).await?;
    Ok(ok(&Answered {
        receipt_id: receipt_id.to_string(),
        answer: answer.name(),
    }))
}

fn read(answer: Option<&str>) -> Result<CallAnswer, Refusal> {
    let names = CallAnswer::ALL.map(CallAnswer::name);
    let found = CallAnswer::ALL.into_iter().find(|known| answer == Some(known.name()));
    found.ok_or_else(|| Refusal::new(ErrorCode::FieldInvalid, "answer").hint(names.join(", ")))
}
