//! One charge that the PG accepted, and what has become of it. Kept for good, so it is small.

use std::sync::Arc;

use nicepay::codes;
use serde::{Deserialize, Serialize};

use super::ids::{Bid, Tid};

/// Where a charge stands in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PaymentNo(pub u32);

/// What the bank did with a charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChargeOutcome {
    /// Debited when it was received.
    #[default]
    Paid,
    InsufficientFunds,
    AccountClosed,
    AccountFrozen,
    MandateEnded,
    OverLimit,
    KeyExpired,
    AmountRefused,
    /// The bank was being maintained: not debited, and nothing is found.
    Maintenance,
    /// It got lost: not debited, and nothing is found.
    Lost,
    /// Debited, and nobody outside can know it before the second net-cancel.
    Silent,
    /// The same after the first net-cancel.
    SilentTried,
    /// Nothing is found until its approval lands.
    Late,
}

impl ChargeOutcome {
    /// The result code, if the charge was declined.
    #[must_use]
    pub fn decline(self) -> Option<&'static str> {
        Some(match self {
            Self::InsufficientFunds => codes::INSUFFICIENT_FUNDS,
            Self::AccountClosed => codes::ACCOUNT_CLOSED,
            Self::AccountFrozen => codes::ACCOUNT_FROZEN,
            Self::MandateEnded => codes::MANDATE_ENDED,
            Self::OverLimit => codes::OVER_LIMIT,
            Self::KeyExpired => codes::KEY_EXPIRED,
            Self::AmountRefused => codes::AMOUNT_REFUSED,
            Self::Paid | Self::Maintenance | Self::Lost | Self::Silent | Self::SilentTried | Self::Late => {
                return None;
            }
        })
    }

    /// Whether money is taken, now or later.
    #[must_use]
    pub fn takes(self) -> bool {
        matches!(self, Self::Paid | Self::Silent | Self::SilentTried | Self::Late)
    }

    /// Whether it needs no word in the journal.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// A charge in memory.
pub struct SimulatedPayment {
    pub tid: Tid,
    pub bid: Bid,
    pub order_id: Arc<str>,
    pub received_at_ms: i64,
    /// KRW, as it was asked for.
    pub amount: u64,
    /// KRW; a debit is at most [`DEBIT_MAX_KRW`](super::debit::DEBIT_MAX_KRW).
    pub refunded: u32,
    /// KRW of the amount that are free of tax and were not given back.
    pub tax_free_left: u32,
    pub(super) goods: super::names::NameNo,
    pub(super) last_refund: Option<RefundNo>,
    pub outcome: ChargeOutcome,
}

/// Where a refund stands in the ledger; its number plus one, so that `None` takes no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefundNo(pub(super) std::num::NonZeroU32);

/// How money went back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundKind {
    Cancel,
    NetCancel,
}

/// A cancel in memory.
pub struct Refund {
    pub payment: PaymentNo,
    pub cancel_tid: Tid,
    /// The cancel's own order; a net-cancel has none.
    pub cancel_order_id: Option<Arc<str>>,
    /// KRW.
    pub amount: u32,
    /// KRW; part of the amount.
    pub tax_free: u32,
    pub at_ms: i64,
    pub(super) reason: super::names::NameNo,
    /// The refund of the same payment before this one.
    pub(super) previous: Option<RefundNo>,
}

impl Refund {
    #[must_use]
    pub fn kind(&self) -> RefundKind {
        match self.cancel_order_id {
            Some(_) => RefundKind::Cancel,
            None => RefundKind::NetCancel,
        }
    }
}

/// How the charge looks from outside at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DebitStatus {
    /// Nothing is found.
    Absent,
    /// The PG does not know itself.
    Unknown,
    Declined(&'static str),
    /// Debited; it may have been refunded since.
    Taken {
        at_ms: i64,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_debit_takes_less_than_300_bytes() {
        // The order's text is shared by the payment and the map: 64 characters, two counts, and what malloc adds.
        let order_id = 64 + 16 + 16;
        // A vector and a map that have just grown hold twice what they need; the map has a byte a slot besides.
        let payment = 2 * size_of::<SimulatedPayment>();
        let slot = 2 * (size_of::<(Arc<str>, super::super::ledger::Use)>() + 1);
        assert!(order_id + payment + slot < 300, "{}", order_id + payment + slot);
    }
}
