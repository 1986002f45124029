//! A request with a first payment: taken by publish with the key, under the subscription's id, once.

use std::time::Duration;

use serde_json::json;

use testkit::assert_answers;
use testkit::{Answer, Merchant, TestGateway};

/// A consented request with a first payment, for an account with these last digits.
async fn consented(merchant: &Merchant, account: &str) -> String {
    let asked = json!({
        "price": 1000, "tax_free": 100, "metadata": { "a": 1 }, "bank_account": format!("1234567890{account}"),
    });
    let asked = merchant.ask(asked).await.expect(200);
    assert_eq!(
        (asked.text("price"), asked.text("tax_free")),
        ("1000".into(), "100".into())
    );
    asked.text("receipt_id")
}

async fn look_up(merchant: &Merchant, receipt_id: &str) -> Answer {
    merchant
        .get(&format!("/v2/subscribe/billing_key/{receipt_id}"))
        .await
        .expect(200)
}

#[tokio::test]
async fn publish_takes_it_and_answers_with_its_receipt() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let receipt_id = consented(&merchant, "1234").await;
    assert_eq!(gateway.pg.ledger().await.requests.charge, 0, "not before publish");
    let published = merchant.publish(&receipt_id).await.expect(200);
    let looked_up = look_up(&merchant, &receipt_id).await;
    assert_eq!(looked_up.body, published.body, "the lookup is the answer again");
    let payment = published.json()["receipt_data"].clone();
    let payment_id = payment["receipt_id"].as_str().unwrap();
    assert_ne!(payment_id, receipt_id);
    assert_eq!(payment, merchant.look_up(payment_id).await);
    assert_eq!(payment["order_id"], published.json()["subscription_id"]);
    let ledger = gateway.pg.ledger().await;
    assert_eq!((ledger.debits.len(), ledger.debited(payment_id)), (1, (1, 1000)));
    // It is cancelled as any payment.
    merchant
        .cancel(payment_id, json!({ "cancel_price": 400 }))
        .await
        .expect(200);
    let looked_up = look_up(&merchant, &receipt_id).await;
    assert_eq!(looked_up.json()["receipt_data"]["cancelled_price"], json!(400));
    assert_eq!(
        merchant.cancel(&receipt_id, json!({})).await.verdict(),
        "404 RC_NOT_FOUND"
    );
    assert_answers!("publish__first_payment", [("published".to_owned(), published)]);
    gateway.stop().await;
}

#[tokio::test]
async fn a_declined_one_leaves_the_key_and_says_where_it_is() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let receipt_id = consented(&merchant, "0001").await;
    let declined = merchant.publish(&receipt_id).await;
    assert_eq!(declined.verdict(), "400 RC_CONFIRM_FAILED");
    assert_eq!(declined.text("pg_error_code"), "V301");
    assert!(
        declined
            .text("hint")
            .contains(&format!("/v2/subscribe/billing_key/{receipt_id}"))
    );
    let issued = look_up(&merchant, &receipt_id).await;
    assert_eq!(issued.json()["receipt_data"]["status"], json!(-2));
    let key = issued.text("billing_key");
    // The order is free: the subscription's id pays with another account's key.
    let other = merchant.key().await;
    let paid = merchant
        .charge(&other, json!({ "order_id": "transfer_1" }))
        .await
        .expect(200);
    assert!(!paid.is_replayed());
    assert_eq!(
        merchant.charge(&key, json!({})).await.verdict(),
        "400 RC_CONFIRM_FAILED",
        "the key is alive"
    );
    let ledger = gateway.pg.ledger().await;
    assert_eq!((ledger.debits.len(), ledger.keys_of(&receipt_id)), (1, 1));
    gateway.stop().await;
}

#[tokio::test]
async fn an_unknown_one_is_told_as_unknown_and_gets_its_verdict() {
    for (account, status) in [("0007", 1), ("0008", -2), ("0009", -2)] {
        let gateway = TestGateway::with(|plan| plan.pg_read_timeout = Duration::from_millis(150)).await;
        let merchant = gateway.merchant();
        let receipt_id = consented(&merchant, account).await;
        let unknown = merchant.publish(&receipt_id).await;
        assert_eq!(unknown.verdict(), "400 RC_CONFIRM_CRITICAL_FAILED", "{account}");
        let payment_id = unknown.text("receipt_id");
        assert_eq!(
            look_up(&merchant, &receipt_id).await.json()["receipt_data"]["receipt_id"],
            json!(payment_id)
        );
        let found = gateway
            .eventually(async || {
                let data = look_up(&merchant, &receipt_id).await.json()["receipt_data"].clone();
                (data["status"] != json!(2)).then_some(data)
            })
            .await;
        assert_eq!(found["status"], json!(status), "{account}");
        let ledger = gateway.pg.ledger().await;
        let kept = if status == 1 { 1000 } else { 0 };
        assert_eq!(
            (ledger.debited(&payment_id).1, ledger.requests.charge),
            (kept, 1),
            "{account}"
        );
        assert_eq!(ledger.keys_of(&receipt_id), 1, "{account}");
        gateway.stop().await;
    }
}

#[tokio::test]
async fn an_order_that_is_taken_is_not_debited_again_and_the_key_is_issued() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let other = merchant.key().await;
    let paid = merchant
        .charge(&other, json!({ "order_id": "transfer_1" }))
        .await
        .expect(200);
    let receipt_id = consented(&merchant, "1234").await;
    let conflict = merchant.publish(&receipt_id).await;
    assert_eq!(conflict.verdict(), "409 RC_ORDER_ID_CONFLICT");
    assert_eq!(conflict.text("field"), "subscription_id");
    let issued = look_up(&merchant, &receipt_id).await.json();
    assert!(issued["billing_key"].is_string() && issued.get("receipt_data").is_none());
    let ledger = gateway.pg.ledger().await;
    assert_eq!(
        (ledger.debits.len(), ledger.debited(&paid.text("receipt_id"))),
        (1, (1, 1000))
    );
    gateway.stop().await;
}

#[tokio::test]
async fn after_a_broken_registration_it_is_taken_once() {
    for kind in ["drop-after", "drop-before", "garbage"] {
        let gateway = TestGateway::with(|plan| plan.pg_read_timeout = Duration::from_millis(250)).await;
        let merchant = gateway.merchant();
        let receipt_id = consented(&merchant, "1234").await;
        gateway.pg.fault("register", kind, 2).await;
        let first = gateway.while_time_passes(merchant.publish(&receipt_id)).await;
        assert!(matches!(first.status, 200 | 503), "{kind}: {}", first.body);
        let data = gateway
            .eventually(async || {
                merchant.publish(&receipt_id).await;
                let data = look_up(&merchant, &receipt_id).await.json()["receipt_data"].clone();
                (data["status"] == json!(1)).then_some(data)
            })
            .await;
        let ledger = gateway.pg.ledger().await;
        assert_eq!(
            ledger.debited(data["receipt_id"].as_str().unwrap()),
            (1, 1000),
            "{kind}"
        );
        assert_eq!((ledger.requests.charge, ledger.keys_of(&receipt_id)), (1, 1), "{kind}");
        gateway.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_publishes_at_once_take_it_once() {
    let gateway = TestGateway::start().await;
    let receipt_id = consented(&gateway.merchant(), "1234").await;
    gateway.pg.fault("charge", "slow", 1).await;
    let asked: Vec<_> = (0..20)
        .map(|_| {
            let (merchant, receipt_id) = (gateway.merchant(), receipt_id.clone());
            tokio::spawn(async move { merchant.publish(&receipt_id).await })
        })
        .collect();
    for one in asked {
        let answer = one.await.unwrap();
        if answer.status == 200 {
            assert_eq!(answer.json()["receipt_data"]["status"], json!(1), "{}", answer.body);
        } else {
            assert_eq!(answer.verdict(), "400 SUBSCRIBE_PUBLISH_NOT_READY");
        }
    }
    let ledger = gateway.pg.ledger().await;
    assert_eq!(
        (ledger.debits.len(), ledger.requests.charge, ledger.keys.len()),
        (1, 1, 1)
    );
    gateway.stop().await;
}
