//! `/v2/subscribe/billing_key/{id}`: the key of a receipt, and the end of a key.

use std::time::Duration;

use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::json;

use testkit::{Answer, OTHER, TestGateway};
use testkit::{assert_answer, assert_answers};

fn path_of(id: &str) -> String {
    format!("/v2/subscribe/billing_key/{id}")
}

#[tokio::test]
async fn the_lookup_by_receipt_is_the_publish_answer_again() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let receipt_id = merchant.receipt(json!({ "metadata": { "a": 1 } })).await;
    let published = merchant.publish(&receipt_id).await.expect(200);
    gateway.clock.advance(Duration::from_secs(3600));
    let looked_up = merchant.get(&path_of(&receipt_id)).await.expect(200);
    assert_eq!(looked_up.body, published.body);
    gateway.stop().await;
}

#[tokio::test]
async fn before_its_key_a_receipt_is_looked_up_without_one() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let receipt_id = merchant.receipt(json!({})).await;
    assert_answer!(
        "subscribe_billing_key__before_publish",
        merchant.get(&path_of(&receipt_id)).await
    );
    gateway.stop().await;
}

#[tokio::test]
async fn another_projects_receipt_is_not_found() {
    let gateway = TestGateway::start().await;
    let (receipt_id, key) = gateway.merchant().issue(json!({})).await;
    let other = gateway.merchant_named(OTHER);
    let answers = [
        (
            "another project's receipt".to_owned(),
            other.get(&path_of(&receipt_id)).await,
        ),
        (
            "a key instead of a receipt".to_owned(),
            gateway.merchant().get(&path_of(&key)).await,
        ),
        ("no id".to_owned(), gateway.merchant().get(&path_of("rid")).await),
    ];
    assert_answers!("subscribe_billing_key__not_found", answers);
    gateway.stop().await;
}

#[tokio::test]
async fn a_destroyed_key_is_dead_here_and_at_the_pg() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let (receipt_id, key) = merchant.issue(json!({})).await;
    let destroyed = merchant.delete(&path_of(&key)).await.expect(200);
    assert_eq!(destroyed.body, format!(r#"{{"billing_key":"{key}"}}"#));
    assert_answer!(
        "subscribe_billing_key__destroyed",
        merchant.get(&path_of(&receipt_id)).await
    );
    assert!(gateway.pg.ledger().await.keys[0].expired_at_ms.is_some());
    let again = merchant.delete(&path_of(&key)).await;
    assert_answer!(again, @r#"
    HTTP 400
    content-type: application/json; charset=utf-8

    error_code: "SUBSCRIBE_BK_EXPIRED"
    message: "만료되었거나 삭제된 빌링키입니다."
    "#);
    assert_eq!(gateway.pg.ledger().await.requests.expire, 1, "the PG was told once");
    gateway.stop().await;
}

#[tokio::test]
async fn nobody_destroys_another_projects_key() {
    let gateway = TestGateway::start().await;
    let (_receipt_id, key) = gateway.merchant().issue(json!({})).await;
    let answer = gateway.merchant_named(OTHER).delete(&path_of(&key)).await;
    assert_eq!(answer.verdict(), "404 RC_NOT_FOUND");
    let found = gateway.merchant().get(&format!("/v2/billing_key/{key}")).await;
    assert_eq!(found.json()["status"], json!(1));
    assert_eq!(gateway.pg.ledger().await.requests.expire, 0);
    gateway.stop().await;
}

#[tokio::test]
async fn a_pg_that_fails_is_told_of_a_dead_key_until_it_knows() {
    for kind in ["drop-before", "drop-after", "bad-gateway-after", "garbage", "hang"] {
        let gateway = TestGateway::with(|plan| plan.pg_read_timeout = Duration::from_millis(250)).await;
        let merchant = gateway.merchant();
        let (_receipt_id, key) = merchant.issue(json!({})).await;
        gateway.pg.fault("expire", kind, 2).await;
        let destroyed = gateway.while_time_passes(merchant.delete(&path_of(&key))).await;
        assert_eq!(destroyed.verdict(), "200", "{kind}");
        let again = merchant.delete(&path_of(&key)).await;
        assert_eq!(again.verdict(), "400 SUBSCRIBE_BK_EXPIRED", "{kind}");
        // Dead, and the PG asked often enough to have answered properly.
        let ledger = gateway
            .eventually(async || {
                let ledger = gateway.pg.ledger().await;
                (ledger.requests.expire == 3 && ledger.keys[0].expired_at_ms.is_some()).then_some(ledger)
            })
            .await;
        assert_eq!(ledger.keys.len(), 1, "{kind}");
        // Once it has answered, it is left alone.
        gateway
            .while_time_passes(tokio::time::sleep(Duration::from_millis(400)))
            .await;
        assert_eq!(gateway.pg.ledger().await.requests.expire, 3, "{kind}");
        gateway.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_who_destroy_a_key_at_once_one_does() {
    let gateway = TestGateway::start().await;
    let (_receipt_id, key) = gateway.merchant().issue(json!({})).await;
    let destroyed: Vec<_> = (0..20)
        .map(|_| {
            let (merchant, path) = (gateway.merchant(), path_of(&key));
            tokio::spawn(async move { merchant.delete(&path).await.verdict() })
        })
        .collect();
    let mut verdicts = Vec::new();
    for one in destroyed {
        verdicts.push(one.await.unwrap());
    }
    verdicts.sort();
    assert_eq!(verdicts[0], "200");
    assert!(
        verdicts[1..]
            .iter()
            .all(|verdict| verdict == "400 SUBSCRIBE_BK_EXPIRED"),
        "{verdicts:?}"
    );
    gateway.stop().await;
}

#[tokio::test]
async fn bodies_and_types_on_get_and_delete_are_no_errors() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let bodies = [
        (Some("application/json"), ""),
        (Some("application/json"), "{}"),
        (None, "{}"),
        (Some("text/plain"), "x"),
    ];
    for (content_type, body) in bodies {
        let (receipt_id, key) = merchant.issue(json!({})).await;
        for (method, path) in [
            (Method::GET, path_of(&receipt_id)),
            (Method::GET, format!("/v2/billing_key/{key}")),
            (Method::GET, format!("/v2/receipt/{receipt_id}?lookup_user_data=true")),
            (Method::DELETE, format!("{}.json", path_of(&key))),
        ] {
            let mut request = merchant.request(method.clone(), &path).body(body);
            if let Some(content_type) = content_type {
                request = request.header(CONTENT_TYPE, content_type);
            }
            let answer = Answer::to(request).await;
            assert_eq!(answer.verdict(), "200", "{method} {path} {content_type:?} {body:?}");
        }
    }
    gateway.stop().await;
}
