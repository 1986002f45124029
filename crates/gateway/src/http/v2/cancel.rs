//! `POST /v2/cancel`: give money back.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::cash_receipt::{CashReceipt, CashReceiptOrigin, CashReceiptState as CashState};
use domain::payment::{CancelFields, Payment};
use domain::{ErrorCode, ProjectId, ReceiptId, Refusal, Won, sensitive_text, text};
use http::HeaderValue;
use pg::TestedCall;
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::amounts::{self, Reading, Stray};
use crate::http::lenient::Field;
use crate::http::openapi::endpoint::{DocumentedAnswer, Endpoint, PLAIN};
use crate::http::response::{ApiError, JADONG_NOTICE, ok, replayed};
use crate::http::v2::AuthenticatedBody;
use crate::http::{body, path_id, test_outcome};
use crate::services::cash_receipt;
use crate::services::idempotency::{self, IdempotencyClaim};
use crate::services::payment;
use crate::support::test_outcomes::asking;
use crate::wire;

pub const ENDPOINT: Endpoint = Endpoint {
    method: "post",
    path: "/v2/cancel",
    name: "cancel",
    tag: "payments",
    korean: "결제 취소: 전액 또는 일부",
    english: "Give money back, wholly or in part",
    body: Some(("CancelRequest", &["receipt_id"])),
    headers: &["Idempotency-Key", "Jadong-Test"],
    answer: DocumentedAnswer::One("PaymentReceipt"),
    answer_headers: &["Jadong-Notice", "Jadong-Replayed"],
    own_errors: &[&[
        ErrorCode::ReceiptIdBlank,
        ErrorCode::ReceiptNotFound,
        ErrorCode::AlreadyCancelled,
        ErrorCode::NotPaid,
        ErrorCode::CancelPriceInvalid,
        ErrorCode::SensitiveText,
        ErrorCode::IdempotencyConflict,
        ErrorCode::CancelConflict,
        ErrorCode::CancelUnderWay,
        ErrorCode::CancelServerError,
        ErrorCode::CancelCritical,
        ErrorCode::PgUnavailable,
    ]],
    ..PLAIN
};

/// `refund` names another account; money goes back to the one it came from, so it is ignored.
#[derive(Deserialize, Default, ToSchema)]
#[schema(as = CancelRequest)]
pub struct CancelBody {
    #[serde(default)]
    #[schema(value_type = String)]
    receipt_id: Field<String>,
    #[serde(default)]
    #[schema(value_type = u64)]
    cancel_price: Field<String>,
    #[serde(default)]
    #[schema(value_type = u64)]
    cancel_tax_free: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    cancel_id: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    cancel_username: Field<String>,
    /// As the C# SDK spells it.
    #[serde(default)]
    #[schema(value_type = String)]
    cancel_uername: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    cancel_message: Field<String>,
    /// Not kept; a sandbox reads `jadong_test` of it.
    #[serde(default)]
    #[schema(value_type = Object)]
    metadata: Option<Box<RawValue>>,
}

/// `user` and `metadata` are the merchant's own notes.
const READING: Reading<'_> = Reading {
    own: &[
        "receipt_id",
        "cancel_price",
        "cancel_tax_free",
        "cancel_id",
        "cancel_username",
        "cancel_uername",
        "cancel_message",
    ],
    apart: &["user", "metadata"],
};
const CANCEL_ID_CHARACTERS_MAX: usize = 255;

/// Errors: `RC_CANCEL_PRICE_INVALID` where an amount has another name. Without one everything is given back.
async fn refuse_slips(
    app: &App,
    (project, receipt): (ProjectId, ReceiptId),
    fields: &CancelFields,
    strays: &[Stray],
) -> Result<(), Refusal> {
    let is_given = |amount: &Option<String>| {
        amount
            .as_deref()
            .is_some_and(|text| Won::parse(text) != Some(Won::ZERO))
    };
    let code = ErrorCode::CancelPriceInvalid;
    if !is_given(&fields.cancel_tax_free) {
        amounts::refuse_tax_free(strays, "cancel_tax_free", code)?;
    }
    if is_given(&fields.cancel_price) {
        return Ok(());
    }
    amounts::refuse_meant(strays, "cancel_price", code, None)?;
    if amounts::any_unsaid(strays) {
        let payment = payment::by_receipt(&app.services, project, receipt).await?;
        amounts::refuse_meant(strays, "cancel_price", code, Some(payment.order.price.get()))?;
    }
    Ok(())
}

/// One spelling of the id, with nothing in it that cannot be seen.
fn cancel_id(sent: Option<String>) -> Result<Option<String>, Refusal> {
    let Some(id) = sent else { return Ok(None) };
    domain::sensitive_text::check_visible(&id, "cancel_id")?;
    if text::length(&id) > CANCEL_ID_CHARACTERS_MAX {
        let hint = format!("{CANCEL_ID_CHARACTERS_MAX}자 이하 (at most {CANCEL_ID_CHARACTERS_MAX} characters)");
        return Err(Refusal::new(ErrorCode::FieldInvalid, "cancel_id").hint(hint));
    }
    sensitive_text::refuse_shapes(&id, "cancel_id")?;
    Ok(Some(text::nfc(&id).into_owned()))
}

pub async fn handle(State(app): State<Arc<App>>, posted: AuthenticatedBody) -> Result<Response, ApiError> {
    let (asked, rest): (CancelBody, _) = body::with_rest(&posted.headers, &posted.body)?;
    let receipt_id = asked.receipt_id.optional("receipt_id")?;
    let receipt_id = receipt_id.ok_or_else(|| Refusal::new(ErrorCode::ReceiptIdBlank, "receipt_id"))?;
    let receipt_id = path_id::receipt(&app.services, posted.caller.project.id, &receipt_id).await?;
    let username = asked.cancel_username.optional("cancel_username")?;
    let username = username.or(asked.cancel_uername.optional("cancel_uername")?);
    let line = |sent: Option<String>| sent.map(|sent| text::line(&text::nfc(&sent)));
    let mut fields = CancelFields {
        cancel_id: cancel_id(asked.cancel_id.optional("cancel_id")?)?,
        cancel_price: asked.cancel_price.optional("cancel_price")?,
        cancel_tax_free: asked.cancel_tax_free.optional("cancel_tax_free")?,
        username: line(username),
        message: line(asked.cancel_message.optional("cancel_message")?),
    };
    let project = &posted.caller.project;
    let strays = READING.strays(&rest, posted.query.as_deref());
    refuse_slips(&app, (project.id, receipt_id), &fields, &strays).await?;
    let metadata = asked.metadata.as_deref().map_or("{}", RawValue::get);
    let tested = test_outcome::with_metadata(&app, project, posted.tested, metadata, &[TestedCall::Cancel])?;
    let guard = guard(&app, project.id, receipt_id, &fields, posted.idempotency_key);
    // Without an id of its own the cancel has the key's: the same request finds it.
    let of_key = || guard.key.as_ref().map(|key| format!("Idempotency-Key {key}"));
    fields.cancel_id = fields.cancel_id.take().or_else(of_key);
    let cancelling = payment::cancel(&app.services, project.id, receipt_id, fields);
    let cancelled = asking(tested, idempotency::once(&app.services, guard, cancelling)).await?;
    let cash = cash_receipt::of_payment(&app.services, &cancelled.payment).await?;
    let receipt = wire::PaymentReceipt::new(
        app.services.site(project.id),
        project,
        &cancelled.payment,
        cash.as_ref(),
    )?;
    let mut response = replayed(ok(&receipt), cancelled.replayed);
    if let Some(notice) = cash
        .as_ref()
        .and_then(|cash| cash_receipt_left(&cancelled.payment, cash))
    {
        response.headers_mut().append(JADONG_NOTICE, notice);
    }
    Ok(response)
}

/// A receipt that the merchant asked for stands for more money than there is left, until the merchant cancels it.
fn cash_receipt_left(payment: &Payment, cash: &CashReceipt) -> Option<HeaderValue> {
    let is_standing = cash.origin == CashReceiptOrigin::Payment && cash.state == CashState::Issued;
    let (price, left) = (cash.price, payment.balance());
    if !is_standing || price <= left {
        return None;
    }
    let (price, left, id) = (price.get(), left.get(), payment.receipt_id);
    let path = format!("DELETE /v2/request/receipt/cash/cancel/{id}");
    HeaderValue::try_from(format!(
        "a cash receipt of {price} won still stands, for {left} won that are left: {path}"
    ))
    .ok()
}

/// What a repeated `Idempotency-Key` must ask for again.
fn guard(
    app: &App,
    project: ProjectId,
    receipt: ReceiptId,
    fields: &CancelFields,
    key: Option<String>,
) -> IdempotencyClaim {
    let won = |amount: &Option<String>| amount.as_deref().and_then(Won::parse).map_or(0, Won::get).to_string();
    let parts = [
        receipt.to_string(),
        fields.cancel_id.clone().unwrap_or_default(),
        won(&fields.cancel_price),
        won(&fields.cancel_tax_free),
    ];
    IdempotencyClaim {
        project,
        operation: "cancel",
        key,
        print: app
            .services
            .pepper
            .hash("idempotency of a cancel", &parts.each_ref().map(String::as_str)),
    }
}
