//! How a customer behaves when called, and which phones behave how.

use nicepay::codes;
use nicepay::wire::{ConsentStatus, WireAuthType};
use serde::{Deserialize, Serialize};

/// A customer's behaviour. On the control wire in kebab-case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scenario {
    /// Agrees after the answer delay: the default customer.
    Agrees,
    /// Refuses after the answer delay.
    Refuses,
    /// Lets it ring; given up after 30 s.
    NoAnswer,
    /// The line is busy, seen after the answer delay.
    Busy,
    /// Presses a wrong key three times.
    WrongKey,
    /// Would answer after the PG's limit.
    AnswersTooLate,
    /// Agrees after the answer delay, and the PG reports it from the third find on.
    ReportedLate,
    /// Waits for someone to answer through the control API.
    Waits,
    /// The account belongs to someone else: refused at once, nobody is called.
    HolderMismatch,
    #[serde(rename = "agrees-after-5-s")]
    AgreesAfter5S,
    #[serde(rename = "agrees-after-20-s")]
    AgreesAfter20S,
    /// 간편인증: no app or certificate, refused at once.
    NoApp,
    /// 간편인증: somebody else signs.
    SignerMismatch,
    /// 간편인증: the message is ignored until it expires.
    Ignored,
}

/// Phones with a behaviour of their own; every other one is [`Scenario::Agrees`].
pub const PHONES: &[(&str, Scenario)] = &[
    ("01000000001", Scenario::Refuses),
    ("01000000002", Scenario::NoAnswer),
    ("01000000003", Scenario::Busy),
    ("01000000004", Scenario::WrongKey),
    ("01000000005", Scenario::AnswersTooLate),
    ("01000000006", Scenario::ReportedLate),
    ("01000000007", Scenario::Waits),
    ("01000000008", Scenario::HolderMismatch),
    ("01000000009", Scenario::AgreesAfter5S),
    ("01000000010", Scenario::AgreesAfter20S),
    ("01000000011", Scenario::NoApp),
    ("01000000012", Scenario::SignerMismatch),
    ("01000000013", Scenario::Ignored),
];

/// Who answers the telephones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answering {
    /// Every customer behaves as the scenario says.
    #[default]
    Auto,
    /// Every call rings until a person answers it through the control API.
    ByHand,
}

/// How a call goes on if nobody answers it through the control API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// Refused before anybody is called, with this result code.
    NotCalled { code: &'static str },
    /// Decided `after_ms` from the start, and reported from then on.
    Decides { after_ms: u64, status: ConsentStatus },
    /// Agreed `after_ms` from the start, and reported from the `polls`-th find on.
    Reported { after_ms: u64, polls: u32 },
    /// No decision.
    Silent,
}

impl Scenario {
    /// Of a phone's digits.
    #[must_use]
    pub fn of_phone(digits: &str) -> Self {
        PHONES
            .iter()
            .find(|(phone, _)| *phone == digits)
            .map_or(Self::Agrees, |(_, scenario)| *scenario)
    }

    /// What it comes down to for this way of asking: a telephone call needs no app, so the customers who only know
    /// 간편인증 agree on the phone.
    #[must_use]
    pub fn asked_by(self, auth_type: WireAuthType) -> Self {
        match (self, auth_type) {
            (Self::NoApp | Self::SignerMismatch | Self::Ignored, WireAuthType::Ars) => Self::Agrees,
            _ => self,
        }
    }

    /// What a call comes down to when `answering` says who decides. A customer who cannot be called stays so.
    #[must_use]
    pub fn answered(self, answering: Answering) -> Self {
        match (answering, self) {
            (Answering::Auto, _) | (Answering::ByHand, Self::HolderMismatch | Self::NoApp) => self,
            (Answering::ByHand, _) => Self::Waits,
        }
    }

    /// The course of a call with this customer.
    #[must_use]
    pub fn course(self, answer_delay_ms: u64) -> Course {
        let decides = |after_ms, status| Course::Decides { after_ms, status };
        match self {
            Self::Agrees => decides(answer_delay_ms, ConsentStatus::Agreed),
            Self::Refuses => decides(answer_delay_ms, ConsentStatus::Refused),
            Self::NoAnswer => decides(30_000, ConsentStatus::NoAnswer),
            Self::Busy => decides(answer_delay_ms, ConsentStatus::Busy),
            Self::WrongKey => decides(3 * answer_delay_ms, ConsentStatus::WrongKey),
            Self::AgreesAfter5S => decides(5_000, ConsentStatus::Agreed),
            Self::AgreesAfter20S => decides(20_000, ConsentStatus::Agreed),
            Self::SignerMismatch => decides(answer_delay_ms, ConsentStatus::SignerMismatch),
            Self::ReportedLate => Course::Reported {
                after_ms: answer_delay_ms,
                polls: 3,
            },
            Self::AnswersTooLate | Self::Waits | Self::Ignored => Course::Silent,
            Self::HolderMismatch => Course::NotCalled {
                code: codes::HOLDER_MISMATCH,
            },
            Self::NoApp => Course::NotCalled { code: codes::NO_APP },
        }
    }
}
