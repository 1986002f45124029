//! `POST /v2/request/subscribe/automatic-transfer`: ask for an account billing key.

pub mod publish;

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::issuance::IssuanceFields;
use domain::{ErrorCode, Refusal, Sensitive, Won};
use http::HeaderValue;
use pg::TestedCall;
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::amounts::{self, Reading, Stray};
use crate::http::lenient::Field;
use crate::http::openapi::endpoint::{DocumentedAnswer, Endpoint, PLAIN};
use crate::http::response::{ApiError, JADONG_CONSENT, JADONG_NOTICE, ok, replayed};
use crate::http::v2::AuthenticatedBody;
use crate::http::{body, raw_json, test_outcome, unknown_fields};
use crate::services::issuance::{self, ConsentWait};
use crate::support::test_outcomes::asking;
use crate::wire;

const REQUEST_ERRORS: &[ErrorCode] = &[
    ErrorCode::PgNotFound,
    ErrorCode::OrderNameBlank,
    ErrorCode::SubscriptionIdBlank,
    ErrorCode::AuthTypeInvalid,
    ErrorCode::HolderBlank,
    ErrorCode::BankNotFound,
    ErrorCode::BankCodeBlank,
    ErrorCode::AccountBlank,
    ErrorCode::AccountInvalid,
    ErrorCode::AccountNotDebitable,
    ErrorCode::IdentityBlank,
    ErrorCode::IdentityInvalid,
    ErrorCode::ResidentNumberRefused,
    ErrorCode::PhoneBlank,
    ErrorCode::PhoneInvalid,
    ErrorCode::AmountInvalid,
    ErrorCode::SensitiveText,
    ErrorCode::SubscriptionConflict,
    ErrorCode::HolderCheckFailed,
    ErrorCode::RequestRefused,
    ErrorCode::PgUnavailable,
];
const CONSENT_ERRORS: &[ErrorCode] = &[
    ErrorCode::ConsentRefused,
    ErrorCode::ConsentNoAnswer,
    ErrorCode::ConsentBusy,
    ErrorCode::ConsentWrongKey,
    ErrorCode::ConsentExpired,
    ErrorCode::SignerMismatch,
    ErrorCode::NoApp,
];

pub const ENDPOINT: Endpoint = Endpoint {
    method: "post",
    path: "/v2/request/subscribe/automatic-transfer",
    name: "requestBillingKey",
    tag: "billing keys",
    korean: "빌링키 요청: 고객에게 전화하고, 정해진 시간까지 동의를 기다립니다",
    english: "Ask for a billing key: the customer is called, and waited for as long as the hold",
    body: Some((
        "KeyRequest",
        &[
            "pg",
            "order_name",
            "subscription_id",
            "username",
            "bank_account",
            "identity_no",
            "phone",
        ],
    )),
    headers: &["Jadong-Test"],
    answer: DocumentedAnswer::One("Receipt"),
    answer_headers: &["Jadong-Consent", "Jadong-Notice", "Jadong-Replayed"],
    own_errors: &[REQUEST_ERRORS, CONSENT_ERRORS],
    links: &[
        ("publishBillingKey", "body.receipt_id", "receipt_id"),
        ("getReceipt", "receipt_id", "receipt_id"),
        ("getBillingKeyOfReceipt", "id", "receipt_id"),
    ],
    ..PLAIN
};

/// The fields that are read; unknown ones are ignored, and `method`, `user` and `extra` are not kept.
#[derive(Deserialize, Default, ToSchema)]
#[schema(as = KeyRequest)]
pub struct IssuanceBody {
    #[serde(default)]
    #[schema(value_type = String)]
    pg: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    order_name: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    subscription_id: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    auth_type: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    username: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    bank_name: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    bank_code: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    bank_account: Field<Sensitive>,
    #[serde(default)]
    #[schema(value_type = String)]
    identity_no: Field<Sensitive>,
    #[serde(default)]
    #[schema(value_type = String)]
    phone: Field<Sensitive>,
    #[serde(default)]
    #[schema(value_type = u64)]
    price: Field<String>,
    #[serde(default)]
    #[schema(value_type = u64)]
    tax_free: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    cash_receipt_type: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    cash_receipt_identity_no: Field<Sensitive>,
    #[serde(default)]
    #[schema(value_type = Object)]
    metadata: Option<Box<RawValue>>,
    #[serde(default)]
    #[schema(value_type = Object)]
    mandate: Option<Box<RawValue>>,
}

impl IssuanceBody {
    fn fields(self) -> Result<IssuanceFields, Refusal> {
        Ok(IssuanceFields {
            pg: self.pg.optional("pg")?,
            order_name: self.order_name.optional("order_name")?,
            subscription_id: self.subscription_id.optional("subscription_id")?,
            auth_type: self.auth_type.optional("auth_type")?,
            username: self.username.optional("username")?,
            bank_name: self.bank_name.optional("bank_name")?,
            bank_code: self.bank_code.optional("bank_code")?,
            bank_account: self.bank_account.optional("bank_account")?,
            identity_no: self.identity_no.optional("identity_no")?,
            phone: self.phone.optional("phone")?,
            price: self.price.optional("price")?,
            tax_free: self.tax_free.optional("tax_free")?,
            cash_receipt_type: self.cash_receipt_type.optional("cash_receipt_type")?,
            cash_receipt_identity_no: self.cash_receipt_identity_no.optional("cash_receipt_identity_no")?,
            metadata: raw_json::object(self.metadata.as_deref(), "metadata")?,
            mandate: raw_json::object(self.mandate.as_deref(), "mandate")?,
        })
    }
}

const READING: Reading<'_> = Reading {
    own: unknown_fields::KNOWN,
    apart: &["items", "user", "metadata", "extra", "mandate"],
};

/// Without a price a key is issued and nothing debited, so one that was meant and not found is no detail.
fn refuse_slips(fields: &IssuanceFields, strays: &[Stray]) -> Result<(), Refusal> {
    let is_given = |amount: &Option<String>| amount.as_deref().and_then(Won::parse) > Some(Won::ZERO);
    if !is_given(&fields.price) {
        amounts::refuse_meant(strays, "price", ErrorCode::AmountInvalid, None)?;
    }
    if is_given(&fields.tax_free) {
        return Ok(());
    }
    amounts::refuse_tax_free(strays, "tax_free", ErrorCode::AmountInvalid)
}

pub async fn handle(State(app): State<Arc<App>>, posted: AuthenticatedBody) -> Result<Response, ApiError> {
    let AuthenticatedBody {
        caller,
        headers,
        body,
        query,
        tested,
        ..
    } = posted;
    let (asked, rest): (IssuanceBody, _) = body::with_rest(&headers, &body)?;
    let fields = asked.fields()?;
    refuse_slips(&fields, &READING.strays(&rest, query.as_deref()))?;
    // Slices of the connection's buffer, and what was read of them: a held request must not keep it.
    drop((headers, body, rest));
    let project = &caller.project;
    let calls = &[TestedCall::Consent, TestedCall::Charge];
    let tested = test_outcome::with_metadata(&app, project, tested, &fields.metadata, calls)?;
    let opened = asking(tested, issuance::request(&app.services, project.id, fields)).await?;
    let mut response = ok(&wire::IssuanceReceipt::waiting(
        app.services.site(project.id),
        project,
        &opened.issuance,
    )?);
    let headers = response.headers_mut();
    let consent = match opened.consent {
        ConsentWait::Agreed => "agreed",
        ConsentWait::Waiting => "waiting",
    };
    headers.insert(JADONG_CONSENT, HeaderValue::from_static(consent));
    if let Some(notice) = opened.notice.and_then(|notice| HeaderValue::try_from(notice).ok()) {
        headers.insert(JADONG_NOTICE, notice);
    }
    Ok(replayed(response, opened.replayed))
}
