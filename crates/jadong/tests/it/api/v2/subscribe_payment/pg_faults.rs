//! The PG fails while it debits: nobody is told a guess, and nobody is debited twice.

use std::time::Duration;

use serde_json::json;

use testkit::{Merchant, TestGateway};

/// Every fault of the simulated PG but a refused connection, and whether the debit happened.
const KINDS: [(&str, usize); 7] = [
    ("hang", 0),
    ("drop-before", 0),
    ("drop-after", 1),
    ("bad-gateway-after", 1),
    ("half-body", 1),
    ("wrong-signature", 1),
    ("garbage", 1),
];

async fn gateway() -> TestGateway {
    TestGateway::with(|plan| plan.pg_read_timeout = Duration::from_millis(200)).await
}

/// The receipt's status once it is a verdict.
async fn verdict(gateway: &TestGateway, merchant: &Merchant, receipt_id: &str) -> i64 {
    gateway
        .eventually(async || {
            let status = merchant.look_up(receipt_id).await["status"].as_i64();
            status.filter(|status| *status != 2)
        })
        .await
}

#[tokio::test]
async fn a_debit_whose_answer_was_lost_is_in_doubt_and_is_not_sent_again() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    for (kind, debits) in KINDS {
        let key = merchant.key().await;
        let order = json!({ "order_id": kind });
        gateway.pg.fault("charge", kind, 1).await;
        // While nothing is found out, nothing else may be said.
        gateway.pg.fault("find-payment", "drop-before", 100).await;
        gateway.pg.fault("net-cancel", "drop-before", 100).await;
        let unknown = merchant.charge(&key, order.clone()).await;
        assert_eq!(unknown.verdict(), "400 RC_CONFIRM_CRITICAL_FAILED", "{kind}");
        let receipt_id = unknown.text("receipt_id");
        let receipt = merchant.look_up(&receipt_id).await;
        assert_eq!(receipt["status"], json!(2), "{kind}");
        assert_eq!(receipt["status_locale"], json!("결제승인중"), "{kind}");
        let again = merchant.charge(&key, order.clone()).await;
        assert_eq!((again.status, &again.body), (unknown.status, &unknown.body), "{kind}");
        let other = merchant.charge(&key, json!({ "order_id": kind, "price": 2000 })).await;
        assert_eq!(other.verdict(), "409 RC_ORDER_ID_CONFLICT", "{kind}");
        let cancelled = merchant.cancel(&receipt_id, json!({})).await;
        assert_eq!(cancelled.verdict(), "400 RC_NOT_PAID", "{kind}");
        assert_eq!(gateway.pg.ledger().await.debited(&receipt_id).0, debits, "{kind}");

        gateway.pg.clear_faults().await;
        let status = verdict(&gateway, &merchant, &receipt_id).await;
        let ledger = gateway.pg.ledger().await;
        let (count, kept) = ledger.debited(&receipt_id);
        let after = merchant.charge(&key, order).await;
        if status == 1 {
            assert_eq!((count, kept), (1, 1000), "{kind}");
            assert_eq!((after.status, after.text("receipt_id")), (200, receipt_id), "{kind}");
        } else {
            assert_eq!((status, kept), (-2, 0), "{kind}");
            assert!(
                after.status == 200 && after.text("receipt_id") != receipt_id,
                "{kind}: {}",
                after.body
            );
        }
    }
    let ledger = gateway.pg.ledger().await;
    let kept: u64 = ledger.debits.iter().map(|debit| debit.amount - debit.refunded).sum();
    assert_eq!(kept, 1000 * KINDS.len() as u64, "every order was paid once in the end");
    gateway.stop().await;
}

#[tokio::test]
async fn a_lost_answer_that_can_be_looked_up_at_once_is_soon_paid() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    for (kind, debits) in KINDS.into_iter().filter(|(_, debits)| *debits == 1) {
        let key = merchant.key().await;
        gateway.pg.fault("charge", kind, 1).await;
        let unknown = merchant.charge(&key, json!({ "order_id": kind })).await;
        assert_eq!(unknown.verdict(), "400 RC_CONFIRM_CRITICAL_FAILED", "{kind}");
        let receipt_id = unknown.text("receipt_id");
        assert_eq!(verdict(&gateway, &merchant, &receipt_id).await, 1, "{kind}");
        assert_eq!(gateway.pg.ledger().await.debited(&receipt_id), (debits, 1000), "{kind}");
    }
    let ledger = gateway.pg.ledger().await;
    assert_eq!(ledger.requests.net_cancel, 0, "what is found paid needs no net-cancel");
    gateway.stop().await;
}

#[tokio::test]
async fn broken_questions_and_net_cancels_end_in_a_verdict_that_the_ledger_shares() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    for (kind, _) in KINDS {
        let key = merchant.key().await;
        gateway.pg.fault("charge", "drop-after", 1).await;
        gateway.pg.fault("find-payment", kind, 3).await;
        gateway.pg.fault("net-cancel", kind, 2).await;
        let unknown = merchant.charge(&key, json!({ "order_id": kind })).await;
        let receipt_id = unknown.text("receipt_id");
        let status = verdict(&gateway, &merchant, &receipt_id).await;
        let (count, kept) = gateway.pg.ledger().await.debited(&receipt_id);
        assert_eq!(count, 1, "{kind}");
        assert_eq!(kept, if status == 1 { 1000 } else { 0 }, "{kind}: status {status}");
        gateway.pg.clear_faults().await;
    }
    gateway.stop().await;
}

#[tokio::test]
async fn an_unreachable_pg_is_told_at_once_and_leaves_the_order_free() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    gateway.pg.refuse_connections(300).await;
    let refused = merchant.charge(&key, json!({})).await;
    assert_eq!(refused.verdict(), "503 PG_UNAVAILABLE");
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(merchant.look_up(&refused.text("receipt_id")).await["status"], json!(-2));
    gateway.eventually(async || gateway.pg.ledger_if_there().await).await;
    // Also a different one: the order is nobody's.
    let paid = merchant.charge(&key, json!({ "price": 2000 })).await.expect(200);
    assert!(!paid.is_replayed());
    let ledger = gateway.pg.ledger().await;
    assert_eq!(
        (ledger.debits.len(), ledger.debited(&paid.text("receipt_id"))),
        (1, (1, 2000))
    );
    gateway.stop().await;
}

#[tokio::test]
async fn a_slow_answer_within_the_time_out_is_an_answer() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    gateway.pg.fault("charge", "slow", 1).await;
    let paid = merchant.charge(&key, json!({})).await;
    assert_eq!(paid.verdict(), "200", "{}", paid.body);
    assert_eq!(gateway.pg.ledger().await.requests.find_payment, 0);
    gateway.stop().await;
}
