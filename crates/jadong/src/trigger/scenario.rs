//! The scenarios there are.

/// A scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, strum::EnumString, strum::VariantArray)]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Scenario {
    IssuedKey,
    RefusedConsent,
    NoAnswer,
    LateConsent,
    Paid,
    DeclinedDebit,
    InDoubtHappened,
    InDoubtDidNotHappen,
    ReserveExecuted,
    ReserveOnDestroyedKey,
    PartialCancels,
    CashReceipt,
}

domain::named!(Scenario);

impl Scenario {
    /// What it tells, in Korean and English.
    pub const fn tells(self) -> (&'static str, &'static str) {
        match self {
            Self::IssuedKey => (
                "고객이 동의하고 빌링키가 발급됩니다.",
                "The customer agrees and a billing key is issued.",
            ),
            Self::RefusedConsent => ("고객이 전화에서 거절합니다.", "The customer refuses on the telephone."),
            Self::NoAnswer => ("고객이 전화를 받지 않습니다.", "Nobody answers the telephone."),
            Self::LateConsent => (
                "대기 시간이 지난 뒤에 동의하고, 발급을 다시 요청하면 키가 나옵니다.",
                "The customer agrees after the hold; publish, called again, gives the key.",
            ),
            Self::Paid => ("키로 출금합니다.", "A key is debited."),
            Self::DeclinedDebit => (
                "잔액이 부족해서 출금이 거절됩니다.",
                "A debit is declined for want of funds.",
            ),
            Self::InDoubtHappened => (
                "PG 응답을 잃었지만 출금은 되었습니다. 판정은 결제 완료입니다.",
                "The PG's answer is lost, but the debit happened: the verdict is paid.",
            ),
            Self::InDoubtDidNotHappen => (
                "PG에 닿지 못해 출금되지 않았습니다. 1분쯤 뒤 판정은 무효입니다.",
                "The debit never arrived: after about a minute the verdict is voided.",
            ),
            Self::ReserveExecuted => ("예약한 시각에 출금됩니다.", "A reserve is debited at its time."),
            Self::ReserveOnDestroyedKey => (
                "키를 없앤 뒤 예약 시각이 되어 예약이 실패합니다.",
                "A reserve fails at its time because its key was destroyed.",
            ),
            Self::PartialCancels => (
                "두 번 나누어 취소하고 나머지를 취소합니다.",
                "A payment is cancelled in two parts, then wholly.",
            ),
            Self::CashReceipt => (
                "결제에 현금영수증을 발행하고 취소합니다.",
                "A payment's cash receipt is issued and cancelled.",
            ),
        }
    }

    /// About how long it takes with the default settings.
    pub const fn seconds(self) -> u32 {
        match self {
            Self::LateConsent => 10,
            Self::InDoubtHappened => 2,
            Self::InDoubtDidNotHappen => 65,
            Self::ReserveExecuted | Self::ReserveOnDestroyedKey => 6,
            _ => 1,
        }
    }
}
