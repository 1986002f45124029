//! The cash receipt that the PG issues with a debit.

use super::{CashReceipt, CashReceiptOrigin, CashReceiptPurpose, CashReceiptState};
use crate::money::Won;
use crate::payment::Payment;

/// What the PG's answer to a debit says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CashReceiptWithDebit {
    pub tid: String,
    pub approve_no: String,
    pub purpose: CashReceiptPurpose,
    pub price: Won,
}

impl CashReceipt {
    /// The receipt that came with the debit of `payment`; `None` when none did.
    #[must_use]
    pub fn with_debit(payment: &Payment) -> Option<Self> {
        let debit = payment.debit.as_ref()?;
        let receipt = debit.cash_receipt.as_ref()?;
        Some(Self {
            receipt_id: payment.receipt_id,
            project_id: payment.project_id,
            order_id: payment.order.order_id.clone(),
            order_name: payment.order.order_name.clone(),
            price: receipt.price,
            tax_free: payment.order.tax_free.min(receipt.price),
            purpose: receipt.purpose,
            origin: CashReceiptOrigin::Debit,
            fingerprint: None,
            metadata: "{}".to_owned(),
            purchased_at: None,
            seq: 1,
            state: CashReceiptState::Issued,
            pg_order_id: payment.pg_order_id(),
            tid: Some(receipt.tid.clone()),
            approve_no: Some(receipt.approve_no.clone()),
            pg: None,
            requested_at: payment.requested_at,
            issued_at: Some(debit.paid_at),
            cancelled_at: None,
            due_at: None,
        })
    }
}
