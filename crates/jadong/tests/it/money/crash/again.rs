//! A reserve whose process dies between its intent and the call to the PG: it runs again, but not for ever.

use domain::EpochMs;
use seams::{Clock, SystemClock};
use serde_json::json;

use super::arena::{Arena, Left};
use testkit::merchant::RESERVE;
use testkit::{PATIENCE, PgUnderTest, until};

const ARMED: [(&str, &str); 1] = [("JADONG_CRASH_AT", "reserve_after_commit:1")];

/// A reserve of `order_1` that is due in a second or two, by a gateway that dies when it begins.
async fn reserved(arena: &mut Arena) -> String {
    arena.replace(&ARMED).await;
    let (_, key) = arena.keys[0].clone();
    let body = json!({
        "billing_key": key, "order_name": "10월 구독", "price": 1_000, "order_id": "order_1",
        // Written to the second: less than two could be over by the time it is read.
        "reserve_execute_at": EpochMs(SystemClock.now_ms()).plus_ms(2_000).to_wire(),
        "feedback_url": "http://127.0.0.1:9/hook",
    });
    let asked = arena.api.try_post(RESERVE, &body).await.expect("an answer");
    assert_eq!(asked.status, 200, "{}", asked.body);
    asked.text("reserve_id")
}

/// Waits for its end: the wire's status.
async fn ended(arena: &Arena, reserve_id: &str) -> i64 {
    until(PATIENCE, async || {
        let found = arena.api.try_get(&format!("{RESERVE}/{reserve_id}")).await;
        let status = found.and_then(|found| found.number("status"));
        status.filter(|status| *status != 0).ok_or("it does not end")
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(feature = "failpoints"), ignore = "needs the feature failpoints")]
async fn a_reserve_killed_before_the_pg_heard_of_it_runs_again_and_is_debited_once() {
    let mut arena = Arena::open(PgUnderTest::Nicepay, &["0000"]).await;
    let reserve_id = reserved(&mut arena).await;
    assert!(arena.has_crashed(PATIENCE).await);
    arena.restart(&[]).await;
    assert_eq!(ended(&arena, &reserve_id).await, 1);
    let Left { books, ledger, .. } = arena.stop().await;
    let states: Vec<_> = books.payments.iter().map(|payment| payment.state.as_str()).collect();
    assert_eq!(states, ["voided", "paid"]);
    assert_eq!(ledger.debits.len(), 1);
    assert_eq!(
        ledger.debits[0].order_id, books.payments[1].receipt_id,
        "under an order id of its own"
    );
    let walked: Vec<_> = books.history(&reserve_id).map(|row| row.to.as_str()).collect();
    assert_eq!(walked, ["waiting", "executing", "waiting", "executing", "done"]);
    // The merchant hears of the end only.
    let receivers: Vec<_> = books
        .webhooks
        .iter()
        .map(|webhook| webhook.receipt_id.as_str())
        .collect();
    assert_eq!(receivers, [books.payments[1].receipt_id.as_str()]);
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(feature = "failpoints"), ignore = "needs the feature failpoints")]
async fn a_reserve_that_kills_every_process_is_given_up_and_frees_its_order() {
    let mut arena = Arena::open(PgUnderTest::Nicepay, &["0000"]).await;
    let reserve_id = reserved(&mut arena).await;
    for attempt in 0..4 {
        assert!(arena.has_crashed(PATIENCE).await, "attempt {attempt}");
        arena.restart(if attempt < 3 { &ARMED } else { &[] }).await;
    }
    assert_eq!(ended(&arena, &reserve_id).await, -1);
    let (_, key) = arena.keys[0].clone();
    let body = json!({ "billing_key": key, "order_name": "10월 구독", "price": 1_000, "order_id": "order_1" });
    let charged = arena.api.try_post("/v2/subscribe/payment", &body).await;
    assert_eq!(charged.expect("an answer").status, 200, "the order is free");
    let Left {
        books, ledger, crashes, ..
    } = arena.stop().await;
    assert_eq!(crashes, 4);
    let states: Vec<_> = books.payments.iter().map(|payment| payment.state.as_str()).collect();
    assert_eq!(states, ["voided", "voided", "voided", "voided", "paid"]);
    assert_eq!(ledger.debits.len(), 1);
    let receivers: Vec<_> = books
        .webhooks
        .iter()
        .map(|webhook| webhook.receipt_id.as_str())
        .collect();
    assert_eq!(receivers, [books.payments[3].receipt_id.as_str()], "the failure, once");
}
