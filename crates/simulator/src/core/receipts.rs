//! The cash receipts of the ledger.

use std::sync::Arc;

use super::event::{Charged, ReceiptIssued};
use super::ids::Tid;
use super::ledger::{SimulatorLedger, Use, number};
use super::payment::PaymentNo;
use super::pg::ValidationError;
use super::receipt::{ReceiptNo, ReceiptTimes, SimulatedReceipt, StandingReceipt};

impl SimulatorLedger {
    #[must_use]
    pub fn receipt_by_tid(&self, tid: Tid) -> Option<ReceiptNo> {
        let index = self.receipts.binary_search_by_key(&tid, |receipt| receipt.tid).ok()?;
        Some(ReceiptNo(number(index)))
    }

    #[must_use]
    pub fn receipt(&self, number: ReceiptNo) -> &SimulatedReceipt {
        &self.receipts[number.0 as usize]
    }

    pub fn receipts(&self) -> impl DoubleEndedIterator<Item = ReceiptNo> {
        (0..number(self.receipts.len())).map(ReceiptNo)
    }

    /// The cash receipt that a charge brought.
    #[must_use]
    pub fn receipt_of(&self, payment: PaymentNo) -> Option<ReceiptNo> {
        let number = self.receipt_by_tid(self.payment(payment).tid.following())?;
        (self.receipt(number).payment == Some(payment)).then_some(number)
    }

    /// `None` while there is none: a charge's receipt is there from when the money is taken until all of it went back.
    #[must_use]
    pub fn receipt_times(&self, number: ReceiptNo, now_ms: i64) -> Option<ReceiptTimes> {
        let receipt = self.receipt(number);
        let Some(payment) = receipt.payment else {
            return Some(ReceiptTimes {
                issued_at_ms: receipt.issued_at_ms,
                cancelled_at_ms: receipt.cancelled_at_ms,
            });
        };
        let all_back = self.balance(payment, now_ms) == 0;
        let last = self.payment(payment).last_refund.filter(|_| all_back);
        Some(ReceiptTimes {
            issued_at_ms: self.taken_at_ms(payment, now_ms)?,
            cancelled_at_ms: receipt.cancelled_at_ms.or(last.map(|last| self.refund(last).at_ms)),
        })
    }

    pub(super) fn issue_receipt(&mut self, issued: &ReceiptIssued) -> Result<(), ValidationError> {
        if self.receipts.last().is_some_and(|last| last.tid >= issued.tid) {
            return Err(ValidationError);
        }
        let number = ReceiptNo(number(self.receipts.len()));
        let order_id = self.spend(&issued.order_id, Use::Receipt(number))?;
        self.receipts.push(SimulatedReceipt {
            tid: issued.tid,
            order_id,
            amount: issued.amount,
            receipt_type: issued.receipt_type,
            number: issued.number,
            payment: None,
            issued_at_ms: issued.at_ms,
            cancelled_at_ms: None,
        });
        Ok(())
    }

    /// The receipt of a charge that was just made; it uses no order of its own.
    pub(super) fn receipt_with(&mut self, charged: &Charged, status: StandingReceipt) -> Result<(), ValidationError> {
        let payment = self.by_tid(charged.tid).ok_or(ValidationError)?;
        let tid = charged.tid.following();
        if self.receipts.last().is_some_and(|last| last.tid >= tid) {
            return Err(ValidationError);
        }
        self.receipts.push(SimulatedReceipt {
            tid,
            order_id: Arc::clone(&self.payment(payment).order_id),
            amount: charged.amount,
            receipt_type: status.receipt_type,
            number: status.number,
            payment: Some(payment),
            issued_at_ms: charged.at_ms,
            cancelled_at_ms: None,
        });
        Ok(())
    }

    pub(super) fn cancel_receipt(&mut self, tid: Tid, order_id: &str, at_ms: i64) -> Result<(), ValidationError> {
        let number = self.receipt_by_tid(tid).ok_or(ValidationError)?;
        if *self.receipt(number).order_id != *order_id {
            self.spend(order_id, Use::ReceiptCancel(number))?;
        }
        self.receipts[number.0 as usize].cancelled_at_ms = Some(at_ms);
        Ok(())
    }
}
