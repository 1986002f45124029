//! The calls as a person at the control API sees them.

use nicepay::wire::{ConsentStatus, WireAuthType};
use serde::Serialize;

use super::consent::Consent;
use super::ids::Tid;
use super::pg::SimulatedPg;
use super::scenario::Scenario;

/// The longest list of calls; older ones are left out.
pub const CALLS_MAX: usize = 1_000;

/// One call.
#[derive(Serialize)]
pub struct Call {
    pub order_id: Box<str>,
    pub tid: Tid,
    pub phone_masked: Box<str>,
    pub auth_type: WireAuthType,
    pub goods_name: Box<str>,
    pub bank_code: Box<str>,
    pub status: ConsentStatus,
    pub scenario: Scenario,
    pub started_at_ms: i64,
    /// How often the phone rang for this order.
    pub rung: u32,
    /// Looks since the process started.
    pub polls: u32,
    /// What the voice says, or the message reads.
    pub says: String,
    /// The same in English; no customer hears it.
    pub says_in_english: String,
    pub registered: bool,
}

/// The newest [`CALLS_MAX`] calls, newest first; with `status`, only those that have it now.
#[must_use]
pub fn calls(bank: &SimulatedPg, status: Option<ConsentStatus>, machine_ms: i64) -> Vec<Call> {
    let mut found: Vec<_> = bank
        .consents
        .iter()
        .filter(|(order_id, consent)| {
            status.is_none_or(|status| consent.status(bank.present_ms(order_id, machine_ms)) == status)
        })
        .collect();
    found.sort_unstable_by_key(|(_, consent)| std::cmp::Reverse(consent.tid));
    found.truncate(CALLS_MAX);
    let rows = found.into_iter();
    rows.map(|(order_id, consent)| row(order_id, consent, bank.present_ms(order_id, machine_ms)))
        .collect()
}

fn row(order_id: &str, consent: &Consent, now_ms: i64) -> Call {
    Call {
        order_id: order_id.into(),
        tid: consent.tid,
        phone_masked: consent.phone_masked.clone(),
        auth_type: consent.auth_type,
        goods_name: consent.goods_name.clone(),
        bank_code: consent.bank_code.clone(),
        status: consent.status(now_ms),
        scenario: consent.scenario,
        started_at_ms: consent.started_at_ms,
        rung: consent.rung,
        polls: consent.polls,
        says: says(consent.auth_type, &consent.goods_name),
        says_in_english: says_in_english(consent.auth_type, &consent.goods_name),
        registered: consent.bid.is_some(),
    }
}

fn says(auth_type: WireAuthType, goods_name: &str) -> String {
    match auth_type {
        WireAuthType::Ars => format!(
            "자동이체 등록 안내입니다. {goods_name} 요금을 고객님의 계좌에서 자동이체하는 데 동의하시면 1번, 거절은 2번을 눌러 주세요."
        ),
        WireAuthType::App => format!(
            "[자동이체 동의 요청] {goods_name} 요금을 고객님의 계좌에서 자동이체하는 데 동의하시면 앱에서 인증해 주세요."
        ),
    }
}

fn says_in_english(auth_type: WireAuthType, goods_name: &str) -> String {
    match auth_type {
        WireAuthType::Ars => format!(
            "This call is about an automatic transfer. To agree that the charges for {goods_name} are taken from your account, press 1; to refuse, press 2."
        ),
        WireAuthType::App => format!(
            "[Consent to an automatic transfer] If you agree that the charges for {goods_name} are taken from your account, sign in this app."
        ),
    }
}
