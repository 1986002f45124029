//! What a restart must not change, and how long it takes.

use std::time::Duration;
use testkit::process::TestDir;

#[tokio::test]
async fn a_key_issued_before_a_restart_is_found_after_it() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let (receipt_id, key) = gateway.merchant().issue_for("sub_1").await;
    assert!(gateway.process.stop().await.success());
    let gateway = dir.serve(&[]).await;
    let api = gateway.merchant();
    for path in [
        format!("/v2/billing_key/{key}"),
        format!("/v2/subscribe/billing_key/{receipt_id}"),
    ] {
        let found = api.get(&path).await;
        assert_eq!(
            (found.text("billing_key"), found.number("status")),
            (key.clone(), Some(1)),
            "{}",
            found.body
        );
    }
    let path = format!("/v2/subscribe/billing_key/{key}");
    api.delete(&path).await.expect(200);
}

#[tokio::test]
async fn it_is_ready_within_a_second_of_its_start() {
    let dir = TestDir::empty();
    let mut times = Vec::new();
    for _ in 0..5 {
        let gateway = dir.serve(&[]).await;
        times.push(gateway.ready_in);
        assert!(gateway.process.stop().await.success());
    }
    println!("ready in {} ms on a new folder, then {:?} ms", times[0].as_millis(), {
        times[1..].iter().map(Duration::as_millis).collect::<Vec<_>>()
    });
    let best = times.iter().skip(1).min().expect("some");
    assert!(*best < Duration::from_secs(1), "{times:?}");
}
