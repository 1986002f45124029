//! The fields that a charge and a reserve share.

use domain::payment::ChargeFields;
use domain::{BillingKeyId, ErrorCode, Refusal};
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::http::lenient::Field;
use crate::http::{id, json};

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
pub struct Read {
    pub billing_key: BillingKeyId,
    pub fields: ChargeFields,
    pub reserve_execute_at: Option<String>,
}

impl ChargeBody {
    /// Errors: `RC_BILLING_KEY_BLANK`; `RC_NOT_FOUND` for what is no billing key; `FIELD_INVALID`.
    pub fn read(self) -> Result<Read, Refusal> {
        let billing_key = self.billing_key.optional("billing_key")?;
        let billing_key = billing_key.ok_or_else(|| Refusal::new(ErrorCode::BillingKeyBlank, "billing_key"))?;
        Ok(Read {
            billing_key: id::id(&billing_key, "billing_key")?,
            fields: ChargeFields {
                order_name: self.order_name.optional("order_name")?,
                price: self.price.optional("price")?,
                order_id: self.order_id.optional("order_id")?,
                tax_free: self.tax_free.optional("tax_free")?,
                items: json::list(self.items.as_deref(), "items")?,
                user: json::user(self.user.as_deref())?,
                metadata: json::object(self.metadata.as_deref(), "metadata")?,
                feedback_url: self.feedback_url.optional("feedback_url")?,
                content_type: self.content_type.optional("content_type")?,
            },
            reserve_execute_at: self.reserve_execute_at.optional("reserve_execute_at")?,
        })
    }
}
