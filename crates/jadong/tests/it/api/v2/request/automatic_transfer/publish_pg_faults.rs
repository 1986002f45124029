//! The PG fails while the key is registered: one key in the end, here and there, and never two.

use std::collections::HashSet;
use std::time::Duration;

use serde_json::json;

use testkit::{Merchant, TestGateway};

async fn gateway() -> TestGateway {
    TestGateway::with(|plan| plan.pg_read_timeout = Duration::from_millis(250)).await
}

/// Publishes until the key comes. Until then only "unknown, ask again" and "nothing happened" may be said.
async fn publish_until_there(gateway: &TestGateway, merchant: &Merchant, receipt_id: &str) -> String {
    gateway
        .eventually(async || {
            let answer = merchant.publish(receipt_id).await;
            match answer.verdict().as_str() {
                "200" => Some(answer.text("billing_key")),
                "503 SUBSCRIBE_PUBLISH_IN_DOUBT" | "503 PG_UNAVAILABLE" => None,
                other => panic!("{other}: {}", answer.body),
            }
        })
        .await
}

/// Every way of asking for the key gives this one, and the PG has one, too.
async fn assert_one_key(gateway: &TestGateway, merchant: &Merchant, receipt_id: &str, key: &str, why: &str) {
    let mut keys = HashSet::from([key.to_owned()]);
    for _again in 0..2 {
        let again = merchant.publish(receipt_id).await;
        if again.status == 200 {
            assert!(again.is_replayed(), "{why}");
            keys.insert(again.text("billing_key"));
        } else {
            assert_eq!(again.verdict(), "400 SUBSCRIBE_PUBLISH_NOT_READY", "{why}");
        }
    }
    let looked_up = merchant.get(&format!("/v2/subscribe/billing_key/{receipt_id}")).await;
    keys.insert(looked_up.expect(200).text("billing_key"));
    assert_eq!(keys.len(), 1, "{why}: {keys:?}");
    let ledger = gateway.pg.ledger().await;
    assert_eq!((ledger.keys_of(receipt_id), ledger.rung(receipt_id)), (1, 1), "{why}");
}

#[tokio::test]
async fn a_broken_registration_ends_in_one_key() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    for kind in [
        "drop-before",
        "drop-after",
        "bad-gateway-after",
        "half-body",
        "wrong-signature",
        "garbage",
        "hang",
    ] {
        for times in [1, 3] {
            let why = format!("{kind}, {times} times");
            let receipt_id = merchant.receipt(json!({})).await;
            gateway.pg.fault("register", kind, times).await;
            let key = publish_until_there(&gateway, &merchant, &receipt_id).await;
            assert_one_key(&gateway, &merchant, &receipt_id, &key, &why).await;
            gateway.pg.clear_faults().await;
        }
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_broken_registration_and_broken_questions_about_it_end_in_one_key() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    for kind in ["drop-after", "garbage", "wrong-signature", "hang"] {
        let receipt_id = merchant.receipt(json!({})).await;
        gateway.pg.fault("register", "drop-after", 1).await;
        gateway.pg.fault("find", kind, 3).await;
        let key = publish_until_there(&gateway, &merchant, &receipt_id).await;
        assert_one_key(&gateway, &merchant, &receipt_id, &key, kind).await;
        assert_eq!(gateway.pg.waiting_faults().await, 0, "{kind} was not met");
    }
    gateway.stop().await;
}

#[tokio::test]
async fn an_unreachable_pg_leaves_the_consent_as_it_is() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    let receipt_id = merchant.receipt(json!({})).await;
    gateway.pg.refuse_connections(300).await;
    let refused = merchant.publish(&receipt_id).await;
    assert_eq!(refused.verdict(), "503 PG_UNAVAILABLE");
    assert_eq!(
        merchant.get(&format!("/v2/receipt/{receipt_id}")).await.text("status"),
        "41"
    );
    let key = publish_until_there(&gateway, &merchant, &receipt_id).await;
    assert_one_key(&gateway, &merchant, &receipt_id, &key, "unreachable").await;
    gateway.stop().await;
}

#[tokio::test]
async fn while_the_outcome_is_unknown_publish_says_so_and_the_receipt_is_being_prepared() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    let receipt_id = merchant.receipt(json!({})).await;
    gateway.pg.fault("register", "drop-after", 1).await;
    gateway.pg.fault("find", "drop-before", 50).await;
    let unknown = gateway.while_time_passes(merchant.publish(&receipt_id)).await;
    assert_eq!(unknown.verdict(), "503 SUBSCRIBE_PUBLISH_IN_DOUBT");
    assert_eq!(unknown.header("retry-after"), Some("1"));
    let receipt = merchant.get(&format!("/v2/receipt/{receipt_id}")).await;
    assert_eq!(receipt.text("status"), "40");
    let early = merchant.get(&format!("/v2/subscribe/billing_key/{receipt_id}")).await;
    assert_eq!(
        (early.text("status").as_str(), early.text("billing_key").as_str()),
        ("40", "")
    );
    gateway.pg.clear_faults().await;
    let key = publish_until_there(&gateway, &merchant, &receipt_id).await;
    assert_one_key(&gateway, &merchant, &receipt_id, &key, "after the doubt").await;
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_publishes_at_once_over_a_broken_registration_end_in_one_key() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    let receipt_id = merchant.receipt(json!({})).await;
    gateway.pg.fault("register", "drop-after", 1).await;
    let published: Vec<_> = (0..20)
        .map(|_| {
            let (merchant, receipt_id) = (gateway.merchant(), receipt_id.clone());
            tokio::spawn(async move { merchant.publish(&receipt_id).await })
        })
        .collect();
    let mut keys = HashSet::new();
    for one in published {
        let answer = gateway.while_time_passes(one).await.unwrap();
        if answer.status == 200 {
            keys.insert(answer.text("billing_key"));
        }
    }
    keys.insert(publish_until_there(&gateway, &merchant, &receipt_id).await);
    assert_eq!(keys.len(), 1, "{keys:?}");
    let key = keys.into_iter().next().unwrap();
    assert_one_key(&gateway, &merchant, &receipt_id, &key, "twenty").await;
    gateway.stop().await;
}
