//! Cancelling cash receipts.

use serde::Serialize;

use super::CashReceipt;
use crate::client::Client;
use crate::error::Error;
use crate::transport::{Body, Call, Identity};
use crate::value::ReceiptId;

#[derive(Serialize)]
struct Why<'a> {
    cancel_message: &'a str,
}

impl Client {
    /// Cancels the cash receipt of a payment; the payment stays. A second time gives the same answer.
    ///
    /// `DELETE /v2/request/receipt/cash/cancel/{receipt_id}`
    ///
    /// # Errors
    /// `RC_CASH_RECEIPT_FAILED`, `RC_CASH_RECEIPT_IN_DOUBT`, `RC_NOT_FOUND`.
    pub async fn cancel_cash_receipt(&self, receipt_id: &ReceiptId, message: &str) -> Result<CashReceipt, Error> {
        let segments = ["request", "receipt", "cash", "cancel", receipt_id.as_str()];
        self.cancel_at(&segments, message).await
    }

    /// Cancels a cash receipt that stands alone.
    ///
    /// `DELETE /v2/request/cash/receipt/{receipt_id}`
    ///
    /// # Errors
    /// As [`Client::cancel_cash_receipt`].
    pub async fn cancel_standalone_cash_receipt(
        &self,
        receipt_id: &ReceiptId,
        message: &str,
    ) -> Result<CashReceipt, Error> {
        let segments = ["request", "cash", "receipt", receipt_id.as_str()];
        self.cancel_at(&segments, message).await
    }

    /// The message goes in the body, where no access log sees it; services take it from there too.
    async fn cancel_at(&self, segments: &[&str], message: &str) -> Result<CashReceipt, Error> {
        let body = Body::open(&Why {
            cancel_message: message,
        })?;
        let call = Call {
            body: Some(body),
            identity: Identity::Known,
            ..Call::delete(segments)
        };
        let (receipt, headers) = self.call::<CashReceipt>(call).await?;
        Ok(receipt.with_replay(headers.is_replay))
    }
}
