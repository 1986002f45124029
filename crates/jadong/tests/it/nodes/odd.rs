//! What nobody would send to two gateways at once, sent.

use std::time::{Duration, Instant};

use domain::EpochMs;
use seams::Clock;
use serde_json::json;

use super::{ROUNDS, stop, two, until_reached};
use testkit::{OTHER, both};

#[tokio::test]
async fn one_order_is_charged_here_and_reserved_there() {
    let (gateway, other) = two().await;
    let (one, two) = (gateway.merchant(), other.merchant());
    let key = one.key().await;
    let at = EpochMs(gateway.clock.now_ms() + 3_600_000).to_wire();
    for round in 0..ROUNDS {
        let order_id = format!("order_{round}");
        let reserve = json!({ "order_id": order_id, "reserve_execute_at": at });
        let acts = both(
            round,
            one.charge(&key, json!({ "order_id": order_id })),
            two.reserve(&key, reserve),
        );
        let (charged, reserved) = gateway.while_time_creeps(acts).await;
        let mut verdicts = [charged.verdict(), reserved.verdict()];
        verdicts.sort();
        assert_eq!(verdicts, ["200", "409 RC_ORDER_ID_CONFLICT"]);
    }
    stop(gateway, other).await;
}

/// The same text for who reads it, and two sequences of bytes: composed on one keyboard, decomposed on another.
#[tokio::test]
async fn one_order_id_in_two_spellings_is_one_order() {
    let (gateway, other) = two().await;
    let (one, two) = (gateway.merchant(), other.merchant());
    let key = one.key().await;
    for round in 0..ROUNDS {
        let (composed, decomposed) = (format!("\u{ac00}_{round}"), format!("\u{1100}\u{1161}_{round}"));
        let charges = both(
            round,
            one.charge(&key, json!({ "order_id": composed })),
            two.charge(&key, json!({ "order_id": decomposed })),
        );
        let (first, second) = gateway.while_time_creeps(charges).await;
        assert_eq!(
            (first.status, second.status),
            (200, 200),
            "{} {}",
            first.body,
            second.body
        );
        assert_eq!(first.text("receipt_id"), second.text("receipt_id"));
    }
    assert_eq!(gateway.pg.ledger().await.debits.len() as u64, ROUNDS);
    stop(gateway, other).await;
}

/// Another merchant's order of the same name is nobody's business, and its receipt is not there.
#[tokio::test]
async fn two_merchants_with_one_order_id_wait_for_nothing_of_each_other() {
    let (gateway, other) = two().await;
    let (one, stranger) = (gateway.merchant(), other.merchant_named(OTHER));
    let (key, strangers_key) = (one.key().await, stranger.key().await);
    let mut point = gateway.node.freeze_at("charge_after_commit");
    let mut charge = std::pin::pin!(one.charge(&key, json!({ "order_id": "order_1" })));
    until_reached(&mut point, charge.as_mut()).await;
    // The clock stands still: who waited would wait for ever.
    let charged = stranger.charge(&strangers_key, json!({ "order_id": "order_1" })).await;
    assert_eq!(charged.verdict(), "200");
    let intended = other.merchant().get("/v2/lookup/order/order_1").await.json();
    let receipt_id = intended[0]["receipt_id"].as_str().unwrap();
    assert_eq!(stranger.get(&format!("/v2/receipt/{receipt_id}")).await.status, 404);
    drop(point);
    assert_eq!(charge.await.verdict(), "200");
    stop(gateway, other).await;
}

/// It is not paid yet, whoever is asked; once it is, all of it goes back.
#[tokio::test]
async fn what_is_still_being_debited_here_is_cancelled_there() {
    let (gateway, other) = two().await;
    let (one, two) = (gateway.merchant(), other.merchant());
    let key = one.key().await;
    let mut point = gateway.node.freeze_at("charge_after_pg");
    let mut charge = std::pin::pin!(one.charge(&key, json!({ "order_id": "order_1" })));
    until_reached(&mut point, charge.as_mut()).await;
    let receipt_id = two.get("/v2/lookup/order/order_1").await.json()[0]["receipt_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let early = two.cancel(&receipt_id, json!({ "cancel_id": "c1" })).await;
    assert_eq!(early.status, 400, "{}", early.body);
    assert_eq!(gateway.pg.ledger().await.requests.cancel, 0);
    drop(point);
    assert_eq!(charge.await.verdict(), "200");
    let cancelled = two.cancel(&receipt_id, json!({ "cancel_id": "c1" })).await;
    assert_eq!(cancelled.verdict(), "200");
    assert_eq!(gateway.pg.ledger().await.debited(&receipt_id), (1, 0));
    stop(gateway, other).await;
}

/// A merchant that hangs up on a gateway that waits does not keep that from stopping.
#[tokio::test]
async fn who_hung_up_while_it_waited_keeps_no_gateway_from_leaving() {
    let (gateway, other) = two().await;
    let one = gateway.merchant();
    let key = one.key().await;
    let mut point = gateway.node.freeze_at("charge_after_commit");
    let mut charge = std::pin::pin!(one.charge(&key, json!({ "order_id": "order_1" })));
    until_reached(&mut point, charge.as_mut()).await;
    let two = other.merchant();
    let waiting = two.charge(&key, json!({ "order_id": "order_1" }));
    assert!(tokio::time::timeout(Duration::from_millis(200), waiting).await.is_err());
    let began = Instant::now();
    other.leave().await;
    assert!(
        began.elapsed() < Duration::from_secs(4),
        "it waits for nobody: {:?}",
        began.elapsed()
    );
    drop(point);
    assert_eq!(charge.await.verdict(), "200");
    gateway.stop().await;
}

#[tokio::test]
async fn three_gateways_have_one_debit_and_one_answer() {
    let (gateway, other) = two().await;
    let third = gateway.another().await;
    let (one, two, three) = (gateway.merchant(), other.merchant(), third.merchant());
    let key = one.key().await;
    for round in 0..ROUNDS {
        let order = json!({ "order_id": format!("order_{round}") });
        let charges = async {
            tokio::join!(
                one.charge(&key, order.clone()),
                two.charge(&key, order.clone()),
                three.charge(&key, order.clone())
            )
        };
        let (a, b, c) = gateway.while_time_creeps(charges).await;
        assert_eq!([a.status, b.status, c.status], [200; 3]);
        assert!(a.body == b.body && b.body == c.body);
        let first = [&a, &b, &c].into_iter().filter(|answer| !answer.is_replayed());
        assert_eq!(first.count(), 1);
    }
    assert_eq!(gateway.pg.ledger().await.debits.len() as u64, ROUNDS);
    third.leave().await;
    stop(gateway, other).await;
}
