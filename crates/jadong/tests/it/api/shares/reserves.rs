//! Reserves of one project at a bank that hangs do not make another's late.

use std::time::Duration;

use serde_json::json;

use super::{SILENT, charges};
use testkit::in_process::OTHER;
use testkit::{Merchant, TestGateway};

async fn reserve(merchant: &Merchant, key: &str, order_id: String) -> String {
    let asked = json!({ "order_id": order_id, "reserve_execute_at": "2026-01-02T04:04:05+09:00" });
    merchant.reserve(key, asked).await.expect(200).text("reserve_id")
}

#[tokio::test]
async fn a_hundred_that_hang_do_not_delay_another_projects() {
    let gateway = TestGateway::with(|plan| plan.reserves_at_once = 8).await;
    let (stuck, healthy) = (gateway.merchant(), gateway.merchant_named(OTHER));
    // Ten wait for a key at most.
    for key_number in 0..10 {
        let key = stuck.key_of(SILENT).await;
        for number in 0..10 {
            reserve(&stuck, &key, format!("stuck_{key_number}_{number}")).await;
        }
    }
    let key = healthy.key().await;
    let mut theirs = Vec::new();
    for number in 0..10 {
        theirs.push(reserve(&healthy, &key, format!("healthy_{number}")).await);
    }
    gateway.clock.advance(Duration::from_secs(3601));
    gateway
        .eventually(async || {
            let mut done = 0;
            for reserve in &theirs {
                done += usize::from(healthy.reserved(reserve).await["status"] == json!(1));
            }
            (done == theirs.len()).then_some(())
        })
        .await;
    let charged = gateway.pg.ledger().await.requests.charge;
    assert!(charged <= 10 + 6, "the others still wait for their turn: {charged}");
    gateway.stop().await;
}

/// The only call there may be hangs. A reserve that is due meanwhile is not failed: it waits for a later turn, and is debited once.
#[tokio::test]
async fn one_that_finds_no_turn_at_the_pg_waits_for_another() {
    let gateway = TestGateway::with(|plan| {
        plan.pg_calls = (1, Duration::from_millis(200));
        plan.pg_read_timeout = Duration::from_secs(3);
    })
    .await;
    let (stuck, healthy) = (gateway.merchant(), gateway.merchant_named(OTHER));
    let (silent, key) = (stuck.key_of(SILENT).await, healthy.key().await);
    let due = reserve(&healthy, &key, "due".to_owned()).await;
    let hanging = charges(&stuck, &silent, "stuck", 1);
    gateway
        .eventually(async || (gateway.pg.ledger().await.requests.charge == 1).then_some(()))
        .await;
    gateway.clock.advance(Duration::from_secs(3601));
    let first = gateway
        .eventually(async || {
            let payments = healthy.get("/v2/lookup/order/due").await.json();
            payments[0]["receipt_id"].as_str().map(str::to_owned)
        })
        .await;
    gateway
        .eventually(async || (healthy.reserved(&due).await["status"] == json!(0)).then_some(()))
        .await;
    assert_eq!(gateway.pg.ledger().await.debited(&first), (0, 0));
    hanging.join_all().await;
    gateway.clock.advance(Duration::from_secs(10));
    gateway
        .eventually(async || (healthy.reserved(&due).await["status"] == json!(1)).then_some(()))
        .await;
    let paid = healthy.reserved(&due).await;
    let receipt = paid["receipt_id"].as_str().expect("a receipt").to_owned();
    assert_ne!(receipt, first);
    assert_eq!(gateway.pg.ledger().await.debited(&receipt).0, 1);
    gateway.stop().await;
}
