//! When a reserve is due: every format that an SDK sends, and what is no time.

use serde_json::json;

use crate::harness::House;
use crate::harness::transcript::assert_answers;

#[tokio::test]
async fn every_format_of_every_sdk_means_the_same_moment() {
    let house = House::start().await;
    let merchant = house.merchant();
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
    house.stop().await;
}

#[tokio::test]
async fn what_is_no_time_or_past_is_refused() {
    let house = House::start().await;
    let merchant = house.merchant();
    let key = merchant.key().await;
    let mut told = Vec::new();
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
        told.push((what.to_owned(), refused));
    }
    assert_answers!("reserve__no_time", told);
    let next = json!({ "reserve_execute_at": "2026-01-02T03:04:06+09:00" });
    merchant.reserve(&key, next).await.expect(200);
    house.stop().await;
}
