//! The states of an issuance and the steps between them.

/// Where an issuance stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::IntoStaticStr, strum::EnumString, strum::VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum IssuanceState {
    /// On disk; whether the PG knows of it is not.
    Requested,
    /// The PG is asking the customer.
    Consenting,
    /// The customer agreed; the merchant has not confirmed.
    Consented,
    /// The PG is being asked for the key.
    Publishing,
    /// The PG was asked for the key and its answer is unknown.
    InDoubt,
    Issued,
    /// The customer, or the bank's holder check, said no.
    Refused,
    /// The time for consent is over.
    Expired,
    /// The PG refused, or never received the request.
    Failed,
}

named!(IssuanceState);

impl IssuanceState {
    /// Whether the customer or the PG may still bring it further.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(
            self,
            Self::Requested | Self::Consenting | Self::Consented | Self::Publishing | Self::InDoubt
        )
    }

    /// Whether the customer has not decided yet.
    #[must_use]
    pub const fn awaits_consent(self) -> bool {
        matches!(self, Self::Requested | Self::Consenting)
    }

    /// The allowed transitions; every other one is a bug.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        use IssuanceState::{Consented, Consenting, Expired, Failed, InDoubt, Issued, Publishing, Refused, Requested};
        matches!(
            (self, next),
            (Requested, Consenting | Consented | Refused | Expired | Failed)
                | (Consenting, Consented | Refused | Expired)
                | (Consented, Publishing | Expired)
                | (Publishing, Issued | InDoubt | Failed | Consented)
                | (InDoubt, Issued | Failed | Consented)
        )
    }
}

/// Whether the merchant was answered when the key was issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssuedBy {
    /// By the publish call that asked for it.
    Publish,
    /// By the worker, after that call's outcome was unknown or the process died.
    Recovery,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_ended_stays_ended() {
        for state in IssuanceState::ALL.iter().copied() {
            assert_eq!(IssuanceState::from_name(state.name()), Some(state));
            let moves = IssuanceState::ALL
                .iter()
                .copied()
                .filter(|next| state.may_become(*next))
                .count();
            assert_eq!(moves == 0, !state.is_open(), "{state:?}");
            assert!(!state.may_become(state));
        }
    }

    #[test]
    fn only_what_was_consented_to_can_be_published() {
        for state in IssuanceState::ALL.iter().copied() {
            assert_eq!(
                state.may_become(IssuanceState::Publishing),
                state == IssuanceState::Consented,
                "{state:?}"
            );
        }
    }
}
