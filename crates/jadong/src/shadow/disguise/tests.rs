//! What leaves is nobody's, and ids are those of the twins.

use super::*;

fn disguised(body: &str, absent: Option<&str>) -> Result<Json, NoTwin> {
    let body = Json::read(body.as_bytes()).unwrap();
    let mut twins = Twins::default();
    twins.insert("66542dfb4d18d5fc7b43e1b6", "twin");
    Disguise::of(&mut twins, &body, absent).body(&body)
}

fn written(json: &Json) -> String {
    serde_json::to_string(json).unwrap()
}

#[test]
fn nothing_of_a_person_and_nothing_of_the_merchants_is_left() {
    let body = r#"{"pg":"나이스페이","order_name":"홍길동님 구독","subscription_id":"hong-1","username":"홍길동","bank_name":"국민",
        "bank_account":"123-4567-890123","identity_no":"850317","phone":"010-9876-5432","price":1000,
        "user":{"phone":"01098765432","이름":"홍길동","n":1098765432},"feedback_url":"https://shop.example/hook"}"#;
    let left = written(&disguised(body, None).unwrap());
    for personal in [
        "홍길동",
        "hong",
        "4567-890123",
        "9876",
        "5432",
        "850317",
        "shop.example",
        "이름",
        "구독",
    ] {
        assert!(!left.contains(personal), "{personal}: {left}");
    }
    for kept in [
        "나이스페이",
        "국민",
        "1000",
        NOWHERE,
        "xxxo-1",
        r#""bank_account":"123-"#,
    ] {
        assert!(left.contains(kept), "{kept}: {left}");
    }
}

/// Or Jadong would not refuse what it refuses.
#[test]
fn a_text_that_carries_a_number_carries_its_disguise() {
    let own = r#"{"phone":"01098765432","subscription_id":"user-010-9876-5432","bank_account":"12345678901","order_name":"계좌 12345678901"}"#;
    let left = disguised(own, None).unwrap();
    assert_eq!(left.get("subscription_id"), left.get("phone"));
    assert_eq!(left.get("order_name"), left.get("bank_account"));
    let other = disguised(r#"{"order_id":"01098765432"}"#, None).unwrap();
    assert_eq!(other.text("order_id"), PHONE);
}

#[test]
fn ids_are_their_twins_or_there_is_no_disguise() {
    let disguised = |body, absent| disguised(body, absent).map(|left| written(&left));
    let known = r#"{"receipt_id":"66542dfb4d18d5fc7b43e1b6","cancel_price":"1000"}"#;
    assert_eq!(
        disguised(known, None).unwrap(),
        r#"{"receipt_id":"twin","cancel_price":"1000"}"#
    );
    let unknown = r#"{"billing_key":"77542dfb4d18d5fc7b43e1b6"}"#;
    assert_eq!(
        disguised(unknown, None),
        Err(NoTwin("77542dfb4d18d5fc7b43e1b6".to_owned()))
    );
    assert_eq!(
        disguised(unknown, Some(ABSENT)).unwrap(),
        format!(r#"{{"billing_key":"{ABSENT}"}}"#)
    );
    for nothing in [
        r#"{"receipt_id":null}"#,
        r#"{"receipt_id":""}"#,
        r#"{"receipt_id":[]}"#,
        "[]",
        "null",
        "7",
    ] {
        assert_eq!(disguised(nothing, None).unwrap(), nothing);
    }
}

#[test]
fn a_number_stays_a_number() {
    let left = disguised(
        r#"{"order_id":17,"bank_account":1234567890,"x":123456789,"price":1000.0}"#,
        None,
    )
    .unwrap();
    let kinds = ["order_id", "bank_account", "x", "price"].map(|name| left.get(name).unwrap().kind());
    assert_eq!(kinds, ["string", "integer", "integer", "number"]);
    assert!(!written(&left).contains("123456789"));
}
