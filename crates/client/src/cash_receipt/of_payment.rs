//! The cash receipt of a payment.

use serde::Serialize;

use super::{CashReceipt, CashReceiptType};
use crate::client::Client;
use crate::error::Error;
use crate::transport::{Body, Call, Identity};
use crate::value::{IdentityNumber, ReceiptId};

/// Asks for the cash receipt of a payment, for what is left of it.
#[derive(Clone, Debug)]
#[must_use]
pub struct CashReceiptOfPayment {
    receipt_id: ReceiptId,
    identity: IdentityNumber,
    kind: CashReceiptType,
}

#[derive(Serialize)]
struct Wire<'a> {
    receipt_id: &'a ReceiptId,
    identity_no: &'a str,
    cash_receipt_type: CashReceiptType,
}

impl CashReceiptOfPayment {
    /// `identity` is a phone, business or card number, never a resident number.
    pub fn new(receipt_id: impl Into<ReceiptId>, kind: CashReceiptType, identity: impl Into<IdentityNumber>) -> Self {
        Self {
            receipt_id: receipt_id.into(),
            identity: identity.into(),
            kind,
        }
    }

    fn body(&self) -> Result<Body, Error> {
        let wire = |identity_no| Wire {
            receipt_id: &self.receipt_id,
            identity_no,
            cash_receipt_type: self.kind,
        };
        Body::hiding(
            &wire(self.identity.expose()),
            &wire("******"),
            &[self.identity.expose()],
        )
    }
}

impl Client {
    /// Issues the cash receipt of a payment. The same request again gives the same receipt.
    ///
    /// `POST /v2/request/receipt/cash/publish`
    ///
    /// # Errors
    /// `RC_CASH_RECEIPT_FAILED`, `RC_CASH_RECEIPT_IN_DOUBT` (the same request again), `RC_CASH_RECEIPT_CONFLICT`,
    /// `RC_NOT_PAID`, `RC_NOT_FOUND`.
    pub async fn issue_cash_receipt(&self, request: &CashReceiptOfPayment) -> Result<CashReceipt, Error> {
        let segments = ["request", "receipt", "cash", "publish"];
        let call = Call::post(&segments, request.body()?, Identity::Known);
        let (receipt, headers) = self.call::<CashReceipt>(call).await?;
        Ok(receipt.with_replay(headers.is_replay))
    }
}
