//! Charges of one order on two gateways at once.

use serde_json::json;

use super::{ROUNDS, stop, two};
use testkit::both;

#[tokio::test]
async fn equal_charges_are_one_debit_and_one_answer() {
    let (gateway, other) = two().await;
    let (one, two) = (gateway.merchant(), other.merchant());
    let key = one.key().await;
    for round in 0..ROUNDS {
        let order = json!({ "order_id": format!("order_{round}") });
        let charges = both(round, one.charge(&key, order.clone()), two.charge(&key, order));
        let (first, second) = gateway.while_time_creeps(charges).await;
        assert_eq!((first.verdict().as_str(), second.verdict().as_str()), ("200", "200"));
        assert_eq!(first.json(), second.json());
        assert_ne!(first.is_replayed(), second.is_replayed());
    }
    assert_eq!(gateway.pg.ledger().await.debits.len() as u64, ROUNDS);
    stop(gateway, other).await;
}

#[tokio::test]
async fn equal_charges_with_one_idempotency_key_are_one_debit() {
    let (gateway, other) = two().await;
    let (one, two) = (gateway.merchant(), other.merchant());
    let key = one.key().await;
    for round in 0..ROUNDS {
        let (once, order) = (format!("once_{round}"), json!({ "order_id": format!("order_{round}") }));
        let charges = both(
            round,
            one.charge_once(&once, &key, order.clone()),
            two.charge_once(&once, &key, order),
        );
        let (first, second) = gateway.while_time_creeps(charges).await;
        assert_eq!((first.verdict().as_str(), second.verdict().as_str()), ("200", "200"));
        assert_eq!(first.json(), second.json());
    }
    assert_eq!(gateway.pg.ledger().await.debits.len() as u64, ROUNDS);
    stop(gateway, other).await;
}

#[tokio::test]
async fn different_charges_of_one_order_are_one_debit_and_the_difference_is_named() {
    let (gateway, other) = two().await;
    let (one, two) = (gateway.merchant(), other.merchant());
    let key = one.key().await;
    for round in 0..ROUNDS {
        let order = |price: u32| json!({ "order_id": format!("order_{round}"), "price": price });
        let charges = both(round, one.charge(&key, order(1000)), two.charge(&key, order(2000)));
        let (first, second) = gateway.while_time_creeps(charges).await;
        let mut answers = [first, second];
        answers.sort_by_key(|answer| answer.status);
        let [paid, refused] = &answers;
        assert_eq!(
            (paid.status, refused.verdict().as_str()),
            (200, "409 RC_ORDER_ID_CONFLICT")
        );
        let named = ["price 1000 / 2000", "price 2000 / 1000"];
        assert!(
            named.iter().any(|named| refused.body.contains(named)),
            "{}",
            refused.body
        );
    }
    assert_eq!(gateway.pg.ledger().await.debits.len() as u64, ROUNDS);
    stop(gateway, other).await;
}
