//! What the other tests of several gateways lean on: a frozen one does nothing, a dead one takes nobody with it.

use std::time::Duration;

use serde_json::json;

use super::{stop, two};
use testkit::application::application;
use testkit::merchant::TRANSFER;
use testkit::{PATIENCE, until};
use tokio::net::TcpStream;

#[tokio::test]
async fn a_frozen_gateway_does_nothing_and_goes_on_where_it_was() {
    let (gateway, other) = two().await;
    let key = gateway.merchant().key().await;
    let frozen = gateway.node.freeze().await;
    let merchant = gateway.merchant();
    let mut charging = std::pin::pin!(merchant.charge(&key, json!({ "order_id": "frozen" })));
    let answered = tokio::time::timeout(Duration::from_millis(300), charging.as_mut()).await;
    assert!(answered.is_err(), "it answers while it is frozen");
    let paid = other.merchant().charge(&key, json!({ "order_id": "other" })).await;
    assert_eq!(paid.verdict(), "200", "the other does not notice");
    drop(frozen);
    assert_eq!(charging.await.verdict(), "200");
    assert_eq!(gateway.pg.ledger().await.debits.len(), 2);
    stop(gateway, other).await;
}

#[tokio::test]
async fn a_point_stops_the_one_gateway_that_waits_for_it() {
    let (gateway, other) = two().await;
    let key = gateway.merchant().key().await;
    let mut frozen = gateway.node.freeze_at("charge_after_commit");
    let merchant = gateway.merchant();
    let mut charging = std::pin::pin!(merchant.charge(&key, json!({ "order_id": "frozen" })));
    tokio::select! {
        answer = charging.as_mut() => panic!("{}", answer.body),
        () = frozen.reached() => {}
    }
    assert!(gateway.pg.ledger().await.debits.is_empty());
    let paid = other.merchant().charge(&key, json!({ "order_id": "other" })).await;
    assert_eq!(paid.verdict(), "200");
    drop(frozen);
    assert_eq!(charging.await.verdict(), "200");
    stop(gateway, other).await;
}

#[tokio::test]
async fn one_is_killed_and_another_leaves_and_the_store_stays_open() {
    let (gateway, other) = two().await;
    let third = gateway.another().await;
    let key = gateway.merchant().key().await;
    gateway.pg.fault("start", "hang", 1).await;
    let merchant = other.merchant();
    let asking = tokio::spawn(async move { merchant.try_post(TRANSFER, &application()).await });
    until(PATIENCE, async || match gateway.pg.ledger().await.requests.start {
        2 => Ok(()),
        started => Err(started),
    })
    .await;
    let address = other.address;
    other.kill();
    assert!(asking.await.unwrap().is_none(), "its connections break");
    // Its tasks are dropped one after the other, the listener not before the connections.
    let nobody_listens = async || {
        TcpStream::connect(address)
            .await
            .map_or(Ok(()), |_| Err("somebody listens"))
    };
    until(PATIENCE, nobody_listens).await;
    third.leave().await;
    gateway.pg.clear_faults().await;
    let paid = gateway.merchant().charge(&key, json!({ "order_id": "left" })).await;
    assert_eq!(paid.verdict(), "200");
    gateway.stop().await;
}

#[tokio::test]
async fn one_that_is_cut_off_from_the_pg_says_so_and_the_other_debits() {
    let (gateway, other) = two().await;
    let key = gateway.merchant().key().await;
    gateway.node.cut_from_pg().await;
    let order = json!({ "order_id": "order_1" });
    let refused = gateway.merchant().charge(&key, order.clone()).await;
    assert_eq!(refused.verdict(), "503 PG_UNAVAILABLE");
    assert_eq!(other.merchant().charge(&key, order).await.verdict(), "200");
    gateway.node.reaches_pg_again();
    let paid = gateway.merchant().charge(&key, json!({ "order_id": "order_2" })).await;
    assert_eq!(paid.verdict(), "200");
    stop(gateway, other).await;
}
