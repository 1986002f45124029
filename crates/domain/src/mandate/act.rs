//! What is done about a mandate after its key was issued.

use serde::Serialize;

use super::terms::EachDebit;
use crate::transition::Actor;

/// An act that goes on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MandateAct {
    /// The payer was told something.
    Notice(Notice),
    /// The payer agreed to another price.
    PriceChange(PriceChange),
}

/// The payer was told something: of a debit, of a price, of the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// `sms`, `email`, `알림톡`, `app`, …
    pub channel: String,
    /// Word for word.
    pub wording: String,
    /// When it was sent, as the merchant says.
    pub sent_at: String,
}

/// Another price, and how the payer agreed to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PriceChange {
    pub amount: EachDebit,
    /// From which day on.
    pub from: String,
    /// When the payer agreed, as the merchant says.
    pub agreed_at: String,
    pub channel: String,
    /// What the payer was shown, word for word.
    pub wording: String,
}

/// The payer has taken the consent back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// How the payer said so.
    pub channel: String,
    pub reason: Option<String>,
}

/// How a key ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyEnd {
    /// Who wrote it down.
    pub by: Actor,
    /// The payer's own act; `None`: the merchant's.
    pub withdrawal: Option<Withdrawal>,
}
