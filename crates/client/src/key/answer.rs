//! What the service says of an issuance.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::lenient;
use crate::payment::Receipt;
use crate::value::{BillingKey, JsonObject, MaskedAccount, ReceiptId, ReceiptStatus, SubscriptionId};

/// What may be shown of the account behind a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BillingData {
    /// `국민`.
    #[serde(default, deserialize_with = "lenient::words")]
    pub bank_name: String,
    /// `004`.
    #[serde(default, deserialize_with = "lenient::words")]
    pub bank_code: String,
    /// With its last digits hidden.
    pub bank_account: MaskedAccount,
    /// The holder, masked by the service: `홍길*`.
    #[serde(default, deserialize_with = "lenient::words")]
    pub username: String,
}

/// An issuance as it is now, with a key or without. The shape of publish, and of the lookup by receipt.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Issuance {
    /// The same from request to key.
    pub receipt_id: ReceiptId,
    /// As it was requested.
    #[serde(default, deserialize_with = "lenient::maybe")]
    pub subscription_id: Option<SubscriptionId>,
    /// 41 open, 1 or 11 issued, -40 failed, -11 destroyed.
    pub status: ReceiptStatus,
    /// The status in words.
    #[serde(default, deserialize_with = "lenient::words")]
    pub status_locale: String,
    /// When there is one.
    #[serde(default, deserialize_with = "lenient::maybe")]
    pub billing_key: Option<BillingKey>,
    /// When there is a key.
    #[serde(default, deserialize_with = "lenient::maybe")]
    pub billing_data: Option<BillingData>,
    /// When the key ends.
    #[serde(default, deserialize_with = "lenient::time")]
    pub billing_expire_at: Option<Timestamp>,
    /// The first payment, when there was one.
    #[serde(default, deserialize_with = "lenient::maybe")]
    pub receipt_data: Option<Box<Receipt>>,
    /// When the key was issued.
    #[serde(default, deserialize_with = "lenient::time")]
    pub published_at: Option<Timestamp>,
    /// When it was asked for.
    #[serde(default, deserialize_with = "lenient::time")]
    pub requested_at: Option<Timestamp>,
    /// As sent.
    #[serde(default)]
    pub metadata: JsonObject,
    /// The PG's name.
    #[serde(default, deserialize_with = "lenient::words")]
    pub pg: String,
    /// Whatever else came.
    #[serde(flatten)]
    pub other: JsonObject,
}

/// A key that can be charged.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct IssuedKey {
    /// Of the issuance.
    pub receipt_id: ReceiptId,
    /// What is charged. Store it encrypted.
    pub billing_key: BillingKey,
    /// What may be shown; the hosted service and Jadong always say it.
    pub billing_data: Option<BillingData>,
    /// When the key ends.
    pub billing_expire_at: Option<Timestamp>,
    /// The first payment, when there was one. Look at its status: of a key that was looked up, because the answer of its
    /// publish was lost, it can be one that failed or is in doubt.
    pub first_payment: Option<Box<Receipt>>,
    /// When it was issued.
    pub published_at: Option<Timestamp>,
}

impl Issuance {
    /// The key, when it is issued and not destroyed.
    #[must_use]
    pub fn issued(self) -> Option<IssuedKey> {
        if !self.status.is_key_issued() {
            return None;
        }
        Some(IssuedKey {
            receipt_id: self.receipt_id,
            billing_key: self.billing_key?,
            billing_data: self.billing_data,
            billing_expire_at: self.billing_expire_at,
            first_payment: self.receipt_data,
            published_at: self.published_at,
        })
    }
}
