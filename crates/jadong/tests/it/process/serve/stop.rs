//! SIGTERM: what is in flight is answered, and the exit code says that all is well.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::json;
use testkit::process::TestDir;
use testkit::{PATIENCE, SimulatedPg, until};

/// Waits until the simulated customer's phone rings.
async fn rings(pg: &SimulatedPg) {
    until(PATIENCE, async || pg.ringing().await.pop().ok_or("nobody was called")).await;
}

#[tokio::test]
async fn a_held_request_is_answered_at_once_when_the_gateway_is_asked_to_stop() {
    for signal in [Signal::TERM, Signal::INT] {
        let dir = TestDir::empty();
        let mut gateway = dir.serve(&[("JADONG_CONSENT_HOLD", "60s")]).await;
        let api = gateway.merchant();
        // Open, idle and silent connections must not hold it up either.
        let idle = tokio::net::TcpStream::connect(gateway.address())
            .await
            .expect("connected");
        let changes = json!({ "phone": "01000000007" });
        let held = tokio::spawn(async move { api.ask(changes).await });
        rings(&gateway.pg()).await;
        assert!(!held.is_finished(), "the customer has not decided");
        let asked = Instant::now();
        gateway.process.signal(signal);
        let answer = held.await.expect("no panic");
        let took = asked.elapsed();
        assert_eq!(
            (answer.status, answer.number("status")),
            (200, Some(41)),
            "{}",
            answer.body
        );
        assert_eq!(answer.header("jadong-consent"), Some("waiting"), "{}", answer.body);
        assert!(took < Duration::from_secs(20), "answered after {took:?}");
        let status = gateway
            .process
            .ended(Duration::from_secs(5))
            .await
            .expect("it ends soon");
        assert_eq!(status.code(), Some(0), "{}", dir.log_text());
        println!(
            "SIGTERM/SIGINT: answered after {} ms, ended after {} ms",
            took.as_millis(),
            asked.elapsed().as_millis()
        );
        drop(idle);

        // The customer is still being asked: the next gateway goes on from there, and calls nobody again.
        let gateway = dir.serve(&[]).await;
        let api = gateway.merchant();
        let published = api.publish(&answer.text("receipt_id")).await;
        assert_eq!(published.error_code(), "SUBSCRIBE_REQUEST_FAILED", "{}", published.body);
        let ledger = gateway.pg().ledger().await;
        assert_eq!(ledger.calls.iter().map(|call| call.rung).collect::<Vec<_>>(), [1]);
    }
}

/// The default `drain` outlasts a call to the PG: a charge that waits for a silent one is told what is known.
#[tokio::test]
async fn a_charge_that_waits_for_a_silent_pg_is_answered_before_the_end() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[("JADONG_PG_READ_TIMEOUT", "3s")]).await;
    let api = gateway.merchant();
    let (_, key) = api.issue_for("sub_1").await;
    gateway.pg().fault("charge", "hang", 5).await;
    let charges: Vec<_> = (0..5)
        .map(|number| {
            let (api, key) = (api.clone(), key.clone());
            let changes = json!({ "order_id": format!("order_{number}") });
            tokio::spawn(async move { api.charge(&key, changes).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(700)).await;
    let stopped = gateway.process.stop().await;
    assert!(stopped.success(), "{stopped:?}");
    for charge in charges {
        let answer = charge.await.expect("no panic");
        assert_eq!(answer.error_code(), "RC_CONFIRM_CRITICAL_FAILED", "{}", answer.body);
        assert_eq!(answer.text("receipt_id").len(), 24, "{}", answer.body);
    }
}
