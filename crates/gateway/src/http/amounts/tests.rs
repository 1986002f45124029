use super::*;

const OWN: &[&str] = &["receipt_id", "cancel_price", "cancel_id", "cancel_message"];
const READING: Reading<'_> = Reading {
    own: OWN,
    apart: &["metadata", "user"],
};

/// What a cancel of a payment of 10,000 won is told of.
fn told(body: &str, query: Option<&str>) -> Option<String> {
    let body = super::super::json_shape::read(body.as_bytes()).unwrap();
    let strays = READING.strays(&body, query);
    let refused = refuse_meant(&strays, "cancel_price", ErrorCode::CancelPriceInvalid, Some(10_000));
    refused.err().and_then(|refusal| refusal.hint)
}

fn of(name: &str, value: &str) -> Option<String> {
    told(
        &format!("{{\"receipt_id\":\"66542d4be86c1eedf6b17965\",\"{name}\":{value}}}"),
        None,
    )
}

#[test]
fn an_amount_is_found_under_any_name() {
    for name in [
        "amount",
        "price",
        "cancelAmount",
        "cancelAmt",
        "refundAmount",
        "cancel-price",
        "CancelPrice",
        "cancelprice",
        "CANCEL_AMOUNT",
        "cancel.price",
        "refund_krw",
        "total",
        "cancel_amout",
        "ammount",
        "cancel_prise",
        "금액",
        "취소금액",
        "환불 금액",
        "취소_가격",
        "환불액",
        "환불금",
        "부분취소액",
        "won",
        "refund",
        "partial",
        "value",
        "how_much",
        "x",
        "montant",
        "数量は",
        "priceWithTax",
        "amount_2",
    ] {
        for value in [
            "300",
            "300.0",
            "\"300\"",
            "\"3,000\"",
            "\"3,000원\"",
            "\"₩ 3000\"",
            "\"３００\"",
            "3e2",
            "[300]",
            "{\"v\":300}",
        ] {
            assert!(of(name, value).is_some(), "{name}: {value}");
        }
    }
    assert_eq!(of("cancelAmt", "100"), Some("cancelAmt → cancel_price".to_owned()));
    assert_eq!(of("취소금액", "100"), Some("취소금액 → cancel_price".to_owned()));
    assert_eq!(of("amount", "\"천원 100\""), Some("amount → cancel_price".to_owned()));
}

#[test]
fn it_is_found_where_it_is() {
    for (body, place) in [
        (r#"{"data":{"cancel":{"price":300}}}"#, "data.cancel.price"),
        (r#"{"refund":{"amount":300}}"#, "refund.amount"),
        (r#"{"items":[{"qty":2,"price":300}]}"#, "items.price"),
        (r#"{"payload":"{\"cancel_price\":300}"}"#, "payload.cancel_price"),
        (r#"{"\ucde8\uc18c\uae08\uc561":300,"a\/b":"x"}"#, "취소금액"),
        (r#"{"cancel_price":{"value":300}}"#, "cancel_price.value"),
        (r#"{"cancel_price":0,"price":1000}"#, "price"),
    ] {
        assert_eq!(told(body, None), Some(format!("{place} → cancel_price")), "{body}");
    }
    assert_eq!(
        told("{}", Some("cancel_price=300")),
        Some("?cancel_price → cancel_price".to_owned())
    );
    assert_eq!(
        told("{}", Some("n=1&%EA%B8%88%EC%95%A1=3%2C000")),
        Some("?금액 → cancel_price".to_owned())
    );
}

#[test]
fn what_sdks_and_merchants_send_besides_is_no_amount() {
    for body in [
        r#"{"receipt_id":"rid","cancel_id":"300","cancel_message":"300","refund":{"bank_account":"1","bank_username":"n","bankcode":"104","bank_acount":"300"}}"#,
        r#"{"cancel_id":"","metadata":{},"cancel_price":null,"cancel_tax_free":null,"refund":null,"items":null}"#,
        r#"{"receipt_id":"rid","refund":{"bank_account":"","bank_username":"","bank_code":""}}"#,
        r#"{"extra":{"card_quota":"00","subscribe_test_payment":0,"raw_data":0}}"#,
        r#"{"user":{"phone":"0000","area":"300"},"metadata":{"total":300}}"#,
        r#"{"phone":5678,"user_id":45,"store_no":17,"qty":300,"item_count":12,"수량":300,"주문번호":"1234","account":"300"}"#,
        r#"{"requested_at":1764,"year":2026,"retry":15,"reason_code":"1001","orderId":300,"version":12,"회차":12}"#,
        r#"{"flag":1,"mode":2,"admin":true,"memo":"변심","요금제":"basic","note":"0042","big":20261129,"ratio":12.5}"#,
        r#"{"amount":"","price":null,"cancelPrice":{},"refundAmount":[]}"#,
    ] {
        assert_eq!(told(body, Some("utm_source=mail&page=12")), None, "{body}");
    }
}

#[test]
fn a_tax_free_share_under_another_name_is_found_too() {
    let share = |body: &str| {
        let strays = READING.strays(&super::super::json_shape::read(body.as_bytes()).unwrap(), None);
        refuse_tax_free(&strays, "tax_free", ErrorCode::PriceInvalid)
            .err()
            .and_then(|refusal| refusal.hint)
    };
    for name in [
        "taxFree",
        "tax-free",
        "TAX_FREE",
        "taxfree_amount",
        "면세금액",
        "비과세액",
        "taxfre",
    ] {
        assert_eq!(
            share(&format!("{{\"{name}\":300}}")),
            Some(format!("{name} → tax_free"))
        );
    }
    for harmless in [r#"{"taxFree":0}"#, r#"{"tax":300}"#, r#"{"metadata":{"taxFree":300}}"#] {
        assert_eq!(share(harmless), None, "{harmless}");
    }
}
