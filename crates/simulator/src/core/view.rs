//! A payment and a cash receipt as the PG shows them at a moment: copies that outlive the lock.

use std::sync::Arc;

use nicepay::payment::ReceiptType;

use super::ids::Tid;
use super::payment::{DebitStatus, PaymentNo};
use super::pg::SimulatedPg;
use super::receipt::ReceiptNo;

/// A payment.
pub struct PaymentView {
    pub tid: Tid,
    pub order_id: Arc<str>,
    pub goods_name: Arc<str>,
    pub bank_code: Box<str>,
    /// KRW.
    pub amount: u64,
    /// KRW that are not cancelled; nothing of a declined one.
    pub balance: u64,
    pub received_at_ms: i64,
    pub status: DebitStatus,
    pub cancels: Vec<CancelView>,
    /// The one that it brought.
    pub receipt: Option<ReceiptView>,
}

/// One of its cancels.
pub struct CancelView {
    pub tid: Tid,
    /// A net-cancel's is the charge's.
    pub order_id: Arc<str>,
    /// KRW.
    pub amount: u64,
    pub at_ms: i64,
    pub reason: Arc<str>,
}

/// A cash receipt.
pub struct ReceiptView {
    pub tid: Tid,
    /// Its issue's; a charge's receipt has the charge's.
    pub order_id: Arc<str>,
    pub receipt_type: ReceiptType,
    /// KRW.
    pub amount: u64,
    pub issued_at_ms: i64,
    pub cancelled_at_ms: Option<i64>,
}

impl PaymentView {
    #[must_use]
    pub fn of(bank: &SimulatedPg, number: PaymentNo, now_ms: i64) -> Self {
        let ledger = &bank.ledger;
        let payment = ledger.payment(number);
        let cancels = ledger.refunds_of(payment).into_iter().map(|refund| CancelView {
            tid: refund.cancel_tid,
            order_id: Arc::clone(refund.cancel_order_id.as_ref().unwrap_or(&payment.order_id)),
            amount: u64::from(refund.amount),
            at_ms: refund.at_ms,
            reason: Arc::clone(ledger.reason(refund)),
        });
        let key = bank.keys.get(&payment.bid);
        Self {
            tid: payment.tid,
            order_id: Arc::clone(&payment.order_id),
            goods_name: Arc::clone(ledger.goods(payment)),
            bank_code: key.map_or_else(Box::default, |key| bank.bank_code(key).into()),
            amount: payment.amount,
            balance: ledger.balance(number, now_ms),
            received_at_ms: payment.received_at_ms,
            status: ledger.status(number, now_ms),
            cancels: cancels.collect(),
            receipt: ledger
                .receipt_of(number)
                .and_then(|receipt| ReceiptView::of(bank, receipt, now_ms)),
        }
    }
}

impl ReceiptView {
    /// `None` while the charge that brings it has taken nothing.
    #[must_use]
    pub fn of(bank: &SimulatedPg, number: ReceiptNo, now_ms: i64) -> Option<Self> {
        let times = bank.ledger.receipt_times(number, now_ms)?;
        let receipt = bank.ledger.receipt(number);
        Some(Self {
            tid: receipt.tid,
            order_id: Arc::clone(&receipt.order_id),
            receipt_type: receipt.receipt_type,
            amount: receipt.amount,
            issued_at_ms: times.issued_at_ms,
            cancelled_at_ms: times.cancelled_at_ms,
        })
    }

    /// How the PG names its state.
    #[must_use]
    pub fn status(&self) -> &'static str {
        match self.cancelled_at_ms {
            None => "issueRequested",
            Some(_) => "cancelled",
        }
    }
}
