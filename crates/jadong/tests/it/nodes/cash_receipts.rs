//! Cash receipts that two gateways ask for, or take back, at once.

use serde_json::{Value, json};

use super::{ROUNDS, stop, two};
use testkit::{Answer, both};

const PUBLISH: &str = "/v2/request/receipt/cash/publish";
const ALONE: &str = "/v2/request/cash/receipt";

fn assert_one_was_first(answers: (Answer, Answer)) -> String {
    let (first, second) = answers;
    let verdicts = (first.verdict(), second.verdict());
    assert_eq!(
        (verdicts.0.as_str(), verdicts.1.as_str()),
        ("200", "200"),
        "{} {}",
        first.body,
        second.body
    );
    assert_ne!(first.is_replayed(), second.is_replayed());
    assert_eq!(first.text("receipt_id"), second.text("receipt_id"));
    first.text("receipt_id")
}

fn asked(changes: Value) -> Value {
    let body = json!({ "identity_no": "01098765432", "cash_receipt_type": "소득공제", "username": "홍길동" });
    testkit::with(body, changes)
}

#[tokio::test]
async fn the_same_receipt_of_a_payment_is_issued_once_and_taken_back_once() {
    let (gateway, other) = two().await;
    let (one, two) = (gateway.merchant(), other.merchant());
    let key = one.key().await;
    for round in 0..ROUNDS {
        let order = json!({ "order_id": format!("order_{round}") });
        let receipt_id = one.charge(&key, order).await.expect(200).text("receipt_id");
        let body = asked(json!({ "receipt_id": receipt_id }));
        let asks = both(round, one.post(PUBLISH, body.clone()), two.post(PUBLISH, body));
        assert_one_was_first(gateway.while_time_creeps(asks).await);
        let path = format!("/v2/request/receipt/cash/cancel/{receipt_id}");
        let cancels = both(round, one.delete(&path), two.delete(&path));
        assert_one_was_first(gateway.while_time_creeps(cancels).await);
    }
    let receipts = gateway.pg.ledger().await.receipts;
    assert_eq!(receipts.len() as u64, ROUNDS);
    assert!(receipts.iter().all(|receipt| receipt.cancelled_at_ms.is_some()));
    stop(gateway, other).await;
}

#[tokio::test]
async fn the_same_receipt_by_itself_is_issued_once_and_taken_back_once() {
    let (gateway, other) = two().await;
    let (one, two) = (gateway.merchant(), other.merchant());
    for round in 0..ROUNDS {
        let body = asked(json!({ "pg": "nicepay", "price": 5000, "order_name": "현장 결제",
            "order_id": format!("cash_{round}"), "purchased_at": "2026-01-01T00:00:00+0900" }));
        let asks = both(round, one.post(ALONE, body.clone()), two.post(ALONE, body));
        let receipt_id = assert_one_was_first(gateway.while_time_creeps(asks).await);
        let path = format!("{ALONE}/{receipt_id}");
        let cancels = both(round, one.delete(&path), two.delete(&path));
        assert_one_was_first(gateway.while_time_creeps(cancels).await);
    }
    let receipts = gateway.pg.ledger().await.receipts;
    assert_eq!(receipts.len() as u64, ROUNDS);
    assert!(receipts.iter().all(|receipt| receipt.cancelled_at_ms.is_some()));
    stop(gateway, other).await;
}
