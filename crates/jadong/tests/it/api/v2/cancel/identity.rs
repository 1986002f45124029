//! A cancel is done at most once: the same `cancel_id` is the same cancel.

use std::collections::HashMap;

use serde_json::json;

use testkit::{Merchant, TestGateway};

async fn paid(merchant: &Merchant) -> String {
    let key = merchant.key().await;
    merchant
        .charge(&key, json!({ "order_id": key }))
        .await
        .expect(200)
        .text("receipt_id")
}

#[tokio::test]
async fn the_same_cancel_id_cancels_once() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let receipt_id = paid(&merchant).await;
    let part = json!({ "cancel_price": 400, "cancel_id": "c1" });
    let first = merchant.cancel(&receipt_id, part.clone()).await.expect(200);
    let again = merchant.cancel(&receipt_id, part).await.expect(200);
    assert!(!first.is_replayed() && again.is_replayed());
    assert_eq!(again.body, first.body);
    let rest = merchant
        .cancel(&receipt_id, json!({ "cancel_id": "c2" }))
        .await
        .expect(200);
    assert!(!rest.is_replayed());
    let again = merchant
        .cancel(&receipt_id, json!({ "cancel_id": "c2" }))
        .await
        .expect(200);
    assert!(again.is_replayed());
    assert_eq!(gateway.pg.ledger().await.refunds_of(&receipt_id), [400, 600]);
    gateway.stop().await;
}

#[tokio::test]
async fn the_same_cancel_id_for_a_different_cancel_is_a_conflict() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let receipt_id = paid(&merchant).await;
    merchant
        .cancel(&receipt_id, json!({ "cancel_price": 400, "cancel_id": "c1" }))
        .await
        .expect(200);
    for (changes, hint) in [
        (
            json!({ "cancel_price": 500 }),
            "cancel_price 400 / 500, cancel_tax_free 0 / 0",
        ),
        (json!({}), "cancel_price 400 / 1000, cancel_tax_free 0 / 0"),
        (
            json!({ "cancel_price": 400, "cancel_tax_free": 1 }),
            "cancel_price 400 / 400, cancel_tax_free 0 / 1",
        ),
    ] {
        let mut changes = changes;
        changes["cancel_id"] = json!("c1");
        let other = merchant.cancel(&receipt_id, changes).await;
        assert_eq!(other.verdict(), "409 RC_CANCEL_ID_CONFLICT", "{hint}: {}", other.body);
        assert_eq!(other.text("hint"), hint);
    }
    // Another payment's cancel may be called the same.
    let second = paid(&merchant).await;
    let cancelled = merchant.cancel(&second, json!({ "cancel_id": "c1" })).await.expect(200);
    assert!(!cancelled.is_replayed());
    assert_eq!(gateway.pg.ledger().await.refunds_of(&receipt_id), [400]);
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_cancels_at_once_one_is_done_and_the_other_told_why_not() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let receipt_id = paid(&merchant).await;
    gateway.pg.fault("cancel", "slow", 1).await;
    let one = |changes| {
        let (merchant, receipt_id) = (gateway.merchant(), receipt_id.clone());
        tokio::spawn(async move { merchant.cancel(&receipt_id, changes).await.verdict() })
    };
    let (first, second) = (one(json!({})), one(json!({})));
    let mut verdicts = [first.await.unwrap(), second.await.unwrap()];
    verdicts.sort();
    assert_eq!(verdicts, ["200", "409 RC_CANCEL_UNDER_WAY"]);
    assert_eq!(gateway.pg.ledger().await.refunds_of(&receipt_id), [1000]);
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_parts_at_once_never_give_back_more_than_was_paid() {
    let gateway = TestGateway::start().await;
    let receipt_id = paid(&gateway.merchant()).await;
    let asked: Vec<_> = (0..20)
        .map(|number| {
            let (merchant, receipt_id) = (gateway.merchant(), receipt_id.clone());
            let part = json!({ "cancel_price": 300, "cancel_id": format!("c{number}") });
            tokio::spawn(async move { merchant.cancel(&receipt_id, part).await.verdict() })
        })
        .collect();
    let mut verdicts: HashMap<String, usize> = HashMap::new();
    for one in asked {
        *verdicts.entry(one.await.unwrap()).or_default() += 1;
    }
    let done = verdicts.get("200").copied().unwrap_or(0);
    assert!((1..=3).contains(&done), "{verdicts:?}");
    let refunds = gateway.pg.ledger().await.refunds_of(&receipt_id);
    assert_eq!(refunds, vec![300; done], "{verdicts:?}");
    let receipt = gateway.merchant().look_up(&receipt_id).await;
    assert_eq!(receipt["cancelled_price"], json!(300 * done), "{verdicts:?}");
    gateway.stop().await;
}
