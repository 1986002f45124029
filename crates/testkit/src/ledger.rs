//! The simulated PG's ledger: what really happened.

use std::collections::HashMap;

use serde::Deserialize;

/// `GET /control/ledger`
#[derive(Debug, Deserialize)]
pub struct Ledger {
    /// Customers who were called, in the order of the calls.
    pub calls: Vec<Call>,
    /// Keys, in the order of their registration.
    pub keys: Vec<Key>,
    /// Money that was taken.
    pub debits: Vec<Debit>,
    /// Money that was given back.
    pub refunds: Vec<Refund>,
    /// Cash receipts.
    pub receipts: Vec<CashReceipt>,
    /// Sums of all debits and refunds.
    pub totals: Totals,
    /// How many of each call arrived.
    pub requests: Requests,
}

/// A customer who was called.
#[derive(Debug, Deserialize)]
pub struct Call {
    /// The receipt id of the issuance.
    pub order_id: String,
    /// Stands for the telephone number.
    pub phone_hash: String,
    /// How often it rang.
    pub rung: u32,
}

/// A key at the PG.
#[derive(Debug, Deserialize)]
pub struct Key {
    /// The PG's id of it.
    pub bid: String,
    /// The receipt id of the issuance.
    pub order_id: String,
    /// When it was destroyed.
    pub expired_at_ms: Option<i64>,
}

/// Money that was taken, and how much of it was given back.
#[derive(Debug, Deserialize)]
pub struct Debit {
    /// The receipt id of the payment.
    pub order_id: String,
    /// In won.
    pub amount: u64,
    /// By the clock of its project.
    pub taken_at_ms: i64,
    /// In won.
    pub refunded: u64,
}

/// Money that was given back.
#[derive(Debug, Deserialize)]
pub struct Refund {
    /// The receipt id of the payment.
    pub order_id: String,
    /// The cancel's own; a net-cancel has none.
    pub cancel_order_id: Option<String>,
    /// In won.
    pub amount: u64,
    /// Of it.
    pub tax_free: u64,
    /// `cancel` or `net-cancel`.
    pub kind: String,
}

/// A cash receipt.
#[derive(Debug, Deserialize)]
pub struct CashReceipt {
    /// The charge's, or its own.
    pub order_id: String,
    /// In won.
    pub amount: u64,
    /// When it was taken back.
    pub cancelled_at_ms: Option<i64>,
}

/// Sums in won.
#[derive(Debug, Deserialize)]
pub struct Totals {
    /// What was taken.
    pub debited: u64,
    /// What was given back.
    pub refunded: u64,
}

/// How many of each call arrived; each is named like its call.
#[derive(Debug, Deserialize)]
pub struct Requests {
    pub start: u32,
    pub register: u32,
    pub expire: u32,
    pub charge: u32,
    pub find_payment: u32,
    pub net_cancel: u32,
    pub cancel: u32,
    pub receipt: u32,
}

impl Ledger {
    /// How often the customer of this order was rung.
    pub fn rung(&self, order_id: &str) -> u32 {
        let calls = self.calls.iter().filter(|call| call.order_id == order_id);
        calls.map(|call| call.rung).sum()
    }

    /// How often the payment with this receipt was debited, and what of it was not given back.
    pub fn debited(&self, receipt_id: &str) -> (usize, u64) {
        let debits = self.debits_of(receipt_id);
        let kept = debits.iter().map(|debit| debit.amount - debit.refunded);
        (debits.len(), kept.sum())
    }

    /// The debits of the payment with this receipt: one, or something is wrong.
    pub fn debits_of(&self, receipt_id: &str) -> Vec<&Debit> {
        let debits = self.debits.iter().filter(|debit| debit.order_id == receipt_id);
        debits.collect()
    }

    /// What was given back of the payment with this receipt, refund by refund.
    pub fn refunds_of(&self, receipt_id: &str) -> Vec<u64> {
        let refunds = self.refunds.iter().filter(|refund| refund.order_id == receipt_id);
        refunds.map(|refund| refund.amount).collect()
    }

    /// Debits and what was given back of them, under other names.
    pub fn rename_orders(&mut self, names: &HashMap<String, String>) {
        let debits = self.debits.iter_mut().map(|debit| &mut debit.order_id);
        let refunds = self.refunds.iter_mut().map(|refund| &mut refund.order_id);
        for order_id in debits.chain(refunds) {
            if let Some(name) = names.get(order_id) {
                order_id.clone_from(name);
            }
        }
    }

    /// How many keys this order has.
    pub fn keys_of(&self, order_id: &str) -> usize {
        self.keys.iter().filter(|key| key.order_id == order_id).count()
    }
}
