//! `GET /v2/receipts`, `/v2/reserves` and `/v2/billing_keys`.

use serde_json::{Value, json};

use testkit::{Answer, Merchant, OTHER, TestGateway, with};

use crate::api::sandbox::clock::advance;

async fn listed(merchant: &Merchant, path: &str) -> Vec<Value> {
    let answer = merchant.get(path).await.expect(200).json();
    answer["data"].as_array().expect("a list").clone()
}

fn of(rows: &[Value], field: &str) -> Vec<String> {
    rows.iter().map(|row| row[field].as_str().unwrap().to_owned()).collect()
}

/// Every part of a list, one after the other.
async fn all(merchant: &Merchant, path: &str, field: &str) -> Vec<String> {
    let (mut found, mut before) = (Vec::new(), String::new());
    for _part in 0..20 {
        let part = merchant.get(&format!("{path}{before}")).await.expect(200).json();
        found.extend(of(part["data"].as_array().unwrap(), field));
        let Some(next) = part["next"].as_str() else {
            return found;
        };
        before = format!("&before={next}");
    }
    panic!("it has no end: {found:?}");
}

#[tokio::test]
async fn receipts_are_found_by_their_time_status_and_key_and_are_what_a_lookup_says() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let (key, empty) = (merchant.key().await, merchant.key_of("0001").await);
    for day in 0..5 {
        let order = json!({ "order_id": format!("day-{day}") });
        merchant.charge(&key, order).await.expect(200);
        if day == 2 {
            merchant.charge(&empty, json!({ "order_id": "declined" })).await;
        }
        advance(&merchant, "1d").await;
    }
    let newest = ["day-4", "day-3", "declined", "day-2", "day-1", "day-0"];
    assert_eq!(all(&merchant, "/v2/receipts?limit=2", "order_id").await, newest);
    // The first day of the test is 2026-01-02, at 03:04:05 in Korea.
    let ids = async |query: &str| of(&listed(&merchant, &format!("/v2/receipts?{query}")).await, "order_id");
    assert_eq!(
        ids("since=2026-01-03&until=2026-01-05").await,
        ["declined", "day-2", "day-1"]
    );
    assert_eq!(ids("since=2026-01-05T03:04:06%2B09:00").await, ["day-4"]);
    assert_eq!(
        ids("since=2026-01-05T03:04:06+09:00").await,
        ["day-4"],
        "a plus that was not encoded"
    );
    assert_eq!(ids("until=2026-01-01T18:04:06Z").await, ["day-0"]);
    assert_eq!(ids("until=2026-01-02 03:04:06").await, ["day-0"]);
    assert_eq!(ids("status=-2").await, ["declined"]);
    assert_eq!(ids(&format!("billing_key={empty}")).await, ["declined"]);
    assert_eq!(
        ids(&format!("billing_key={key}&status=1&since=2026-01-06")).await,
        ["day-4"]
    );
    assert!(ids("status=20").await.is_empty() && ids("since=2030-01-01").await.is_empty());
    let newest = listed(&merchant, "/v2/receipts?limit=1").await.remove(0);
    assert_eq!(newest, merchant.look_up(newest["receipt_id"].as_str().unwrap()).await);
    gateway.stop().await;
}

#[tokio::test]
async fn reserves_are_found_by_key_order_and_status() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let (key, other) = (merchant.key().await, merchant.key_of("5555").await);
    let reserve = async |key: &str, order: &str| {
        let asked = json!({ "order_id": order, "reserve_execute_at": "2026-02-01T09:00:00+09:00" });
        merchant.reserve(key, asked).await.expect(200).text("reserve_id")
    };
    let first = reserve(&key, "카페-1").await;
    merchant
        .delete(&format!("/v2/subscribe/payment/reserve/{first}"))
        .await
        .expect(200);
    let second = reserve(&key, "카페-1").await;
    let third = reserve(&other, "3").await;
    let ids = async |query: &str| of(&listed(&merchant, &format!("/v2/reserves?{query}")).await, "reserve_id");
    assert_eq!(ids("").await, [&*third, &second, &first]);
    assert_eq!(ids(&format!("billing_key={other}")).await, [&*third]);
    // Whole, and with its letters taken apart: one id.
    for order in ["%EC%B9%B4%ED%8E%98-1", "%E1%84%8F%E1%85%A1%E1%84%91%E1%85%A6-1"] {
        assert_eq!(ids(&format!("order_id={order}")).await, [&*second, &first]);
        assert_eq!(ids(&format!("order_id={order}&status=0")).await, [&*second]);
    }
    assert_eq!(ids("status=3&limit=1").await, [&*first]);
    assert_eq!(
        all(&merchant, "/v2/reserves?limit=1", "reserve_id").await,
        [&*third, &second, &first]
    );
    let row = listed(&merchant, "/v2/reserves?status=3").await.remove(0);
    assert_eq!(row, merchant.reserved(&first).await);
    gateway.stop().await;
}

#[tokio::test]
async fn the_keys_of_a_subscription_are_found_with_the_requests_that_made_none() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let subscription = json!({ "subscription_id": "가입 7" });
    let refused = with(subscription.clone(), json!({ "phone": "01000000001" }));
    merchant.ask(refused).await;
    let mut keys = Vec::new();
    for _key in 0..2 {
        let receipt_id = merchant.receipt(subscription.clone()).await;
        keys.push(merchant.publish(&receipt_id).await.expect(200).json());
    }
    merchant.receipt(json!({ "subscription_id": "8" })).await;
    let path = "/v2/billing_keys?subscription_id=%EA%B0%80%EC%9E%85%207";
    let found = listed(&merchant, path).await;
    assert_eq!(found.len(), 3);
    assert_eq!((&found[0], &found[1]), (&keys[1], &keys[0]));
    assert!(
        found[2].get("billing_key").is_none() && found[2]["status"].as_i64() < Some(0),
        "{}",
        found[2]
    );
    let destroyed = keys[1]["billing_key"].as_str().unwrap();
    merchant
        .delete(&format!("/v2/subscribe/billing_key/{destroyed}"))
        .await
        .expect(200);
    let parts = all(&merchant, &format!("{path}&limit=1"), "receipt_id").await;
    assert_eq!(parts, of(&found, "receipt_id"));
    let looked_up = format!("/v2/subscribe/billing_key/{}", parts[0]);
    assert_eq!(
        listed(&merchant, path).await[0],
        merchant.get(&looked_up).await.expect(200).json()
    );
    assert!(listed(&gateway.merchant_named(OTHER), path).await.is_empty());
    gateway.stop().await;
}

/// A filter with a slip in it must not answer everything.
#[tokio::test]
async fn what_cannot_be_read_is_refused_and_others_are_not_seen() {
    let gateway = TestGateway::start().await;
    let (merchant, other) = (gateway.merchant(), gateway.merchant_named(OTHER));
    let key = merchant.key().await;
    let paid = merchant.charge(&key, json!({})).await.expect(200).text("receipt_id");
    let refused = |answer: &Answer, field: &str| {
        assert_eq!(answer.verdict(), "400 FIELD_INVALID", "{}", answer.body);
        assert!(answer.body.contains(field), "{field}: {}", answer.body);
    };
    for (list, query, field) in [
        ("receipts", "sinse=2026-01-01", "since, until, status"),
        ("receipts", "since=yesterday", "since"),
        ("receipts", "since=2026-02-30", "since"),
        ("receipts", "since=", "since"),
        ("receipts", "since=2026-01-02&since=2026-01-03", "since"),
        ("receipts", "since=2026-01-03&until=2026-01-03", "until"),
        ("receipts", "until=2026-01-02&since=2026-01-03", "until"),
        ("receipts", "status=paid", "-2, 1, 2, 20"),
        ("receipts", "status=", "status"),
        ("receipts", "status=99999999", "status"),
        ("receipts", "limit=0", "limit"),
        ("receipts", "limit=101", "limit"),
        ("receipts", "limit=1e1", "limit"),
        ("receipts", "limit=-1", "limit"),
        ("receipts", "before=next", "before"),
        ("receipts", "billing_key=", "billing_key"),
        ("receipts", "order_id=order_1", "query"),
        ("reserves", "order_id=", "order_id"),
        ("reserves", "order_id=%00", "order_id"),
        ("reserves", "since=2026-01-01", "query"),
        ("reserves", "status=20", "-1, 0, 1, 3"),
        ("billing_keys", "", "subscription_id"),
        ("billing_keys", "subscription_id=", "subscription_id"),
        ("billing_keys", "subscription_id=a&status=1", "query"),
    ] {
        refused(&merchant.get(&format!("/v2/{list}?{query}")).await, field);
    }
    let long = format!("/v2/reserves?order_id={}", "a".repeat(256));
    refused(&merchant.get(&long).await, "order_id");
    for (list, query) in [
        ("receipts", format!("billing_key={key}")),
        ("receipts", format!("before={}", "f".repeat(24))),
        ("receipts", "since=0001-01-01&until=9999-12-31".to_owned()),
        ("reserves", format!("billing_key={key}")),
        ("billing_keys", "subscription_id=transfer_1".to_owned()),
    ] {
        let path = format!("/v2/{list}?{query}");
        assert!(listed(&other, &path).await.is_empty(), "{path}");
        assert_eq!(gateway.anybody().get(&path).await.status, 401);
    }
    let everything = listed(&merchant, "/v2/receipts?since=0001-01-01&until=9999-12-31").await;
    assert_eq!(of(&everything, "receipt_id"), [paid]);
    // What an SDK asks for when an id was forgotten is no list.
    assert_eq!(merchant.get("/v2/receipt/").await.status, 404);
    gateway.stop().await;
}
