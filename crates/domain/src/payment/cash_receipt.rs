//! A payment's cash receipt: the one that came with its debit, and one that is asked for later.

use super::{Payment, PaymentState};
use crate::cash_receipt::{CashReceipt, CashReceiptOrigin, CashReceiptRequest, CashReceiptState};
use crate::error::{ErrorCode, Refusal};
use crate::fingerprint::Pepper;
use crate::ids::ReceiptId;
use crate::time::EpochMs;

impl Payment {
    /// The cash receipt that came with the debit; `None` when none did.
    #[must_use]
    pub fn cash_receipt_of_debit(&self) -> Option<CashReceipt> {
        let debit = self.debit.as_ref()?;
        let receipt = debit.cash_receipt.as_ref()?;
        Some(CashReceipt {
            receipt_id: self.receipt_id,
            project_id: self.project_id,
            order_id: self.order.order_id.clone(),
            order_name: self.order.order_name.clone(),
            price: receipt.price,
            tax_free: self.order.tax_free.min(receipt.price),
            purpose: receipt.purpose,
            origin: CashReceiptOrigin::Debit,
            fingerprint: None,
            metadata: "{}".to_owned(),
            purchased_at: None,
            seq: 1,
            state: CashReceiptState::Issued,
            pg_order_id: self.pg_order_id(),
            tid: Some(receipt.tid.clone()),
            approve_no: Some(receipt.approve_no.clone()),
            pg: None,
            requested_at: self.requested_at,
            issued_at: Some(debit.paid_at),
            cancelled_at: None,
            due_at: None,
        })
    }

    /// The intent of a receipt for what is left of this payment, in the place of `earlier`.
    ///
    /// Errors: `RC_NOT_PAID`.
    pub fn cash_receipt_for(
        &self,
        request: &CashReceiptRequest,
        earlier: Option<&CashReceipt>,
        pg_order_id: ReceiptId,
        pepper: &Pepper,
        now: EpochMs,
    ) -> Result<CashReceipt, Refusal> {
        if !matches!(self.state, PaymentState::Paid | PaymentState::PartlyCancelled) {
            return Err(Refusal::new(ErrorCode::NotPaid, "receipt_id").hint(self.state.name()));
        }
        Ok(CashReceipt {
            receipt_id: self.receipt_id,
            project_id: self.project_id,
            order_id: self.order.order_id.clone(),
            order_name: self.order.order_name.clone(),
            price: self.balance(),
            tax_free: self.order.tax_free.minus(self.cancelled_tax_free),
            purpose: request.purpose,
            origin: CashReceiptOrigin::Payment,
            fingerprint: Some(request.fingerprint_for(self.receipt_id, pepper)),
            metadata: "{}".to_owned(),
            purchased_at: None,
            seq: earlier.map_or(1, |earlier| earlier.seq + 1),
            state: CashReceiptState::Intended,
            pg_order_id: pg_order_id.to_string(),
            tid: None,
            approve_no: None,
            pg: None,
            requested_at: now,
            issued_at: None,
            cancelled_at: None,
            due_at: None,
        })
    }
}
