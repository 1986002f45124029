//! Requests for a debit that are refused before the PG hears of them.

use serde_json::{Value, json};

use testkit::assert_answers;
use testkit::merchant::{PAYMENT, RESERVE};
use testkit::{OTHER, TestGateway};

/// What is wrong, and how a request becomes so. Also wrong of a reserve.
fn faults() -> Vec<(&'static str, Value)> {
    let long = "가".repeat(256);
    vec![
        ("no billing_key", json!({ "billing_key": null })),
        ("a blank billing_key", json!({ "billing_key": " " })),
        ("what is no billing_key", json!({ "billing_key": "bk" })),
        (
            "a billing_key that nobody has",
            json!({ "billing_key": "66542dfb4d18d5fc7b43e1b6" }),
        ),
        ("a billing_key of the wrong type", json!({ "billing_key": ["bk"] })),
        ("no order_name", json!({ "order_name": "" })),
        ("a long order_name", json!({ "order_name": long })),
        ("no price", json!({ "price": null })),
        ("a fraction of a won", json!({ "price": 1000.5 })),
        ("a negative price", json!({ "price": -1000 })),
        ("a price of 0", json!({ "price": 0 })),
        ("a price of 13 digits", json!({ "price": 1_000_000_000_000_u64 })),
        ("a price over the PG's limit", json!({ "price": 2_000_001 })),
        ("a price that is no number", json!({ "price": "천원" })),
        ("a price that is true", json!({ "price": true })),
        ("no order_id", json!({ "order_id": "" })),
        ("a long order_id", json!({ "order_id": "o".repeat(256) })),
        ("more tax_free than price", json!({ "tax_free": 1001 })),
        ("a negative tax_free", json!({ "tax_free": -1 })),
        ("items that are no list", json!({ "items": { "a": 1 } })),
        ("a user that is no object", json!({ "user": "u1" })),
        ("metadata that is no object", json!({ "metadata": [1] })),
        (
            "too much metadata",
            json!({ "metadata": { "a": "x".repeat(8 * 1024) } }),
        ),
        (
            "a feedback_url without a scheme",
            json!({ "feedback_url": "shop.example/hook" }),
        ),
        (
            "a feedback_url of another scheme",
            json!({ "feedback_url": "ftp://shop.example/hook" }),
        ),
        (
            "a feedback_url with a space",
            json!({ "feedback_url": "https://shop.example/a b" }),
        ),
        ("an unknown content_type", json!({ "content_type": "text/xml" })),
    ]
}

#[tokio::test]
async fn every_fault_of_a_request_is_named_and_reaches_no_pg() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let mut answers = Vec::new();
    for (what, changes) in faults() {
        let refused = merchant.charge(&key, changes).await;
        assert!((400..500).contains(&refused.status), "{what}: {}", refused.body);
        answers.push((what.to_owned(), refused));
    }
    assert_eq!(gateway.pg.ledger().await.requests.charge, 0);
    assert_answers!("faults", answers);
    // None of them has used the order id.
    merchant.charge(&key, json!({})).await.expect(200);
    gateway.stop().await;
}

#[tokio::test]
async fn the_same_faults_refuse_a_reserve_with_the_same_words() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    for (what, changes) in faults() {
        let charge = merchant.charge(&key, changes.clone()).await;
        let mut changes = changes;
        changes["reserve_execute_at"] = json!("2027-01-01T00:00:00+09:00");
        let reserve = merchant.reserve(&key, changes).await;
        assert_eq!((reserve.status, &reserve.body), (charge.status, &charge.body), "{what}");
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_destroyed_key_is_neither_charged_nor_reserved() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let destroy = format!("/v2/subscribe/billing_key/{key}");
    merchant.delete(&destroy).await.expect(200);
    let charged = merchant.charge(&key, json!({})).await;
    assert_eq!(charged.verdict(), "400 SUBSCRIBE_BK_EXPIRED");
    let at = json!({ "reserve_execute_at": "2027-01-01T00:00:00+09:00" });
    assert_eq!(merchant.reserve(&key, at).await.verdict(), "400 SUBSCRIBE_BK_EXPIRED");
    assert_eq!(gateway.pg.ledger().await.requests.charge, 0);
    gateway.stop().await;
}

#[tokio::test]
async fn another_projects_key_is_as_unknown_as_none() {
    let gateway = TestGateway::start().await;
    let key = gateway.merchant().key().await;
    let other = gateway.merchant_named(OTHER);
    let at = json!({ "reserve_execute_at": "2027-01-01T00:00:00+09:00" });
    let nobodys = other.charge("66542dfb4d18d5fc7b43e1b6", json!({})).await;
    for theirs in [other.charge(&key, json!({})).await, other.reserve(&key, at).await] {
        assert_eq!(theirs.verdict(), "404 RC_NOT_FOUND");
        assert_eq!(theirs.body, nobodys.body, "the two must not be told apart");
    }
    assert_eq!(gateway.pg.ledger().await.requests.charge, 0);
    gateway.stop().await;
}

#[tokio::test]
async fn bodies_that_are_no_json_object_are_refused() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    for path in [PAYMENT, RESERVE, "/v2/cancel"] {
        for (body, verdict) in [
            ("[]", "400 BODY_NOT_JSON"),
            ("{\"price\":", "400 BODY_NOT_JSON"),
            ("price=1000", "400 BODY_NOT_JSON"),
        ] {
            let answer = merchant.post_text(path, Some("application/json"), body).await;
            assert_eq!(answer.verdict(), verdict, "{path} {body}");
        }
        let form = merchant
            .post_text(path, Some("application/x-www-form-urlencoded"), "a=b")
            .await;
        assert_eq!(form.verdict(), "415 MEDIA_TYPE_UNSUPPORTED", "{path}");
        assert_eq!(gateway.anybody().post(path, json!({})).await.status, 401, "{path}");
    }
    gateway.stop().await;
}

#[tokio::test]
async fn the_limits_themselves_are_no_fault() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    for (order_id, price, tax_free) in [
        ("least", 1, 0),
        ("most", 2_000_000, 0),
        ("all of it tax free", 1000, 1000),
    ] {
        let changes = json!({ "order_id": order_id, "price": price, "tax_free": tax_free });
        let paid = merchant.charge(&key, changes).await;
        assert_eq!(paid.verdict(), "200", "{order_id}: {}", paid.body);
    }
    assert_eq!(gateway.pg.ledger().await.debits.len(), 3);
    gateway.stop().await;
}
