//! What people call the states of things, and who moved them.

use super::say;
use crate::support::language::Language;

/// Name, Korean, English.
const STATES: &[(&str, &str, &str)] = &[
    ("intended", "요청 중", "Under way"),
    ("in_doubt", "미확정", "In doubt"),
    ("paid", "출금됨", "Paid"),
    ("partly_cancelled", "일부 취소", "Partly cancelled"),
    ("cancelled", "취소됨", "Cancelled"),
    ("declined", "거절", "Declined"),
    ("voided", "출금 없음", "Voided"),
    ("needs_person", "확인 필요", "Needs a person"),
    ("requested", "요청됨", "Requested"),
    ("consenting", "동의 대기", "Consenting"),
    ("consented", "동의함", "Consented"),
    ("publishing", "발급 중", "Publishing"),
    ("issued", "발급됨", "Issued"),
    ("refused", "동의 거부", "Refused"),
    ("expired", "만료", "Expired"),
    ("failed", "실패", "Failed"),
    ("cancelling", "취소 중", "Being cancelled"),
    ("waiting", "대기", "Waiting"),
    ("executing", "실행 중", "Executing"),
    ("done", "완료", "Done"),
    ("revoked", "예약 취소", "Revoked"),
    ("pending", "보내는 중", "Pending"),
    ("delivered", "전달됨", "Delivered"),
    ("exhausted", "포기함", "Given up"),
    ("active", "사용 중", "Active"),
    ("destroyed", "파기됨", "Destroyed"),
];

/// The word for a state; its name where there is none.
#[must_use]
pub fn state_word(name: &str, language: Language) -> &str {
    let found = STATES.iter().find(|(known, ..)| *known == name);
    found.map_or(name, |(_, korean, english)| say(language, korean, english))
}

/// Who made a transition.
pub fn actor_word(name: &str, language: Language) -> &str {
    match (language, name) {
        (Language::Korean, "api") => "API",
        (Language::Korean, "worker") => "백그라운드 작업",
        (Language::Korean, "person") => "담당자",
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use domain::{cash_receipt, issuance, payment, reserve, webhook_delivery};

    use super::*;

    #[test]
    fn every_state_has_a_word_in_both_languages() {
        let names = payment::PaymentState::ALL
            .iter()
            .copied()
            .map(payment::PaymentState::name);
        let names = names.chain(
            issuance::IssuanceState::ALL
                .iter()
                .copied()
                .map(issuance::IssuanceState::name),
        );
        let names = names.chain(
            reserve::ReserveState::ALL
                .iter()
                .copied()
                .map(reserve::ReserveState::name),
        );
        let names = names.chain(
            cash_receipt::CashReceiptState::ALL
                .iter()
                .copied()
                .map(cash_receipt::CashReceiptState::name),
        );
        let names = names.chain(
            webhook_delivery::DeliveryState::ALL
                .iter()
                .copied()
                .map(webhook_delivery::DeliveryState::name),
        );
        for name in names.chain(["active", "destroyed"]) {
            assert!(STATES.iter().any(|(known, ..)| *known == name), "{name}");
            assert!(!state_word(name, Language::Korean).is_ascii(), "{name}");
        }
    }
}
