//! What anybody can send to the address for the hosted API's webhooks: it moves nothing, and hardly costs anything.

use std::time::Duration;

use serde_json::{Value, json};
use testkit::{Line, Loses, OTHER, SANDBOX, TestGateway};

use super::hints::path_of;
use super::{front, front_over_a_calm_line, front_over_a_line};

const MINUTE: Duration = Duration::from_secs(60);

/// Requests for a receipt or an order that went to the hosted API.
fn looks(line: &Line) -> usize {
    line.asked("GET /v2/receipt/") + line.asked("GET /v2/lookup/order/")
}

#[tokio::test]
async fn only_the_projects_own_address_is_one() {
    let gateway = front().await;
    let anybody = gateway.anybody();
    let path = path_of(&gateway, SANDBOX).await;
    let other = path_of(&gateway, OTHER).await;
    let (token, of_other) = (&path["/pg/webhook/".len()..], &other["/pg/webhook/".len()..]);
    let body = json!({ "receipt_id": "66542dfb4d18d5fc7b43e1b6" });
    anybody.post(&path, body.clone()).await.expect(200);
    let changed = format!("{}0", &token[..token.len() - 1]);
    for wrong in [
        "x",
        &token[..24],
        &token[..87],
        &format!("{token}0"),
        &token.to_uppercase(),
        &format!("{}{}", &of_other[..24], &token[24..]),
        &format!("66542dfb4d18d5fc7b43e1b6{}", &token[24..]),
        if changed == token { "y" } else { &changed },
        "%ED%95%9C%EA%B8%80%ED%95%9C%EA%B8%80%ED%95%9C%EA%B8%80",
    ] {
        let answer = anybody.post(&format!("/pg/webhook/{wrong}"), body.clone()).await;
        assert_eq!(answer.verdict(), "404 ENDPOINT_NOT_FOUND", "{wrong}");
        assert!(!answer.body.contains(token), "{}", answer.body);
    }
    assert_eq!(anybody.get(&path).await.status, 405);
    gateway
        .store()
        .rotate_pg_webhook(gateway.project(SANDBOX).id)
        .await
        .unwrap();
    gateway.projects_read().await;
    assert_eq!(anybody.post(&path, body.clone()).await.status, 404, "the one before");
    anybody
        .post(&path_of(&gateway, SANDBOX).await, body.clone())
        .await
        .expect(200);
    anybody.post(&other, body).await.expect(200);
    gateway.stop().await;
}

/// A project whose PG sends none that are read here has no address.
#[tokio::test]
async fn a_project_of_another_pg_has_no_address() {
    let gateway = TestGateway::start().await;
    let path = path_of(&gateway, SANDBOX).await;
    assert_eq!(gateway.anybody().post(&path, json!({})).await.status, 404);
    gateway.stop().await;
}

/// Lies about a debit that never arrived, one that was paid, somebody else's, and none: nothing moves but by what the hosted API says.
#[tokio::test]
async fn nothing_that_is_sent_is_believed() {
    let (gateway, line) = front_over_a_line().await;
    let (merchant, anybody) = (gateway.merchant(), gateway.anybody());
    let path = path_of(&gateway, SANDBOX).await;
    let (_, key) = merchant.issue(json!({})).await;
    let paid = merchant
        .charge(&key, json!({ "order_id": "paid" }))
        .await
        .expect(200)
        .text("receipt_id");
    line.loses(Some(Loses::Requests("/v2/subscribe/payment")));
    let unknown = merchant
        .charge(&key, json!({ "order_id": "unknown" }))
        .await
        .text("receipt_id");
    line.loses(None);
    gateway.pass_quickly(34 * MINUTE).await;
    let steps = async || {
        let steps = gateway
            .store()
            .resolution_steps(gateway.project(SANDBOX).id, unknown.parse().unwrap());
        steps.await.unwrap().len()
    };
    let before = (steps().await, merchant.look_up(&paid).await, looks(&line));
    let cancelled = json!({ "status": 20, "cancelled_price": 1000, "price": 1000 });
    let with = |ids: Value| testkit::with(cancelled.clone(), ids);
    for lie in [
        with(json!({ "receipt_id": paid })),
        with(json!({ "receipt_id": paid, "order_id": unknown })),
        with(json!({ "order_id": unknown, "status": 1 })),
        with(json!({ "order_id": unknown, "status": -2 })),
    ] {
        anybody.post(&path, lie).await.expect(200);
        gateway
            .pass(Duration::from_millis(500), Duration::from_millis(20))
            .await;
    }
    testkit::until(testkit::PATIENCE, async || {
        let looked = looks(&line) - before.2;
        (looked >= 2).then_some(()).ok_or(looked)
    })
    .await;
    // And what was made of the answers is written, if anything was.
    gateway.pass_quickly(MINUTE / 6).await;
    assert_eq!((steps().await, merchant.look_up(&paid).await), (before.0, before.1));
    assert_eq!(merchant.look_up(&unknown).await["status"], json!(2));
    assert_eq!(gateway.webhooks_of(&unknown).await.len(), 0);
    // Of another project, by its own address: unknown there.
    let seen = looks(&line);
    let other = path_of(&gateway, OTHER).await;
    anybody
        .post(&other, with(json!({ "receipt_id": paid, "order_id": unknown })))
        .await
        .expect(200);
    gateway.pass(Duration::from_secs(1), Duration::from_millis(20)).await;
    assert_eq!(looks(&line), seen);
    gateway.stop().await;
}

/// Bodies that are none, and hundreds of receipts that nobody has, or that are settled: the hosted API is not asked once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_flood_is_answered_and_passes_nothing_on() {
    let (gateway, line) = front_over_a_calm_line().await;
    let (merchant, anybody) = (gateway.merchant(), gateway.anybody());
    let path = path_of(&gateway, SANDBOX).await;
    let (receipt, key) = merchant.issue(json!({})).await;
    let paid = merchant.charge(&key, json!({})).await.expect(200).text("receipt_id");
    let before = looks(&line);
    for body in [
        "",
        "null",
        "[[[[",
        "receipt_id=1&receipt_id=2",
        "\u{0}",
        "{\"receipt_id\":1e999}",
    ] {
        anybody.post_text(&path, None, body).await.expect(200);
    }
    let large = format!("{{\"receipt_id\":\"{paid}\",\"x\":\"{}\"}}", "x".repeat(65 * 1024));
    let refused = anybody.post_text(&path, Some("application/json"), large).await;
    assert_eq!(refused.verdict(), "413 BODY_TOO_LARGE");
    let hints = (0..300_u32).map(|number| {
        let (anybody, path) = (gateway.anybody(), path.clone());
        let body = match number % 3 {
            0 => json!({ "receipt_id": format!("66542dfb4d18d5fc{number:08x}"), "status": 20 }),
            // That it was paid, and issued, is known.
            1 => json!({ "receipt_id": paid, "status": 1 }),
            _ => json!({ "receipt_id": receipt, "status": 11 }),
        };
        tokio::spawn(async move { anybody.post(&path, body).await.status })
    });
    for hint in hints.collect::<Vec<_>>() {
        let status = hint.await.expect("no panic");
        assert!([200, 429, 503].contains(&status), "{status}");
    }
    drop(anybody);
    gateway.pass(Duration::from_secs(2), Duration::from_millis(20)).await;
    assert_eq!(looks(&line), before);
    // Of one that is worth a look, as many as come while the first waits are one.
    let hints = (0..100).map(|_| {
        let (anybody, path, body) = (
            gateway.anybody(),
            path.clone(),
            json!({ "receipt_id": paid, "status": 20 }),
        );
        tokio::spawn(async move { anybody.post(&path, body).await.status })
    });
    for hint in hints.collect::<Vec<_>>() {
        hint.await.expect("no panic");
    }
    gateway.pass(Duration::from_secs(2), Duration::from_millis(20)).await;
    let looked = looks(&line) - before;
    assert!((1..50).contains(&looked), "{looked}");
    gateway.stop().await;
}
