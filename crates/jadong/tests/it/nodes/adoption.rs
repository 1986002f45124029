//! A gateway that is gone, or cannot reach what it needs: another one goes on with what it drove, and nobody is called twice.

use std::time::Duration;

use seams::Clock;
use serde_json::{Value, json};

use super::{stop, two_with, until_reached};
use testkit::in_process::{Node, TestSettings};
use testkit::{PATIENCE, TestGateway, until};

/// Longer than a lease.
const LONG: Duration = Duration::from_secs(20);
const STEP: Duration = Duration::from_millis(500);
/// Waits for an answer by hand.
const SLOW_CUSTOMER: &str = "01000000007";

async fn two() -> (TestGateway, Node) {
    two_with(hold_short).await
}

/// No request is held for longer than a customer needs.
fn hold_short(plan: &mut TestSettings) {
    plan.consent_hold = Duration::from_millis(100);
}

fn asked(number: u32) -> Value {
    json!({ "subscription_id": format!("sub_{number}"), "phone": SLOW_CUSTOMER })
}

/// A request whose customer takes its time; its receipt, when the customer is called.
async fn ask(gateway: &TestGateway, node: &Node, number: u32) -> String {
    let answer = gateway.while_time_creeps(node.merchant().ask(asked(number))).await;
    let receipt_id = answer.expect(200).text("receipt_id");
    until(PATIENCE, async || {
        let ringing = gateway.pg.ringing().await;
        if ringing.contains(&receipt_id) {
            Ok(())
        } else {
            Err(ringing)
        }
    })
    .await;
    receipt_id
}

/// Waits until they drive so many consents, each in its own time; the clock stands still.
async fn drive(expected: &[(&Node, i64)]) {
    until(PATIENCE, async || {
        let mut seen = Vec::new();
        for (node, _) in expected {
            seen.push(
                node.anybody()
                    .get("/readyz")
                    .await
                    .number("open_consents")
                    .unwrap_or(-1),
            );
        }
        let wanted: Vec<i64> = expected.iter().map(|(_, number)| *number).collect();
        if seen == wanted { Ok(()) } else { Err(seen) }
    })
    .await;
}

async fn agreed(gateway: &TestGateway, node: &Node, receipt_id: &str) {
    let merchant = node.merchant();
    gateway.pg.answer(receipt_id, "agree").await;
    let published = gateway.eventually(async || {
        let published = merchant.publish(receipt_id).await;
        (published.status == 200).then_some(published)
    });
    published.await;
    let ledger = gateway.pg.ledger().await;
    assert_eq!((ledger.rung(receipt_id), ledger.keys_of(receipt_id)), (1, 1));
}

/// Its machine is gone in the middle of the call: before the answer was on disk.
#[tokio::test]
async fn the_consent_of_a_dead_gateway_is_followed_by_another() {
    let (gateway, other) = two().await;
    let mut point = gateway.node.freeze_at("request_after_pg");
    let merchant = gateway.merchant();
    until_reached(&mut point, merchant.ask(asked(1))).await;
    let [receipt_id] = gateway.pg.ringing().await.try_into().expect("one rings");
    gateway.pass(LONG, STEP).await;
    drive(&[(&other, 1)]).await;
    agreed(&gateway, &other, &receipt_id).await;
    point.for_ever();
}

/// The same of a publish: the key is registered once, and its merchant gets it from the other.
#[tokio::test]
async fn the_publish_of_a_dead_gateway_is_finished_by_another() {
    for died_at in ["publish_after_commit", "publish_after_pg"] {
        let (gateway, other) = two().await;
        let receipt_id = gateway.merchant().receipt(json!({})).await;
        let mut point = gateway.node.freeze_at(died_at);
        let merchant = gateway.merchant();
        until_reached(&mut point, merchant.publish(&receipt_id)).await;
        let began = gateway.clock.now_ms();
        let two = other.merchant();
        let found = gateway.eventually(async || {
            let found = two
                .get(&format!("/v2/subscribe/billing_key/{receipt_id}"))
                .await
                .expect(200);
            (!found.text("billing_key").is_empty()).then_some(())
        });
        found.await;
        assert!(
            gateway.clock.now_ms() - began < 60_000,
            "{died_at}: nobody waits for the end of the consent"
        );
        assert_eq!(gateway.pg.ledger().await.keys_of(&receipt_id), 1, "{died_at}");
        // The next one of this process must not meet the point.
        drop(point);
        stop(gateway, other).await;
    }
}

#[tokio::test]
async fn a_gateway_that_leaves_gives_back_what_it_drives_at_once() {
    let (gateway, other) = two().await;
    let receipt_id = ask(&gateway, &other, 1).await;
    drive(&[(&gateway.node, 0), (&other, 1)]).await;
    other.leave().await;
    // Two turns, and less than half a lease.
    gateway.pass(Duration::from_secs(4), STEP).await;
    drive(&[(&gateway.node, 1)]).await;
    agreed(&gateway, &gateway.node, &receipt_id).await;
    gateway.stop().await;
}

/// Ten consents of a dead gateway, and two that would adopt them: each is driven by one.
#[tokio::test]
async fn of_two_that_adopt_at_once_each_consent_goes_to_one() {
    let (gateway, other) = two().await;
    let third = gateway.another().await;
    let mut receipts = Vec::new();
    for number in 0..10 {
        receipts.push(ask(&gateway, &other, number).await);
    }
    drive(&[(&other, 10)]).await;
    other.kill();
    gateway.pass(LONG, STEP).await;
    until(PATIENCE, async || {
        let of = async |node: &Node| {
            node.anybody()
                .get("/readyz")
                .await
                .number("open_consents")
                .unwrap_or(-1)
        };
        let both = (of(&gateway.node).await, of(&third).await);
        if both.0 + both.1 == 10 { Ok(()) } else { Err(both) }
    })
    .await;
    for receipt_id in &receipts {
        agreed(&gateway, &third, receipt_id).await;
    }
    stop(gateway, third).await;
}

/// It goes on where it was; nobody else has taken what it can still drive.
#[tokio::test]
async fn one_that_is_cut_off_from_the_pg_keeps_what_it_drives() {
    let (gateway, other) = two().await;
    let receipt_id = ask(&gateway, &gateway.node, 1).await;
    gateway.node.cut_from_pg().await;
    gateway.pass(LONG, STEP).await;
    drive(&[(&gateway.node, 1), (&other, 0)]).await;
    let early = other.merchant().publish(&receipt_id).await;
    assert_eq!(early.verdict(), "400 SUBSCRIBE_REQUEST_FAILED");
    gateway.node.reaches_pg_again();
    agreed(&gateway, &other, &receipt_id).await;
    stop(gateway, other).await;
}

/// It can write nothing, and is not ready; another one has its work, and it gives up its own when it is back.
#[tokio::test]
async fn one_that_is_cut_off_from_the_store_loses_what_it_drives() {
    let (gateway, other) = two().await;
    let receipt_id = ask(&gateway, &other, 1).await;
    other.cut_from_store();
    gateway.pass(LONG, STEP).await;
    let ready = other.anybody().get("/readyz").await;
    assert!(
        ready.status == 503 && ready.body.contains("it stood still"),
        "{}",
        ready.body
    );
    drive(&[(&gateway.node, 1)]).await;
    other.reaches_store_again();
    let lost = gateway.eventually(async || {
        let ready = other.anybody().get("/readyz").await;
        (ready.number("open_consents") == Some(0)).then_some(())
    });
    lost.await;
    agreed(&gateway, &gateway.node, &receipt_id).await;
    stop(gateway, other).await;
}

/// Nobody published it, and the gateway that drove it is gone: it ends once, and its subscription is free.
#[tokio::test]
async fn a_consent_that_nobody_published_expires_without_its_gateway() {
    let (gateway, other) = two().await;
    let receipt_id = other.merchant().receipt(json!({})).await;
    other.kill();
    gateway.pass(Duration::from_secs(620), Duration::from_secs(5)).await;
    until(PATIENCE, async || {
        let states: Vec<String> = gateway
            .history(&receipt_id)
            .await
            .into_iter()
            .map(|(to, ..)| to)
            .collect();
        if states.iter().filter(|to| *to == "expired").count() == 1 {
            Ok(())
        } else {
            Err(states)
        }
    })
    .await;
    let again = gateway.merchant().receipt(json!({})).await;
    assert_ne!(again, receipt_id);
    gateway.stop().await;
}
