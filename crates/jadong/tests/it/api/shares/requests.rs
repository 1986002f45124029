//! What there may be of things in all is shared: the answer says whose limit is reached.

use std::time::Duration;

use serde_json::json;

use super::{SILENT, charges};
use testkit::Answer;
use testkit::TestGateway;
use testkit::in_process::OTHER;

/// A customer who does not decide.
const WAITS: &str = "01000000007";

fn assert_share(answer: &Answer, of: &str) {
    assert_eq!(answer.verdict(), "503 GATEWAY_OVERLOADED", "{}", answer.body);
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert_eq!(answer.text("hint"), format!("{of}: this project's share is in use"));
}

#[tokio::test]
async fn open_consents_of_one_project_leave_some_to_the_other() {
    let gateway = TestGateway::with(|plan| {
        plan.open_max = 20;
        plan.consent_hold = Duration::ZERO;
        plan.answer_delay = Duration::from_millis(300);
    })
    .await;
    let (greedy, other) = (gateway.merchant(), gateway.merchant_named(OTHER));
    let ask = |name: &str, number: usize| json!({ "subscription_id": format!("{name}_{number}"), "phone": WAITS });
    for number in 0..15 {
        greedy.ask(ask("greedy", number)).await.expect(200);
    }
    assert_share(&greedy.ask(ask("greedy", 15)).await, "open_consents_max");
    for number in 0..3 {
        other.ask(ask("other", number)).await.expect(200);
    }
    // One that ends makes room.
    let calls = gateway.pg.ledger().await.calls;
    gateway.pg.answer(&calls[0].order_id, "refuse").await;
    gateway
        .eventually(async || (greedy.ask(ask("greedy", 16)).await.status == 200).then_some(()))
        .await;
    gateway.stop().await;
}

#[tokio::test]
async fn consents_that_a_restart_takes_up_count() {
    let gateway = TestGateway::with(|plan| {
        plan.open_max = 20;
        plan.consent_hold = Duration::ZERO;
        plan.answer_delay = Duration::from_millis(300);
    })
    .await;
    let ask = |number: usize| json!({ "subscription_id": format!("sub_{number}"), "phone": WAITS });
    for number in 0..15 {
        gateway.merchant().ask(ask(number)).await.expect(200);
    }
    let gateway = gateway.down().await.up().await;
    assert_share(&gateway.merchant().ask(ask(15)).await, "open_consents_max");
    gateway.merchant_named(OTHER).ask(ask(0)).await.expect(200);
    gateway.stop().await;
}

#[tokio::test]
async fn debits_under_way_have_a_limit_and_a_share() {
    let gateway = TestGateway::with(|plan| plan.open_max = 8).await;
    let (greedy, other) = (gateway.merchant(), gateway.merchant_named(OTHER));
    let (silent, own) = (greedy.key_of(SILENT).await, greedy.key().await);
    let paid = greedy.charge(&own, json!({ "order_id": "earlier" })).await.expect(200);
    let mut under_way = charges(&greedy, &silent, "greedy", 10);
    for _one_too_many in 0..4 {
        let refused = under_way.join_next().await.unwrap().unwrap();
        assert_share(&refused, "open_payments_max");
    }
    let again = greedy.charge(&own, json!({ "order_id": "earlier" })).await.expect(200);
    assert!(again.is_replayed(), "what was answered before is answered again");
    assert_eq!(again.text("receipt_id"), paid.text("receipt_id"));
    let key = other.key().await;
    other.charge(&key, json!({ "order_id": "served" })).await.expect(200);
    assert_eq!(gateway.pg.ledger().await.requests.charge, 8);
    under_way.abort_all();
    gateway.stop().await;
}

#[tokio::test]
async fn sixty_four_event_streams_of_one_project_leave_seats_to_the_other() {
    let gateway = TestGateway::start().await;
    let (greedy, other) = (gateway.merchant(), gateway.merchant_named(OTHER));
    let mut open = Vec::new();
    for _stream in 0..64 {
        let stream = greedy
            .request(reqwest::Method::GET, "/sandbox/events")
            .send()
            .await
            .unwrap();
        if stream.status() == 200 {
            open.push(stream);
        }
    }
    assert_eq!(open.len(), 48);
    assert_share(&greedy.get("/sandbox/events").await, "event streams");
    let stream = other
        .request(reqwest::Method::GET, "/sandbox/events")
        .send()
        .await
        .unwrap();
    assert_eq!(stream.status(), 200);
    drop((open, stream));
    gateway.stop().await;
}
