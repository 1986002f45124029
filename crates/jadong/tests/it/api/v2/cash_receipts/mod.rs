//! Cash receipts: of a payment, by themselves, and with every debit.

mod alone;
mod faults;
mod in_doubt;
mod numbers;
mod of_payment;
mod sensitive;
mod where_shown;
mod with_debit;

use std::time::Duration;

use serde_json::{Value, json};

use testkit::{Answer, Merchant, TestGateway, with};

const PUBLISH: &str = "/v2/request/receipt/cash/publish";
const ALONE: &str = "/v2/request/cash/receipt";
/// The customer's number; it must be nowhere.
const NUMBER: &str = "01098765432";

fn cancel_path(receipt_id: &str) -> String {
    format!("/v2/request/receipt/cash/cancel/{receipt_id}")
}

async fn gateway() -> TestGateway {
    TestGateway::with(|plan| plan.pg_read_timeout = Duration::from_millis(250)).await
}

async fn paid(merchant: &Merchant) -> String {
    let key = merchant.key().await;
    merchant.charge(&key, json!({})).await.expect(200).text("receipt_id")
}

async fn publish(merchant: &Merchant, receipt_id: &str, changes: Value) -> Answer {
    let body = json!({ "receipt_id": receipt_id, "identity_no": "010-9876-5432", "cash_receipt_type": "소득공제",
        "username": "홍길동", "email": "", "phone": null, "currency": "KRW" });
    merchant.post(PUBLISH, with(body, changes)).await
}

async fn alone(merchant: &Merchant, changes: Value) -> Answer {
    let body = json!({ "pg": "nicepay", "price": 5000, "tax_free": 0, "order_name": "현장 결제", "order_id": "cash_1",
        "identity_no": NUMBER, "cash_receipt_type": "소득공제", "purchased_at": "2026-01-01T00:00:00+0900",
        "user": { "phone": NUMBER }, "metadata": { "a": 1 }, "extra": {} });
    merchant.post(ALONE, with(body, changes)).await
}

/// Its status and its type: 1 for an income deduction, 2 for a business's expenses.
fn cash(answer: &Answer) -> (i64, i64) {
    let data = &answer.json()["cash_receipt_data"];
    let number = |name: &str| data[name].as_i64().unwrap_or_default();
    (number("status"), number("cash_receipt_type"))
}

/// A key whose customer wants a receipt with every debit.
async fn standing_key(merchant: &Merchant, account: &str) -> String {
    let asked = json!({ "bank_account": account, "subscription_id": "standing", "cash_receipt_type": "소득공제",
        "cash_receipt_identity_no": NUMBER });
    merchant.issue(asked).await.1
}
