//! The states of a payment and the steps between them.

/// Where a payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::IntoStaticStr, strum::EnumString, strum::VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum PaymentState {
    /// On disk; the call to the PG may have left.
    Intended,
    /// The PG's answer is unknown: money may have moved.
    InDoubt,
    Paid,
    PartlyCancelled,
    Cancelled,
    /// The PG said no: no money moved.
    Declined,
    /// No money moved in the end, by the verdict.
    Voided,
    /// No verdict could be reached in time.
    #[strum(serialize = "needs_person")]
    NeedsReview,
}

named!(PaymentState);

impl PaymentState {
    /// Whether another attempt may use the order id: only when it is certain that no money moved.
    #[must_use]
    pub const fn frees_order(self) -> bool {
        matches!(self, Self::Declined | Self::Voided)
    }

    /// Whether its resolution goes on.
    #[must_use]
    pub const fn awaits_verdict(self) -> bool {
        matches!(self, Self::Intended | Self::InDoubt)
    }

    /// The allowed transitions; every other one is a bug.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        use PaymentState::{Cancelled, Declined, InDoubt, Intended, NeedsReview, Paid, PartlyCancelled, Voided};
        matches!(
            (self, next),
            (Intended, Paid | Declined | InDoubt | Voided)
                | (InDoubt, Paid | Declined | Voided | NeedsReview)
                | (NeedsReview, Paid | Declined | Voided)
                | (Paid | PartlyCancelled, PartlyCancelled | Cancelled)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_freed_only_where_no_money_can_have_moved() {
        for state in PaymentState::ALL.iter().copied() {
            assert_eq!(PaymentState::from_name(state.name()), Some(state));
            if state.frees_order() {
                assert!(
                    PaymentState::ALL.iter().copied().all(|next| !state.may_become(next)),
                    "{state:?}"
                );
            }
        }
        assert!(
            !PaymentState::InDoubt.frees_order()
                && !PaymentState::NeedsReview.frees_order()
                && !PaymentState::Cancelled.frees_order()
        );
    }
}
