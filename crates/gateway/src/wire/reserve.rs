//! A reserve.

use domain::{EpochMs, Refusal};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::payment::raw;

#[derive(Serialize, ToSchema)]
#[schema(as = Reserve)]
pub struct ReserveBody<'a> {
    reserve_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt_id: Option<String>,
    billing_key: String,
    order_id: &'a str,
    price: u64,
    tax_free: u64,
    order_name: &'a str,
    #[schema(value_type = Object)]
    user: &'a RawValue,
    #[schema(value_type = Vec<Object>)]
    items: &'a RawValue,
    feedback_url: &'a str,
    #[schema(value_type = Object)]
    metadata: &'a RawValue,
    content_type: &'static str,
    version: u8,
    /// Means nothing for an account and is not kept; the SDKs' models want the object.
    #[schema(value_type = Object)]
    extra: Nothing,
    reserve_requested_at: String,
    reserve_execute_at: String,
    #[schema(required)]
    reserve_started_at: Option<String>,
    #[schema(required)]
    reserve_finished_at: Option<String>,
    #[schema(required)]
    reserve_revoked_at: Option<String>,
    status: i16,
}

/// `{}`
#[derive(Serialize)]
struct Nothing {}

impl<'a> ReserveBody<'a> {
    pub fn new(reserve: &'a domain::reserve::Reserve) -> Result<Self, Refusal> {
        let order = &reserve.order;
        Ok(Self {
            reserve_id: reserve.id.to_string(),
            receipt_id: reserve.receipt_id.map(|id| id.to_string()),
            billing_key: reserve.billing_key.to_string(),
            order_id: &order.order_id,
            price: order.price.get(),
            tax_free: order.tax_free.get(),
            order_name: &order.order_name,
            user: raw(&order.user)?,
            items: raw(&order.items)?,
            feedback_url: order.feedback_url.as_deref().unwrap_or(""),
            metadata: raw(&order.metadata)?,
            content_type: order.content_type.name(),
            version: 2,
            extra: Nothing {},
            reserve_requested_at: reserve.requested_at.to_wire(),
            reserve_execute_at: reserve.due_at.to_wire(),
            reserve_started_at: reserve.started_at.map(EpochMs::to_wire),
            reserve_finished_at: reserve.finished_at.map(EpochMs::to_wire),
            reserve_revoked_at: reserve.revoked_at.map(EpochMs::to_wire),
            status: reserve.state.wire_status(),
        })
    }
}
