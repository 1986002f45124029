//! Why a debit was declined: one vocabulary over every bank's own.

use crate::error::PgMessage;

/// A refused debit: the reason, and the PG's own code and text beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decline {
    pub reason: DeclineReason,
    pub pg: PgMessage,
}

/// The normalised reason, which the connector gives. The bank's own code and text are kept beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::IntoStaticStr, strum::EnumString, strum::VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum DeclineReason {
    InsufficientFunds,
    AccountClosed,
    AccountFrozen,
    MandateEnded,
    OverLimit,
    AmountRefused,
    KeyRefused,
    BankRefused,
}

named!(DeclineReason);

impl DeclineReason {
    /// What the merchant can do, in Korean and English.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::InsufficientFunds => "잔액 부족: 며칠 뒤 새 시도 (try again in a few days)",
            Self::AccountClosed => "해지된 계좌: 다른 계좌로 새 빌링키 발급 (ask for another account)",
            Self::AccountFrozen => "거래 정지 계좌: 고객이 은행에 문의 (the customer must ask the bank)",
            Self::MandateEnded => "은행에서 자동이체 해지됨: 새 동의 필요 (ask for a new consent)",
            Self::OverLimit => "한도 초과: 내일 또는 더 적은 금액으로 (try tomorrow, or less)",
            Self::AmountRefused => "출금할 수 없는 금액 (an amount that cannot be debited)",
            Self::KeyRefused => {
                "PG에서 사용할 수 없는 키: 새 빌링키 발급 (the PG does not know the key: issue a new one)"
            }
            Self::BankRefused => "은행 거절: 나중에 새 시도 (try again later)",
        }
    }
}
