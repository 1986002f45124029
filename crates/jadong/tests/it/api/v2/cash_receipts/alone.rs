//! A cash receipt for money that was taken elsewhere.

use reqwest::Method;
use serde_json::json;

use super::{ALONE, alone, cancel_path, cash};
use testkit::{Answer, OTHER, TestGateway};

#[tokio::test]
async fn parameters_of_a_cancel_may_come_as_a_body() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    for (index, body) in [
        r#"{"receipt_id":"rid","cancel_username":"u","cancel_message":"취소 010-9876-5432"}"#,
        r#"{"cancel_message":null}"#,
        "{}",
        "",
    ]
    .into_iter()
    .enumerate()
    {
        let issued = alone(&merchant, json!({ "order_id": format!("body-{index}") }))
            .await
            .expect(200);
        let path = format!("{ALONE}/{}.json", issued.text("receipt_id"));
        let request = merchant.request(Method::DELETE, &path);
        let request = request.header("content-type", "application/json").body(body);
        let cancelled = Answer::to(request).await.expect(200);
        assert_eq!(
            (cancelled.text("status"), cash(&cancelled).0),
            ("61".to_owned(), 61),
            "{body}"
        );
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_receipt_by_itself_is_a_receipt() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let issued = alone(&merchant, json!({})).await.expect(200);
    let body = issued.json();
    assert_eq!(body["status"], json!(60));
    assert_eq!(body["price"], json!(5000));
    assert_eq!(body["metadata"], json!({ "a": 1 }));
    assert_eq!(body["purchased_at"], json!("2026-01-01T00:00:00+09:00"));
    assert_eq!(body["cash_receipt_data"]["status"], json!(60));
    let receipt_id = issued.text("receipt_id");
    assert_eq!(
        merchant.get(&format!("/v2/receipt/{receipt_id}")).await.body,
        issued.body
    );
    let again = alone(&merchant, json!({})).await.expect(200);
    assert_eq!((again.body.clone(), again.is_replayed()), (issued.body.clone(), true));
    assert_eq!(
        alone(&merchant, json!({ "price": 4000 })).await.verdict(),
        "409 RC_CASH_RECEIPT_CONFLICT"
    );

    let other = gateway.merchant_named(OTHER);
    assert_eq!(
        other.get(&format!("/v2/receipt/{receipt_id}")).await.verdict(),
        "404 RC_NOT_FOUND"
    );
    assert_eq!(
        other.delete(&format!("{ALONE}/{receipt_id}")).await.verdict(),
        "404 RC_NOT_FOUND"
    );
    assert_eq!(
        merchant.delete(&cancel_path(&receipt_id)).await.verdict(),
        "404 RC_NOT_FOUND"
    );
    let cancelled = merchant.delete(&format!("{ALONE}/{receipt_id}")).await.expect(200);
    assert_eq!(
        (cancelled.text("status"), cancelled.text("cancelled_price")),
        ("61".into(), "5000".into())
    );
    assert!(merchant.delete(&format!("{ALONE}/{receipt_id}")).await.is_replayed());
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_equal_requests_at_once_one_issues() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let asked: Vec<_> = (0..20)
        .map(|_| {
            let merchant = merchant.clone();
            tokio::spawn(async move { alone(&merchant, json!({})).await.expect(200).is_replayed() })
        })
        .collect();
    let mut first = 0;
    for one in asked {
        first += usize::from(!one.await.unwrap());
    }
    let ledger = gateway.pg.ledger().await;
    assert_eq!((first, ledger.receipts.len(), ledger.requests.receipt), (1, 1, 1));
    gateway.stop().await;
}
