//! One open request per subscription: asked again it is the same one, and the customer is called once.

use std::collections::HashSet;
use std::time::Duration;

use serde_json::json;

use testkit::{Answer, OTHER, TestGateway};

/// Twenty answers to the same question, asked at once.
async fn twenty_at_once(gateway: &TestGateway, phone: &'static str) -> Vec<Answer> {
    let asked: Vec<_> = (0..20)
        .map(|_| {
            let merchant = gateway.merchant();
            tokio::spawn(async move { merchant.ask(json!({ "phone": phone })).await })
        })
        .collect();
    let all = async {
        let mut answers = Vec::new();
        for one in asked {
            answers.push(one.await.unwrap());
        }
        answers
    };
    gateway.while_time_passes(all).await
}

#[tokio::test]
async fn an_identical_request_gets_the_same_receipt_and_rings_nobody() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let first = merchant.ask(json!({})).await.expect(200);
    assert!(!first.is_replayed());
    let second = merchant.ask(json!({})).await.expect(200);
    assert!(second.is_replayed());
    assert_eq!(second.body, first.body);
    assert_eq!(second.header("jadong-consent"), Some("agreed"));
    let ledger = gateway.pg.ledger().await;
    assert_eq!((ledger.calls.len(), ledger.rung(&first.text("receipt_id"))), (1, 1));
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_identical_requests_at_once_ring_the_customer_once() {
    let gateway = TestGateway::with(|plan| {
        plan.answer_delay = Duration::from_millis(300);
        plan.consent_hold = Duration::from_secs(3600);
    })
    .await;
    let answers = twenty_at_once(&gateway, "01012345678").await;
    let receipts: HashSet<_> = answers
        .iter()
        .map(|answer| answer.clone().expect(200).text("receipt_id"))
        .collect();
    assert_eq!(receipts.len(), 1);
    let originals = answers.iter().filter(|answer| !answer.is_replayed()).count();
    assert_eq!(originals, 1);
    let ledger = gateway.pg.ledger().await;
    assert_eq!(
        (ledger.requests.start, ledger.calls.len(), ledger.calls[0].rung),
        (1, 1, 1)
    );
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_identical_requests_at_once_hear_one_refusal() {
    let gateway = TestGateway::with(|plan| {
        plan.answer_delay = Duration::from_secs(60);
        plan.consent_hold = Duration::from_secs(3600);
    })
    .await;
    let answers = twenty_at_once(&gateway, "01000000001").await;
    for answer in answers {
        assert_eq!(answer.verdict(), "400 SUBSCRIBE_AT_CONSENT_REFUSED");
    }
    assert_eq!(gateway.pg.ledger().await.calls.len(), 1);
    gateway.stop().await;
}

#[tokio::test]
async fn a_different_request_with_the_same_id_is_a_conflict_that_names_the_fields() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let receipt_id = merchant.receipt(json!({})).await;
    let cases = [
        (json!({ "order_name": "다른 이름" }), "order_name"),
        (json!({ "price": 500 }), "price"),
        (json!({ "price": 500, "tax_free": 100 }), "price, tax_free"),
        (json!({ "auth_type": "간편인증" }), "auth_type"),
        (json!({ "bank_name": "신한" }), "bank_name"),
        (json!({ "username": "김철수" }), "username"),
        (json!({ "bank_account": "99945678901234" }), "bank_account"),
        (json!({ "phone": "01012349999" }), "phone"),
        (json!({ "cash_receipt_type": "소득공제" }), "cash_receipt_type"),
        (json!({ "metadata": { "a": 1 } }), "metadata"),
        (
            json!({ "identity_no": "900102" }),
            "username, bank_account, identity_no or phone",
        ),
        (
            json!({ "bank_account": "12345678909999" }),
            "username, bank_account, identity_no or phone",
        ),
    ];
    for (changes, fields) in cases {
        let answer = merchant.ask(changes.clone()).await;
        assert_eq!(
            answer.verdict(),
            "409 SUBSCRIBE_AT_SUBSCRIPTION_ID_CONFLICT",
            "{changes}"
        );
        assert_eq!(answer.text("field"), "subscription_id");
        assert_eq!(
            answer.text("hint"),
            format!("receipt_id {receipt_id}: {fields}"),
            "{changes}"
        );
    }
    assert_eq!(gateway.pg.ledger().await.calls.len(), 1);
    gateway.stop().await;
}

#[tokio::test]
async fn two_projects_may_use_the_same_id_at_the_same_time() {
    let gateway = TestGateway::start().await;
    let mine = gateway.merchant().ask(json!({})).await.expect(200);
    let theirs = gateway.merchant_named(OTHER).ask(json!({})).await.expect(200);
    assert!(!theirs.is_replayed());
    assert_ne!(mine.text("receipt_id"), theirs.text("receipt_id"));
    gateway.stop().await;
}

#[tokio::test]
async fn after_issue_the_id_is_free_again() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let (first, first_key) = merchant.issue(json!({})).await;
    let again = merchant.ask(json!({})).await.expect(200);
    assert!(!again.is_replayed());
    assert_ne!(again.text("receipt_id"), first);
    let published = merchant.publish(&again.text("receipt_id")).await.expect(200);
    assert_ne!(published.text("billing_key"), first_key);
    gateway.stop().await;
}

#[tokio::test]
async fn after_a_refusal_the_id_is_free_again() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let refused = merchant.ask(json!({ "phone": "01000000001" })).await;
    assert_eq!(refused.verdict(), "400 SUBSCRIBE_AT_CONSENT_REFUSED");
    let again = merchant.ask(json!({ "order_name": "다른 이름" })).await.expect(200);
    assert!(!again.is_replayed());
    gateway.stop().await;
}

#[tokio::test]
async fn after_expiry_the_id_is_free_again() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let first = merchant.receipt(json!({})).await;
    gateway.clock.advance(Duration::from_secs(600));
    let again = gateway
        .eventually(async || {
            let answer = merchant.ask(json!({})).await;
            (answer.text("receipt_id") != first).then_some(answer)
        })
        .await
        .expect(200);
    assert!(!again.is_replayed());
    gateway.stop().await;
}
