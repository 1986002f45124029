//! SIGTERM: what is in flight is answered, and the exit code says that all is well.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use testkit::process::api::{Api, http, order};
use testkit::process::{Gateway, TestDir};

/// Waits until the simulated customer's phone rings.
async fn rings(gateway: &Gateway) {
    let until = Instant::now() + testkit::process::PATIENCE;
    while Instant::now() < until {
        let url = format!("{}/control/calls?status=ringing", gateway.bank_url());
        let calls = http().get(url).send().await.expect("the bank answers");
        if calls.text().await.expect("whole").contains("order_id") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("nobody was called");
}

#[tokio::test]
async fn a_held_request_is_answered_at_once_when_the_gateway_is_asked_to_stop() {
    for signal in [Signal::TERM, Signal::INT] {
        let dir = TestDir::empty();
        let mut gateway = dir.serve(&[("JADONG_CONSENT_HOLD", "60s")]).await;
        let api = Api::new(&gateway.url);
        // Open, idle and silent connections must not hold it up either.
        let idle = tokio::net::TcpStream::connect(gateway.address())
            .await
            .expect("connected");
        let held = tokio::spawn(async move { api.request(&order("sub_held", "01000000007")).await });
        rings(&gateway).await;
        assert!(!held.is_finished(), "the customer has not decided");
        let asked = Instant::now();
        gateway.process.signal(signal);
        let answer = held.await.expect("no panic").expect("an answer");
        let took = asked.elapsed();
        assert_eq!(
            (answer.status, answer.number("status")),
            (200, Some(41)),
            "{}",
            answer.body
        );
        assert!(answer.headers.contains("waiting"), "{}", answer.headers);
        assert!(took < Duration::from_secs(2), "answered after {took:?}");
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
        let api = Api::new(&gateway.url);
        let published = api.publish(&answer.text("receipt_id")).await.expect("an answer");
        assert_eq!(published.error_code(), "SUBSCRIBE_REQUEST_FAILED", "{}", published.body);
        let ledger = testkit::process::bank::Ledger::of(&gateway.bank_url()).await;
        assert_eq!(ledger.calls.iter().map(|call| call.rung).collect::<Vec<_>>(), [1]);
    }
}

/// The default `drain` outlasts a call to the PG: a charge that waits for a silent one is told what is known.
#[tokio::test]
async fn a_charge_that_waits_for_a_silent_pg_is_answered_before_the_end() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[("JADONG_PG_READ_TIMEOUT", "3s")]).await;
    let api = Api::new(&gateway.url);
    let (_, key) = api.issue("sub_1", "01012345678").await;
    let fault = r#"{"on":"charge","kind":"hang","times":5}"#;
    let faults = format!("{}/control/faults", gateway.bank_url());
    let added = http().post(faults).body(fault).send().await.expect("the bank answers");
    assert!(added.status().is_success());
    let charges: Vec<_> = (0..5)
        .map(|number| {
            let (api, key) = (api.clone(), key.clone());
            tokio::spawn(async move {
                let body = serde_json::json!({
                    "billing_key": key, "order_name": "구독", "price": 1_000, "order_id": format!("order_{number}"),
                });
                let path = "/v2/subscribe/payment";
                api.call(reqwest::Method::POST, path, Some(body.to_string())).await
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(700)).await;
    let stopped = gateway.process.stop().await;
    assert!(stopped.success(), "{stopped:?}");
    for charge in charges {
        let answer = charge.await.expect("no panic").expect("an answer");
        assert_eq!(answer.error_code(), "RC_CONFIRM_CRITICAL_FAILED", "{}", answer.body);
        assert_eq!(answer.text("receipt_id").len(), 24, "{}", answer.body);
    }
}
