//! Of two faults the earlier one is the answer, always.

use serde_json::{Value, json};

use testkit::{TestGateway, with};

/// A fault of every check, in the documented order.
fn faults() -> Vec<(&'static str, Value)> {
    vec![
        ("RC_PG_NOT_FOUND", json!({ "pg": "kcp" })),
        ("SUBSCRIBE_AT_ORDER_NAME_BLANK", json!({ "order_name": "" })),
        ("SUBSCRIBE_AT_SUBSCRIPTION_ID_BLANK", json!({ "subscription_id": null })),
        ("SUBSCRIBE_AT_AUTH_TYPE_INVALID", json!({ "auth_type": "SMS" })),
        ("SUBSCRIBE_AT_USERNAME_BLANK", json!({ "username": {} })),
        ("SUBSCRIBE_AT_BLANK_NOT_FOUND", json!({ "bank_name": "없는은행" })),
        ("SUBSCRIBE_AT_BANK_ACCOUNT_BLANK", json!({ "bank_account": "" })),
        ("SUBSCRIBE_AT_IDENTITY_NO_BLANK", json!({ "identity_no": [] })),
        ("SUBSCRIBE_AT_PHONE_BLANK", json!({ "phone": null })),
        ("SUBSCRIBE_AT_AMOUNT_INVALID", json!({ "price": -1 })),
        ("FIELD_INVALID", json!({ "cash_receipt_type": "영수증" })),
        ("FIELD_INVALID", json!({ "metadata": { "a": "b".repeat(9_000) } })),
    ]
}

#[tokio::test]
async fn of_any_two_faults_the_earlier_one_is_told() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let faults = faults();
    for (index, (code, earlier)) in faults.iter().enumerate() {
        for (_, later) in &faults[index + 1..] {
            let both = with(earlier.clone(), later.clone());
            assert_eq!(
                merchant.ask(both.clone()).await.verdict(),
                format!("400 {code}"),
                "{both}"
            );
        }
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_malformed_number_is_told_before_a_later_missing_one() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let malformed = [
        (
            "SUBSCRIBE_AT_BANK_ACCOUNT_INVALID",
            json!({ "bank_account": "1", "identity_no": "" }),
        ),
        (
            "SUBSCRIBE_AT_IDENTITY_NO_INVALID",
            json!({ "identity_no": "1", "phone": "" }),
        ),
        (
            "SUBSCRIBE_AT_RESIDENT_NUMBER_REFUSED",
            json!({ "identity_no": "9001011234567", "phone": "" }),
        ),
        ("SUBSCRIBE_AT_PHONE_INVALID", json!({ "phone": "1", "price": -1 })),
    ];
    for (code, changes) in malformed {
        assert_eq!(merchant.ask(changes).await.error_code(), code);
    }
    gateway.stop().await;
}
