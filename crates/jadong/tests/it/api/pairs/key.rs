//! A key, and what is debited from it.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use super::ROUNDS;
use testkit::{Answer, Merchant, TestGateway, both};

async fn destroy(merchant: &Merchant, key: &str, with_reserves: bool) -> Answer {
    let query = if with_reserves { "?cancel_reserves=true" } else { "" };
    merchant
        .delete(&format!("/v2/subscribe/billing_key/{key}{query}"))
        .await
}

#[tokio::test]
async fn nothing_is_debited_after_a_key_is_destroyed() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let mut refused = 0;
    for round in 0..2 * ROUNDS {
        let key = merchant.key().await;
        let order_id = format!("order_{round}");
        let charge = merchant.charge(&key, json!({ "order_id": order_id }));
        let (charged, destroyed) = both(round, charge, destroy(&merchant, &key, false)).await;
        assert_eq!(destroyed.verdict(), "200");
        let debited = gateway.pg.ledger().await.debited(&charged.text("receipt_id")).0;
        match charged.verdict().as_str() {
            "200" => assert_eq!(debited, 1),
            // Refused here, or by the PG, which had heard of the key's end before.
            "400 SUBSCRIBE_BK_EXPIRED" | "400 RC_CONFIRM_FAILED" => {
                refused += 1;
                assert_eq!(debited, 0);
            }
            other => panic!("{other}: {}", charged.body),
        }
        let late = merchant
            .charge(&key, json!({ "order_id": format!("late_{round}") }))
            .await;
        assert_eq!(late.verdict(), "400 SUBSCRIBE_BK_EXPIRED");
        let again = merchant.charge(&key, json!({ "order_id": order_id })).await;
        assert_eq!(
            again.status, charged.status,
            "the same request, the same answer: {}",
            again.body
        );
    }
    assert!(
        refused > 0 && refused < 2 * ROUNDS,
        "both orders of the two are tried: {refused}"
    );
    gateway.stop().await;
}

#[tokio::test]
async fn no_reserve_outlives_a_key_destroyed_with_its_reserves() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    for round in 0..ROUNDS {
        let key = merchant.key().await;
        let asked = json!({ "order_id": format!("order_{round}"), "reserve_execute_at": "2026-01-02T04:04:05+09:00" });
        let (reserved, destroyed) = both(round, merchant.reserve(&key, asked), destroy(&merchant, &key, true)).await;
        assert_eq!(destroyed.verdict(), "200");
        match reserved.verdict().as_str() {
            "200" => assert_eq!(
                merchant.reserved(&reserved.text("reserve_id")).await["status"],
                json!(3)
            ),
            other => assert_eq!(other, "400 SUBSCRIBE_BK_EXPIRED"),
        }
    }
    gateway.clock.advance(Duration::from_secs(3601));
    gateway.settle().await;
    assert_eq!(gateway.pg.ledger().await.requests.charge, 0);
    gateway.stop().await;
}

#[tokio::test]
async fn a_key_is_destroyed_once() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    for round in 0..ROUNDS {
        let key = merchant.key().await;
        let (one, other) = both(round, destroy(&merchant, &key, false), destroy(&merchant, &key, true)).await;
        let mut verdicts = [one.verdict(), other.verdict()];
        verdicts.sort();
        assert_eq!(verdicts, ["200", "400 SUBSCRIBE_BK_EXPIRED"]);
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_cancel_does_not_mind_that_its_key_is_destroyed() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    for round in 0..ROUNDS {
        let key = merchant.key().await;
        let paid = merchant
            .charge(&key, json!({ "order_id": format!("order_{round}") }))
            .await
            .expect(200);
        let receipt_id = paid.text("receipt_id");
        let cancel = merchant.cancel(&receipt_id, json!({}));
        let (cancelled, destroyed) = both(round, cancel, destroy(&merchant, &key, false)).await;
        assert_eq!((cancelled.status, destroyed.status), (200, 200));
        assert_eq!(gateway.pg.ledger().await.debited(&receipt_id), (1, 0));
    }
    gateway.stop().await;
}

#[tokio::test]
async fn equal_charges_are_one_debit() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    for round in 0..ROUNDS {
        let charge = || merchant.charge(&key, json!({ "order_id": format!("order_{round}") }));
        let (one, other) = both(round, charge(), charge()).await;
        assert_eq!((one.status, other.status), (200, 200));
        assert_eq!(one.text("receipt_id"), other.text("receipt_id"));
        assert_ne!(one.is_replayed(), other.is_replayed());
    }
    assert_eq!(gateway.pg.ledger().await.debits.len() as u64, ROUNDS);
    gateway.stop().await;
}

#[tokio::test]
async fn different_charges_of_one_order_are_one_debit() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    for round in 0..ROUNDS {
        let charge =
            |price: u32| merchant.charge(&key, json!({ "order_id": format!("order_{round}"), "price": price }));
        let (one, other) = both(round, charge(1000), charge(2000)).await;
        let mut verdicts = [one.verdict(), other.verdict()];
        verdicts.sort();
        assert_eq!(verdicts, ["200", "409 RC_ORDER_ID_CONFLICT"]);
    }
    assert_eq!(gateway.pg.ledger().await.debits.len() as u64, ROUNDS);
    gateway.stop().await;
}

/// Money asked for twice because the first answer never came: named by default, refused where the project wants it.
#[tokio::test]
async fn a_guarded_key_is_debited_once_while_nobody_knows() {
    let gateway = TestGateway::with(|plan| plan.pg_read_timeout = Duration::from_millis(150)).await;
    let merchant = gateway.merchant();
    // Nobody can find out what became of a debit.
    gateway.pg.fault("find-payment", "drop-before", 100_000).await;
    gateway.pg.fault("net-cancel", "drop-before", 100_000).await;
    let key = merchant.key_of("0007").await;
    let unknown = gateway
        .while_time_passes(merchant.charge(&key, json!({ "order_id": "first" })))
        .await;
    assert_eq!(unknown.verdict(), "400 RC_CONFIRM_CRITICAL_FAILED");
    let receipt_id = unknown.text("receipt_id");
    let payment = gateway
        .store()
        .payment_of_anyone(receipt_id.parse().unwrap())
        .await
        .unwrap()
        .unwrap();

    // Another price is another purchase, another key another customer.
    let other = gateway
        .while_time_passes(merchant.charge(&key, json!({ "order_id": "other", "price": 500 })))
        .await;
    assert_eq!(other.header("jadong-notice"), None);
    gateway
        .store()
        .set_guard(payment.project_id, domain::project::Guard::Refuse)
        .await
        .unwrap();
    gateway.projects_read().await;
    let second = json!({ "order_id": "second" });
    let refused = merchant.charge(&key, second.clone()).await;
    assert_eq!(refused.verdict(), "409 RC_OTHER_DEBIT_IN_DOUBT");
    assert_eq!(
        (refused.text("receipt_id"), refused.text("field")),
        (receipt_id.clone(), "billing_key".to_owned())
    );
    assert!(
        merchant.get("/v2/lookup/order/second").await.json()["receipts"]
            .as_array()
            .is_none_or(Vec::is_empty)
    );
    let again = merchant.charge(&key, json!({ "order_id": "first" })).await;
    assert_eq!(
        again.text("receipt_id"),
        receipt_id,
        "the same request is answered as before: {}",
        again.body
    );

    // Two at once, of a key of which nothing is open: one goes first, the other is told.
    let fresh = merchant.key_of("0008").await;
    let charge = |order: &str| merchant.charge(&fresh, json!({ "order_id": order }));
    let (one, two) = gateway
        .while_time_passes(async { tokio::join!(charge("a"), charge("b")) })
        .await;
    let mut verdicts = [one.verdict(), two.verdict()];
    verdicts.sort();
    assert_eq!(
        verdicts,
        ["400 RC_CONFIRM_CRITICAL_FAILED", "409 RC_OTHER_DEBIT_IN_DOUBT"]
    );

    gateway.pg.clear_faults().await;
    // Once the first has its outcome, the second is debited without a word.
    gateway
        .eventually(async || (merchant.look_up(&receipt_id).await["status"] != json!(2)).then_some(()))
        .await;
    let paid = gateway.while_time_passes(merchant.charge(&key, second)).await;
    assert_eq!(paid.header("jadong-notice"), None);
    gateway.stop().await;
}

#[tokio::test]
async fn a_second_debit_beside_an_unknown_one_is_named() {
    let gateway = TestGateway::with(|plan| plan.pg_read_timeout = Duration::from_millis(150)).await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    gateway.pg.fault("charge", "drop-after", 1).await;
    gateway.pg.fault("find-payment", "drop-before", 1_000).await;
    let unknown = gateway
        .while_time_passes(merchant.charge(&key, json!({ "order_id": "first" })))
        .await;
    assert_eq!(unknown.verdict(), "400 RC_CONFIRM_CRITICAL_FAILED");
    let second = merchant.charge(&key, json!({ "order_id": "second" })).await.expect(200);
    let notice = second.header("jadong-notice").unwrap_or_default();
    assert!(notice.contains(&unknown.text("receipt_id")), "{notice:?}");
    let path = testkit::merchant::PAYMENT;
    let third = Answer::to(
        merchant
            .request(Method::POST, path)
            .json(&json!({ "billing_key": key, "order_name": "월 구독",
        "order_id": "third", "price": 2000 })),
    );
    assert_eq!(third.await.expect(200).header("jadong-notice"), None, "another price");
    gateway.stop().await;
}
