//! A bank or a PG that hangs stops nobody else's debits, look-ups and cancels, and a debit that gets no turn is not sent.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{SILENT, charges};
use testkit::{OTHER, TestGateway, until};

/// Waits until so many debits have reached the PG, and a little longer for more that must not.
async fn left(gateway: &TestGateway, charges: u32) {
    until(Duration::from_secs(8), async || {
        let requests = gateway.pg.ledger().await.requests;
        if requests.charge < charges {
            Err(requests)
        } else {
            Ok(())
        }
    })
    .await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(gateway.pg.ledger().await.requests.charge, charges);
}

#[tokio::test]
async fn fifty_debits_are_answered_while_two_hundred_hang() {
    let gateway = TestGateway::start().await;
    let (stuck, healthy) = (gateway.merchant(), gateway.merchant_named(OTHER));
    let (silent, others) = (stuck.key_of(SILENT).await, healthy.key().await);
    let mut hanging = charges(&stuck, &silent, "stuck", 200);
    // Half of the calls to the PG, of 64.
    left(&gateway, 32).await;
    for answer in charges(&healthy, &others, "healthy", 50).join_all().await {
        answer.expect(200);
    }
    assert!(hanging.try_join_next().is_none(), "all of them still wait");
    hanging.abort_all();
    gateway.stop().await;
}

#[tokio::test]
async fn a_projects_other_bank_goes_on() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let silent = merchant.key_of(SILENT).await;
    let account = json!({ "bank_name": "신한", "bank_account": "110123456789", "subscription_id": "shinhan" });
    let key = merchant.issue(account).await.1;
    let hanging = charges(&merchant, &silent, "stuck", 100);
    left(&gateway, 32).await;
    for answer in charges(&merchant, &key, "healthy", 30).join_all().await {
        answer.expect(200);
    }
    drop(hanging);
    gateway.stop().await;
}

/// Nobody is debited, the order is free, and the answer comes in time.
#[tokio::test]
async fn a_debit_without_a_turn_is_not_sent_and_may_be_repeated() {
    let wait = Duration::from_millis(300);
    let gateway = TestGateway::with(|plan| plan.pg_calls = (8, wait)).await;
    let merchant = gateway.merchant();
    let silent = merchant.key_of(SILENT).await;
    let since = Instant::now();
    let mut under_way = charges(&merchant, &silent, "order", 20);
    for _debit in 0..16 {
        let answer = under_way.join_next().await.unwrap().unwrap();
        assert_eq!(answer.verdict(), "503 PG_UNAVAILABLE", "{}", answer.body);
        assert!(answer.header("retry-after").is_some());
    }
    assert!(since.elapsed() >= wait, "{:?}", since.elapsed());
    left(&gateway, 4).await;
    under_way.abort_all();

    let key = gateway.merchant_named(OTHER).key().await;
    let healthy = gateway.merchant_named(OTHER);
    let mut all: Vec<_> = charges(&healthy, &key, "again", 3).join_all().await;
    all.retain(|answer| answer.status != 200);
    assert!(all.is_empty(), "others are served meanwhile");
    gateway.stop().await;
}

/// The resolution asks the PG what became of a debit while hundreds hang; debits go on while look-ups hang.
#[tokio::test]
async fn a_verdict_comes_while_debits_hang() {
    let gateway = TestGateway::start().await;
    let (stuck, doubtful) = (gateway.merchant(), gateway.merchant_named(OTHER));
    let (silent, key) = (stuck.key_of(SILENT).await, doubtful.key().await);
    gateway.pg.fault("charge", "drop-after", 1).await;
    let unknown = doubtful.charge(&key, json!({ "order_id": "doubt" })).await;
    assert_eq!(unknown.verdict(), "400 RC_CONFIRM_CRITICAL_FAILED");
    let receipt_id = unknown.text("receipt_id");
    let hanging = charges(&stuck, &silent, "stuck", 300);
    left(&gateway, 1 + 32).await;
    let status = gateway
        .eventually(async || {
            let status = doubtful.look_up(&receipt_id).await["status"].as_i64();
            status.filter(|status| *status != 2)
        })
        .await;
    assert_eq!(status, 1);
    assert_eq!(gateway.pg.ledger().await.debited(&receipt_id), (1, 1000));
    drop(hanging);
    gateway.stop().await;
}

#[tokio::test]
async fn cancels_that_hang_leave_room_for_debits_and_for_anothers_cancels() {
    let gateway = TestGateway::with(|plan| plan.open_max = 8).await;
    let (stuck, healthy) = (gateway.merchant(), gateway.merchant_named(OTHER));
    let (key, others) = (stuck.key().await, healthy.key().await);
    let paid: Vec<_> = charges(&stuck, &key, "paid", 6).join_all().await;
    let more: Vec<_> = charges(&stuck, &key, "more", 2).join_all().await;
    let theirs = healthy
        .charge(&others, json!({ "order_id": "theirs" }))
        .await
        .expect(200);
    gateway.pg.fault("cancel", "hang", 6).await;
    let mut hanging = tokio::task::JoinSet::new();
    for answer in paid {
        let (merchant, receipt) = (stuck.clone(), answer.expect(200).text("receipt_id"));
        hanging.spawn(async move { merchant.cancel(&receipt, json!({})).await });
    }
    until(Duration::from_secs(8), async || {
        let requests = gateway.pg.ledger().await.requests;
        if requests.cancel < 6 { Err(requests) } else { Ok(()) }
    })
    .await;
    let refused = stuck.cancel(&more[0].text("receipt_id"), json!({})).await;
    assert_eq!(refused.verdict(), "503 GATEWAY_OVERLOADED", "{}", refused.body);
    healthy.cancel(&theirs.text("receipt_id"), json!({})).await.expect(200);
    stuck.charge(&key, json!({ "order_id": "goes on" })).await.expect(200);
    drop(hanging);
    gateway.stop().await;
}
