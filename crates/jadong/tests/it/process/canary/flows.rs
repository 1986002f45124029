//! What is sent: the values in every field, in wrong places, and on ways that fail.

use reqwest::Method;
use serde_json::{Value, json};

use super::search::{ACCOUNT, BUSINESS, CASH_RECEIPT, PHONE, WRONG_PHONE};
use testkit::merchant::TRANSFER;
use testkit::{Answer, Merchant};

/// A good request that holds them all where they belong.
pub fn proper(subscription_id: &str) -> Value {
    json!({
        "pg": "nicepay", "order_name": "월 구독", "subscription_id": subscription_id, "username": "임꺽정",
        "bank_name": "국민은행", "bank_account": ACCOUNT.hyphenated, "identity_no": BUSINESS.plain,
        "phone": PHONE.hyphenated, "cash_receipt_type": "소득공제",
        "cash_receipt_identity_no": CASH_RECEIPT.plain,
        "user": { "id": PHONE.plain, "phone": PHONE.hyphenated, "username": ACCOUNT.plain, "email": BUSINESS.plain },
        "extra": { "account": ACCOUNT.hyphenated, "nested": [{ "no": BUSINESS.hyphenated, "cash": CASH_RECEIPT.plain }] },
        "not_a_field": CASH_RECEIPT.hyphenated,
    })
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

/// Every field with every value in it, one at a time.
fn misplaced() -> Vec<Value> {
    let fields = [
        "pg",
        "order_name",
        "subscription_id",
        "auth_type",
        "username",
        "bank_name",
        "bank_code",
        "bank_account",
        "identity_no",
        "phone",
        "tax_free",
        "cash_receipt_type",
        "cash_receipt_identity_no",
        "metadata",
    ];
    let mut bodies = Vec::new();
    for planted in [ACCOUNT, BUSINESS, PHONE, WRONG_PHONE, CASH_RECEIPT] {
        for text in [planted.plain, planted.hyphenated] {
            for field in fields {
                // What is wrong in the same request is not stored, so a stored field may not carry it either.
                let is_other = planted.name == WRONG_PHONE.name;
                let body = proper(&format!("sub_{field}_{}", bodies.len()));
                let value = match field {
                    "metadata" => json!({ "note": format!("call {text} please"), "list": [text] }),
                    "username" => json!(format!("{text} 주식회사 가나다라마바사아자차카타파하")),
                    _ => json!(text),
                };
                let body = if is_other && ["subscription_id", "order_name", "metadata", "username"].contains(&field) {
                    with(body, "phone", json!(text))
                } else {
                    body
                };
                bodies.push(with(body, field, value));
            }
        }
    }
    bodies.push(with(
        proper("sub_number"),
        "bank_account",
        json!(98_765_432_109_871_u64),
    ));
    bodies.push(with(
        proper("sub_number"),
        "metadata",
        json!({ "n": 2_208_162_517_u64 }),
    ));
    bodies.push(with(proper("sub_list"), "phone", json!([PHONE.plain])));
    bodies.push(with(proper("sub_map"), "metadata", json!([PHONE.plain])));
    bodies.push(with(proper("sub_key"), "metadata", json!({ PHONE.plain: 1 })));
    bodies
}

/// Keeps an answer, headers and all.
pub fn hear(heard: &mut Vec<String>, answer: Option<Answer>) -> Answer {
    let answer = answer.expect("an answer");
    heard.push(format!(
        "{:?}
{}",
        answer.headers, answer.body
    ));
    answer
}

async fn sent(api: &Merchant, method: Method, path: &str, body: Option<String>) -> Option<Answer> {
    let mut request = api.request(method, path);
    if let Some(body) = body {
        request = request.header("content-type", "application/json").body(body);
    }
    Answer::if_any(request).await
}

/// Sends them all; the answers go into `heard`.
pub async fn misplace(api: &Merchant, heard: &mut Vec<String>) {
    for body in misplaced() {
        hear(heard, api.try_post(TRANSFER, &body).await);
    }
}

/// In paths, queries, and bodies that are no JSON.
pub async fn wrong_places(api: &Merchant, heard: &mut Vec<String>) {
    for planted in [ACCOUNT, BUSINESS, PHONE, WRONG_PHONE, CASH_RECEIPT] {
        for text in [planted.plain, planted.hyphenated] {
            for path in [
                format!("/v2/receipt/{text}"),
                format!("/v2/billing_key/{text}.json?phone={text}"),
                format!("/v2/subscribe/billing_key/{text}?x={text}#{text}"),
                format!("/{text}"),
                format!("/v2/request/subscribe/automatic-transfer?bank_account={text}"),
                format!("/sandbox/calls/{text}"),
                format!("/sandbox/calls?state={text}"),
            ] {
                for method in [Method::GET, Method::DELETE, Method::POST] {
                    let body = (method == Method::POST).then(|| format!("{{\"phone\":\"{text}\""));
                    hear(heard, sent(api, method, &path, body).await);
                }
            }
            for body in [
                format!("{{\"phone\": {text}x}}"),
                format!("\"{text}\""),
                format!("[\"{text}\"]"),
                format!("{{\"bank_account\":\"{text}\",\"phone\":\"{text}"),
                format!("{{\"{text}\":tru}}"),
                format!("phone={text}"),
            ] {
                for path in [
                    "/v2/request/subscribe/automatic-transfer",
                    "/v2/request/subscribe/automatic-transfer/publish",
                    "/v2/request/token",
                    "/sandbox/phone",
                    "/sandbox/faults",
                ] {
                    hear(heard, sent(api, Method::POST, path, Some(body.clone())).await);
                }
            }
            hear(heard, api.try_publish(text).await);
            let token = json!({ "application_id": text, "private_key": text, "client_key": text, "secret_key": text });
            hear(heard, api.try_post("/v2/request/token", &token).await);
        }
    }
}
