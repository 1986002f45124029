//! Cash receipts whose outcome nobody knows, and no merchant who asks again: the worker finds out.

use std::time::Duration;

use serde_json::{Value, json};

use super::{ALONE, alone, cancel_path, gateway, paid, publish};
use testkit::{SANDBOX, TestGateway};

const STEP: Duration = Duration::from_secs(1);
/// `start_grace` and `verdict_quiet`: before that a late call could still land.
const LATE: Duration = Duration::from_secs(100);

async fn pass(gateway: &TestGateway, seconds: u64) {
    gateway.pass(Duration::from_secs(seconds), STEP).await;
    gateway.settle().await;
}

/// A request for a cash receipt goes wrong like this, and so do the lookups after it.
async fn lose(gateway: &TestGateway, kind: &str, lookups: u32) {
    gateway.pg.fault("receipt", kind, 1).await;
    gateway.pg.fault("find-receipt", "drop-before", lookups).await;
}

async fn status(gateway: &TestGateway, receipt_id: &str) -> Value {
    gateway.merchant().look_up(receipt_id).await["status"].clone()
}

async fn actors(gateway: &TestGateway, receipt_id: &str) -> Vec<(String, String)> {
    let id = receipt_id.parse().unwrap();
    let rows = gateway
        .store()
        .cash_receipt_history(gateway.project(SANDBOX).id, id)
        .await
        .unwrap();
    rows.into_iter().map(|row| (row.to, row.actor)).collect()
}

fn owned(rows: &[(&str, &str)]) -> Vec<(String, String)> {
    rows.iter()
        .map(|(to, by)| ((*to).to_owned(), (*by).to_owned()))
        .collect()
}

#[tokio::test]
async fn what_was_issued_is_recorded_and_what_never_arrived_may_be_asked_for_again() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    let mut receipts = Vec::new();
    for (order_id, kind) in [("issued", "drop-after"), ("never", "drop-before")] {
        lose(&gateway, kind, 1).await;
        let asked = gateway
            .while_time_passes(alone(&merchant, json!({ "order_id": order_id })))
            .await;
        assert_eq!(asked.verdict(), "503 RC_CASH_RECEIPT_IN_DOUBT", "{kind}");
        receipts.push(asked.text("receipt_id"));
    }
    // Not before a late call could have landed.
    pass(&gateway, LATE.as_secs() - 20).await;
    for receipt_id in &receipts {
        assert_eq!(status(&gateway, receipt_id).await, json!(2));
    }
    pass(&gateway, 40).await;
    assert_eq!(status(&gateway, &receipts[0]).await, json!(60));
    assert_eq!(
        actors(&gateway, &receipts[0]).await,
        owned(&[("intended", "api"), ("issued", "worker")])
    );
    assert_eq!(status(&gateway, &receipts[1]).await, json!(-60));
    assert_eq!(
        actors(&gateway, &receipts[1]).await,
        owned(&[("intended", "api"), ("failed", "worker")])
    );

    let again = alone(&merchant, json!({ "order_id": "issued" })).await.expect(200);
    assert!(again.is_replayed() && again.text("receipt_id") == receipts[0]);
    let anew = alone(&merchant, json!({ "order_id": "never" })).await.expect(200);
    assert!(!anew.is_replayed() && anew.text("receipt_id") != receipts[1]);
    assert_eq!(gateway.pg.ledger().await.receipts.len(), 2);
    gateway.stop().await;
}

#[tokio::test]
async fn the_receipt_of_a_payment_is_found_out_after_a_restart() {
    for (kind, status_then) in [("drop-after", 60), ("drop-before", -60)] {
        let gateway = gateway().await;
        let merchant = gateway.merchant();
        let receipt_id = paid(&merchant).await;
        lose(&gateway, kind, 1).await;
        let asked = gateway
            .while_time_passes(publish(&merchant, &receipt_id, json!({})))
            .await;
        assert_eq!(asked.verdict(), "503 RC_CASH_RECEIPT_IN_DOUBT", "{kind}");
        let down = gateway.down().await;
        down.clock.advance(2 * LATE);
        let gateway = down.up().await;
        let found = gateway
            .eventually(async || {
                let receipt = gateway.merchant().look_up(&receipt_id).await;
                let found = receipt["cash_receipt_data"]["status"].as_i64();
                found.filter(|status| *status != 2)
            })
            .await;
        assert_eq!(found, status_then, "{kind}");
        // The payment itself is untouched, and the same request is answered, or acts, once.
        assert_eq!(status(&gateway, &receipt_id).await, json!(1));
        publish(&gateway.merchant(), &receipt_id, json!({})).await.expect(200);
        assert_eq!(gateway.pg.ledger().await.receipts.len(), 1, "{kind}");
        gateway.stop().await;
    }
}

#[tokio::test]
async fn a_cancel_in_doubt_is_finished_once_whether_or_not_it_had_happened() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    let payment = paid(&merchant).await;
    publish(&merchant, &payment, json!({})).await.expect(200);
    let by_itself = alone(&merchant, json!({})).await.expect(200).text("receipt_id");
    for (path, kind) in [
        (cancel_path(&payment), "drop-after"),
        (format!("{ALONE}/{by_itself}"), "drop-before"),
    ] {
        gateway.pg.fault("receipt", kind, 1).await;
        let doubt = gateway.while_time_passes(merchant.delete(&path)).await;
        assert_eq!(doubt.verdict(), "503 RC_CASH_RECEIPT_IN_DOUBT", "{kind}");
    }
    pass(&gateway, LATE.as_secs() + 60).await;
    for receipt_id in [&payment, &by_itself] {
        let history = actors(&gateway, receipt_id).await;
        assert_eq!(
            history.last().unwrap(),
            &("cancelled".to_owned(), "worker".to_owned()),
            "{history:?}"
        );
    }
    assert_eq!(status(&gateway, &by_itself).await, json!(61));
    let ledger = gateway.pg.ledger().await;
    assert_eq!(ledger.receipts.len(), 2);
    assert!(ledger.receipts.iter().all(|receipt| receipt.cancelled_at_ms.is_some()));
    assert!(merchant.delete(&cancel_path(&payment)).await.expect(200).is_replayed());
    gateway.stop().await;
}

/// The first call was done and its answer lost. The second is refused, because it is the same: that says nothing of the first.
#[tokio::test]
async fn a_refusal_of_the_second_cancel_is_not_believed() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    let by_itself = alone(&merchant, json!({})).await.expect(200).text("receipt_id");
    let path = format!("{ALONE}/{by_itself}");
    gateway.pg.fault("receipt", "drop-after", 1).await;
    let doubt = gateway.while_time_passes(merchant.delete(&path)).await;
    assert_eq!(doubt.verdict(), "503 RC_CASH_RECEIPT_IN_DOUBT");
    gateway.pg.fault("receipt", "refuse", 1).await;
    let again = gateway.while_time_passes(merchant.delete(&path)).await.expect(200);
    assert_eq!(again.text("status"), "61", "the PG has taken it back");
    gateway.stop().await;
}

/// The wait for another gateway that may be at it is longer than a call may be late: what is sent after it is not late for that.
#[tokio::test]
async fn who_asks_again_after_a_long_wait_is_heard() {
    let gateway = TestGateway::with(|plan| {
        plan.pg_read_timeout = Duration::from_millis(250);
        plan.send_within = Duration::from_secs(2);
    })
    .await;
    let merchant = gateway.merchant();
    let by_itself = alone(&merchant, json!({})).await.expect(200).text("receipt_id");
    let path = format!("{ALONE}/{by_itself}");
    gateway.pg.fault("receipt", "drop-before", 1).await;
    let doubt = gateway.while_time_creeps(merchant.delete(&path)).await;
    assert_eq!(doubt.verdict(), "503 RC_CASH_RECEIPT_IN_DOUBT");
    // On a busy machine one may be late by itself; each waits for five seconds.
    for _again in 0..10 {
        let again = gateway.while_time_creeps(merchant.delete(&path)).await;
        if again.status == 200 {
            assert_eq!(again.text("status"), "61");
            return gateway.stop().await;
        }
        assert_eq!(again.verdict(), "503 RC_CASH_RECEIPT_IN_DOUBT");
    }
    panic!("asked ten times, and never sent");
}

/// A request that is sent again may land later than the first: the worker's time counts from it.
#[tokio::test]
async fn who_asks_again_gets_the_time_of_its_own_call() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    for _time in 0..2 {
        gateway.pg.fault("receipt", "drop-before", 1).await;
        gateway.pg.fault("find-receipt", "drop-before", 2).await;
        let asked = gateway.while_time_passes(alone(&merchant, json!({}))).await;
        assert_eq!(asked.verdict(), "503 RC_CASH_RECEIPT_IN_DOUBT");
        gateway.pg.clear_faults().await;
        pass(&gateway, 80).await;
        // 80 s after the last call, 160 s after the first.
        assert_eq!(status(&gateway, &asked.text("receipt_id")).await, json!(2));
    }
    assert_eq!(alone(&merchant, json!({})).await.expect(200).text("status"), "60");
    assert_eq!(gateway.pg.ledger().await.receipts.len(), 1);
    gateway.stop().await;
}

#[tokio::test]
async fn while_the_pg_says_nothing_it_stays_in_doubt() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    lose(&gateway, "drop-after", 1_000).await;
    let asked = gateway.while_time_passes(alone(&merchant, json!({}))).await;
    let receipt_id = asked.text("receipt_id");
    pass(&gateway, 600).await;
    assert_eq!(status(&gateway, &receipt_id).await, json!(2));
    gateway.pg.clear_faults().await;
    pass(&gateway, 60).await;
    assert_eq!(status(&gateway, &receipt_id).await, json!(60));
    gateway.stop().await;
}
