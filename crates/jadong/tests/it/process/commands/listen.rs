//! `jadong listen`

use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::http::HeaderMap;
use axum::routing::post;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout};

use super::done;
use testkit::process::TestDir;
use testkit::process::api::Api;
use testkit::process::{PATIENCE, jadong, run};

/// A `jadong listen` that is connected.
struct Listener {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Listener {
    async fn start(url: &str, args: &[&str]) -> Self {
        let args = [&["listen", "--json", "--url", url], args].concat();
        let mut child = jadong(args, &[]).stderr(Stdio::piped()).spawn().expect("jadong starts");
        let mut said = BufReader::new(child.stderr.take().expect("piped")).lines();
        let greeting = tokio::time::timeout(PATIENCE, said.next_line()).await;
        let greeting = greeting.expect("it connects").expect("text").unwrap_or_default();
        assert!(greeting.contains("listening"), "{greeting}");
        // What it says later must not fill the pipe.
        tokio::spawn(async move { while let Ok(Some(_)) = said.next_line().await {} });
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

/// A merchant's endpoint that answers with each of `answers` in turn.
pub async fn endpoint(answers: &[(u16, &'static str)]) -> (String, Arc<Mutex<Vec<(HeaderMap, String)>>>) {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let (sink, answers) = (heard.clone(), answers.to_vec());
    let app = Router::new().route(
        "/webhook",
        post(move |headers: HeaderMap, body: String| async move {
            let mut heard = sink.lock().expect("no panic while held");
            let (status, said) = answers[heard.len().min(answers.len() - 1)];
            heard.push((headers, body));
            (axum::http::StatusCode::from_u16(status).expect("a status"), said)
        }),
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/webhook", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, app).await });
    (url, heard)
}

async fn charge(api: &Api, key: &str, order_id: &str) -> String {
    let body = json!({ "billing_key": key, "order_name": "월 구독", "order_id": order_id, "price": 1000 });
    let paid = api
        .call(Method::POST, "/v2/subscribe/payment", Some(body.to_string()))
        .await;
    let paid = paid.expect("an answer");
    assert_eq!(paid.number("status"), Some(1), "{}", paid.body);
    paid.text("receipt_id")
}

#[tokio::test]
async fn webhooks_of_a_project_without_a_url_reach_a_local_endpoint_signed_and_in_order() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = Api::new(&gateway.url);
    let (_, key) = api.issue("sub_1", "01012345678").await;
    charge(&api, &key, "before").await;
    let (url, heard) = endpoint(&[(200, r#"{"success":true}"#), (500, "oops")]).await;
    let mut listener = Listener::start(&gateway.url, &["--forward-to", &url, "--count", "2"]).await;
    let receipt_id = charge(&api, &key, "order_1").await;
    let paid = listener.next().await;
    assert_eq!(paid["webhook_type"], "PAYMENT_COMPLETED");
    assert_eq!(paid["receipt_id"], receipt_id.as_str());
    assert_eq!(paid["order_id"], "order_1");
    assert_eq!(paid["sequence"], 1);
    assert_eq!(paid["payload"]["status"], 1);
    assert_eq!(paid["forwarded"]["delivered"], true);

    let body = json!({ "receipt_id": receipt_id, "cancel_price": 400 }).to_string();
    let cancelled = api.call(Method::POST, "/v2/cancel", Some(body)).await;
    assert_eq!(cancelled.expect("an answer").status, 200);
    let partly = listener.next().await;
    assert_eq!(partly["webhook_type"], "PAYMENT_PARTIAL_CANCELLED");
    assert_eq!(partly["sequence"], 2);
    assert_eq!(
        (&partly["forwarded"]["delivered"], &partly["forwarded"]["status"]),
        (&json!(false), &json!(500))
    );
    listener.ends().await;

    let args = ["webhook", "secret", "sandbox", "--data", &dir.data_text()];
    let secret = done(&args, &[]).await.out.trim().to_owned();
    let heard = heard.lock().expect("no panic while held").clone();
    assert_eq!(heard.len(), 2);
    for (headers, body) in &heard {
        let header = |name: &str| headers[name].to_str().expect("text").to_owned();
        let at = header("webhook-timestamp").parse().expect("seconds");
        let signed = gateway::sign_webhook(&secret, &header("webhook-id"), at, body).expect("a signature");
        assert_eq!(header("webhook-signature"), signed);
        assert!(header("content-type").starts_with("application/json"));
    }
    let args = ["webhook", "list", "--json", "--data", &dir.data_text()];
    assert_eq!(
        done(&args, &[]).await.out.trim(),
        "[]",
        "nothing was written for a listener"
    );
}

#[tokio::test]
async fn an_endpoint_that_is_dead_neither_delays_a_listener_nor_loses_its_own() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = Api::new(&gateway.url);
    let (_, key) = api.issue("sub_1", "01012345678").await;
    let data = dir.data_text();
    done(
        &["webhook", "set", "sandbox", "http://127.0.0.1:9/hook", "--data", &data],
        &[],
    )
    .await;
    // The gateway reads its projects again every second.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let mut listener = Listener::start(&gateway.url, &["--count", "2"]).await;
    for order_id in ["order_1", "order_2"] {
        charge(&api, &key, order_id).await;
        let told = listener.next().await;
        assert_eq!(
            (&told["order_id"], &told["forwarded"]),
            (&json!(order_id), &Value::Null)
        );
    }
    listener.ends().await;
    let listed = done(&["webhook", "list", "--json", "--data", &data], &[]).await;
    let listed: Value = serde_json::from_str(&listed.out).expect("JSON");
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
    let process = testkit::process::Process::start(jadong(args, &free), &dir.log(), "listening on ").await;
    let url = format!("http://{address}");
    let stranger = crate::process::sandbox::stranger(&dir, &url).await;
    let api = Api::new(&url);
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let (_, strange) = stranger.issue("sub_1", "01012345678").await;
    charge(&stranger, &strange, "strange").await;
    let (_, key) = api.issue("sub_1", "01012345678").await;
    charge(&api, &key, "own").await;
    assert_eq!(listener.next().await["order_id"], "own");
    listener.ends().await;
    drop(process);
}

#[tokio::test]
async fn no_webhooks_at_all_are_nothing_to_wait_for() {
    let said = run(&["listen", "--count", "0"], &[]).await;
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(said.err.contains("--count"), "{}", said.err);
}

#[tokio::test]
async fn wrong_credentials_end_it_at_once() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let said = run(&["listen", "--url", &gateway.url, "--client-key", "nobody"], &[]).await;
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("APP_CLIENT_KEY_NOT_FOUND"), "{}", said.err);
}

/// What `jadong listen` says in words until it has told of one webhook: standard output, standard error.
async fn told(url: &str, api: &Api, args: &[&str]) -> (String, String) {
    let (_, key) = api.issue(&format!("sub_{}", args.len()), "01012345678").await;
    let args = [&["listen", "--count", "1", "--url", url], args].concat();
    let listening = tokio::spawn(jadong(args, &[("LANG", "C")]).stderr(Stdio::piped()).output());
    // As long as it takes until it listens.
    tokio::time::sleep(Duration::from_secs(2)).await;
    charge(api, &key, &format!("order_{}", key)).await;
    let output = tokio::time::timeout(PATIENCE, listening).await.expect("it ends");
    let output = output.expect("it ran").expect("output");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (text(output.stdout), text(output.stderr))
}

#[tokio::test]
async fn where_to_is_read_as_people_type_it_and_what_is_wrong_is_said() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = Api::new(&gateway.url);
    let (url, _) = endpoint(&[(200, "OK")]).await;
    let bare = url.trim_start_matches("http://").replace("127.0.0.1", "localhost");
    let (out, err) = told(&gateway.url, &api, &["--forward-to", &bare]).await;
    assert!(
        out.contains("→ 200 ") && out.contains("must answer {\"success\": true}, and said `OK`"),
        "{out}"
    );
    assert_eq!(out.matches("200").count(), 1, "{out}");
    let secret = done(&["webhook", "secret", "sandbox", "--data", &dir.data_text()], &[])
        .await
        .out;
    assert!(
        err.contains(secret.trim()) && err.contains(&format!("http://{bare}")),
        "{err}"
    );

    let nobody = std::net::TcpListener::bind("127.0.0.1:0")
        .expect("a port")
        .local_addr()
        .expect("an address");
    let port = nobody.port().to_string();
    let (out, _) = told(&gateway.url, &api, &["--forward-to", &port, "--lang", "en"]).await;
    assert!(out.contains(&format!("nothing listens at localhost:{port}")), "{out}");
    let (out, err) = told(&gateway.url, &api, &["--forward-to", &port, "--lang", "ko", "--json"]).await;
    assert!(err.contains("기다립니다") && !err.contains("listening"), "{err}");
    let row: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(
        (&row["forwarded"]["delivered"], &row["forwarded"]["status"]),
        (&json!(false), &Value::Null)
    );

    for wrong in ["/webhook", "ftp://localhost/x", "99999", "shop.example/x"] {
        let said = run(&["listen", "--forward-to", wrong], &[]).await;
        assert_eq!(said.code, Some(2), "{wrong}");
        assert!(said.err.contains("localhost:8000/webhook"), "{wrong}: {}", said.err);
    }
    let bare = gateway.address();
    let listed = done(&["ars", "list", "--url", &bare], &[]).await;
    assert!(listed.out.contains("No telephone rings"), "{}", listed.out);
}
