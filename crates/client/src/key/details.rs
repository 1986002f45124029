//! A key by itself.

use jiff::Timestamp;
use serde::Deserialize;

use super::BillingData;
use crate::lenient;
use crate::value::{BillingKey, JsonObject, KeyStatus};

/// `GET /v2/billing_key/{billing_key}`.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct KeyDetails {
    /// The key.
    pub billing_key: BillingKey,
    /// 1, or -11 once it is destroyed.
    pub status: KeyStatus,
    /// What may be shown of the account.
    #[serde(default, deserialize_with = "lenient::maybe")]
    pub billing_data: Option<BillingData>,
    /// When the key ends.
    #[serde(default, deserialize_with = "lenient::time")]
    pub expire_at: Option<Timestamp>,
    /// When it was issued.
    #[serde(default, deserialize_with = "lenient::time")]
    pub published_at: Option<Timestamp>,
    /// The PG's name.
    #[serde(default, deserialize_with = "lenient::words")]
    pub pg: String,
    /// `계좌자동이체`.
    #[serde(default, deserialize_with = "lenient::words")]
    pub method: String,
    /// `automatic_transfer_rest`.
    #[serde(default, deserialize_with = "lenient::words")]
    pub method_symbol: String,
    /// No money moves.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub sandbox: bool,
    /// Whatever else came.
    #[serde(flatten)]
    pub other: JsonObject,
}
