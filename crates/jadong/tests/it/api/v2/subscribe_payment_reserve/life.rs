//! A reserve from its request to its end, as the lookup tells it.

use std::time::Duration;

use serde_json::json;

use testkit::merchant::RESERVE;
use testkit::{Answer, Merchant, OTHER, TestGateway};
use testkit::{assert_answer, assert_answers};

const HOUR: Duration = Duration::from_secs(3600);

async fn look_up(merchant: &Merchant, reserve_id: &str) -> Answer {
    merchant.get(&format!("{RESERVE}/{reserve_id}")).await.expect(200)
}

/// A reserve in an hour.
async fn reserve(merchant: &Merchant, key: &str, order_id: &str) -> String {
    let asked = json!({
        "order_id": order_id, "reserve_execute_at": "2026-01-02T04:04:05+09:00", "metadata": { "a": 1 },
        "feedback_url": "https://shop.example/hook", "content_type": "application/x-www-form-urlencoded",
        "user": { "id": "u1" }, "items": [{ "id": "1" }],
    });
    merchant.reserve(key, asked).await.expect(200).text("reserve_id")
}

/// Waits for the end of a reserve whose time has come.
async fn ended(gateway: &TestGateway, merchant: &Merchant, reserve_id: &str) -> Answer {
    gateway
        .eventually(async || {
            let answer = look_up(merchant, reserve_id).await;
            (answer.text("status") != "0").then_some(answer)
        })
        .await
}

#[tokio::test]
async fn it_waits_is_done_fails_or_is_revoked() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let (key, poor) = (merchant.key().await, merchant.key_of("0001").await);
    let done = reserve(&merchant, &key, "done").await;
    let failed = reserve(&merchant, &poor, "failed").await;
    let revoked = reserve(&merchant, &key, "revoked").await;
    let mut answers = vec![("waiting".to_owned(), look_up(&merchant, &done).await)];
    let answer = merchant.delete(&format!("{RESERVE}/{revoked}")).await.expect(200);
    assert_eq!(answer.body, format!(r#"{{"reserve_id":"{revoked}","success":true}}"#));
    answers.push(("revoked".to_owned(), look_up(&merchant, &revoked).await));
    gateway.clock.advance(HOUR);
    answers.push(("done".to_owned(), ended(&gateway, &merchant, &done).await));
    answers.push(("failed".to_owned(), ended(&gateway, &merchant, &failed).await));
    let receipt = merchant.look_up(&answers[2].1.text("receipt_id")).await;
    assert_eq!((&receipt["status"], &receipt["order_id"]), (&json!(1), &json!("done")));
    let receipt = merchant.look_up(&answers[3].1.text("receipt_id")).await;
    assert_eq!(
        (&receipt["status"], &receipt["order_id"]),
        (&json!(-2), &json!("failed"))
    );
    assert_answers!("life", answers);
    let ledger = gateway.pg.ledger().await;
    assert_eq!((ledger.debits.len(), ledger.requests.charge), (1, 2));
    gateway.stop().await;
}

#[tokio::test]
async fn only_a_waiting_reserve_is_revoked_and_only_once() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let (done, revoked) = (reserve(&merchant, &key, "a").await, reserve(&merchant, &key, "b").await);
    let path = |id: &str| format!("{RESERVE}/{id}");
    let theirs = gateway.merchant_named(OTHER).delete(&path(&revoked)).await;
    let mut answers = vec![("another project's".to_owned(), theirs)];
    merchant.delete(&path(&revoked)).await.expect(200);
    answers.push(("revoked".to_owned(), merchant.delete(&path(&revoked)).await));
    gateway.clock.advance(HOUR);
    ended(&gateway, &merchant, &done).await;
    answers.push(("done".to_owned(), merchant.delete(&path(&done)).await));
    answers.push(("no id".to_owned(), merchant.delete(&path("r1")).await));
    let theirs = gateway.merchant_named(OTHER).get(&path(&done)).await;
    answers.push(("another project looks".to_owned(), theirs));
    assert_answers!("not_revoked", answers);
    gateway.stop().await;
}

#[tokio::test]
async fn a_revoked_order_is_free_and_its_time_passes_without_a_debit() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let revoked = reserve(&merchant, &key, "order_1").await;
    merchant.delete(&format!("{RESERVE}/{revoked}")).await.expect(200);
    let paid = merchant.charge(&key, json!({})).await.expect(200);
    gateway.clock.advance(2 * HOUR);
    gateway.settle().await;
    let ledger = gateway.pg.ledger().await;
    assert_eq!(
        (ledger.debits.len(), ledger.debited(&paid.text("receipt_id"))),
        (1, (1, 1000))
    );
    gateway.stop().await;
}

#[tokio::test]
async fn a_key_has_ten_waiting_reserves_and_an_eleventh_once_there_is_room() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let (key, other) = (merchant.key().await, merchant.key().await);
    let mut ids = Vec::new();
    for number in 0..10 {
        ids.push(reserve(&merchant, &key, &format!("order_{number}")).await);
    }
    let at = |order: &str| json!({ "order_id": order, "reserve_execute_at": "2026-01-02T04:04:05+09:00" });
    assert_answer!(merchant.reserve(&key, at("eleventh")).await, @r#"
    HTTP 400
    content-type: application/json; charset=utf-8

    error_code: "RESERVE_LIMIT_EXCEEDED"
    message: "빌링키 하나에 예약은 10개까지입니다."
    field: "billing_key"
    "#);
    merchant.reserve(&other, at("another key's")).await.expect(200);
    merchant.delete(&format!("{RESERVE}/{}", ids[0])).await.expect(200);
    merchant.reserve(&key, at("eleventh")).await.expect(200);
    assert_eq!(
        merchant.reserve(&key, at("twelfth")).await.verdict(),
        "400 RESERVE_LIMIT_EXCEEDED"
    );
    gateway.clock.advance(HOUR);
    ended(&gateway, &merchant, &ids[1]).await;
    let later = json!({ "order_id": "twelfth", "reserve_execute_at": "2026-02-02T04:04:05+09:00" });
    let room = gateway.eventually(async || {
        let answer = merchant.reserve(&key, later.clone()).await;
        (answer.status == 200).then_some(())
    });
    room.await;
    gateway.stop().await;
}
