//! Old records that a worker destroys by itself.

use std::time::Duration;

use domain::retention::{RecordKind, RetentionYears};
use serde_json::json;
use testkit::{OTHER, SANDBOX, TestGateway};

#[tokio::test]
async fn a_worker_destroys_what_is_old_from_four_in_the_morning_on() {
    let policy = RetentionYears::new(5).unwrap();
    let gateway = TestGateway::with(|plan| plan.retention = Some(policy)).await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let paid = merchant.charge(&key, json!({})).await.expect(200);
    let receipt = format!("/v2/receipt/{}", paid.text("receipt_id"));
    for by in ["731d", "731d", "400d"] {
        let moved = merchant.post("/sandbox/clock", json!({ "advance": by }));
        gateway.while_time_passes(moved).await.expect(200);
    }
    let project = gateway.project(SANDBOX).id;
    assert_eq!(gateway.store().destructions(project).await.unwrap(), []);
    assert_eq!(merchant.get(&receipt).await.status, 200);
    // The test began at three.
    gateway
        .pass(Duration::from_secs(60 * 60), Duration::from_secs(30))
        .await;
    let done = gateway
        .slowly(async || {
            let done = gateway.store().destructions(project).await.unwrap();
            (!done.is_empty()).then_some(done)
        })
        .await;
    assert_eq!((done.len(), done[0].kind, done[0].count), (1, RecordKind::Payment, 1));
    assert_eq!(merchant.get(&receipt).await.status, 404);
    let other = gateway.project(OTHER).id;
    assert_eq!(gateway.store().destructions(other).await.unwrap(), []);
    merchant.charge(&key, json!({ "order_id": "next" })).await.expect(200);
    gateway.stop().await;
}
