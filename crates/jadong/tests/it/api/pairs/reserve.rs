//! A reserve, whose time comes.

use std::time::Duration;

use serde_json::{Value, json};

use super::ROUNDS;
use testkit::merchant::RESERVE;
use testkit::{Answer, Merchant, TestGateway, both};

async fn reserved(merchant: &Merchant, gateway: &TestGateway, key: &str, order_id: &str) -> String {
    let at = domain::EpochMs(seams::Clock::now_ms(&gateway.clock) + 60_000).to_wire();
    let asked = json!({ "order_id": order_id, "reserve_execute_at": at });
    merchant.reserve(key, asked).await.expect(200).text("reserve_id")
}

async fn revoke(merchant: &Merchant, id: &str) -> Answer {
    merchant.delete(&format!("{RESERVE}/{id}")).await
}

/// The reserve's status once it waits for nothing any more.
async fn ended(gateway: &TestGateway, merchant: &Merchant, id: &str) -> Value {
    gateway
        .eventually(async || {
            let status = merchant.reserved(id).await["status"].clone();
            (status != json!(0)).then_some(status)
        })
        .await
}

#[tokio::test]
async fn a_reserve_runs_or_is_revoked() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    for round in 0..ROUNDS {
        let id = reserved(&merchant, &gateway, &key, &format!("order_{round}")).await;
        let due = async {
            gateway.clock.advance(Duration::from_secs(61));
            tokio::time::sleep(Duration::from_millis(2)).await;
        };
        let (revoked, ()) = both(round, revoke(&merchant, &id), due).await;
        let debits = || async { gateway.pg.ledger().await.debits.len() };
        match revoked.verdict().as_str() {
            "200" => assert_eq!(ended(&gateway, &merchant, &id).await, json!(3)),
            "400 RESERVE_NOT_WAITING" => {
                assert_eq!(ended(&gateway, &merchant, &id).await, json!(1));
                assert!(debits().await > 0);
            }
            other => panic!("{other}: {}", revoked.body),
        }
        let order = merchant.get(&format!("/v2/lookup/order/order_{round}")).await.body;
        assert_eq!(order.contains("receipt_id"), revoked.status != 200, "{order}");
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_reserve_runs_or_its_key_is_dead() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    for round in 0..ROUNDS {
        let key = merchant.key().await;
        let id = reserved(&merchant, &gateway, &key, &format!("order_{round}")).await;
        let before = gateway.pg.ledger().await.debits.len();
        let due = async {
            gateway.clock.advance(Duration::from_secs(61));
            tokio::time::sleep(Duration::from_millis(2)).await;
        };
        let path = format!("/v2/subscribe/billing_key/{key}");
        let destroy = merchant.delete(&path);
        let (destroyed, ()) = both(round, destroy, due).await;
        assert_eq!(destroyed.verdict(), "200");
        let status = ended(&gateway, &merchant, &id).await;
        let debited = gateway.pg.ledger().await.debits.len() - before;
        assert!(
            (status == json!(1) && debited == 1) || (status == json!(-1) && debited == 0),
            "{status} {debited}"
        );
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_reserve_is_revoked_once() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    for round in 0..ROUNDS {
        let id = reserved(&merchant, &gateway, &key, &format!("order_{round}")).await;
        let (one, other) = both(round, revoke(&merchant, &id), revoke(&merchant, &id)).await;
        let mut verdicts = [one.verdict(), other.verdict()];
        verdicts.sort();
        assert_eq!(verdicts, ["200", "400 RESERVE_NOT_WAITING"]);
    }
    gateway.stop().await;
}

#[tokio::test]
async fn an_order_is_charged_or_reserved() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    for round in 0..ROUNDS {
        let order = json!({ "order_id": format!("order_{round}") });
        let later = json!({ "order_id": format!("order_{round}"), "reserve_execute_at": "2026-01-03T04:04:05+09:00" });
        // A key has at most ten waiting reserves.
        let of = merchant.key().await;
        let (charged, reserved) = both(round, merchant.charge(&key, order), merchant.reserve(&of, later)).await;
        let mut verdicts = [charged.verdict(), reserved.verdict()];
        verdicts.sort();
        assert_eq!(verdicts, ["200", "409 RC_ORDER_ID_CONFLICT"]);
    }
    gateway.stop().await;
}

#[tokio::test]
async fn ten_reserves_at_once_and_no_eleventh() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    for round in 0..4 {
        let key = merchant.key().await;
        let sent = (0..14).map(|number| {
            let (merchant, key) = (merchant.clone(), key.clone());
            let asked =
                json!({ "order_id": format!("{round}_{number}"), "reserve_execute_at": "2026-01-03T04:04:05+09:00" });
            tokio::spawn(async move { merchant.reserve(&key, asked).await.verdict() })
        });
        let mut verdicts = Vec::new();
        for one in sent.collect::<Vec<_>>() {
            verdicts.push(one.await.unwrap());
        }
        verdicts.sort();
        assert_eq!(
            verdicts.iter().filter(|verdict| *verdict == "200").count(),
            10,
            "{verdicts:?}"
        );
        assert!(
            verdicts[10..]
                .iter()
                .all(|verdict| verdict == "400 RESERVE_LIMIT_EXCEEDED"),
            "{verdicts:?}"
        );
    }
    gateway.stop().await;
}
