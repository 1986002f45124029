//! One reserve an order: the same request gets the same reserve, a different one is a conflict.

use std::collections::HashSet;
use std::time::Duration;

use serde_json::{Value, json};

use testkit::merchant::RESERVE;
use testkit::{TestGateway, with};

fn at(changes: Value) -> Value {
    with(json!({ "reserve_execute_at": "2026-01-02T04:04:05+09:00" }), changes)
}

#[tokio::test]
async fn the_same_request_is_the_same_reserve_also_after_it_ran() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let first = merchant.reserve(&key, at(json!({}))).await.expect(200);
    // The same moment, written otherwise.
    let moment = json!({ "reserve_execute_at": "2026-01-01T19:04:05.000Z" });
    let again = merchant.reserve(&key, moment).await.expect(200);
    assert!(!first.is_replayed() && again.is_replayed());
    assert_eq!(again.body, first.body);
    gateway.clock.advance(Duration::from_secs(3601));
    let path = format!("{RESERVE}/{}", first.text("reserve_id"));
    gateway
        .eventually(async || (merchant.get(&path).await.text("status") == "1").then_some(()))
        .await;
    let late = merchant.reserve(&key, at(json!({}))).await;
    assert_eq!((late.status, late.is_replayed(), &late.body), (200, true, &first.body));
    assert_eq!(gateway.pg.ledger().await.requests.charge, 1);
    gateway.stop().await;
}

#[tokio::test]
async fn a_different_reserve_of_the_same_order_is_a_conflict_that_names_both() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let id = merchant
        .reserve(&key, at(json!({})))
        .await
        .expect(200)
        .text("reserve_id");
    let when = "2026-01-02T04:04:05+09:00";
    for (changes, hint) in [
        (
            json!({ "price": 2000 }),
            format!("price 1000 / 2000, reserve_execute_at {when} / {when}"),
        ),
        (
            json!({ "reserve_execute_at": "2026-03-01T00:00:00+09:00" }),
            format!("price 1000 / 1000, reserve_execute_at {when} / 2026-03-01T00:00:00+09:00"),
        ),
    ] {
        let other = merchant.reserve(&key, at(changes.clone())).await;
        assert_eq!(other.verdict(), "409 RC_ORDER_ID_CONFLICT", "{changes}");
        assert_eq!(other.text("hint"), format!("reserve_id {id}: {hint}"));
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_charge_and_a_reserve_of_one_order_are_a_conflict_both_ways() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let reserved = merchant.reserve(&key, at(json!({}))).await.expect(200);
    let charged = merchant.charge(&key, json!({})).await;
    assert_eq!(charged.verdict(), "409 RC_ORDER_ID_CONFLICT");
    assert_eq!(
        charged.text("hint"),
        format!("reserve_id {}", reserved.text("reserve_id"))
    );
    let paid = merchant
        .charge(&key, json!({ "order_id": "order_2" }))
        .await
        .expect(200);
    let reserved = merchant.reserve(&key, at(json!({ "order_id": "order_2" }))).await;
    assert_eq!(reserved.verdict(), "409 RC_ORDER_ID_CONFLICT");
    assert_eq!(reserved.text("receipt_id"), paid.text("receipt_id"));
    assert_eq!(gateway.pg.ledger().await.requests.charge, 1);
    gateway.stop().await;
}

#[tokio::test]
async fn a_failed_reserve_frees_its_order() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let (poor, key) = (merchant.key_of("0001").await, merchant.key().await);
    let id = merchant
        .reserve(&poor, at(json!({})))
        .await
        .expect(200)
        .text("reserve_id");
    gateway.clock.advance(Duration::from_secs(3601));
    let path = format!("{RESERVE}/{id}");
    gateway
        .eventually(async || (merchant.get(&path).await.text("status") == "-1").then_some(()))
        .await;
    let paid = merchant.charge(&key, json!({})).await.expect(200);
    assert_eq!(gateway.pg.ledger().await.debited(&paid.text("receipt_id")), (1, 1000));
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_equal_requests_at_once_are_one_reserve() {
    let gateway = TestGateway::start().await;
    let key = gateway.merchant().key().await;
    let asked: Vec<_> = (0..20)
        .map(|_| {
            let (merchant, key) = (gateway.merchant(), key.clone());
            tokio::spawn(async move { merchant.reserve(&key, at(json!({}))).await })
        })
        .collect();
    let (mut ids, mut new) = (HashSet::new(), 0);
    for one in asked {
        let answer = one.await.unwrap().expect(200);
        new += usize::from(!answer.is_replayed());
        ids.insert(answer.text("reserve_id"));
    }
    assert_eq!((ids.len(), new), (1, 1));
    gateway.stop().await;
}
