//! A webhook's delivery: pending → delivered │ exhausted.

mod attempt;
mod content_type;
mod target;

pub use attempt::{ATTEMPTS_MAX, DeliveryAttempt, LEASE_MS, RETRY_AFTER_MAX_MS, after_attempt};
pub use content_type::ContentType;
pub use target::{UrlFault, read_url};

use crate::ids::{ProjectId, ReceiptId};
use crate::time::EpochMs;

/// What a webhook tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, strum::EnumString, strum::VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE", const_into_str)]
pub enum WebhookType {
    PaymentCompleted,
    PaymentCancelled,
    PaymentPartialCancelled,
    PaymentConfirmFailed,
    PaymentCancelFailed,
}

impl WebhookType {
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.into_str()
    }
}

/// A webhook to be written into the outbox, in the same commit as the change it tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelivery {
    /// Its own id; also the `webhook-id` on the wire.
    pub id: ReceiptId,
    pub project_id: ProjectId,
    pub receipt_id: ReceiptId,
    pub url: String,
    pub content_type: ContentType,
    pub webhook_type: WebhookType,
    /// The body as JSON, without `sequence`, which the store gives.
    pub payload: String,
    pub created_at: EpochMs,
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, strum::EnumString, strum::VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum DeliveryState {
    Pending,
    Delivered,
    Exhausted,
}

named!(DeliveryState);

impl DeliveryState {
    /// The allowed transitions; every other one is a bug. To send one again is a delivery that is pending once more.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        use DeliveryState::{Delivered, Exhausted, Pending};
        matches!(
            (self, next),
            (Pending, Delivered | Exhausted) | (Delivered | Exhausted, Pending)
        )
    }
}

/// A delivery as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    pub id: ReceiptId,
    pub project_id: ProjectId,
    pub receipt_id: ReceiptId,
    /// From 1, per receipt: the merchant sees the changes of a receipt in this order.
    pub sequence: u32,
    pub url: String,
    pub content_type: ContentType,
    /// The name of its [`WebhookType`].
    pub webhook_type: String,
    pub payload: String,
    pub state: DeliveryState,
    pub attempts: u32,
    pub next_at: EpochMs,
    /// What the last attempt came to: a status, or why there was none.
    pub last_result: String,
    pub created_at: EpochMs,
    pub delivered_at: Option<EpochMs>,
}
