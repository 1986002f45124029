//! The PG fails while it cancels: the money goes back once, and the merchant is never told a guess.

use std::time::Duration;

use serde_json::json;

use testkit::{Merchant, TestGateway};

const KINDS: [&str; 7] = [
    "hang",
    "drop-before",
    "drop-after",
    "bad-gateway-after",
    "half-body",
    "wrong-signature",
    "garbage",
];

async fn gateway() -> TestGateway {
    TestGateway::with(|plan| plan.pg_read_timeout = Duration::from_millis(200)).await
}

async fn paid(merchant: &Merchant) -> String {
    let key = merchant.key().await;
    merchant
        .charge(&key, json!({ "order_id": key }))
        .await
        .expect(200)
        .text("receipt_id")
}

/// Waits until the payment has this cancelled price.
async fn cancelled(gateway: &TestGateway, merchant: &Merchant, receipt_id: &str, price: u32) {
    gateway
        .eventually(async || {
            let receipt = merchant.look_up(receipt_id).await;
            (receipt["cancelled_price"] == json!(price)).then_some(())
        })
        .await;
}

#[tokio::test]
async fn a_cancel_whose_answer_was_lost_is_unknown_and_is_done_once_in_the_end() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    for kind in KINDS {
        let receipt_id = paid(&merchant).await;
        gateway.pg.fault("cancel", kind, 1).await;
        // Otherwise what took effect is found at once.
        gateway.pg.fault("find-payment", "drop-before", 1).await;
        let part = json!({ "cancel_price": 400, "cancel_id": "c1" });
        let unknown = merchant.cancel(&receipt_id, part.clone()).await;
        assert_eq!(
            unknown.verdict(),
            "400 RC_CANCEL_CRITICAL_ERROR",
            "{kind}: {}",
            unknown.body
        );
        let again = merchant.cancel(&receipt_id, part.clone()).await;
        assert_eq!((again.status, &again.body), (unknown.status, &unknown.body), "{kind}");
        let other = merchant.cancel(&receipt_id, json!({ "cancel_price": 100 })).await;
        assert_eq!(other.verdict(), "409 RC_CANCEL_UNDER_WAY", "{kind}");
        gateway.pg.clear_faults().await;
        cancelled(&gateway, &merchant, &receipt_id, 400).await;
        let replayed = merchant.cancel(&receipt_id, part).await.expect(200);
        assert!(replayed.is_replayed(), "{kind}");
        gateway.pass(Duration::from_secs(600), Duration::from_secs(10)).await;
        assert_eq!(gateway.pg.ledger().await.refunds_of(&receipt_id), [400], "{kind}");
        merchant.cancel(&receipt_id, json!({})).await.expect(200);
        assert_eq!(gateway.pg.ledger().await.refunds_of(&receipt_id), [400, 600], "{kind}");
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_cancel_that_took_effect_unseen_is_found_before_the_answer() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    for kind in &KINDS[2..] {
        let receipt_id = paid(&merchant).await;
        gateway.pg.fault("cancel", kind, 1).await;
        let answer = merchant.cancel(&receipt_id, json!({})).await;
        assert_eq!(
            (answer.status, answer.text("status")),
            (200, "20".to_owned()),
            "{kind}: {}",
            answer.body
        );
        assert_eq!(gateway.pg.ledger().await.refunds_of(&receipt_id), [1000], "{kind}");
    }
    gateway.stop().await;
}

#[tokio::test]
async fn broken_over_and_over_it_is_still_done_once() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    for kind in KINDS {
        let receipt_id = paid(&merchant).await;
        gateway.pg.fault("cancel", kind, 3).await;
        gateway.pg.fault("find-payment", kind, 3).await;
        merchant.cancel(&receipt_id, json!({ "cancel_price": 400 })).await;
        cancelled(&gateway, &merchant, &receipt_id, 400).await;
        gateway.pg.clear_faults().await;
        assert_eq!(gateway.pg.ledger().await.refunds_of(&receipt_id), [400], "{kind}");
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_cancel_in_doubt_outlives_a_restart() {
    let gateway = gateway().await;
    let receipt_id = paid(&gateway.merchant()).await;
    gateway.pg.fault("cancel", "drop-after", 1).await;
    gateway.pg.fault("find-payment", "drop-before", 1).await;
    let unknown = gateway.merchant().cancel(&receipt_id, json!({})).await;
    assert_eq!(unknown.verdict(), "400 RC_CANCEL_CRITICAL_ERROR");
    let gateway = gateway.down().await.up().await;
    cancelled(&gateway, &gateway.merchant(), &receipt_id, 1000).await;
    assert_eq!(gateway.pg.ledger().await.refunds_of(&receipt_id), [1000]);
    gateway.stop().await;
}

#[tokio::test]
async fn a_refusal_is_told_with_the_pgs_words_and_again_under_the_same_id() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    let receipt_id = paid(&merchant).await;
    // Behind the gateway's back the PG has already given it back in part.
    let tid = merchant.look_up(&receipt_id).await["bank_data"]["tid"]
        .as_str()
        .unwrap()
        .to_owned();
    gateway.refund_at_pg(&tid, 700).await;
    let part = json!({ "cancel_price": 400, "cancel_id": "c1" });
    let refused = merchant.cancel(&receipt_id, part.clone()).await;
    assert_eq!(refused.verdict(), "400 RC_CANCEL_SERVER_ERROR");
    assert_eq!(refused.text("pg_error_code"), "2032");
    let again = merchant.cancel(&receipt_id, part).await;
    assert_eq!((again.status, &again.body), (refused.status, &refused.body));
    let receipt = merchant.look_up(&receipt_id).await;
    assert_eq!(
        (&receipt["status"], &receipt["cancelled_price"]),
        (&json!(1), &json!(0))
    );
    // The refusal blocks nothing.
    merchant
        .cancel(&receipt_id, json!({ "cancel_price": 300 }))
        .await
        .expect(200);
    gateway.stop().await;
}

#[tokio::test]
async fn an_unreachable_pg_leaves_the_cancel_to_be_asked_again_under_the_same_id() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    let receipt_id = paid(&merchant).await;
    gateway.pg.refuse_connections(300).await;
    let whole = json!({ "cancel_id": "c1" });
    let refused = merchant.cancel(&receipt_id, whole.clone()).await;
    assert_eq!(refused.verdict(), "503 PG_UNAVAILABLE");
    gateway.eventually(async || gateway.pg.ledger_if_there().await).await;
    let done = merchant.cancel(&receipt_id, whole).await;
    assert_eq!(done.verdict(), "200", "{}", done.body);
    assert_eq!(gateway.pg.ledger().await.refunds_of(&receipt_id), [1000]);
    gateway.stop().await;
}
