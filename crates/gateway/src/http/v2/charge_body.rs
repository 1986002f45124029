//! The fields that a charge and a reserve share.

use domain::payment::ChargeFields;
use domain::{BillingKeyId, ErrorCode, Refusal, Won};
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::http::amounts::{self, Reading, Stray};
use crate::http::lenient::Field;
use crate::http::response::ApiError;
use crate::http::v2::AuthenticatedBody;
use crate::http::{body, path_id, raw_json, unknown_fields};

/// The fields that both must have, and what both are refused with.
pub const REQUIRED: &[&str] = &["billing_key", "order_name", "price", "order_id"];
pub const ERRORS: &[ErrorCode] = &[
    ErrorCode::BillingKeyBlank,
    ErrorCode::PaymentOrderNameBlank,
    ErrorCode::PriceInvalid,
    ErrorCode::OrderIdBlank,
    ErrorCode::SensitiveText,
    ErrorCode::WebhookUrlInvalid,
    ErrorCode::ReceiptNotFound,
    ErrorCode::KeyExpired,
    ErrorCode::OrderConflict,
];

/// `card_quota`, `card_interest`, `extra` and `wallet_key` mean nothing for an account and are ignored.
#[derive(Deserialize, Default, ToSchema)]
#[schema(as = ReserveRequest)]
pub struct ChargeBody {
    #[serde(default)]
    #[schema(value_type = String)]
    billing_key: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    order_name: Field<String>,
    #[serde(default)]
    #[schema(value_type = u64)]
    price: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    order_id: Field<String>,
    #[serde(default)]
    #[schema(value_type = u64)]
    tax_free: Field<String>,
    #[serde(default)]
    #[schema(value_type = Vec<Object>)]
    items: Option<Box<RawValue>>,
    #[serde(default)]
    #[schema(value_type = Object)]
    user: Option<Box<RawValue>>,
    #[serde(default)]
    #[schema(value_type = Object)]
    metadata: Option<Box<RawValue>>,
    #[serde(default)]
    #[schema(value_type = String)]
    feedback_url: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    content_type: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    reserve_execute_at: Field<String>,
}

/// A body whose fields have the right types.
pub struct ParsedCharge {
    pub billing_key: BillingKeyId,
    pub fields: ChargeFields,
    pub reserve_execute_at: Option<String>,
}

const READING: Reading<'_> = Reading {
    own: unknown_fields::KNOWN,
    apart: &["items", "user", "metadata", "extra"],
};

/// Reads the body of a charge or a reserve. Errors: those of [`ChargeBody::read`]; `RC_PRICE_INVALID` naming the field that an
/// amount under another name was meant for.
pub fn read(posted: &AuthenticatedBody) -> Result<ParsedCharge, ApiError> {
    let (sent, rest): (ChargeBody, _) = body::with_rest(&posted.headers, &posted.body)?;
    let read = sent.read()?;
    refuse_slips(
        &read.fields.price,
        &read.fields.tax_free,
        &READING.strays(&rest, posted.query.as_deref()),
    )?;
    Ok(read)
}

/// A charge that is no request's body, such as a line of a list. Errors: those of [`ChargeBody::read`].
pub fn of_object(sent: &RawValue) -> Result<ParsedCharge, Refusal> {
    let sent: ChargeBody = serde_json::from_str(sent.get()).map_err(|_| Refusal::of(ErrorCode::BodyNotJson))?;
    sent.read()
}

/// What is read of a price and its tax-free share, and was meant to be.
pub fn refuse_slips(price: &Option<String>, tax_free: &Option<String>, strays: &[Stray]) -> Result<(), Refusal> {
    let is_given = |amount: &Option<String>| amount.as_deref().and_then(Won::parse) > Some(Won::ZERO);
    if price.as_deref().is_none_or(|text| Won::parse(text) == Some(Won::ZERO)) {
        amounts::refuse_meant(strays, "price", ErrorCode::PriceInvalid, Some(u64::MAX))?;
    }
    if is_given(tax_free) {
        return Ok(());
    }
    amounts::refuse_tax_free(strays, "tax_free", ErrorCode::PriceInvalid)
}

impl ChargeBody {
    /// Errors: `RC_BILLING_KEY_BLANK`; `RC_NOT_FOUND` for what is no billing key; `FIELD_INVALID`.
    fn read(self) -> Result<ParsedCharge, Refusal> {
        let billing_key = self.billing_key.optional("billing_key")?;
        let billing_key = billing_key.ok_or_else(|| Refusal::new(ErrorCode::BillingKeyBlank, "billing_key"))?;
        Ok(ParsedCharge {
            billing_key: path_id::id(&billing_key, "billing_key")?,
            fields: ChargeFields {
                order_name: self.order_name.optional("order_name")?,
                price: self.price.optional("price")?,
                order_id: self.order_id.optional("order_id")?,
                tax_free: self.tax_free.optional("tax_free")?,
                items: raw_json::list(self.items.as_deref(), "items")?,
                user: raw_json::user(self.user.as_deref())?,
                metadata: raw_json::object(self.metadata.as_deref(), "metadata")?,
                feedback_url: self.feedback_url.optional("feedback_url")?,
                content_type: self.content_type.optional("content_type")?,
            },
            reserve_execute_at: self.reserve_execute_at.optional("reserve_execute_at")?,
        })
    }
}
