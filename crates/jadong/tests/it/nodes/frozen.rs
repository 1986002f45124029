//! A gateway that stands still for longer than its lease, at each step, while another one goes on; then it wakes up. Whatever it does
//! late, the customer is called once, there is one key, and one debit of an order stays.

use std::time::Duration;

use serde_json::{Value, json};

use super::{stop, two, two_with};
use testkit::in_process::{Frozen, Node};
use testkit::{Answer, Merchant, TestGateway};

/// `work`, which stops at the point; what goes on meanwhile; and its answer after it has woken up.
async fn asleep<T>(
    mut point: Frozen,
    work: impl Future<Output = Answer>,
    meanwhile: impl AsyncFnOnce() -> T,
) -> (Answer, T) {
    let mut work = std::pin::pin!(work);
    tokio::select! {
        answer = work.as_mut() => panic!("{}", answer.body),
        () = point.reached() => {}
    }
    let done = meanwhile().await;
    drop(point);
    (work.await, done)
}

/// Asks again until the customer has agreed.
async fn asked_until_agreed(gateway: &TestGateway, merchant: &Merchant, asked: &Value) -> String {
    let agreed = gateway.eventually(async || {
        let answer = merchant.ask(asked.clone()).await;
        (answer.header("jadong-consent") == Some("agreed")).then_some(answer)
    });
    agreed.await.text("receipt_id")
}

#[tokio::test]
async fn at_each_step_of_a_request_the_customer_is_called_once() {
    for point in [
        "request_before_commit",
        "request_after_commit",
        "request_after_pg",
        "request_after_outcome_commit",
    ] {
        let (gateway, other) = two_with(|plan| plan.answer_delay = Duration::from_millis(300)).await;
        let (one, two) = (gateway.merchant(), other.merchant());
        let asked = json!({ "subscription_id": "sub" });
        let frozen = gateway.node.freeze_at(point);
        let meanwhile = async || {
            gateway.pass(Duration::from_secs(20), Duration::from_millis(500)).await;
            asked_until_agreed(&gateway, &two, &asked).await
        };
        let (late, receipt_id) = gateway
            .while_time_creeps(asleep(frozen, one.ask(asked.clone()), meanwhile))
            .await;
        assert_eq!(
            (late.verdict().as_str(), late.text("receipt_id")),
            ("200", receipt_id.clone()),
            "{point}"
        );
        assert_eq!(late.header("jadong-consent"), Some("agreed"), "{point}");
        two.publish(&receipt_id).await.expect(200);
        let ledger = gateway.pg.ledger().await;
        assert_eq!((ledger.calls.len(), ledger.rung(&receipt_id)), (1, 1), "{point}");
        assert_eq!(ledger.keys_of(&receipt_id), 1, "{point}");
        stop(gateway, other).await;
    }
}

/// It wakes up when the issuance has failed, because the PG never heard of it: then nobody is called for it any more.
#[tokio::test]
async fn nobody_is_called_for_what_has_failed_meanwhile() {
    let (gateway, other) = two().await;
    let one = gateway.merchant();
    let frozen = gateway.node.freeze_at("request_after_commit");
    let meanwhile = async || gateway.pass(Duration::from_secs(60), Duration::from_millis(500)).await;
    let (late, ()) = gateway
        .while_time_creeps(asleep(frozen, one.ask(json!({})), meanwhile))
        .await;
    assert!(late.status >= 400, "{}", late.body);
    gateway.pass(Duration::from_secs(5), Duration::from_millis(500)).await;
    assert_eq!(gateway.pg.ledger().await.requests.start, 0);
    stop(gateway, other).await;
}

async fn key_of(merchant: &Merchant, receipt_id: &str) -> Option<String> {
    let found = merchant.get(&format!("/v2/subscribe/billing_key/{receipt_id}")).await;
    Some(found.text("billing_key")).filter(|key| !key.is_empty())
}

#[tokio::test]
async fn at_each_step_of_a_publish_there_is_one_key() {
    for point in [
        "publish_after_commit",
        "publish_after_pg",
        "publish_after_outcome_commit",
    ] {
        let (gateway, other) = two().await;
        let (one, two) = (gateway.merchant(), other.merchant());
        let receipt_id = one.receipt(json!({})).await;
        let frozen = gateway.node.freeze_at(point);
        let meanwhile = async || gateway.eventually(async || key_of(&two, &receipt_id).await).await;
        let (late, key) = gateway
            .while_time_creeps(asleep(frozen, one.publish(&receipt_id), meanwhile))
            .await;
        match late.verdict().as_str() {
            "200" => assert_eq!(late.text("billing_key"), key, "{point}"),
            // Somebody else has the outcome, and the merchant looks it up.
            other => assert_eq!(other, "503 SUBSCRIBE_PUBLISH_IN_DOUBT", "{point}"),
        }
        assert_eq!(key_of(&one, &receipt_id).await, Some(key), "{point}");
        assert_eq!(gateway.pg.ledger().await.keys_of(&receipt_id), 1, "{point}");
        stop(gateway, other).await;
    }
}

/// Charges again until somebody says what became of it.
async fn charged_until_paid(gateway: &TestGateway, node: &Node, key: &str) -> String {
    let merchant = node.merchant();
    let paid = gateway.eventually(async || {
        let answer = merchant.charge(key, json!({ "order_id": "order_1" })).await;
        (answer.status == 200).then_some(answer)
    });
    paid.await.text("receipt_id")
}

#[tokio::test]
async fn at_each_step_of_a_charge_one_debit_stays() {
    for point in [
        "charge_before_commit",
        "charge_after_commit",
        "charge_after_pg",
        "charge_after_outcome_commit",
    ] {
        let (gateway, other) = two().await;
        let one = gateway.merchant();
        let key = one.key().await;
        let frozen = gateway.node.freeze_at(point);
        let meanwhile = async || charged_until_paid(&gateway, &other, &key).await;
        let charge = one.charge(&key, json!({ "order_id": "order_1" }));
        let (late, receipt_id) = gateway.while_time_creeps(asleep(frozen, charge, meanwhile)).await;
        if late.status == 200 {
            assert_eq!(late.text("receipt_id"), receipt_id, "{point}");
        }
        let stays = gateway.eventually(async || {
            let debits = gateway.pg.ledger().await.debits;
            let kept: u64 = debits.iter().map(|debit| debit.amount - debit.refunded).sum();
            (kept == 1000).then_some(())
        });
        stays.await;
        assert_eq!(
            other.merchant().look_up(&receipt_id).await["status"],
            json!(1),
            "{point}"
        );
        stop(gateway, other).await;
    }
}
