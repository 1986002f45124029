//! How an account behaves when it is debited, and which accounts behave how.

use serde::{Deserialize, Serialize};

/// The most that one debit may take, in KRW. There is no least.
pub const DEBIT_MAX_KRW: u64 = 2_000_000;
/// How long after a net-cancel a late approval lands, unless told otherwise.
pub const LATE_MS: u32 = 5_000;
/// Attempts of [`DebitScenario::FundsAtThirdAttempt`] that find too little.
pub const ATTEMPTS_WITHOUT_FUNDS: u32 = 2;

/// An account's behaviour. On the control wire and in the journal in kebab-case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DebitScenario {
    /// The default account: there is always enough.
    #[default]
    Pays,
    InsufficientFunds,
    /// Closed after the key was issued.
    AccountClosed,
    AccountFrozen,
    /// The customer ended the mandate at the bank.
    MandateEnded,
    OverLimit,
    /// The bank is being maintained: nothing is debited, and the PG says that it does not know.
    BankMaintenance,
    /// Debited at once; the PG's answer never comes.
    TimesOutPaid,
    /// Not debited; the PG's answer never comes.
    TimesOutUnpaid,
    /// Debited at once; neither the charge nor the first two net-cancels are answered, of which the second works.
    NetCancelSilent,
    /// No answer, and nothing is there until some time after the net-cancel: then it is debited.
    ApprovedLate,
    /// The first two attempts of a key find too little.
    FundsAtThirdAttempt,
}

/// Last four digits of the accounts with a behaviour of their own; every other one is [`DebitScenario::Pays`].
pub const ACCOUNTS: &[(&str, DebitScenario)] = &[
    ("0001", DebitScenario::InsufficientFunds),
    ("0002", DebitScenario::AccountClosed),
    ("0003", DebitScenario::AccountFrozen),
    ("0004", DebitScenario::MandateEnded),
    ("0005", DebitScenario::OverLimit),
    ("0006", DebitScenario::BankMaintenance),
    ("0007", DebitScenario::TimesOutPaid),
    ("0008", DebitScenario::TimesOutUnpaid),
    ("0009", DebitScenario::NetCancelSilent),
    ("0010", DebitScenario::ApprovedLate),
    ("0011", DebitScenario::FundsAtThirdAttempt),
];

impl DebitScenario {
    /// Of an account's digits.
    #[must_use]
    pub fn of_account(digits: &str) -> Self {
        ACCOUNTS
            .iter()
            .find(|(end, _)| digits.ends_with(end))
            .map_or(Self::Pays, |(_, scenario)| *scenario)
    }

    /// Whether it needs no word in the journal.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// A behaviour that the control API gave to a key, or to all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DebitSetting {
    pub scenario: DebitScenario,
    /// Of [`DebitScenario::ApprovedLate`] only.
    #[serde(default = "late_ms")]
    pub late_ms: u32,
}

fn late_ms() -> u32 {
    LATE_MS
}

impl From<DebitScenario> for DebitSetting {
    fn from(scenario: DebitScenario) -> Self {
        Self {
            scenario,
            late_ms: LATE_MS,
        }
    }
}
