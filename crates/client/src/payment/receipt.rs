//! A receipt.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::lenient;
use crate::value::{CashReceiptStatus, JsonObject, MaskedAccount, OrderId, ReceiptId, ReceiptStatus, Won};

/// The receipt of a request for a key, of a payment, or of a cash receipt that stands alone. Only `receipt_id` and
/// `status` are always there; a field that a service leaves out is empty here, and one that this version does not know is
/// in `other`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Receipt {
    /// Its id.
    pub receipt_id: ReceiptId,
    /// What became of it.
    pub status: ReceiptStatus,
    /// The status in words, without spaces.
    #[serde(default, deserialize_with = "lenient::words")]
    pub status_locale: String,
    /// The merchant's order; of a request for a key its subscription id.
    #[serde(default, deserialize_with = "lenient::maybe")]
    pub order_id: Option<OrderId>,
    /// What was ordered.
    #[serde(default, deserialize_with = "lenient::words")]
    pub order_name: String,
    /// All of it.
    #[serde(default)]
    pub price: Won,
    /// The part that is free of tax.
    #[serde(default)]
    pub tax_free: Won,
    /// The sum of what was given back.
    #[serde(default)]
    pub cancelled_price: Won,
    /// The tax-free part of that.
    #[serde(default)]
    pub cancelled_tax_free: Won,
    /// `KRW`.
    #[serde(default, deserialize_with = "lenient::words")]
    pub currency: String,
    /// Who is paid.
    #[serde(default, deserialize_with = "lenient::words")]
    pub company_name: String,
    /// Of the service.
    #[serde(default, deserialize_with = "lenient::words")]
    pub gateway_url: String,
    /// No money moves.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub sandbox: bool,
    /// The PG's name.
    #[serde(default, deserialize_with = "lenient::words")]
    pub pg: String,
    /// `계좌이체`.
    #[serde(default, deserialize_with = "lenient::words")]
    pub method: String,
    /// `bank`.
    #[serde(default, deserialize_with = "lenient::words")]
    pub method_symbol: String,
    /// `계좌자동이체`.
    #[serde(default, deserialize_with = "lenient::words")]
    pub method_origin: String,
    /// `automatic_transfer_rest`.
    #[serde(default, deserialize_with = "lenient::words")]
    pub method_origin_symbol: String,
    /// When it was asked for.
    #[serde(default, deserialize_with = "lenient::time")]
    pub requested_at: Option<Timestamp>,
    /// When it was debited.
    #[serde(default, deserialize_with = "lenient::time")]
    pub purchased_at: Option<Timestamp>,
    /// When something was given back last.
    #[serde(default, deserialize_with = "lenient::time")]
    pub cancelled_at: Option<Timestamp>,
    /// The PG's page for the customer.
    #[serde(default, deserialize_with = "lenient::text")]
    pub receipt_url: Option<String>,
    /// As sent.
    #[serde(default)]
    pub metadata: JsonObject,
    /// What may be shown of the account.
    #[serde(default, deserialize_with = "lenient::maybe")]
    pub bank_data: Option<BankData>,
    /// The cash receipt, when there is one.
    #[serde(default, deserialize_with = "lenient::maybe")]
    pub cash_receipt_data: Option<CashReceiptData>,
    /// The buyer, when it was asked for.
    #[serde(default)]
    pub user: JsonObject,
    /// The answer belongs to an earlier, equal request; nothing was done again (`Jadong-Replayed`).
    #[serde(skip)]
    pub is_replay: bool,
    /// Whatever else came.
    #[serde(flatten)]
    pub other: JsonObject,
}

/// The account that was debited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BankData {
    /// The PG's id of the debit.
    #[serde(default, deserialize_with = "lenient::words")]
    pub tid: String,
    /// `004`.
    #[serde(default, deserialize_with = "lenient::words")]
    pub bank_code: String,
    /// `국민`.
    #[serde(default, deserialize_with = "lenient::words")]
    pub bank_name: String,
    /// With its last digits hidden.
    pub bank_account: MaskedAccount,
    /// The holder, masked by the service.
    #[serde(default, deserialize_with = "lenient::words")]
    pub bank_username: String,
}

/// The cash receipt of a payment.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CashReceiptData {
    /// 60 issued, 61 cancelled, -60 refused, 2 not known yet.
    pub status: CashReceiptStatus,
    /// The PG's id.
    #[serde(default, deserialize_with = "lenient::words")]
    pub tid: String,
    /// 승인번호.
    #[serde(default, rename = "cash_receipt_no", deserialize_with = "lenient::words")]
    pub receipt_no: String,
    /// `소득공제` or `지출증빙`, also where the service writes 1 or 2.
    #[serde(default, deserialize_with = "lenient::purpose")]
    pub cash_receipt_type: String,
}

impl Receipt {
    /// What the merchant has of it: the price without what was given back.
    #[must_use]
    pub fn left(&self) -> Won {
        self.price.checked_sub(self.cancelled_price).unwrap_or_default()
    }

    pub(crate) fn with_replay(mut self, is_replay: bool) -> Self {
        self.is_replay = is_replay;
        self
    }
}
