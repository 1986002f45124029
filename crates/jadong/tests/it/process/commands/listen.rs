//! `jadong listen`

use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout};

use super::done;
use testkit::endpoint::{Endpoint, Temper};
use testkit::net::vacant_address;
use testkit::process::{Process, TestDir, ended, jadong, run};
use testkit::{Merchant, PATIENCE};

/// A `jadong listen` that is connected.
struct Listener {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Listener {
    async fn start(url: &str, args: &[&str]) -> Self {
        let args = [&["listen", "--json", "--url", url], args].concat();
        let mut child = jadong(args, &[]).stderr(Stdio::piped()).spawn().expect("jadong starts");
        let mut errors = BufReader::new(child.stderr.take().expect("piped")).lines();
        let greeting = tokio::time::timeout(PATIENCE, errors.next_line()).await;
        let greeting = greeting.expect("it connects").expect("text").unwrap_or_default();
        assert!(greeting.contains("listening"), "{greeting}");
        // What is written later must not fill the pipe.
        tokio::spawn(async move { while let Ok(Some(_)) = errors.next_line().await {} });
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        Self { child, lines }
    }

    async fn next(&mut self) -> Value {
        let line = tokio::time::timeout(PATIENCE, self.lines.next_line()).await;
        let line = line.expect("a webhook").expect("text").expect("it goes on");
        serde_json::from_str(&line).expect("JSON")
    }

    async fn ends(&mut self) {
        let ended = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        assert!(ended.expect("it ends").expect("it can be waited for").success());
    }
}

async fn charge(api: &Merchant, key: &str, order_id: &str) -> String {
    let paid = api.charge(key, json!({ "order_id": order_id })).await;
    assert_eq!(paid.number("status"), Some(1), "{}", paid.body);
    paid.text("receipt_id")
}

#[tokio::test]
async fn webhooks_of_a_project_without_a_url_reach_a_local_endpoint_signed_and_in_order() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = gateway.merchant();
    let (_, key) = api.issue_for("sub_1").await;
    charge(&api, &key, "before").await;
    let endpoint = Endpoint::start(&[Temper::Success, Temper::Says(500, "oops")]).await;
    let mut listener = Listener::start(&gateway.url, &["--forward-to", &endpoint.url(), "--count", "2"]).await;
    let receipt_id = charge(&api, &key, "order_1").await;
    let paid = listener.next().await;
    assert_eq!(paid["webhook_type"], "PAYMENT_COMPLETED");
    assert_eq!(paid["receipt_id"], receipt_id.as_str());
    assert_eq!(paid["order_id"], "order_1");
    assert_eq!(paid["sequence"], 1);
    assert_eq!(paid["payload"]["status"], 1);
    assert_eq!(paid["forwarded"]["delivered"], true);

    api.cancel(&receipt_id, json!({ "cancel_price": 400 }))
        .await
        .expect(200);
    let partly = listener.next().await;
    assert_eq!(partly["webhook_type"], "PAYMENT_PARTIAL_CANCELLED");
    assert_eq!(partly["sequence"], 2);
    assert_eq!(
        (&partly["forwarded"]["delivered"], &partly["forwarded"]["status"]),
        (&json!(false), &json!(500))
    );
    listener.ends().await;

    let secret = dir.webhook_secret().await;
    let received = endpoint.received();
    assert_eq!(received.len(), 2);
    for webhook in &received {
        let at = webhook.header("webhook-timestamp").parse().expect("seconds");
        let signed = gateway::sign_webhook(&secret, webhook.header("webhook-id"), at, &webhook.body);
        assert_eq!(webhook.header("webhook-signature"), signed.expect("a signature"));
        assert!(webhook.header("content-type").starts_with("application/json"));
    }
    let listed = dir.run(&["webhook", "list", "--json"], &[]).await.success();
    assert_eq!(listed.out.trim(), "[]", "nothing was written for a listener");
}

#[tokio::test]
async fn an_endpoint_that_is_dead_neither_delays_a_listener_nor_loses_its_own() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = gateway.merchant();
    let (_, key) = api.issue_for("sub_1").await;
    let set = ["webhook", "set", "sandbox", "http://127.0.0.1:9/hook"];
    dir.run(&set, &[]).await.success();
    // The gateway reads its projects again every second.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let mut listener = Listener::start(&gateway.url, &["--count", "2"]).await;
    for order_id in ["order_1", "order_2"] {
        charge(&api, &key, order_id).await;
        let event = listener.next().await;
        assert_eq!(
            (&event["order_id"], &event["forwarded"]),
            (&json!(order_id), &Value::Null)
        );
    }
    listener.ends().await;
    let listed = dir.run(&["webhook", "list", "--json"], &[]).await.json();
    let states: Vec<_> = listed
        .as_array()
        .expect("a list")
        .iter()
        .map(|row| &row["state"])
        .collect();
    assert_eq!(states, ["pending", "pending"], "the project's own go on being tried");
}

#[tokio::test]
async fn a_listener_hears_its_own_project_only_and_comes_back_after_a_restart() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let address = gateway.address();
    let mut listener = Listener::start(&gateway.url, &["--count", "1"]).await;
    assert!(
        gateway.process.stop().await.success(),
        "a listener does not hold up a stop"
    );
    let data = dir.data_text();
    let args = ["serve", "--listen", &address, "--data", &data];
    // The ports beside a port that was free once are often another test's.
    let free = [
        ("JADONG_ADMIN_LISTEN", "127.0.0.1:0"),
        ("JADONG_BANK_LISTEN", "127.0.0.1:0"),
    ];
    let process = Process::start(jadong(args, &free), &dir.log(), "listening on ").await;
    let url = format!("http://{address}");
    let stranger = dir.merchant(&url, "stranger").await;
    let api = Merchant::sandbox(&url);
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let (_, strange) = stranger.issue_for("sub_1").await;
    charge(&stranger, &strange, "strange").await;
    let (_, key) = api.issue_for("sub_1").await;
    charge(&api, &key, "own").await;
    assert_eq!(listener.next().await["order_id"], "own");
    listener.ends().await;
    drop(process);
}

#[tokio::test]
async fn no_webhooks_at_all_are_nothing_to_wait_for() {
    let output = run(&["listen", "--count", "0"], &[]).await;
    assert_eq!(output.code, Some(2), "{}", output.err);
    assert!(output.err.contains("--count"), "{}", output.err);
}

#[tokio::test]
async fn wrong_credentials_end_it_at_once() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let output = run(&["listen", "--url", &gateway.url, "--client-key", "nobody"], &[]).await;
    assert_eq!(output.code, Some(1));
    assert!(output.err.contains("APP_CLIENT_KEY_NOT_FOUND"), "{}", output.err);
}

/// What `jadong listen` prints until it has had one webhook: standard output, standard error.
async fn listened(url: &str, api: &Merchant, args: &[&str]) -> (String, String) {
    let (_, key) = api.issue_for(&format!("sub_{}", args.len())).await;
    let args = [&["listen", "--count", "1", "--url", url], args].concat();
    let child = jadong(args, &[("LANG", "C")]).spawn().expect("it starts");
    // As long as it takes until it listens.
    tokio::time::sleep(Duration::from_secs(2)).await;
    charge(api, &key, &format!("order_{}", key)).await;
    let output = ended(child).await;
    (output.out, output.err)
}

#[tokio::test]
async fn where_to_is_read_as_people_type_it_and_what_is_wrong_is_said() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = gateway.merchant();
    let endpoint = Endpoint::start(&[Temper::Says(200, "OK")]).await;
    let bare = endpoint
        .url()
        .trim_start_matches("http://")
        .replace("127.0.0.1", "localhost");
    let (out, err) = listened(&gateway.url, &api, &["--forward-to", &bare]).await;
    assert!(
        out.contains("→ 200 ") && out.contains("must answer {\"success\": true}, and said `OK`"),
        "{out}"
    );
    assert_eq!(out.matches("200").count(), 1, "{out}");
    let secret = dir.webhook_secret().await;
    assert!(
        err.contains(secret.as_str()) && err.contains(&format!("http://{bare}")),
        "{err}"
    );

    let port = vacant_address().port().to_string();
    let (out, _) = listened(&gateway.url, &api, &["--forward-to", &port, "--lang", "en"]).await;
    assert!(out.contains(&format!("nothing listens at localhost:{port}")), "{out}");
    let (out, err) = listened(&gateway.url, &api, &["--forward-to", &port, "--lang", "ko", "--json"]).await;
    assert!(err.contains("기다립니다") && !err.contains("listening"), "{err}");
    let row: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(
        (&row["forwarded"]["delivered"], &row["forwarded"]["status"]),
        (&json!(false), &Value::Null)
    );

    for wrong in ["/webhook", "ftp://localhost/x", "99999", "shop.example/x"] {
        let output = run(&["listen", "--forward-to", wrong], &[]).await;
        assert_eq!(output.code, Some(2), "{wrong}");
        assert!(output.err.contains("localhost:8000/webhook"), "{wrong}: {}", output.err);
    }
    let bare = gateway.address();
    let listed = done(&["ars", "list", "--url", &bare], &[]).await;
    assert!(listed.out.contains("No telephone rings"), "{}", listed.out);
}

#[tokio::test]
async fn only_the_types_that_are_asked_for_are_told_and_counted() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = gateway.merchant();
    let wanted = [
        "--events",
        "payment_cancelled,PAYMENT_PARTIAL_CANCELLED",
        "--count",
        "2",
    ];
    let mut listener = Listener::start(&gateway.url, &wanted).await;
    let (_, key) = api.issue_for("sub_1").await;
    let paid = charge(&api, &key, "paid").await;
    api.cancel(&paid, json!({ "cancel_price": 100 })).await.expect(200);
    api.cancel(&paid, json!({})).await.expect(200);
    for kind in ["PAYMENT_PARTIAL_CANCELLED", "PAYMENT_CANCELLED"] {
        let told = listener.next().await;
        assert_eq!(told["webhook_type"], json!(kind), "{told}");
    }
    listener.ends().await;
    for bad in ["PAYMENT", "", "PAYMENT_COMPLETED,,", "결제"] {
        let refused = run(&["listen", "--events", bad, "--url", &gateway.url], &[]).await;
        assert_eq!(refused.code, Some(2), "{bad}");
        assert!(refused.err.contains("PAYMENT_PARTIAL_CANCELLED"), "{}", refused.err);
    }
    gateway.process.stop().await;
}
