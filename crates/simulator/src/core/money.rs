//! The money's part of the truth: one row per debit, refund and cash receipt, and sums.

use std::collections::HashMap;
use std::sync::Arc;

use nicepay::payment::ReceiptType;
use serde::{Serialize, Serializer};

use super::fingerprint::SimulatorFingerprint;
use super::ids::{Bid, Tid};
use super::payment::{PaymentNo, Refund, RefundKind};
use super::pg::SimulatedPg;
use super::receipt::ReceiptNo;

/// Money that was taken; once per order, or something is wrong. Amounts are KRW.
#[derive(Serialize)]
pub struct DebitRow {
    pub tid: Tid,
    #[serde(serialize_with = "text")]
    pub order_id: Arc<str>,
    pub bid: Bid,
    pub account_hash: Option<SimulatorFingerprint>,
    pub amount: u64,
    /// Of what was not given back.
    pub tax_free_left: u32,
    pub taken_at_ms: i64,
    pub refunded: u32,
}

/// Money that went back.
#[derive(Serialize)]
pub struct RefundRow {
    pub tid: Tid,
    pub cancel_tid: Tid,
    /// The charge's.
    #[serde(serialize_with = "text")]
    pub order_id: Arc<str>,
    /// The cancel's; a net-cancel has none.
    #[serde(serialize_with = "text_or_none")]
    pub cancel_order_id: Option<Arc<str>>,
    pub amount: u32,
    pub tax_free: u32,
    pub at_ms: i64,
    pub kind: RefundKind,
}

/// A cash receipt.
#[derive(Serialize)]
pub struct ReceiptRow {
    pub tid: Tid,
    #[serde(serialize_with = "text")]
    pub order_id: Arc<str>,
    pub amount: u64,
    pub receipt_type: ReceiptType,
    pub number_hash: SimulatorFingerprint,
    pub issued_at_ms: i64,
    pub cancelled_at_ms: Option<i64>,
}

/// What one account has paid and got back.
#[derive(Serialize)]
pub struct AccountRow {
    pub account_hash: SimulatorFingerprint,
    #[serde(flatten)]
    pub sums: Sums,
}

/// Counts, and KRW.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Sums {
    pub debits: u64,
    pub debited: u64,
    pub refunds: u64,
    pub refunded: u64,
}

/// All of it now, each debit by its own clock, in the order of the tids.
#[derive(Serialize)]
pub struct Money {
    pub debits: Vec<DebitRow>,
    pub refunds: Vec<RefundRow>,
    pub receipts: Vec<ReceiptRow>,
    pub accounts: Vec<AccountRow>,
    pub totals: Sums,
}

impl Money {
    #[must_use]
    pub fn of(bank: &SimulatedPg, machine_ms: i64) -> Self {
        let numbers = bank.ledger.payments().map(|(number, _)| number);
        Self {
            debits: numbers
                .filter_map(|number| debit_row(bank, number, machine_ms))
                .collect(),
            refunds: bank
                .ledger
                .refunds()
                .iter()
                .map(|refund| refund_row(bank, refund))
                .collect(),
            receipts: bank
                .ledger
                .receipts()
                .filter_map(|number| receipt_row(bank, number, machine_ms))
                .collect(),
            accounts: accounts(bank, machine_ms),
            totals: Sums::of(bank, machine_ms),
        }
    }
}

impl Sums {
    /// Of the whole bank; makes no rows.
    #[must_use]
    pub fn of(bank: &SimulatedPg, machine_ms: i64) -> Self {
        let mut sums = Self::default();
        for (number, payment) in bank.ledger.payments() {
            if is_taken(bank, number, machine_ms) {
                sums.debit(payment.amount);
            }
        }
        for refund in bank.ledger.refunds() {
            sums.refund(refund.amount);
        }
        sums
    }

    fn debit(&mut self, amount: u64) {
        self.debits += 1;
        self.debited += amount;
    }

    fn refund(&mut self, amount: u32) {
        self.refunds += 1;
        self.refunded += u64::from(amount);
    }
}

fn accounts(bank: &SimulatedPg, machine_ms: i64) -> Vec<AccountRow> {
    let mut sums: HashMap<SimulatorFingerprint, Sums> = HashMap::new();
    for (number, payment) in bank.ledger.payments() {
        let account = account_of(bank, payment.bid);
        if let (Some(account), true) = (account, is_taken(bank, number, machine_ms)) {
            sums.entry(account).or_default().debit(payment.amount);
        }
    }
    for refund in bank.ledger.refunds() {
        if let Some(account) = account_of(bank, bank.ledger.payment(refund.payment).bid) {
            sums.entry(account).or_default().refund(refund.amount);
        }
    }
    let rows = sums.into_iter();
    let mut rows: Vec<_> = rows
        .map(|(account_hash, sums)| AccountRow { account_hash, sums })
        .collect();
    rows.sort_unstable_by_key(|row| row.account_hash);
    rows
}

fn account_of(bank: &SimulatedPg, bid: Bid) -> Option<SimulatorFingerprint> {
    let key = bank.keys.get(&bid)?;
    Some(bank.consents.get(&key.order_id)?.account)
}

fn is_taken(bank: &SimulatedPg, number: PaymentNo, machine_ms: i64) -> bool {
    let now_ms = bank.ledger.present_ms(number, machine_ms);
    bank.ledger.taken_at_ms(number, now_ms).is_some()
}

/// `None` while nothing was taken.
#[must_use]
pub fn debit_row(bank: &SimulatedPg, number: PaymentNo, machine_ms: i64) -> Option<DebitRow> {
    let taken_at_ms = bank
        .ledger
        .taken_at_ms(number, bank.ledger.present_ms(number, machine_ms))?;
    let payment = bank.ledger.payment(number);
    Some(DebitRow {
        tid: payment.tid,
        order_id: Arc::clone(&payment.order_id),
        bid: payment.bid,
        account_hash: account_of(bank, payment.bid),
        amount: payment.amount,
        tax_free_left: payment.tax_free_left,
        taken_at_ms,
        refunded: payment.refunded,
    })
}

#[must_use]
pub fn refund_row(bank: &SimulatedPg, refund: &Refund) -> RefundRow {
    let payment = bank.ledger.payment(refund.payment);
    RefundRow {
        tid: payment.tid,
        cancel_tid: refund.cancel_tid,
        order_id: Arc::clone(&payment.order_id),
        cancel_order_id: refund.cancel_order_id.clone(),
        amount: refund.amount,
        tax_free: refund.tax_free,
        at_ms: refund.at_ms,
        kind: refund.kind(),
    }
}

/// `None` while the charge that brings it has taken nothing.
#[must_use]
pub fn receipt_row(bank: &SimulatedPg, number: ReceiptNo, machine_ms: i64) -> Option<ReceiptRow> {
    let receipt = bank.ledger.receipt(number);
    let now_ms = receipt
        .payment
        .map_or(machine_ms, |payment| bank.ledger.present_ms(payment, machine_ms));
    let times = bank.ledger.receipt_times(number, now_ms)?;
    Some(ReceiptRow {
        tid: receipt.tid,
        order_id: Arc::clone(&receipt.order_id),
        amount: receipt.amount,
        receipt_type: receipt.receipt_type,
        number_hash: receipt.number,
        issued_at_ms: times.issued_at_ms,
        cancelled_at_ms: times.cancelled_at_ms,
    })
}

fn text<S: Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}

fn text_or_none<S: Serializer>(text: &Option<Arc<str>>, serializer: S) -> Result<S::Ok, S::Error> {
    text.as_deref().serialize(serializer)
}
