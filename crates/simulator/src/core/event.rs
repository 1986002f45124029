//! What happened: the only way state changes, and a line of the journal each.
//!
//! An account, an id number, a full phone number or a cash receipt's number has no field here.

use nicepay::payment::ReceiptType;
use nicepay::wire::{ConsentStatus, WireAuthType};
use serde::{Deserialize, Serialize};

use super::debit::{DebitScenario, DebitSetting};
use super::fingerprint::SimulatorFingerprint;
use super::ids::{Bid, Tid};
use super::payment::ChargeOutcome;
use super::receipt::StandingReceipt;
use super::refusal::MerchantPermission;
use super::scenario::Scenario;
use super::wallet::Wallet;

/// One line of `bank.journal`; times are milliseconds since the epoch.
#[derive(Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    ConsentStarted(ConsentStarted),
    /// Decided by something else than time: a person at the control API, or the report of a late answer.
    ConsentAnswered {
        order_id: Box<str>,
        status: ConsentStatus,
        at_ms: i64,
    },
    KeyRegistered {
        order_id: Box<str>,
        bid: Bid,
        at_ms: i64,
    },
    KeyExpired {
        /// The expiry's own order.
        order_id: Box<str>,
        bid: Bid,
        at_ms: i64,
    },
    ScenarioSet {
        phone: SimulatorFingerprint,
        phone_masked: Box<str>,
        scenario: Scenario,
        at_ms: i64,
    },
    ScenarioRemoved {
        phone: SimulatorFingerprint,
        at_ms: i64,
    },
    ShopSet {
        register: MerchantPermission,
        at_ms: i64,
    },
    Charged(Charged),
    /// A charge on a key that was never issued; its order is used.
    ChargedNoKey {
        order_id: Box<str>,
        at_ms: i64,
    },
    /// A net-cancel that gave nothing back, but changes what comes.
    NetCancelTried {
        /// The charge's.
        order_id: Box<str>,
        at_ms: i64,
    },
    Refunded(Refunded),
    ReceiptIssued(ReceiptIssued),
    ReceiptCancelled {
        tid: Tid,
        /// The cancel's.
        order_id: Box<str>,
        at_ms: i64,
    },
    /// How a key's account behaves; `None`: as usual.
    DebitSet {
        bid: Bid,
        debit: Option<DebitSetting>,
        at_ms: i64,
    },
    /// The same for every key.
    EveryDebitSet {
        debit: Option<DebitSetting>,
        at_ms: i64,
    },
    MaintenanceSet {
        bank_code: Box<str>,
        from_ms: i64,
        until_ms: i64,
        at_ms: i64,
    },
    MaintenanceCleared {
        at_ms: i64,
    },
}

/// A charge was received.
#[derive(Serialize, Deserialize)]
pub struct Charged {
    pub order_id: Box<str>,
    pub tid: Tid,
    pub bid: Bid,
    /// KRW.
    pub amount: u64,
    #[serde(default, skip_serializing_if = "is_none")]
    pub tax_free: u64,
    pub goods_name: Box<str>,
    /// `fate` in the journal, whose lines are never written anew.
    #[serde(default, rename = "fate", skip_serializing_if = "ChargeOutcome::is_default")]
    pub outcome: ChargeOutcome,
    /// The request asked for this outcome: it says nothing of the account.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asked: bool,
    /// Of [`ChargeOutcome::Late`] only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_ms: Option<u32>,
    /// How far the caller's clock was ahead of the machine's.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub ahead_ms: i64,
    pub at_ms: i64,
}

/// Money went back.
#[derive(Serialize, Deserialize)]
pub struct Refunded {
    /// The charge's.
    pub tid: Tid,
    pub cancel_tid: Tid,
    /// The cancel's; a net-cancel has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_order_id: Option<Box<str>>,
    /// KRW.
    pub amount: u32,
    #[serde(default, skip_serializing_if = "is_none")]
    pub tax_free: u64,
    pub reason: Box<str>,
    pub at_ms: i64,
}

/// A cash receipt was issued.
#[derive(Serialize, Deserialize)]
pub struct ReceiptIssued {
    pub order_id: Box<str>,
    pub tid: Tid,
    /// KRW.
    pub amount: u64,
    pub receipt_type: ReceiptType,
    pub number: SimulatorFingerprint,
    pub at_ms: i64,
}

/// A customer was called. Delay and limit are the call's own, so that a later setting does not change its course.
#[derive(Serialize, Deserialize)]
pub struct ConsentStarted {
    pub order_id: Box<str>,
    pub tid: Tid,
    pub auth_type: WireAuthType,
    pub goods_name: Box<str>,
    pub bank_code: Box<str>,
    pub account: SimulatorFingerprint,
    pub phone: SimulatorFingerprint,
    pub phone_masked: Box<str>,
    pub scenario: Scenario,
    /// How the account behaves when it is debited: a name, never its digits.
    #[serde(default, skip_serializing_if = "DebitScenario::is_default")]
    pub debit: DebitScenario,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cash_receipt: Option<StandingReceipt>,
    pub answer_delay_ms: u64,
    pub consent_limit_ms: u64,
    /// How far the caller's clock was ahead of the machine's.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub ahead_ms: i64,
    /// Of a consent by link only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wallet: Option<Wallet>,
    pub at_ms: i64,
}

/// Serde hands it over by reference.
fn is_none(won: &u64) -> bool {
    *won == 0
}

/// Serde hands it over by reference.
fn is_zero(ahead_ms: &i64) -> bool {
    *ahead_ms == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A journal that an older program has written is read as what it was.
    #[test]
    fn a_line_of_an_older_journal_keeps_its_outcome() {
        let line = r#"{"order_id":"6955b90001020304050607","tid":"jadong000m02161767000000000001","bid":"BIKYjadong000m1104000000000001",
            "amount":1000,"goods_name":"구독","fate":"insufficient-funds","at_ms":1767000000000}"#;
        let charged: Charged = serde_json::from_str(line).unwrap();
        assert_eq!(charged.outcome, ChargeOutcome::InsufficientFunds);
        let written = serde_json::to_string(&charged).unwrap();
        assert!(written.contains(r#""fate":"insufficient-funds""#), "{written}");
    }
}
