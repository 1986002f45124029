//! A cash receipt for money that was taken elsewhere.

use jiff::Timestamp;
use serde::Serialize;

use super::{CashReceipt, CashReceiptType};
use crate::client::Client;
use crate::error::Error;
use crate::transport::{Body, Call, Identity};
use crate::value::{IdentityNumber, JsonObject, OrderId, Won};

/// Asks for a cash receipt that stands alone.
#[derive(Clone, Debug)]
#[must_use]
pub struct StandaloneCashReceipt {
    order_id: OrderId,
    order_name: String,
    price: Won,
    tax_free: Option<Won>,
    kind: CashReceiptType,
    identity: IdentityNumber,
    purchased_at: Option<Timestamp>,
    metadata: Option<JsonObject>,
}

#[derive(Clone, Copy, Serialize)]
struct Wire<'a> {
    order_id: &'a OrderId,
    order_name: &'a str,
    price: Won,
    #[serde(skip_serializing_if = "Option::is_none")]
    tax_free: Option<Won>,
    cash_receipt_type: CashReceiptType,
    identity_no: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    purchased_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'a JsonObject>,
}

impl StandaloneCashReceipt {
    /// One receipt for each `order_id`. `identity` is a phone, business or card number, never a resident number.
    pub fn new(
        order_id: impl Into<OrderId>,
        order_name: impl Into<String>,
        price: Won,
        kind: CashReceiptType,
        identity: impl Into<IdentityNumber>,
    ) -> Self {
        Self {
            order_id: order_id.into(),
            order_name: order_name.into(),
            price,
            tax_free: None,
            kind,
            identity: identity.into(),
            purchased_at: None,
            metadata: None,
        }
    }

    /// The part of the price that is free of tax.
    pub fn tax_free(mut self, amount: Won) -> Self {
        self.tax_free = Some(amount);
        self
    }

    /// When the money was taken.
    pub fn purchased_at(mut self, at: Timestamp) -> Self {
        self.purchased_at = Some(at);
        self
    }

    /// Kept and answered as sent. No personal data belongs in it.
    pub fn metadata(mut self, metadata: impl Into<JsonObject>) -> Self {
        self.metadata = Some(metadata.into());
        self
    }

    fn body(&self) -> Result<Body, Error> {
        let wire = Wire {
            order_id: &self.order_id,
            order_name: &self.order_name,
            price: self.price,
            tax_free: self.tax_free,
            cash_receipt_type: self.kind,
            identity_no: self.identity.expose(),
            purchased_at: self.purchased_at,
            metadata: self.metadata.as_ref(),
        };
        let shown = Wire {
            identity_no: "******",
            ..wire
        };
        Body::hiding(&wire, &shown, &[wire.identity_no])
    }
}

impl Client {
    /// Issues a cash receipt that stands alone. The same request again gives the same receipt.
    ///
    /// `POST /v2/request/cash/receipt`
    ///
    /// # Errors
    /// `RC_CASH_RECEIPT_FAILED`, `RC_CASH_RECEIPT_IN_DOUBT` (the same request again), `RC_CASH_RECEIPT_CONFLICT`.
    pub async fn issue_standalone_cash_receipt(&self, request: &StandaloneCashReceipt) -> Result<CashReceipt, Error> {
        let segments = ["request", "cash", "receipt"];
        let call = Call::post(&segments, request.body()?, Identity::Known);
        let (receipt, headers) = self.call::<CashReceipt>(call).await?;
        Ok(receipt.with_replay(headers.is_replay))
    }
}
