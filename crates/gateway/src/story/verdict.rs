//! "Was this customer debited?"

use domain::cash_receipt::{self, CashReceipt};
use domain::issuance::{self, Issuance};
use domain::payment::{Payment, State};
use domain::reserve::{self, Reserve};

use super::words::state_word;
use super::{Tone, say};
use crate::http::language::Language;

/// The answer, in a sentence.
pub fn of_payment(payment: &Payment, language: Language) -> String {
    let (price, back) = (payment.order.price.grouped(), payment.cancelled_price.grouped());
    let (korean, english) = match payment.state {
        State::Paid => (
            format!("{price}원이 출금되었습니다"),
            format!("yes: {price} won were debited"),
        ),
        State::PartlyCancelled => (
            format!("{price}원이 출금되었고 그중 {back}원을 돌려주었습니다"),
            format!("yes: {price} won, of which {back} were given back"),
        ),
        State::Cancelled => (
            format!("{price}원이 출금되었다가 모두 환불되었습니다"),
            "debited, and all of it given back".to_owned(),
        ),
        State::Declined => (
            "출금되지 않았습니다: 은행이 거절했습니다".to_owned(),
            "no: declined".to_owned(),
        ),
        State::Voided => (
            "출금되지 않았습니다. 같은 order_id로 다시 결제할 수 있습니다".to_owned(),
            "no: nothing is debited; the same order_id may be charged again".to_owned(),
        ),
        State::Intended => (
            "진행 중: PG의 답을 기다립니다".to_owned(),
            "under way: waiting for the PG".to_owned(),
        ),
        State::InDoubt => (
            "아직 모릅니다: 판정 중입니다".to_owned(),
            "not known yet: the verdict ladder is being walked".to_owned(),
        ),
        State::NeedsPerson => (
            "아직 모릅니다: 사람이 PG에 확인해야 합니다".to_owned(),
            "not known: a person must ask the PG about the order below".to_owned(),
        ),
    };
    say(language, &korean, &english).to_owned()
}

pub fn tone(state: State) -> Tone {
    match state {
        State::Paid | State::PartlyCancelled => Tone::Good,
        State::Declined => Tone::Bad,
        State::Cancelled | State::Voided => Tone::Calm,
        State::Intended | State::InDoubt | State::NeedsPerson => Tone::Open,
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
        reserve::State::Waiting => (
            format!("아직입니다: {due}에 출금합니다"),
            format!("not yet: due at {due}"),
        ),
        reserve::State::Executing => ("진행 중입니다".to_owned(), "under way".to_owned()),
        reserve::State::Revoked => (
            "출금되지 않습니다: 예약이 취소되었습니다".to_owned(),
            "no: the reserve was revoked".to_owned(),
        ),
        // Done has a payment; a failure without one never got as far as the PG.
        reserve::State::Done | reserve::State::Failed => (
            "출금되지 않았습니다: 출금을 시작하지 못했습니다".to_owned(),
            "no: it ended before the PG was asked".to_owned(),
        ),
    };
    say(language, &korean, &english).to_owned()
}

pub fn tone_of_reserve(reserve: &Reserve, payment: Option<&Payment>) -> Tone {
    if let Some(payment) = payment {
        return tone(payment.state);
    }
    match reserve.state {
        reserve::State::Waiting | reserve::State::Revoked => Tone::Calm,
        reserve::State::Executing => Tone::Open,
        reserve::State::Done | reserve::State::Failed => Tone::Bad,
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

pub fn tone_of_cash_receipt(state: cash_receipt::State) -> Tone {
    match state {
        cash_receipt::State::Issued => Tone::Good,
        cash_receipt::State::Failed => Tone::Bad,
        cash_receipt::State::Cancelled => Tone::Calm,
        cash_receipt::State::Intended | cash_receipt::State::Cancelling => Tone::Open,
    }
}

pub fn tone_of_issuance(state: issuance::State) -> Tone {
    match state.name() {
        "issued" => Tone::Good,
        "refused" | "failed" => Tone::Bad,
        "expired" => Tone::Calm,
        _ => Tone::Open,
    }
}
