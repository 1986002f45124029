//! A debit that the bank declines: why, in one vocabulary, and that nothing was taken.

use serde_json::json;

use testkit::assert_answers;
use testkit::{Answer, TestGateway};

const DECLINES: [(&str, &str, &str); 5] = [
    ("0001", "V301", "insufficient_funds"),
    ("0002", "V302", "account_closed"),
    ("0003", "V303", "account_frozen"),
    ("0004", "V304", "mandate_ended"),
    ("0005", "V305", "over_limit"),
];

#[tokio::test]
async fn a_decline_names_its_reason_and_leaves_the_order_free() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let mut answers = Vec::new();
    for (account, pg_code, reason) in DECLINES {
        let key = merchant.key_of(account).await;
        let order = json!({ "order_id": format!("order_{account}") });
        let declined = merchant.charge(&key, order.clone()).await;
        assert_eq!(declined.verdict(), "400 RC_CONFIRM_FAILED");
        assert_eq!(declined.text("pg_error_code"), pg_code);
        assert!(
            declined.text("hint").starts_with(&format!("{reason}: ")),
            "{}",
            declined.body
        );
        let receipt_id = declined.text("receipt_id");
        assert_eq!(merchant.look_up(&receipt_id).await["status"], json!(-2));
        assert_eq!(gateway.pg.ledger().await.debited(&receipt_id), (0, 0));
        // Another attempt is another receipt; another account pays the same order.
        let again = merchant.charge(&key, order.clone()).await;
        assert_eq!(again.verdict(), "400 RC_CONFIRM_FAILED");
        assert_ne!(again.text("receipt_id"), receipt_id);
        let other = merchant.key().await;
        let paid = merchant.charge(&other, order).await.expect(200);
        assert!(!paid.is_replayed());
        assert_eq!(gateway.pg.ledger().await.debited(&paid.text("receipt_id")), (1, 1000));
        answers.push((account.to_owned(), declined));
    }
    assert_answers!("declines", answers);
    gateway.stop().await;
}

#[tokio::test]
async fn funds_that_arrive_at_the_third_attempt_are_taken_then_and_once() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key_of("0011").await;
    let mut answers = Vec::new();
    for _attempt in 0..5 {
        answers.push(merchant.charge(&key, json!({})).await);
    }
    let verdicts: Vec<_> = answers.iter().map(Answer::verdict).collect();
    assert_eq!(
        verdicts,
        ["400 RC_CONFIRM_FAILED", "400 RC_CONFIRM_FAILED", "200", "200", "200"]
    );
    assert!(!answers[2].is_replayed() && answers[3].is_replayed() && answers[4].is_replayed());
    let ledger = gateway.pg.ledger().await;
    assert_eq!((ledger.debits.len(), ledger.requests.charge), (1, 3));
    gateway.stop().await;
}

#[tokio::test]
async fn an_order_lists_its_attempts_oldest_first() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key_of("0011").await;
    let mut receipts = Vec::new();
    for _attempt in 0..3 {
        receipts.push(merchant.charge(&key, json!({})).await.text("receipt_id"));
    }
    let listed = merchant.get("/v2/lookup/order/order_1").await.expect(200).json();
    let listed: Vec<_> = listed.as_array().expect("a list").clone();
    let of = |key: &str| listed.iter().map(|receipt| receipt[key].clone()).collect::<Vec<_>>();
    assert_eq!(
        of("receipt_id"),
        receipts.iter().map(|id| json!(id)).collect::<Vec<_>>()
    );
    assert_eq!(of("status"), [json!(-2), json!(-2), json!(1)]);
    gateway.stop().await;
}
