//! Receipts of payments that never were.

use domain::EpochMs;
use gateway::IdGenerator;
use seams::{Clock, OsEntropy, SystemClock};
use serde_json::{Value, json};

/// An id that no other payment and no other delivery has.
pub fn new_id() -> String {
    let (ids, now) = (IdGenerator::of_command(&OsEntropy), EpochMs(SystemClock.now_ms()));
    ids.receipt(ids.project(now), now).to_string()
}

/// The webhook's body of a payment of 10,000 won after `cancelled_price` of it was cancelled.
pub fn told(id: &str, webhook_type: &str, sequence: u32, cancelled_price: u32) -> Value {
    let now = EpochMs(SystemClock.now_ms()).to_wire();
    let (status, locale) = match webhook_type {
        "PAYMENT_CANCELLED" => (20, "결제취소완료"),
        _ => (1, "결제완료"),
    };
    json!({
        "receipt_id": id, "order_id": format!("ordeal_{id}"), "price": 10_000, "tax_free": 0,
        "cancelled_price": cancelled_price, "cancelled_tax_free": 0, "order_name": "웹훅 시험 🧾",
        "company_name": "자동", "gateway_url": "http://127.0.0.1:4141", "metadata": {}, "sandbox": true,
        "pg": "나이스페이먼츠", "method": "계좌이체", "method_symbol": "bank", "method_origin": "계좌자동이체",
        "method_origin_symbol": "automatic_transfer_rest", "purchased_at": now, "requested_at": now,
        "status_locale": locale, "currency": "KRW", "receipt_url": "", "status": status,
        "bank_data": { "tid": id, "bank_code": "004", "bank_name": "국민", "bank_account": "123456789*****",
            "bank_username": "홍길*" },
        "application_id": "ordeal_application_id", "webhook_type": webhook_type, "sequence": sequence,
    })
}
