//! What leaves is nobody's, and is as right or wrong as what came.

use domain::bank::{Account, AccountDigitsMax, Bank};

use super::*;

fn disguised(body: &str, absent: Option<&str>) -> Result<String, NoTwin> {
    let body = Json::read(body.as_bytes()).unwrap();
    let mut twins = Twins::default();
    twins.insert("66542dfb4d18d5fc7b43e1b6", "twin");
    let disguised = Disguise::of(&mut twins, &body, absent).body(&body)?;
    Ok(serde_json::to_string(&disguised).unwrap())
}

#[test]
fn nothing_of_a_person_and_nothing_of_the_merchants_is_left() {
    let body = r#"{"pg":"나이스페이","order_name":"홍길동님 구독","subscription_id":"hong-1","username":"홍길동","bank_name":"국민",
        "bank_account":"123-4567-890123","identity_no":"850317","phone":"010-9876-5432","price":1000,
        "user":{"phone":"01098765432","이름":"홍길동","n":1098765432},"feedback_url":"https://shop.example/hook"}"#;
    let left = disguised(body, None).unwrap();
    for personal in [
        "홍길동",
        "hong",
        "4567",
        "9876",
        "5432",
        "850317",
        "shop.example",
        "이름",
    ] {
        assert!(!left.contains(personal), "{personal}: {left}");
    }
    for kept in [
        "나이스페이",
        "국민",
        "1000",
        PHONE,
        BIRTH_DATE,
        NOWHERE,
        "xxxx xx",
        "123-1111-111234",
    ] {
        assert!(left.contains(kept), "{kept}: {left}");
    }
}

#[test]
fn what_is_right_stays_right_and_what_is_wrong_stays_wrong() {
    let bank = Bank::by_code("004").unwrap();
    for text in [
        "1234567",
        "67561234123492472",
        "123456",
        "12345678901234567890123",
        "12a4567",
        "0123456789",
    ] {
        let [before, after] = [text, &account(text)].map(|text| {
            let read = Account::parse(text, bank, AccountDigitsMax::Sandbox);
            read.map(|_| ()).map_err(|refusal| refusal.code)
        });
        assert_eq!(before, after, "{text}");
    }
    for text in ["850317", "991399", "8503171234567", "1234567891", "1234567890", "abc"] {
        let [before, after] =
            [text, &identity(text)].map(|text| Identity::parse(text).map(|_| ()).map_err(|refusal| refusal.code));
        assert_eq!(before, after, "{text}");
    }
    for text in ["01098765432", "+82 10-9876-5432", "123", "전화"] {
        assert_eq!(Phone::parse(text).is_ok(), Phone::parse(&phone(text)).is_ok(), "{text}");
    }
    // The real one is not the sandbox's customer who refuses, nor the account without funds.
    assert_eq!(
        (phone("01000000001").as_str(), account("12345670001").as_str()),
        (PHONE, "12311111234")
    );
}

#[test]
fn a_text_that_carries_a_number_carries_one_afterwards() {
    let own = r#"{"phone":"01098765432","subscription_id":"user-010-9876-5432","bank_account":"12345678901","order_name":"12345678901"}"#;
    let left = disguised(own, None).unwrap();
    assert!(left.contains(&format!(r#""subscription_id":"{PHONE}""#)), "{left}");
    assert!(left.contains(&format!(r#""order_name":"{PHONE}""#)), "{left}");
}

#[test]
fn ids_are_their_twins_or_there_is_no_disguise() {
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
    assert_eq!(
        left,
        r#"{"order_id":"o-1","bank_account":1231111234,"x":1,"price":1000.0}"#
    );
}
