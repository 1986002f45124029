//! "Was this customer debited?"

use domain::cash_receipt::{self, CashReceipt};
use domain::issuance::{self, Issuance};
use domain::payment::{Payment, PaymentState};
use domain::reserve::{self, Reserve};

use super::labels::state_word;
use super::{Severity, say};
use crate::support::language::Language;

/// The answer, in a sentence.
pub fn of_payment(payment: &Payment, language: Language) -> String {
    let (price, back) = (payment.order.price.grouped(), payment.cancelled_price.grouped());
    let (korean, english) = match payment.state {
        PaymentState::Paid => (
            format!("{price}원이 출금되었습니다"),
            format!("yes: {price} won were debited"),
        ),
        PaymentState::PartlyCancelled => (
            format!("{price}원이 출금되었고 그중 {back}원을 돌려주었습니다"),
            format!("yes: {price} won, of which {back} were given back"),
        ),
        PaymentState::Cancelled => (
            format!("{price}원이 출금되었다가 모두 환불되었습니다"),
            "debited, and all of it given back".to_owned(),
        ),
        PaymentState::Declined => (
            "출금되지 않았습니다: 은행이 거절했습니다".to_owned(),
            "no: declined".to_owned(),
        ),
        PaymentState::Voided => (
            "출금되지 않았습니다. 같은 order_id로 다시 결제할 수 있습니다".to_owned(),
            "no: nothing is debited; the same order_id may be charged again".to_owned(),
        ),
        PaymentState::Intended => (
            "진행 중: PG의 답을 기다립니다".to_owned(),
            "under way: waiting for the PG".to_owned(),
        ),
        PaymentState::InDoubt => (
            "아직 모릅니다: 판정 중입니다".to_owned(),
            "not known yet: it is being found out".to_owned(),
        ),
        PaymentState::NeedsReview => (
            "아직 모릅니다: 사람이 PG에 확인해야 합니다".to_owned(),
            "not known: a person must ask the PG about the order below".to_owned(),
        ),
    };
    say(language, &korean, &english).to_owned()
}

pub fn tone(state: PaymentState) -> Severity {
    match state {
        PaymentState::Paid | PaymentState::PartlyCancelled => Severity::Good,
        PaymentState::Declined => Severity::Bad,
        PaymentState::Cancelled | PaymentState::Voided => Severity::Calm,
        PaymentState::Intended | PaymentState::InDoubt | PaymentState::NeedsReview => Severity::Open,
    }
}

/// An issuance debits nobody; what came of it.
pub fn of_issuance(issuance: &Issuance, language: Language) -> String {
    let state = state_word(issuance.state.name(), language);
    let text = say(
        language,
        "빌링키 발급의 영수증이며 돈은 움직이지 않습니다",
        "an issuance; it debits nobody",
    );
    format!("{state}: {text}")
}

/// Of a reserve: what became of its payment, once it has one.
pub fn of_reserve(reserve: &Reserve, payment: Option<&Payment>, language: Language) -> String {
    if let Some(payment) = payment {
        return of_payment(payment, language);
    }
    // Korean time, as the wire has it.
    let due = reserve
        .due_at
        .to_wire()
        .chars()
        .take(19)
        .collect::<String>()
        .replacen('T', " ", 1);
    let (korean, english) = match reserve.state {
        reserve::ReserveState::Waiting => (
            format!("아직입니다: {due}에 출금합니다"),
            format!("not yet: due at {due}"),
        ),
        reserve::ReserveState::Executing => ("진행 중입니다".to_owned(), "under way".to_owned()),
        reserve::ReserveState::Revoked => (
            "출금되지 않습니다: 예약이 취소되었습니다".to_owned(),
            "no: the reserve was revoked".to_owned(),
        ),
        // Done has a payment; a failure without one never got as far as the PG.
        reserve::ReserveState::Done | reserve::ReserveState::Failed => (
            "출금되지 않았습니다: 출금을 시작하지 못했습니다".to_owned(),
            "no: it ended before the PG was asked".to_owned(),
        ),
    };
    say(language, &korean, &english).to_owned()
}

pub fn tone_of_reserve(reserve: &Reserve, payment: Option<&Payment>) -> Severity {
    if let Some(payment) = payment {
        return tone(payment.state);
    }
    match reserve.state {
        reserve::ReserveState::Waiting | reserve::ReserveState::Revoked => Severity::Calm,
        reserve::ReserveState::Executing => Severity::Open,
        reserve::ReserveState::Done | reserve::ReserveState::Failed => Severity::Bad,
    }
}

/// A cash receipt debits nobody either.
pub fn of_cash_receipt(receipt: &CashReceipt, language: Language) -> String {
    let state = state_word(receipt.state.name(), language);
    let text = say(
        language,
        "현금영수증이며 돈은 움직이지 않습니다",
        "a cash receipt; it debits nobody",
    );
    format!("{state}: {text}")
}

pub fn tone_of_cash_receipt(state: cash_receipt::CashReceiptState) -> Severity {
    match state {
        cash_receipt::CashReceiptState::Issued => Severity::Good,
        cash_receipt::CashReceiptState::Failed => Severity::Bad,
        cash_receipt::CashReceiptState::Cancelled => Severity::Calm,
        cash_receipt::CashReceiptState::Intended | cash_receipt::CashReceiptState::Cancelling => Severity::Open,
    }
}

pub fn tone_of_issuance(state: issuance::IssuanceState) -> Severity {
    match state.name() {
        "issued" => Severity::Good,
        "refused" | "failed" => Severity::Bad,
        "expired" => Severity::Calm,
        _ => Severity::Open,
    }
}
