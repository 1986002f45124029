//! What a receipt is, by name. Accounts and phones are masked already where they are kept.

use domain::Won;
use domain::cash_receipt::{CashReceipt, CashReceiptOrigin};
use domain::issuance::Issuance;
use domain::payment::{Order, Payment, PaymentSource, PaymentState};
use domain::reserve::Reserve;
use domain::transition::Failure;

use super::say;
use crate::support::language::Language;

/// Of a payment.
pub fn of_payment(payment: &Payment, language: Language) -> Vec<(String, String)> {
    let source = match payment.source {
        PaymentSource::Charge => "POST /v2/subscribe/payment".to_owned(),
        PaymentSource::Reserve(id) => format!("{} {id}", say(language, "예약", "reserve")),
        PaymentSource::Publish(id) => format!("{} {id}", say(language, "첫 결제, 발급", "first payment of")),
    };
    let mut facts = of_order(&payment.order, language);
    facts.extend([
        ("billing_key".to_owned(), payment.billing_key.to_string()),
        named(language, "계좌", "account", payment.masked_account.line()),
        named(language, "요청", "asked by", source),
        named(language, "PG 주문번호", "PG order", payment.pg_order_id()),
    ]);
    if payment.cancelled_price.get() > 0 {
        let back = amount(payment.cancelled_price, language);
        facts.push(named(language, "환불", "given back", back));
    }
    // What was said while nobody knew is no failure once somebody does.
    let is_settled = matches!(
        payment.state,
        PaymentState::Paid | PaymentState::PartlyCancelled | PaymentState::Cancelled | PaymentState::Voided
    );
    let failure = payment.failure.as_ref().filter(|_| !is_settled);
    facts.extend(failure.map(|failure| failed(failure, language)));
    facts
}

/// Of a reserve.
pub fn of_reserve(reserve: &Reserve, language: Language) -> Vec<(String, String)> {
    let mut facts = of_order(&reserve.order, language);
    facts.extend([
        ("billing_key".to_owned(), reserve.billing_key.to_string()),
        named(language, "실행 예정", "due", reserve.due_at.to_wire()),
    ]);
    if reserve.due_at != reserve.execute_at {
        facts.push(named(
            language,
            "요청한 시각",
            "asked for",
            reserve.execute_at.to_wire(),
        ));
    }
    if let Some(receipt) = reserve.receipt_id {
        facts.push(("receipt_id".to_owned(), receipt.to_string()));
    }
    facts.extend(reserve.failure.as_ref().map(|failure| failed(failure, language)));
    facts
}

/// Of a cash receipt. The number it was issued to is only the PG's.
pub fn of_cash_receipt(receipt: &CashReceipt, language: Language) -> Vec<(String, String)> {
    let origin = match receipt.origin {
        CashReceiptOrigin::Debit => say(language, "출금과 함께", "with its debit"),
        CashReceiptOrigin::Payment => say(language, "결제의 현금영수증", "of a payment"),
        CashReceiptOrigin::Standalone => say(language, "별건", "by itself"),
    };
    let mut facts = vec![
        ("order_id".to_owned(), receipt.order_id.clone()),
        named(language, "상품", "order name", receipt.order_name.clone()),
        named(language, "금액", "price", amount(receipt.price, language)),
        named(language, "용도", "purpose", receipt.purpose.wire_name().to_owned()),
        named(language, "발급", "issued", origin.to_owned()),
        named(language, "PG 주문번호", "PG order", receipt.pg_order_id.clone()),
    ];
    let (tid, approval) = (receipt.tid.clone(), receipt.approve_no.clone());
    facts.extend(tid.map(|tid| ("tid".to_owned(), tid)));
    facts.extend(approval.map(|number| named(language, "승인번호", "approval", number)));
    let words = receipt
        .pg
        .as_ref()
        .map(|words| format!("{} {}", words.code, words.text));
    facts.extend(words.map(|words| named(language, "PG 답변", "PG said", words)));
    facts
}

fn of_order(order: &Order, language: Language) -> Vec<(String, String)> {
    vec![
        ("order_id".to_owned(), order.order_id.clone()),
        named(language, "상품", "order name", order.order_name.clone()),
        named(language, "금액", "price", amount(order.price, language)),
    ]
}

fn amount(won: Won, language: Language) -> String {
    match language {
        Language::Korean => format!("{}원", won.grouped()),
        Language::English => format!("{} won", won.grouped()),
    }
}

fn failed(failure: &Failure, language: Language) -> (String, String) {
    let words = failure
        .pg
        .as_ref()
        .map_or_else(String::new, |words| format!(" · {} {}", words.code, words.text));
    let sentence = say(language, failure.code.korean(), failure.code.english());
    let told = format!("{} {sentence}{words}", failure.code.name());
    named(language, "실패", "failed", told)
}

/// Of an issuance.
pub fn of_issuance(issuance: &Issuance, language: Language) -> Vec<(String, String)> {
    let terms = &issuance.terms;
    let called = format!("{} {}", terms.auth_type.wire_name(), terms.phone_masked);
    let mut facts = vec![
        ("subscription_id".to_owned(), terms.subscription_id.clone()),
        named(language, "상품", "order name", terms.order_name.clone()),
        named(language, "계좌", "account", terms.shown.line()),
        named(language, "연락", "called", called),
        named(language, "PG 주문번호", "PG order", issuance.pg_order_id()),
    ];
    if let Some(url) = issuance.open_consent_url() {
        facts.push(named(language, "동의 링크", "link for the customer", url.to_owned()));
    }
    if let Some(issued) = issuance.issued {
        facts.push(("billing_key".to_owned(), issued.billing_key.to_string()));
    }
    if let Some(failure) = &issuance.failure {
        let sentence = say(language, failure.code.korean(), failure.code.english());
        let told = format!("{} {sentence}", failure.code.name());
        facts.push(named(language, "끝", "ended", told));
    }
    facts
}

fn named(language: Language, korean: &str, english: &str, value: String) -> (String, String) {
    (say(language, korean, english).to_owned(), value)
}
