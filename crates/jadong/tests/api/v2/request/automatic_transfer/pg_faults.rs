//! The PG fails while the customer is asked: whoever was called is called once, and nobody is called in vain.

use std::time::Duration;

use serde_json::json;

use crate::harness::House;

/// Faults after which the PG has done what it was asked, though its answer says otherwise.
const AFTER: [&str; 5] = [
    "drop-after",
    "bad-gateway-after",
    "half-body",
    "wrong-signature",
    "garbage",
];

async fn house() -> House {
    House::plan(|plan| {
        plan.answer_delay = Duration::from_millis(300);
        plan.consent_hold = Duration::from_secs(3600);
        plan.pg_read_timeout = Duration::from_millis(250);
    })
    .await
}

#[tokio::test]
async fn a_start_that_took_effect_unseen_is_found_and_the_customer_rung_once() {
    let house = house().await;
    let merchant = house.merchant();
    for kind in AFTER {
        house.pg.fault("start", kind, 1).await;
        let asked = house.while_time_passes(merchant.ask(json!({}))).await;
        assert_eq!(asked.verdict(), "200", "{kind}: {}", asked.body);
        let receipt_id = asked.text("receipt_id");
        merchant.publish(&receipt_id).await.expect(200);
        assert_eq!(house.pg.ledger().await.rung(&receipt_id), 1, "{kind}");
    }
    let ledger = house.pg.ledger().await;
    assert_eq!((ledger.calls.len(), ledger.keys.len()), (AFTER.len(), AFTER.len()));
    house.stop().await;
}

#[tokio::test]
async fn a_start_that_never_arrived_ends_without_a_call_and_frees_the_id() {
    for kind in ["drop-before", "hang"] {
        let house = house().await;
        let merchant = house.merchant();
        house.pg.fault("start", kind, 1).await;
        let asked = house.while_time_passes(merchant.ask(json!({}))).await;
        assert_eq!(asked.verdict(), "503 PG_UNAVAILABLE", "{kind}");
        assert!(house.pg.ledger().await.calls.is_empty(), "{kind}");
        let again = house.while_time_passes(merchant.ask(json!({}))).await;
        assert_eq!(again.verdict(), "200", "{kind}: {}", again.body);
        assert!(!again.is_replayed(), "{kind}");
        let ledger = house.pg.ledger().await;
        assert_eq!(
            (ledger.calls.len(), ledger.rung(&again.text("receipt_id"))),
            (1, 1),
            "{kind}"
        );
        house.stop().await;
    }
}

#[tokio::test]
async fn a_pg_that_cannot_be_reached_is_told_at_once() {
    let house = house().await;
    let merchant = house.merchant();
    house.pg.refuse_connections(300).await;
    let asked = merchant.ask(json!({})).await;
    assert_eq!(asked.verdict(), "503 PG_UNAVAILABLE");
    assert_eq!(asked.header("retry-after"), Some("1"));
    let ledger = house.eventually(async || house.pg.ledger_if_there().await).await;
    assert!(ledger.calls.is_empty());
    let again = house.while_time_passes(merchant.ask(json!({}))).await;
    assert_eq!(again.verdict(), "200");
    house.stop().await;
}

#[tokio::test]
async fn questions_that_fail_are_asked_again_and_ring_nobody() {
    let house = house().await;
    let merchant = house.merchant();
    for kind in AFTER.into_iter().chain(["drop-before", "hang"]) {
        house.pg.fault("find", kind, 2).await;
        let asked = house.while_time_passes(merchant.ask(json!({}))).await;
        assert_eq!(asked.verdict(), "200", "{kind}: {}", asked.body);
        let receipt_id = asked.text("receipt_id");
        assert_eq!(house.pg.waiting_faults().await, 0, "{kind} was not met");
        merchant.publish(&receipt_id).await.expect(200);
        assert_eq!(house.pg.ledger().await.rung(&receipt_id), 1, "{kind}");
    }
    house.stop().await;
}
