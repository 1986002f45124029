//! Reserves of one project at a bank that hangs do not make another's late.

use std::time::Duration;

use serde_json::json;

use super::SILENT;
use crate::harness::house::OTHER;
use crate::harness::{House, Merchant};

async fn reserve(merchant: &Merchant, key: &str, order_id: String) -> String {
    let asked = json!({ "order_id": order_id, "reserve_execute_at": "2026-01-02T04:04:05+09:00" });
    merchant.reserve(key, asked).await.expect(200).text("reserve_id")
}

#[tokio::test]
async fn a_hundred_that_hang_do_not_delay_another_projects() {
    let house = House::plan(|plan| plan.reserves_at_once = 8).await;
    let (stuck, healthy) = (house.merchant(), house.merchant_named(OTHER));
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
    house.clock.advance(Duration::from_secs(3601));
    house
        .eventually(async || {
            let mut done = 0;
            for reserve in &theirs {
                done += usize::from(healthy.reserved(reserve).await["status"] == json!(1));
            }
            (done == theirs.len()).then_some(())
        })
        .await;
    let charged = house.pg.ledger().await.requests.charge;
    assert!(charged <= 10 + 6, "the others still wait for their turn: {charged}");
    house.stop().await;
}
