//! What a receipt is, by name. Accounts and phones are masked already where they are kept.

use domain::issuance::Issuance;
use domain::payment::{Payment, Source};

use super::say;
use crate::http::language::Language;

/// Of a payment.
pub fn of_payment(payment: &Payment, language: Language) -> Vec<(String, String)> {
    let source = match payment.source {
        Source::Charge => "POST /v2/subscribe/payment".to_owned(),
        Source::Reserve(id) => format!("{} {id}", say(language, "예약", "reserve")),
        Source::Publish(id) => format!("{} {id}", say(language, "첫 결제, 발급", "first payment of")),
    };
    let (order, shown) = (&payment.order, &payment.shown);
    let account = format!("{} {} {}", shown.bank_code, shown.account_masked, shown.holder_masked);
    let mut facts = vec![
        ("order_id".to_owned(), order.order_id.clone()),
        named(language, "상품", "order name", order.order_name.clone()),
        named(
            language,
            "금액",
            "price",
            format!("{} {}", order.price.get(), say(language, "원", "won")),
        ),
        ("billing_key".to_owned(), payment.billing_key.to_string()),
        named(language, "계좌", "account", account),
        named(language, "요청", "asked by", source),
        named(language, "PG 주문번호", "PG order", payment.pg_order_id()),
    ];
    if payment.cancelled_price.get() > 0 {
        let back = format!("{} {}", payment.cancelled_price.get(), say(language, "원", "won"));
        facts.push(named(language, "환불", "given back", back));
    }
    if let Some(failure) = &payment.failure {
        let words = failure
            .pg
            .as_ref()
            .map_or_else(String::new, |words| format!(" · {} {}", words.code, words.text));
        let sentence = say(language, failure.code.korean(), failure.code.english());
        let told = format!("{} {sentence}{words}", failure.code.name());
        facts.push(named(language, "실패", "failed", told));
    }
    facts
}

/// Of an issuance.
pub fn of_issuance(issuance: &Issuance, language: Language) -> Vec<(String, String)> {
    let (terms, shown) = (&issuance.terms, &issuance.terms.shown);
    let account = format!("{} {} {}", shown.bank_code, shown.account_masked, shown.holder_masked);
    let called = format!("{} {}", terms.auth_type.wire_name(), terms.phone_masked);
    let mut facts = vec![
        ("subscription_id".to_owned(), terms.subscription_id.clone()),
        named(language, "상품", "order name", terms.order_name.clone()),
        named(language, "계좌", "account", account),
        named(language, "연락", "called", called),
        named(language, "PG 주문번호", "PG order", issuance.pg_order_id()),
    ];
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
