//! When a reserve is due: every format that an SDK sends, and what is no time.

use serde_json::json;

use testkit::TestGateway;
use testkit::assert_answers;

#[tokio::test]
async fn every_format_of_every_sdk_means_the_same_moment() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    for (sdk, text) in [
        ("js", "2026-12-31T15:00:00.000Z"),
        ("python", "2027-01-01T00:00:00+0900"),
        ("php", "2026-12-31 15:00:00 UTC"),
        ("php without a zone", "2027-01-01 00:00:00"),
        ("java", "2027-01-01T00:00:00 +0900"),
        ("java, Z", "2026-12-31T15:00:00 Z"),
        ("java, colon", "2027-01-01T00:00:00 +09:00"),
        ("go", "2027-01-01T00:00:00+09:00"),
        ("c#", "2027-01-01T00:00:00 +09:00"),
        ("ruby", "2027-01-01T00:00:00.000+09:00"),
        ("without a zone", "2027-01-01T00:00:00"),
        ("a person", "2027-01-01 00:00:00 KST"),
        ("java, a zoned time", "2027-01-01T00:00:00+09:00[Asia/Seoul]"),
        ("java, elsewhere", "2026-12-31T10:00:00-05:00[America/New_York]"),
        ("a place", "2027-01-01T00:00:00[Asia/Seoul]"),
    ] {
        let key = merchant.key().await;
        let asked = json!({ "order_id": sdk, "reserve_execute_at": text });
        let reserved = merchant.reserve(&key, asked).await;
        assert_eq!(reserved.verdict(), "200", "{sdk}: {}", reserved.body);
        assert_eq!(
            reserved.text("reserve_execute_at"),
            "2027-01-01T00:00:00+09:00",
            "{sdk}"
        );
    }
    gateway.stop().await;
}

#[tokio::test]
async fn what_is_not_one_moment_or_after_the_keys_end_is_refused() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    for at in [
        "2027-10-31T02:30:00[America/New_York]",
        "2027-10-31T02:30:00 EST",
        "2027-01-01T00:00:00+25:00",
        "2027-01-01T00:00:00-14:00",
        "2027-01-01T00:00:00Z[Asia/Seoul]",
        "2027-01-01 09:00:00 PM",
        "2100-01-01T00:00:00+09:00",
        "2099-12-31T15:00:00Z",
    ] {
        let refused = merchant.reserve(&key, json!({ "reserve_execute_at": at })).await;
        assert_eq!(
            (refused.verdict().as_str(), refused.text("field").as_str()),
            ("400 RESERVE_EXECUTE_AT_INVALID", "reserve_execute_at"),
            "{at}"
        );
    }
    let last = json!({ "reserve_execute_at": "2099-12-31T23:59:59+09:00" });
    merchant.reserve(&key, last).await.expect(200);
    gateway.stop().await;
}

/// An SDK whose samples count in UTC may mean nine hours later than Korean time.
#[tokio::test]
async fn a_time_without_a_zone_gets_a_notice_where_utc_may_be_meant() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let cash = |at: &str| {
        json!({ "price": 5000, "order_name": "현장 결제", "order_id": format!("cash {at}"), "identity_no": "01012345678",
            "cash_receipt_type": 1, "purchased_at": at })
    };
    for (sdk, at, is_told) in [
        ("303", "2027-01-01 00:00:00", true),
        ("301", "2027-01-01T00:00:00", true),
        ("306", "2027-01-01", true),
        ("303", "2026-12-31 15:00:00 UTC", false),
        ("301", "2026-12-31T15:00:00.000Z", false),
        ("302", "2027-01-01 00:00:00", false),
        ("304", "2027-01-01T00:00:00", false),
    ] {
        let (path, order) = ("/v2/subscribe/payment/reserve", format!("{sdk} {at}"));
        let body = json!({ "billing_key": key, "order_name": "o", "price": 1000, "order_id": order, "reserve_execute_at": at });
        let ask = |path: &str, body: &serde_json::Value| {
            let request = merchant.request(reqwest::Method::POST, path).json(body);
            testkit::Answer::to(request.header("bootpay-sdk-type", sdk))
        };
        let reserved = ask(path, &body).await.expect(200);
        let notice = reserved.header("jadong-notice").unwrap_or_default();
        let expected = "reserve_execute_at without a time zone is Korean time: 2027-01-01T00:00:00+09:00";
        assert_eq!(notice, if is_told { expected } else { "" }, "{sdk} {at}");
        let past = at.replace("2027", "2025").replace("2026", "2024");
        let issued = ask("/v2/request/cash/receipt", &cash(&past)).await.expect(200);
        assert_eq!(issued.header("jadong-notice").is_some(), is_told, "{sdk} {past}");
        merchant
            .delete(&format!("{path}/{}", reserved.text("reserve_id")))
            .await
            .expect(200);
    }
    gateway.stop().await;
}

#[tokio::test]
async fn what_is_no_time_or_past_is_refused() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let mut answers = Vec::new();
    for (what, at) in [
        ("none", json!(null)),
        ("blank", json!(" ")),
        ("no date", json!("내일")),
        ("no such month", json!("2026-13-01T00:00:00+09:00")),
        ("an object", json!({ "at": 1 })),
        ("now", json!("2026-01-02T03:04:05+09:00")),
        ("a second ago", json!("2026-01-02T03:04:04+09:00")),
        ("a year ago", json!("2025-01-02T03:04:05+09:00")),
    ] {
        let refused = merchant.reserve(&key, json!({ "reserve_execute_at": at })).await;
        assert_eq!(refused.status, 400, "{what}: {}", refused.body);
        answers.push((what.to_owned(), refused));
    }
    assert_answers!("no_time", answers);
    let next = json!({ "reserve_execute_at": "2026-01-02T03:04:06+09:00" });
    merchant.reserve(&key, next).await.expect(200);
    gateway.stop().await;
}
