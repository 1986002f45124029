//! What the service says of a reserve.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::lenient;
use crate::value::{BillingKey, JsonObject, OrderId, ReceiptId, ReserveId, ReserveStatus, Won};

/// A reserve that waits.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Reserved {
    /// To look it up by and to revoke it.
    pub reserve_id: ReserveId,
    /// When it will run; Jadong's, later than asked for when the banks take no debits then.
    #[serde(default, deserialize_with = "lenient::time")]
    pub reserve_execute_at: Option<Timestamp>,
    /// The answer belongs to an earlier, equal request.
    #[serde(skip)]
    pub is_replay: bool,
}

/// A reserve that will not run.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Revoked {
    /// It.
    pub reserve_id: ReserveId,
    /// `true`.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub success: bool,
}

/// `GET /v2/subscribe/payment/reserve/{reserve_id}`, and what a webhook says of a reserve that failed before there was a
/// payment.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ReserveDetails {
    /// Its id.
    pub reserve_id: ReserveId,
    /// 0 waits, 1 done, 3 revoked, -1 failed.
    pub status: ReserveStatus,
    /// Of its payment, once it was executed.
    #[serde(default, deserialize_with = "lenient::maybe")]
    pub receipt_id: Option<ReceiptId>,
    /// What is charged.
    #[serde(default, deserialize_with = "lenient::maybe")]
    pub billing_key: Option<BillingKey>,
    /// The merchant's order.
    #[serde(default, deserialize_with = "lenient::maybe")]
    pub order_id: Option<OrderId>,
    /// What was ordered.
    #[serde(default, deserialize_with = "lenient::words")]
    pub order_name: String,
    /// How much.
    #[serde(default)]
    pub price: Won,
    /// The part that is free of tax.
    #[serde(default)]
    pub tax_free: Won,
    /// As sent.
    #[serde(default)]
    pub metadata: JsonObject,
    /// When it was asked for.
    #[serde(default, deserialize_with = "lenient::time")]
    pub reserve_requested_at: Option<Timestamp>,
    /// When it will run, or should have.
    #[serde(default, deserialize_with = "lenient::time")]
    pub reserve_execute_at: Option<Timestamp>,
    /// When it began.
    #[serde(default, deserialize_with = "lenient::time")]
    pub reserve_started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(default, deserialize_with = "lenient::time")]
    pub reserve_finished_at: Option<Timestamp>,
    /// When it was revoked.
    #[serde(default, deserialize_with = "lenient::time")]
    pub reserve_revoked_at: Option<Timestamp>,
    /// Whatever else came.
    #[serde(flatten)]
    pub other: JsonObject,
}
