//! The record of what a payer agreed to: kept with every step, given out signed, and never forked by two acts at once.

use gateway::{NotVerified, verify_sealed_file};
use serde_json::{Value, json};
use testkit::{Merchant, OTHER, TestGateway};

fn path(key: &str) -> String {
    format!("/v2/subscribe/billing_key/{key}/consent")
}

/// The record as it is given out, checked byte by byte and event by event.
async fn record(merchant: &Merchant, key: &str) -> Value {
    let answer = merchant.get(&path(key)).await.expect(200);
    let verified = verify_sealed_file(answer.body.as_bytes(), None).unwrap();
    let record = answer.json()["record"].clone();
    let events = record["events"].as_array().expect("events").len();
    assert_eq!(
        verified.record.map(|record| (record.billing_key, record.events)),
        Some((key.to_owned(), events))
    );
    record
}

fn told(record: &Value) -> Vec<(&str, &str)> {
    let text = |event: &'_ Value, name: &str| event["entry"][name].as_str().expect("a text").to_owned();
    let events = record["events"].as_array().expect("events");
    let told = events.iter().map(|event| (text(event, "event"), text(event, "by")));
    told.map(|(event, by)| (&*event.leak(), &*by.leak())).collect()
}

fn notice(number: u32) -> Value {
    json!({ "event": "notice", "channel": "sms", "wording": format!("고지 {number}"), "sent_at": "2026-01-01T10:00:00" })
}

fn new_price(amount: Value) -> Value {
    json!({
        "event": "price_change", "channel": "app", "wording": "다음 달부터 금액이 바뀝니다", "amount": amount,
        "from": "2026-02-01T00:00:00+09:00", "agreed_at": "2026-01-01T10:00:00+09:00",
    })
}

fn withdrawal() -> Value {
    json!({ "event": "withdrawal", "channel": "고객센터", "reason": "더 쓰지 않음" })
}

#[tokio::test]
async fn the_whole_life_of_a_mandate_is_on_its_record() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let wording = "매월 5일에 9,900원이 출금됩니다.";
    let mandate = json!({ "amount": 9900, "cycle": "매월 5일", "wording": wording });
    let (_, key) = merchant.issue(json!({ "mandate": mandate })).await;
    let paid = merchant
        .charge(&key, json!({ "price": 9900 }))
        .await
        .expect(200)
        .text("receipt_id");
    merchant.cancel(&paid, json!({ "cancel_price": 900 })).await.expect(200);
    merchant.post(&path(&key), notice(1)).await.expect(200);
    merchant.post(&path(&key), new_price(json!(12_000))).await.expect(200);
    let asked = json!({ "order_id": "later", "reserve_execute_at": "2026-01-03T10:00:00+09:00" });
    let reserve = merchant.reserve(&key, asked).await.expect(200).text("reserve_id");
    merchant.post(&path(&key), withdrawal()).await.expect(200);

    let record = record(&merchant, &key).await;
    let life = [
        ("requested", "merchant"),
        ("agreed", "payer"),
        ("confirmed", "merchant"),
        ("registered", "pg"),
        ("notice", "merchant"),
        ("price_change", "merchant"),
        ("withdrawn", "merchant"),
    ];
    assert_eq!(told(&record), life);
    let first = &record["events"][0]["entry"];
    assert_eq!((&first["amount"], &first["cycle"]), (&json!(9900), &json!("매월 5일")));
    assert_eq!(first["wording"], json!(wording));
    assert_eq!(
        (&record["state"], &record["unrecorded"]),
        (&json!("withdrawn"), &Value::Null)
    );
    let debit = &record["debits"][0];
    assert_eq!(
        (&debit["state"], &debit["refunds"][0]["price"]),
        (&json!("partly_cancelled"), &json!(900))
    );
    let whole = record.to_string();
    assert!(!whole.contains("12345678901234") && !whole.contains("900101") && !whole.contains("01012345678"));

    // What the payer took back is over: no debit, no reserve, no new price; they may still be told of it.
    let refused = merchant.charge(&key, json!({ "order_id": "after" })).await;
    assert_eq!(refused.text("error_code"), "SUBSCRIBE_BK_EXPIRED");
    assert_eq!(merchant.reserved(&reserve).await["status"], json!(3));
    for act in [withdrawal(), new_price(json!(1))] {
        let refused = merchant.post(&path(&key), act).await;
        assert_eq!(refused.text("error_code"), "SUBSCRIBE_BK_EXPIRED");
    }
    merchant.post(&path(&key), notice(2)).await.expect(200);
    gateway.stop().await;
}

#[tokio::test]
async fn what_no_merchant_should_send_changes_nothing() {
    let gateway = TestGateway::start().await;
    let (merchant, other) = (gateway.merchant(), gateway.merchant_named(OTHER));
    // No phone of a payer makes it an adopted one.
    let (_, key) = merchant.issue(json!({ "metadata": { "jadong_adopted": true } })).await;
    let long = "가".repeat(2_001);
    for (act, code, field) in [
        (json!({}), "FIELD_INVALID", "event"),
        (json!({ "event": "withdrawal" }), "FIELD_INVALID", "channel"),
        (
            json!({ "event": "Withdrawal", "channel": "a" }),
            "FIELD_INVALID",
            "event",
        ),
        (json!({ "event": ["notice"], "channel": "a" }), "FIELD_INVALID", "event"),
        (
            json!({ "event": "notice", "channel": "a", "wording": long, "sent_at": "2026-01-02" }),
            "FIELD_INVALID",
            "wording",
        ),
        (
            json!({ "event": "notice", "channel": "a", "wording": "b", "sent_at": "어제" }),
            "FIELD_INVALID",
            "sent_at",
        ),
        (
            json!({ "event": "notice", "channel": "010-1234-5678", "wording": "b" }),
            "SUBSCRIBE_AT_SENSITIVE_TEXT",
            "channel",
        ),
        (new_price(json!(0)), "SUBSCRIBE_AT_AMOUNT_INVALID", "amount"),
        (new_price(json!("12,000원")), "SUBSCRIBE_AT_AMOUNT_INVALID", "amount"),
        (new_price(json!(-1)), "SUBSCRIBE_AT_AMOUNT_INVALID", "amount"),
    ] {
        let refused = merchant.post(&path(&key), act.clone()).await;
        assert_eq!(
            (refused.text("error_code").as_str(), &refused.json()["field"]),
            (code, &json!(field)),
            "{act}"
        );
    }
    for answer in [
        other.get(&path(&key)).await,
        other.post(&path(&key), withdrawal()).await,
    ] {
        assert_eq!(answer.text("error_code"), "RC_NOT_FOUND");
    }
    assert_eq!(told(&record(&merchant, &key).await)[0], ("requested", "merchant"));
    assert_eq!(
        record(&merchant, &key).await["events"].as_array().map(Vec::len),
        Some(4)
    );

    for mandate in [
        json!({ "amount": 0 }),
        json!({ "amount": "9900" }),
        json!({ "price": 1 }),
        json!([1]),
        json!("매월"),
    ] {
        let refused = merchant
            .ask(json!({ "mandate": mandate, "subscription_id": "other" }))
            .await;
        assert_eq!(refused.status, 400, "{mandate}: {}", refused.body);
    }
    let sensitive = json!({ "wording": "계좌 12345678901234에서 출금됩니다" });
    let refused = merchant
        .ask(json!({ "mandate": sensitive, "subscription_id": "other" }))
        .await;
    assert_eq!(
        (refused.text("error_code").as_str(), &refused.json()["field"]),
        ("SUBSCRIBE_AT_SENSITIVE_TEXT", &json!("mandate.wording"))
    );
    // Another mandate is another request.
    let asked = |amount: u32| json!({ "mandate": { "amount": amount }, "subscription_id": "again" });
    merchant.ask(asked(1000)).await.expect(200);
    merchant.ask(asked(1000)).await.expect(200);
    assert_eq!(merchant.ask(asked(2000)).await.status, 409);
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn acts_at_once_are_each_on_the_record_once() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let acts: Vec<Value> = (0..8)
        .map(notice)
        .chain((0..4).map(|_| withdrawal()))
        .chain([new_price(json!(1))])
        .collect();
    let sent: Vec<_> = acts
        .into_iter()
        .map(|act| {
            let (merchant, path) = (gateway.merchant(), path(&key));
            tokio::spawn(async move { (act["event"].clone(), merchant.post(&path, act).await.status) })
        })
        .collect();
    let mut taken = std::collections::BTreeMap::new();
    for one in sent {
        let (event, status) = one.await.unwrap();
        assert!([200, 400, 503].contains(&status), "{event}: {status}");
        *taken.entry(event.to_string()).or_insert(0) += usize::from(status == 200);
    }
    let record = record(&merchant, &key).await;
    let on_record = |event: &str| told(&record).iter().filter(|(told, _)| *told == event).count();
    assert_eq!(taken["\"withdrawal\""], 1);
    for (event, kept) in [
        ("notice", "notice"),
        ("withdrawal", "withdrawn"),
        ("price_change", "price_change"),
    ] {
        assert_eq!(on_record(kept), taken[&format!("\"{event}\"")], "{event}");
    }
    assert_eq!(record["state"], json!("withdrawn"));
    gateway.stop().await;
}

#[tokio::test]
async fn a_record_that_was_changed_on_its_way_is_found() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let text = merchant.get(&path(&key)).await.expect(200).body;
    for (from, to) in [
        ("agreed", "Agreed"),
        ("\"number\": 3", "\"number\": 4"),
        ("\n}\n", "\n}\n\n"),
        ("홍길*", "홍길동"),
    ] {
        assert!(text.contains(from));
        let changed = text.replacen(from, to, 1);
        assert_eq!(
            verify_sealed_file(changed.as_bytes(), None),
            Err(NotVerified::Changed),
            "{from}"
        );
    }
    gateway.stop().await;
}

/// Whoever's they are, and whatever stands between their digits: what is signed and only added to cannot be cleaned.
#[tokio::test]
async fn no_number_of_a_person_gets_on_the_record() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let wordings = [
        "국민은행 12345678901234 계좌에서 출금",
        "123-456-78901234",
        "다른 계좌 98765432109876",
        "사업자 220-81-62517",
        "주민 9001011234567",
        "900101-\n1234567",
        "010\n1234\n5678",
        "010\u{200b}1234\u{200b}5678",
        "고객이 010-1234-5678로 전화해 해지 요청",
        "보이지 \u{202e}않는",
    ];
    for wording in wordings {
        let act = json!({ "event": "notice", "channel": "a", "wording": wording, "sent_at": "2026-01-01" });
        let refused = merchant.post(&path(&key), act).await;
        assert_eq!(
            (refused.status, refused.text("field").as_str()),
            (400, "wording"),
            "{wording}: {}",
            refused.body
        );
        let asked = json!({ "mandate": { "wording": wording }, "subscription_id": "other" });
        let refused = merchant.ask(asked).await;
        assert_eq!(refused.status, 400, "{wording}: {}", refused.body);
    }
    let fine = "출금일 2027-01-10, 문의 1588-1234, 12,000원";
    let act = json!({ "event": "notice", "channel": "a", "wording": fine, "sent_at": "2026-01-01" });
    merchant.post(&path(&key), act).await.expect(200);
    // The payer's right does not fail over what somebody wrote down of it: it is hidden.
    let said = json!({ "event": "withdrawal", "channel": "전화 010-1234-5678", "reason": "계좌 12345678901234\n010-1234-5678로 전화" });
    merchant.post(&path(&key), said).await.expect(200);
    let record = record(&merchant, &key).await.to_string();
    assert!(
        !record.contains("1234-5678") && !record.contains("12345678901234"),
        "{record}"
    );
    gateway.stop().await;
}

#[tokio::test]
async fn a_withdrawal_after_the_merchant_has_ended_it_is_on_record_too() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    merchant
        .delete(&format!("/v2/subscribe/billing_key/{key}"))
        .await
        .expect(200);
    merchant.post(&path(&key), withdrawal()).await.expect(200);
    assert_eq!(
        merchant.post(&path(&key), withdrawal()).await.text("error_code"),
        "SUBSCRIBE_BK_EXPIRED"
    );
    let late = json!({ "event": "notice", "channel": "a", "wording": "b", "sent_at": "2026-01-03" });
    assert_eq!(
        merchant.post(&path(&key), late).await.text("field"),
        "sent_at",
        "not yet"
    );
    let record = record(&merchant, &key).await;
    assert_eq!(
        told(&record)[3..],
        [("registered", "pg"), ("ended", "merchant"), ("withdrawn", "merchant")]
    );
    assert_eq!(record["state"], json!("withdrawn"));
    gateway.stop().await;
}
