//! What must hold of one key, order, reserve: a gateway small enough to be seen to be right.

use std::collections::BTreeMap;

pub struct Key {
    pub billing_key: String,
    pub account: &'static str,
    pub is_destroyed: bool,
}

impl Key {
    /// Whether a debit of this account can ever take money.
    pub fn never_pays(&self) -> bool {
        matches!(
            self.account,
            "0001" | "0002" | "0003" | "0004" | "0005" | "0006" | "0008"
        )
    }
}

/// What the merchant was told last of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    Paid,
    NoMoney,
    InDoubt,
}

/// An attempt to pay an order.
#[derive(Debug, Clone)]
pub struct Attempt {
    pub order_id: String,
    pub key: usize,
    pub price: u64,
    pub answered: Answered,
    /// By `cancel_id`: the amount, and whether the merchant was told that it is done.
    pub cancels: BTreeMap<String, (u64, bool)>,
}

impl Attempt {
    pub fn surely_cancelled(&self) -> u64 {
        self.cancels
            .values()
            .filter(|(_, is_done)| *is_done)
            .map(|(price, _)| price)
            .sum()
    }

    pub fn perhaps_cancelled(&self) -> u64 {
        self.cancels.values().map(|(price, _)| price).sum()
    }
}

#[derive(Debug, Clone)]
pub struct Reserve {
    pub reserve_id: String,
    pub order_id: String,
    pub key: usize,
    pub due_ms: i64,
    pub is_revoked: bool,
    /// The request, to be repeated.
    pub body: serde_json::Value,
}

#[derive(Default)]
pub struct Model {
    pub keys: Vec<Key>,
    /// By receipt.
    pub attempts: BTreeMap<String, Attempt>,
    pub reserves: Vec<Reserve>,
}

/// What is known of an order id before a request for it.
#[derive(Debug, PartialEq, Eq)]
pub enum Held {
    /// By an attempt that was told to be paid.
    Paid(String),
    /// By a reserve whose time has not come.
    Waiting(String),
    /// By nobody, for all that is known.
    Free,
    /// A verdict or a reserve is under way: it may be free at any moment.
    Moving,
}

impl Model {
    pub fn held(&self, order_id: &str, now_ms: i64) -> Held {
        let attempts = || self.attempts.iter().filter(|(_, attempt)| attempt.order_id == order_id);
        if let Some((receipt, _)) = attempts().find(|(_, attempt)| attempt.answered == Answered::Paid) {
            return Held::Paid(receipt.clone());
        }
        let mut reserves = self
            .reserves
            .iter()
            .filter(|reserve| reserve.order_id == order_id && !reserve.is_revoked);
        if let Some(waiting) = reserves.clone().find(|reserve| reserve.due_ms > now_ms) {
            return Held::Waiting(waiting.reserve_id.clone());
        }
        if reserves.next().is_some() || attempts().any(|(_, attempt)| attempt.answered == Answered::InDoubt) {
            return Held::Moving;
        }
        Held::Free
    }
}
