//! The number is nowhere.

use serde_json::json;

use super::{ALONE, NUMBER, alone, cancel_path, paid, publish, standing_key};
use testkit::TestGateway;

#[tokio::test]
async fn the_number_is_in_no_answer_and_not_on_disk() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let receipt_id = paid(&merchant).await;
    let key = standing_key(&merchant, "12345678901234").await;
    let issued = alone(&merchant, json!({})).await;
    let mut answers = vec![
        publish(&merchant, &receipt_id, json!({})).await,
        publish(&merchant, &receipt_id, json!({ "cash_receipt_type": "2" })).await,
        merchant.charge(&key, json!({ "order_id": "order_2" })).await,
        alone(&merchant, json!({ "price": 1 })).await,
        alone(&merchant, json!({ "order_name": NUMBER })).await,
        merchant.delete(&cancel_path(&receipt_id)).await,
    ];
    let id = issued.text("receipt_id");
    let reason = format!("{ALONE}/{id}?cancel_message=010-9876-5432");
    answers.push(merchant.delete(&reason).await.expect(200));
    answers.push(issued);
    for answer in &answers {
        assert!(
            !answer.body.contains("98765432") && !answer.body.contains("9876-5432"),
            "{}",
            answer.body
        );
    }
    for file in std::fs::read_dir(gateway.folder()).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap_or_default();
        for secret in [NUMBER.as_bytes(), b"9876-5432", b"98765432"] {
            let found = bytes.windows(secret.len()).any(|window| window == secret);
            assert!(!found, "{} holds the number", path.display());
        }
    }
    gateway.stop().await;
}
