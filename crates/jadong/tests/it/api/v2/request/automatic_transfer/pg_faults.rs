//! The PG fails while the customer is asked: whoever was called is called once, and nobody is called in vain.

use std::time::Duration;

use serde_json::json;

use testkit::TestGateway;

/// Faults after which the PG has done what it was asked, though its answer says otherwise.
const AFTER: [&str; 5] = [
    "drop-after",
    "bad-gateway-after",
    "half-body",
    "wrong-signature",
    "garbage",
];

async fn gateway() -> TestGateway {
    TestGateway::with(|plan| {
        plan.answer_delay = Duration::from_millis(300);
        plan.consent_hold = Duration::from_secs(3600);
        plan.pg_read_timeout = Duration::from_millis(250);
    })
    .await
}

#[tokio::test]
async fn a_start_that_took_effect_unseen_is_found_and_the_customer_rung_once() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    for kind in AFTER {
        gateway.pg.fault("start", kind, 1).await;
        let asked = gateway.while_time_passes(merchant.ask(json!({}))).await;
        assert_eq!(asked.verdict(), "200", "{kind}: {}", asked.body);
        let receipt_id = asked.text("receipt_id");
        merchant.publish(&receipt_id).await.expect(200);
        assert_eq!(gateway.pg.ledger().await.rung(&receipt_id), 1, "{kind}");
    }
    let ledger = gateway.pg.ledger().await;
    assert_eq!((ledger.calls.len(), ledger.keys.len()), (AFTER.len(), AFTER.len()));
    gateway.stop().await;
}

#[tokio::test]
async fn a_start_that_never_arrived_ends_without_a_call_and_frees_the_id() {
    for kind in ["drop-before", "hang"] {
        let gateway = gateway().await;
        let merchant = gateway.merchant();
        gateway.pg.fault("start", kind, 1).await;
        let asked = gateway.while_time_passes(merchant.ask(json!({}))).await;
        assert_eq!(asked.verdict(), "503 PG_UNAVAILABLE", "{kind}");
        assert!(gateway.pg.ledger().await.calls.is_empty(), "{kind}");
        let again = gateway.while_time_passes(merchant.ask(json!({}))).await;
        assert_eq!(again.verdict(), "200", "{kind}: {}", again.body);
        assert!(!again.is_replayed(), "{kind}");
        let ledger = gateway.pg.ledger().await;
        assert_eq!(
            (ledger.calls.len(), ledger.rung(&again.text("receipt_id"))),
            (1, 1),
            "{kind}"
        );
        gateway.stop().await;
    }
}

#[tokio::test]
async fn a_pg_that_cannot_be_reached_is_told_at_once() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    gateway.pg.refuse_connections(300).await;
    let asked = merchant.ask(json!({})).await;
    assert_eq!(asked.verdict(), "503 PG_UNAVAILABLE");
    assert_eq!(asked.header("retry-after"), Some("1"));
    let ledger = gateway.eventually(async || gateway.pg.ledger_if_there().await).await;
    assert!(ledger.calls.is_empty());
    let again = gateway.while_time_passes(merchant.ask(json!({}))).await;
    assert_eq!(again.verdict(), "200");
    gateway.stop().await;
}

#[tokio::test]
async fn questions_that_fail_are_asked_again_and_ring_nobody() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    for kind in AFTER.into_iter().chain(["drop-before", "hang"]) {
        gateway.pg.fault("find", kind, 2).await;
        let asked = gateway.while_time_passes(merchant.ask(json!({}))).await;
        assert_eq!(asked.verdict(), "200", "{kind}: {}", asked.body);
        let receipt_id = asked.text("receipt_id");
        assert_eq!(gateway.pg.waiting_faults().await, 0, "{kind} was not met");
        merchant.publish(&receipt_id).await.expect(200);
        assert_eq!(gateway.pg.ledger().await.rung(&receipt_id), 1, "{kind}");
    }
    gateway.stop().await;
}
