//! What a moved clock leaves behind: the lead over a restart, and the same story every time.

use serde_json::{Value, json};

use super::clock::{advance, ahead_ms};
use testkit::{OTHER, TestGateway};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

#[tokio::test]
async fn a_restart_keeps_every_projects_lead_and_repeats_nothing() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    for (order, day) in [("order_1", "20"), ("order_2", "28")] {
        let at = format!("2026-01-{day}T09:00:00+09:00");
        let asked = json!({ "order_id": order, "reserve_execute_at": at });
        merchant.reserve(&key, asked).await.expect(200);
    }
    advance(&merchant, "20d").await;
    advance(&gateway.merchant_named(OTHER), "3d").await;
    let gateway = gateway.down().await.up().await;
    let (merchant, other) = (gateway.merchant(), gateway.merchant_named(OTHER));
    assert_eq!(
        (ahead_ms(&merchant).await, ahead_ms(&other).await),
        (20 * DAY_MS, 3 * DAY_MS)
    );
    assert_eq!(gateway.pg.ledger().await.requests.charge, 1);
    // Nothing of what was done before the restart is due again, and what waited goes on from there.
    advance(&merchant, "10d").await;
    let ledger = gateway.pg.ledger().await;
    assert_eq!((ledger.debits.len(), ledger.requests.charge), (2, 2));
    assert_eq!(merchant.look_up(&ledger.debits[1].order_id).await["status"], json!(1));
    gateway.stop().await;
}

/// What happened, without what is random: the order ids, and every time.
async fn story() -> Vec<Value> {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let mut reserves = Vec::new();
    // Funds arrive at the third attempt; the others pay.
    for account in ["0011", "1234"] {
        let key = merchant.key_of(account).await;
        for day in [9, 23, 16] {
            let order = format!("order_{account}_{day}");
            let at = format!("2026-02-{day:02}T10:00:00+09:00");
            let asked = json!({ "order_id": order, "reserve_execute_at": at });
            reserves.push(merchant.reserve(&key, asked).await.expect(200).text("reserve_id"));
        }
    }
    let mut story = vec![advance(&merchant, "60d").await["now"].clone()];
    for id in &reserves {
        let reserve = merchant.reserved(id).await;
        let times = [
            "order_id",
            "status",
            "reserve_execute_at",
            "reserve_started_at",
            "reserve_finished_at",
        ];
        story.extend(times.iter().map(|name| reserve[name].clone()));
    }
    let ledger = gateway.pg.ledger().await;
    story.extend(
        ledger
            .debits
            .iter()
            .map(|debit| json!([debit.taken_at_ms, debit.amount])),
    );
    gateway.stop().await;
    story
}

#[tokio::test]
async fn the_same_moves_tell_the_same_story() {
    let (first, second) = (story().await, story().await);
    assert_eq!(first, second);
    let paid = first.iter().filter(|value| value.is_array()).count();
    assert_eq!(paid, 4, "three that pay, and the third attempt of the other account");
}
