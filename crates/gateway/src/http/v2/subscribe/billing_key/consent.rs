//! `/v2/subscribe/billing_key/{id}/consent`: the record of a key's mandate, and what is put on it. This gateway's own: the API that
//! it is compatible with has no such URL.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use domain::mandate::{EachDebit, KeyEnd, MandateAct, MandateTerms, Notice, PriceChange};
use domain::transition::Actor;
use domain::{BillingKeyId, EpochMs, ErrorCode, Refusal, written_time};
use http::header::{CONTENT_TYPE, HeaderValue};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::http::lenient::Field;
use crate::http::openapi::endpoint::{DocumentedAnswer, Endpoint, PLAIN};
use crate::http::response::{ApiError, ok};
use crate::http::v2::{AuthenticatedBody, Caller};
use crate::http::{body, path_id};
use crate::services::mandate::{self, RecordForm};

const PATH: &str = "/v2/subscribe/billing_key/{id}/consent";

pub const SHOW: Endpoint = Endpoint {
    path: PATH,
    name: "getConsentRecord",
    tag: "billing keys",
    korean: "동의 기록: 언제 무엇에 동의했고 무엇이 출금되었는지, 서명과 함께",
    english: "The record of a key's mandate, signed: what was agreed to and when, and every debit under it",
    answer: DocumentedAnswer::One("ConsentRecord"),
    own_errors: &[&[ErrorCode::ReceiptNotFound]],
    ..PLAIN
};

pub const ACT: Endpoint = Endpoint {
    method: "post",
    path: PATH,
    name: "recordConsentEvent",
    tag: "billing keys",
    korean: "동의 기록에 남기기: 고지, 금액 변경 동의, 고객의 동의 철회(빌링키와 예약이 끝납니다)",
    english: "Put on record: a notice, the consent to another price, or the payer's withdrawal, which ends the key and its reserves",
    body: Some(("ConsentEventRequest", &["event", "channel"])),
    answer: DocumentedAnswer::One("ConsentEvent"),
    own_errors: &[&[
        ErrorCode::ReceiptNotFound,
        ErrorCode::KeyExpired,
        ErrorCode::AmountInvalid,
        ErrorCode::SensitiveText,
    ]],
    ..PLAIN
};

const CLOCKS_DIFFER_MS: u64 = 5 * 60 * 1000;

/// What is put on record.
#[derive(Deserialize, Default, ToSchema)]
#[schema(as = ConsentEventRequest)]
pub struct ConsentEventBody {
    #[serde(default)]
    #[schema(value_type = String)]
    event: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    channel: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    wording: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    reason: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    sent_at: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    agreed_at: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    from: Field<String>,
    #[serde(default)]
    #[schema(value_type = u64)]
    amount: Field<String>,
}

/// The record and its signature.
#[derive(Serialize, ToSchema)]
#[schema(as = ConsentRecord)]
pub struct ConsentRecordAnswer {
    #[schema(value_type = Object)]
    record: (),
    #[schema(value_type = Object)]
    seal: (),
}

/// That it is on record.
#[derive(Serialize, ToSchema)]
#[schema(as = ConsentEvent)]
pub struct ConsentEventAnswer {
    billing_key: String,
    event: &'static str,
}

pub async fn show(
    State(app): State<Arc<App>>,
    Caller(known): Caller,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let id: BillingKeyId = path_id::id(&id, "billing_key")?;
    let text = mandate::signed_record(&app.services, known.project.id, id, RecordForm::Json).await?;
    let mut response = Response::new(text.into());
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, json);
    Ok(response)
}

pub async fn act(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    posted: AuthenticatedBody,
) -> Result<Response, ApiError> {
    let id: BillingKeyId = path_id::id(&id, "billing_key")?;
    let asked: ConsentEventBody = body::json(&posted.headers, &posted.body)?;
    let (services, project) = (&app.services, posted.caller.project.id);
    let event = match read(asked, services.now_of(project))? {
        Asked::Withdrawal(end) => {
            mandate::withdraw(services, project, id, end).await?;
            "withdrawn"
        }
        Asked::Act(act) => {
            let event = match act {
                MandateAct::Notice(_) => "notice",
                MandateAct::PriceChange(_) => "price_change",
            };
            mandate::act(services, project, id, act).await?;
            event
        }
    };
    Ok(ok(&ConsentEventAnswer {
        billing_key: id.to_string(),
        event,
    }))
}

enum Asked {
    Act(MandateAct),
    Withdrawal(KeyEnd),
}

fn read(asked: ConsentEventBody, now: EpochMs) -> Result<Asked, Refusal> {
    let event = asked.event.optional("event")?;
    let channel = asked.channel.optional("channel")?;
    Ok(match event.as_deref() {
        Some("notice") => Asked::Act(MandateAct::Notice(Notice {
            channel: mandate::channel(channel)?,
            wording: mandate::wording(asked.wording.optional("wording")?)?,
            sent_at: past(asked.sent_at, "sent_at", now)?,
        })),
        Some("price_change") => Asked::Act(MandateAct::PriceChange(PriceChange {
            amount: amount(asked.amount)?,
            from: time(asked.from, "from")?.to_wire(),
            agreed_at: past(asked.agreed_at, "agreed_at", now)?,
            channel: mandate::channel(channel)?,
            wording: mandate::wording(asked.wording.optional("wording")?)?,
        })),
        Some("withdrawal") => {
            let reason = asked.reason.optional("reason")?;
            let withdrawal = Some(mandate::withdrawal(channel, reason)?);
            let by = Actor::Api;
            Asked::Withdrawal(KeyEnd { by, withdrawal })
        }
        _ => {
            let refusal = Refusal::new(ErrorCode::FieldInvalid, "event");
            return Err(refusal.hint("notice | price_change | withdrawal"));
        }
    })
}

/// A time, in any spelling that a reserve's is read in.
fn time(field: Field<String>, name: &'static str) -> Result<EpochMs, Refusal> {
    let sent = field.optional(name)?;
    let at = sent.as_deref().and_then(written_time::parse);
    at.ok_or_else(|| Refusal::new(ErrorCode::FieldInvalid, name).hint("2026-12-01T09:00:00+09:00"))
}

/// When something happened that is on record now, as answers spell it: not in the future, by clocks that differ a little.
fn past(field: Field<String>, name: &'static str, now: EpochMs) -> Result<String, Refusal> {
    let at = time(field, name)?;
    if at > now.plus_ms(CLOCKS_DIFFER_MS) {
        return Err(Refusal::new(ErrorCode::FieldInvalid, name).hint(format!("<= {}", now.to_wire())));
    }
    Ok(at.to_wire())
}

fn amount(field: Field<String>) -> Result<EachDebit, Refusal> {
    let sent = field.optional("amount")?.unwrap_or_default();
    let json = match sent.parse::<u64>() {
        Ok(amount) => format!(r#"{{"amount":{amount}}}"#),
        Err(_) if sent == "variable" => r#"{"amount":"variable"}"#.to_owned(),
        Err(_) => String::new(),
    };
    let terms = MandateTerms::parse(&json).ok();
    let amount = terms.and_then(|terms| terms.amount);
    amount.ok_or_else(|| Refusal::new(ErrorCode::AmountInvalid, "amount").hint("9900 | \"variable\""))
}
