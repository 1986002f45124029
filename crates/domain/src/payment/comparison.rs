//! What a payment here and what the PG says of it have in common, and what mends a difference.

use super::{Debit, Payment, PaymentState, PgReport};
use crate::money::Won;

/// What came of comparing one payment.
#[derive(Debug, Clone, PartialEq, Eq, strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Comparison {
    Agrees,
    /// The PG gave no usable answer: nothing is known.
    NotCompared,
    /// The debit or a cancel of it has no outcome here yet.
    Undecided,
    /// Nothing was debited, it says here; the PG has a debit, and `left` of it was not given back.
    DebitedThere {
        debit: Debit,
        left: Won,
    },
    /// Debited, it says here; the PG knows of none.
    NotDebitedThere,
    /// The PG has given back so much more than it says here.
    GivenBackThere {
        more: Won,
    },
    /// So much was given back, it says here, that the PG has not given back.
    NotGivenBackThere {
        less: Won,
    },
}

/// What mends a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, strum::EnumString)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Mend {
    /// What the PG has given back is written down here.
    Record,
    /// A debit that there must not be is given back at the PG.
    GiveBack,
}

impl Comparison {
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.into_str()
    }

    /// What this gateway can do about it; the rest is a matter for the PG's back office.
    #[must_use]
    pub fn mend(&self, payment: &Payment) -> Option<Mend> {
        match self {
            Self::GivenBackThere { .. } => Some(Mend::Record),
            Self::DebitedThere { left, .. } if *left == payment.order.price => Some(Mend::GiveBack),
            _ => None,
        }
    }
}

impl Mend {
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.into_str()
    }
}

/// Compares a payment as it is here with what the PG says of it now.
#[must_use]
pub fn compare(payment: &Payment, is_cancel_open: bool, pg: &PgReport) -> Comparison {
    let there = match pg {
        PgReport::Silent => return Comparison::NotCompared,
        PgReport::Paid { debit, balance } => Some((Some(debit), *balance)),
        PgReport::Cancelled => Some((None, Won::ZERO)),
        PgReport::Failed(_) | PgReport::Nothing => None,
    };
    match (payment.state, there) {
        (PaymentState::Intended | PaymentState::InDoubt | PaymentState::NeedsReview, _) => Comparison::Undecided,
        _ if is_cancel_open => Comparison::Undecided,
        (PaymentState::Voided | PaymentState::Declined, Some((Some(debit), left))) if left > Won::ZERO => {
            Comparison::DebitedThere {
                debit: debit.clone(),
                left,
            }
        }
        (PaymentState::Voided | PaymentState::Declined, _) => Comparison::Agrees,
        (PaymentState::Paid | PaymentState::PartlyCancelled | PaymentState::Cancelled, None) => {
            Comparison::NotDebitedThere
        }
        (PaymentState::Paid | PaymentState::PartlyCancelled | PaymentState::Cancelled, Some((_, left))) => {
            let here = payment.balance();
            match left.cmp(&here) {
                std::cmp::Ordering::Equal => Comparison::Agrees,
                std::cmp::Ordering::Less => Comparison::GivenBackThere { more: here.minus(left) },
                std::cmp::Ordering::Greater => Comparison::NotGivenBackThere { less: left.minus(here) },
            }
        }
    }
}

#[cfg(test)]
mod tests;
