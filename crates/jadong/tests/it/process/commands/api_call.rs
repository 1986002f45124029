//! `jadong get` and `jadong post`

use std::process::Stdio;

use serde_json::{Value, json};
use testkit::process::{TestDir, jadong, run};
use tokio::io::AsyncWriteExt;

use super::{done, printed};

#[tokio::test]
async fn a_debit_is_made_read_and_cancelled_from_the_terminal() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let env = [("JADONG_URL", gateway.url.as_str())];
    let key = gateway.merchant().key().await;
    let key = format!("billing_key={key}");
    let debit = [
        "post",
        "subscribe/payment",
        &key,
        "order_id=order=1",
        "order_name=구독",
        "price:=9900",
    ];
    let paid = printed(&debit, &env).await;
    assert_eq!(
        (&paid["status"], &paid["price"], &paid["order_id"]),
        (&json!(1), &json!(9900), &json!("order=1"))
    );
    let receipt = paid["receipt_id"].as_str().expect("an id");
    let read = printed(&["get", &format!("/v2/receipt/{receipt}"), "--json"], &env).await;
    assert_eq!(read["receipt_id"], paid["receipt_id"]);
    let back = printed(&["post", "/cancel", &format!("receipt_id={receipt}")], &env).await;
    assert_eq!(back["status"], 20, "{back}");
    let clock = done(&["get", "sandbox/clock"], &env).await;
    assert!(clock.out.contains("now"), "{}", clock.out);
    gateway.process.stop().await;
}

#[tokio::test]
async fn a_refusal_is_printed_and_is_a_failure() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let env = [("JADONG_URL", gateway.url.as_str())];
    let refused = run(&["get", "receipt/66542dfb4d18d5fc7b43e1b6"], &env).await;
    let said: Value = serde_json::from_str(&refused.out).expect("JSON");
    assert_eq!((refused.code, &said["error_code"]), (Some(1), &json!("RC_NOT_FOUND")));
    assert!(
        refused.err.contains("404") && refused.err.contains("RC_NOT_FOUND"),
        "{}",
        refused.err
    );
    // A path that climbs, another host, a field without a name: nothing but an error.
    for bad in [
        &["get", "../../admin"][..],
        &["get", ""],
        &["post", "subscribe/payment", "=x"],
        &["post", "subscribe/payment", "-", "-"],
        &["get", "https://example.com/v2/receipt/1"],
    ] {
        let refused = run(bad, &env).await;
        assert_eq!(refused.code, Some(1), "{bad:?}: {}{}", refused.out, refused.err);
    }
    gateway.process.stop().await;
    let nobody = run(&["get", "receipt/1"], &env).await;
    assert!(
        nobody.code == Some(1) && nobody.err.contains("no sandbox answers"),
        "{}",
        nobody.err
    );
}

#[tokio::test]
async fn a_body_comes_from_standard_input() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    for (body, code) in [("{\"advance\":\"1h\"}", 0), ("advance=1h", 1), ("", 1)] {
        let mut command = jadong(["post", "/sandbox/clock", "-"], &[("JADONG_URL", gateway.url.as_str())]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("started");
        child
            .stdin
            .take()
            .expect("a pipe")
            .write_all(body.as_bytes())
            .await
            .expect("written");
        let ended = child.wait_with_output().await.expect("ended");
        assert_eq!(
            ended.status.code(),
            Some(code),
            "{body}: {}",
            String::from_utf8_lossy(&ended.stderr)
        );
    }
    gateway.process.stop().await;
}
