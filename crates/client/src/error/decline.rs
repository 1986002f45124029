//! Why a debit was declined, and what may follow.

/// The reason of a decline, the same whatever the bank. Jadong says it; of the hosted service's declines it is
/// [`DeclineReason::Unknown`], and only `pg_error_code` tells.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DeclineReason {
    /// 잔액 부족.
    InsufficientFunds,
    /// 해지된 계좌.
    AccountClosed,
    /// 거래 정지.
    AccountFrozen,
    /// 은행에서 자동이체가 해지됨.
    MandateEnded,
    /// 이체 한도 초과.
    OverLimit,
    /// The PG does not take this amount.
    AmountRefused,
    /// The PG does not take the key.
    KeyRefused,
    /// Another reason of the bank's.
    BankRefused,
    /// Not said, or a word that this version does not know.
    Unknown(String),
}

/// What to do after a decline. The order id is free in every case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Advice {
    /// The same charge may work in some days.
    TryInDays,
    /// The same charge may work tomorrow, or a smaller one today.
    TryTomorrow,
    /// The customer must ask the bank first.
    CustomerAsksBank,
    /// Destroy the key and ask the customer for another account or a new consent.
    NewKey,
    /// Charge another amount.
    OtherAmount,
    /// Nobody can say: try later, and look at the PG's code.
    TryLater,
}

impl From<&str> for DeclineReason {
    fn from(word: &str) -> Self {
        match word {
            "insufficient_funds" => Self::InsufficientFunds,
            "account_closed" => Self::AccountClosed,
            "account_frozen" => Self::AccountFrozen,
            "mandate_ended" => Self::MandateEnded,
            "over_limit" => Self::OverLimit,
            "amount_refused" => Self::AmountRefused,
            "key_refused" => Self::KeyRefused,
            "bank_refused" => Self::BankRefused,
            other => Self::Unknown(other.to_owned()),
        }
    }
}

impl DeclineReason {
    /// What may follow.
    #[must_use]
    pub fn advice(&self) -> Advice {
        match self {
            Self::InsufficientFunds => Advice::TryInDays,
            Self::OverLimit => Advice::TryTomorrow,
            Self::AccountFrozen => Advice::CustomerAsksBank,
            Self::AccountClosed | Self::MandateEnded | Self::KeyRefused => Advice::NewKey,
            Self::AmountRefused => Advice::OtherAmount,
            Self::BankRefused | Self::Unknown(_) => Advice::TryLater,
        }
    }
}
