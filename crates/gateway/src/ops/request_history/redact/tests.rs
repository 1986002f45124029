use proptest::prelude::*;
use serde_json::json;

use super::*;

fn shown(sent: Value) -> Value {
    serde_json::from_str(&body(sent.to_string().as_bytes()).unwrap()).unwrap()
}

#[test]
fn what_is_on_the_list_stays_and_the_rest_becomes_a_placeholder() {
    let sent = json!({
        "pg": "nicepay", "order_name": "월 구독", "subscription_id": "sub_1", "username": "임꺽정",
        "bank_name": "국만은행", "bank_account": "98765432109871", "identity_no": "900101", "phone": 1_098_712_345,
        "price": 1000.0, "tax_free": "", "cash_receipt_identity_no": null, "bank_acount": "98765432109871",
        "receipt_id": "66542dfb4d18d5fc7b43e1b6", "metadata": { "note": "임꺽정" }, "items": [{ "name": "임꺽정" }],
        "reserve_execute_at": "2026-01-01T00:00:00 +09:00", "01098712345": 1,
    });
    assert_eq!(
        shown(sent),
        json!({
            "pg": "nicepay", "order_name": "월 구독", "subscription_id": "sub_1", "username": "${JADONG_USERNAME:-홍길동}",
            "bank_name": "국만은행", "bank_account": "${JADONG_BANK_ACCOUNT:-12345678901234}",
            "identity_no": "${JADONG_IDENTITY_NO:-900101}", "phone": "${JADONG_PHONE:-01012345678}",
            "price": 1000.0, "tax_free": "", "cash_receipt_identity_no": null, "bank_acount": "${JADONG_BANK_ACOUNT:-}",
            "receipt_id": "66542dfb4d18d5fc7b43e1b6", "metadata": {}, "items": [],
            "reserve_execute_at": "2026-01-01T00:00:00 +09:00",
        })
    );
}

#[test]
fn a_number_in_the_wrong_field_is_not_shown_whatever_it_wears() {
    for number in [
        "01098712345",
        "010-9871-2345",
        "010 9871 2345",
        "0 1 0 9 8 7 1",
        "call 010.9871.2345 please",
        "０１０９８７１２３４５",
        "987654-32-109871",
        "220-81-62517",
    ] {
        for name in [
            "order_name",
            "order_id",
            "bank_name",
            "price",
            "receipt_id",
            "reserve_execute_at",
            "feedback_url",
        ] {
            let value = shown(json!({ name: number }))[name].as_str().unwrap().to_owned();
            assert!(value.starts_with("${"), "{name}: {value}");
        }
    }
    assert_eq!(
        shown(json!({ "order_name": "`id` $(id)" }))["order_name"],
        "${JADONG_ORDER_NAME:-}"
    );
    assert_eq!(body(b"[1]"), None);
    assert_eq!(body(b"{\"phone\":\"01098712345\""), None);
}

#[test]
fn a_path_keeps_its_words_and_ids() {
    for (sent, expected) in [
        ("/v2/request/token", "/v2/request/token"),
        (
            "/v2/receipt/66542dfb4d18d5fc7b43e1b6",
            "/v2/receipt/66542dfb4d18d5fc7b43e1b6",
        ),
        ("/v2/receipt/01098712345", "/v2/receipt/{hidden}"),
        ("/v2/lookup/order/order_1", "/v2/lookup/order/order_1"),
        ("/01098/71234/5", "/01098/{hidden}/{hidden}"),
        ("/v2/receipt/%30%31%30", "/v2/receipt/{hidden}"),
    ] {
        assert_eq!(path(sent), expected);
    }
    assert_eq!(
        query(Some("phone=01098712345&lookup_user_data=true")),
        "?lookup_user_data=true"
    );
    assert_eq!(query(Some("phone=01098712345")), "");
}

proptest! {
    /// No run of six digits gets through, whichever field it is in and whatever stands around it.
    #[test]
    fn no_long_number_is_shown(
        name in "(pg|order_name|order_id|bank_name|price|receipt_id|set|username|[a-z_]{1,12})",
        before in "[a-z가-힣 -]{0,6}",
        number in "[0-9]{9,14}",
        after in "[a-z가-힣 .]{0,6}",
    ) {
        let sent = json!({ name: format!("{before}{number}{after}") });
        let text = body(sent.to_string().as_bytes()).unwrap();
        prop_assert!(!text.contains(&number), "{}", text);
    }
}

#[test]
fn an_answer_shows_what_we_say_and_no_number_of_anybody() {
    let given = json!({
        "receipt_id": "66542dfb4d18d5fc7b43e1b6", "price": 9900, "status": 1, "status_locale": "결제완료", "bank_code": "004",
        "requested_at": "2026-01-02T03:04:05+09:00", "username": "홍*동", "phone": "010****5678", "metadata": { "note": "임꺽정" },
        "receipt_data": { "order_id": "order-20261201-0001", "company_name": "상점", "01098712345": "x" },
        "list": [{ "bank_account": "98765432109871", "tid": 98_765_432_109_871_u64 }, "call 010.9871.2345"],
        "access_token": "abc", "hint": null,
        "empty": { "metadata": {}, "user": null, "items": [] }, "user": { "email": "kim@example.com" }, "items": [{ "name": "임꺽정" }],
    });
    let shown: Value = serde_json::from_str(&answer(given.to_string().as_bytes()).unwrap()).unwrap();
    assert_eq!(
        shown,
        json!({
            "receipt_id": "66542dfb4d18d5fc7b43e1b6", "price": 9900, "status": 1, "status_locale": "결제완료", "bank_code": "004",
            "requested_at": "2026-01-02T03:04:05+09:00", "username": "홍*동", "phone": "••••", "metadata": "••••",
            "receipt_data": { "order_id": "••••", "company_name": "상점" },
            "list": [{ "bank_account": "••••", "tid": "••••" }, "••••"],
            "access_token": "••••", "hint": null,
            "empty": { "metadata": {}, "user": null, "items": [] }, "user": "••••", "items": "••••",
        })
    );
    assert_eq!(answer(b"event: x"), None);
    assert_eq!(answer(json!({ "rows": vec!["x"; 4_000] }).to_string().as_bytes()), None);
}
