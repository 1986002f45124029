//! The truth about one order.

use serde::Serialize;

use super::ids::{Bid, Tid};
use super::ledger::Use;
use super::money::{DebitRow, ReceiptRow, RefundRow, debit_row, receipt_row, refund_row};
use super::payment::{ChargeOutcome, PaymentNo};
use super::pg::SimulatedPg;

/// What an order was used for, and the money that moved because of it.
#[derive(Serialize)]
pub struct OrderReport {
    pub order_id: Box<str>,
    pub used_for: UsedFor,
    pub charge: Option<ChargeRow>,
    pub debits: Vec<DebitRow>,
    pub refunds: Vec<RefundRow>,
    pub receipts: Vec<ReceiptRow>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum UsedFor {
    Consent,
    Expiry,
    Charge,
    ChargeWithoutKey,
    Cancel,
    Receipt,
    ReceiptCancel,
}

/// A charge, whether it took money or not.
#[derive(Serialize)]
pub struct ChargeRow {
    pub tid: Tid,
    pub bid: Bid,
    /// KRW.
    pub amount: u64,
    pub received_at_ms: i64,
    #[serde(rename = "fate")]
    pub outcome: ChargeOutcome,
}

impl OrderReport {
    /// `None` for an order that the PG has never accepted.
    #[must_use]
    pub fn of(bank: &SimulatedPg, order_id: &str, now_ms: i64) -> Option<Self> {
        let mut report = Self {
            order_id: order_id.into(),
            used_for: UsedFor::Consent,
            charge: None,
            debits: Vec::new(),
            refunds: Vec::new(),
            receipts: Vec::new(),
        };
        let ledger = &bank.ledger;
        let Some(usage) = ledger.usage(order_id) else {
            return bank.consents.contains_key(order_id).then_some(report);
        };
        report.used_for = match usage {
            Use::Expiry => UsedFor::Expiry,
            Use::NoKey => UsedFor::ChargeWithoutKey,
            Use::Charge(number) => {
                report.charge(bank, number, now_ms);
                UsedFor::Charge
            }
            Use::Cancel(number) => {
                report.refunds.push(refund_row(bank, ledger.refund(number)));
                UsedFor::Cancel
            }
            Use::Receipt(number) => {
                report.receipts.extend(receipt_row(bank, number, now_ms));
                UsedFor::Receipt
            }
            Use::ReceiptCancel(number) => {
                report.receipts.extend(receipt_row(bank, number, now_ms));
                UsedFor::ReceiptCancel
            }
        };
        Some(report)
    }

    fn charge(&mut self, bank: &SimulatedPg, number: PaymentNo, now_ms: i64) {
        let payment = bank.ledger.payment(number);
        self.charge = Some(ChargeRow {
            tid: payment.tid,
            bid: payment.bid,
            amount: payment.amount,
            received_at_ms: payment.received_at_ms,
            outcome: payment.outcome,
        });
        self.debits.extend(debit_row(bank, number, now_ms));
        let refunds = bank.ledger.refunds_of(payment).into_iter();
        self.refunds.extend(refunds.map(|refund| refund_row(bank, refund)));
        let receipt = bank.ledger.receipt_of(number);
        self.receipts
            .extend(receipt.and_then(|receipt| receipt_row(bank, receipt, now_ms)));
    }
}
