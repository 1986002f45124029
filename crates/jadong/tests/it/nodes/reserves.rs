//! Reserves, with a scheduler on each of two gateways.

use std::time::Duration;

use serde_json::json;

use super::{ROUNDS, stop, two};
use testkit::both;

const RESERVE: &str = "/v2/subscribe/payment/reserve";

#[tokio::test]
async fn a_reserve_is_revoked_here_or_executed_there() {
    let (gateway, other) = two().await;
    let one = gateway.merchant();
    let key = one.key().await;
    let mut executed = 0;
    for round in 0..2 * ROUNDS {
        let at = domain::EpochMs(seams::Clock::now_ms(&gateway.clock) + 60_000).to_wire();
        let asked = json!({ "order_id": format!("order_{round}"), "reserve_execute_at": at });
        let reserve_id = one.reserve(&key, asked).await.expect(200).text("reserve_id");
        gateway.clock.advance(Duration::from_secs(59));
        // The schedulers are faster than a request.
        let due = async {
            tokio::time::sleep(Duration::from_millis(round % 4)).await;
            gateway.clock.advance(Duration::from_secs(2));
        };
        let path = format!("{RESERVE}/{reserve_id}");
        let ((), revoked) = both(round, due, one.delete(&path)).await;
        let ended = gateway.eventually(async || {
            let reserve = other.merchant().reserved(&reserve_id).await;
            matches!(reserve["status"].as_i64(), Some(1 | 3)).then_some(reserve)
        });
        let ended = ended.await;
        let debits = gateway.pg.ledger().await.debits.len();
        match revoked.verdict().as_str() {
            "200" => assert_eq!((ended["status"].as_i64(), debits), (Some(3), executed), "{ended}"),
            "400 RESERVE_NOT_WAITING" => {
                executed += 1;
                assert_eq!((ended["status"].as_i64(), debits), (Some(1), executed), "{ended}");
            }
            other => panic!("{other}: {}", revoked.body),
        }
    }
    assert!(
        executed > 0 && executed < 2 * ROUNDS as usize,
        "both are tried: {executed}"
    );
    stop(gateway, other).await;
}

#[tokio::test]
async fn what_is_due_runs_once_with_two_schedulers() {
    let (gateway, other) = two().await;
    let one = gateway.merchant();
    let mut reserves = Vec::new();
    let at = domain::EpochMs(seams::Clock::now_ms(&gateway.clock) + 60_000).to_wire();
    for number in 0..3 {
        let key = one.key().await;
        for order in 0..10 {
            let asked = json!({ "order_id": format!("order_{number}_{order}"), "reserve_execute_at": at });
            reserves.push(one.reserve(&key, asked).await.expect(200).text("reserve_id"));
        }
    }
    gateway.clock.advance(Duration::from_secs(61));
    for reserve_id in &reserves {
        let done = gateway.eventually(async || {
            let reserve = one.reserved(reserve_id).await;
            (reserve["status"] == json!(1)).then_some(())
        });
        done.await;
    }
    let ledger = gateway.pg.ledger().await;
    assert_eq!((ledger.debits.len(), ledger.requests.charge), (30, 30));
    stop(gateway, other).await;
}
