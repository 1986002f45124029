//! What a restart must not change, and how long it takes.

use std::time::Duration;

use testkit::process::TestDir;
use testkit::process::api::Api;

#[tokio::test]
async fn a_key_issued_before_a_restart_is_found_after_it() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let (receipt_id, key) = Api::new(&gateway.url).issue("sub_1", "01012345678").await;
    assert!(gateway.process.stop().await.success());
    let gateway = dir.serve(&[]).await;
    let api = Api::new(&gateway.url);
    for found in [api.by_key(&key).await, api.by_receipt(&receipt_id).await] {
        let found = found.expect("an answer");
        assert_eq!(
            (found.text("billing_key"), found.number("status")),
            (key.clone(), Some(1)),
            "{}",
            found.body
        );
    }
    assert_eq!(api.destroy(&key).await.expect("an answer").status, 200);
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
