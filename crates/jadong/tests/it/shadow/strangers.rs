//! Upstreams and merchants that are not as one would wish: what the merchant gets, and that it is the upstream's.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use testkit::net::{http, listener, vacant_address};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Shadow, found};

const CHARGE: &str = "/v2/subscribe/payment";

/// Says the same bytes to everybody, and then closes; what was read first of the last.
async fn saying(bytes: Vec<u8>) -> (String, tokio::sync::watch::Receiver<String>) {
    let (listener, address) = listener().await;
    let (heard, hearing) = tokio::sync::watch::channel(String::new());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut read = vec![0; 64 * 1024];
            let length = stream.read(&mut read).await.unwrap_or(0);
            heard.send_replace(String::from_utf8_lossy(&read[..length]).into_owned());
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
    });
    (format!("http://{address}"), hearing)
}

fn answer(head: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

async fn charged(shadow: &Shadow) -> reqwest::Response {
    let request = http()
        .post(format!("{}{CHARGE}", shadow.url))
        .json(&json!({ "order_id": "1" }));
    request.send().await.expect("an answer")
}

async fn why(shadow: &Shadow, requests: u64) -> Value {
    shadow.report(requests).await["endpoints"][0]["not_compared"].clone()
}

#[tokio::test]
async fn an_upstream_that_is_away_is_named_and_so_is_whether_anything_was_sent() {
    let away = vacant_address();
    let shadow = Shadow::of(&format!("http://{away}")).await;
    let answer = charged(&shadow).await;
    assert_eq!(answer.status().as_u16(), 502);
    let said: Value = answer.json().await.expect("JSON");
    assert_eq!(said["error_code"], "SHADOW_UPSTREAM_UNREACHABLE");
    let message = said["message"].as_str().expect("text");
    assert!(
        message.contains(&away.to_string()) && message.contains("nothing was sent"),
        "{message}"
    );
    assert_eq!(why(&shadow, 1).await, json!({ "upstream_failed": 1 }));

    // It takes the request and leaves: the debit may have happened, and is not asked for again.
    let (url, _) = saying(Vec::new()).await;
    let shadow = Shadow::of(&url).await;
    let said: Value = charged(&shadow).await.json().await.expect("JSON");
    assert!(
        said["message"].as_str().expect("text").contains("may have been done"),
        "{said}"
    );
    assert_eq!(shadow.report_now().await["requests"], 1);

    // It speaks no TLS.
    let (url, _) = saying(answer_bytes()).await;
    let shadow = Shadow::of(&url.replace("http://", "https://")).await;
    let said: Value = charged(&shadow).await.json().await.expect("JSON");
    let message = said["message"].as_str().expect("text");
    assert!(
        message.contains("TLS") && message.contains("nothing was sent"),
        "{message}"
    );
}

fn answer_bytes() -> Vec<u8> {
    answer("200 OK", "{}")
}

#[tokio::test]
async fn what_is_no_json_huge_chunked_or_a_failure_comes_through_as_it_is() {
    let (url, _) = saying(answer(
        "200 OK\r\ncontent-type: text/html\r\nset-cookie: a=1\r\nset-cookie: b=2",
        "<h1>점검</h1>",
    ))
    .await;
    let shadow = Shadow::of(&url).await;
    let page = charged(&shadow).await;
    assert_eq!(page.headers().get_all("set-cookie").iter().count(), 2);
    assert_eq!(page.headers()["content-type"], "text/html");
    assert_eq!(page.text().await.expect("text"), "<h1>점검</h1>");
    assert_eq!(
        found(&shadow.report(1).await, "POST /v2/subscribe/payment"),
        ["not_json  >"]
    );

    let huge = "x".repeat(5 * 1024 * 1024);
    let (url, _) = saying(answer("200 OK", &huge)).await;
    let shadow = Shadow::of(&url).await;
    assert_eq!(charged(&shadow).await.text().await.expect("text").len(), huge.len());
    assert_eq!(why(&shadow, 1).await, json!({ "too_large": 1 }));

    let failing = answer(
        "503 Out\r\nretry-after: 7\r\nconnection: x-own\r\nx-own: 1",
        "{\"error_code\":\"DOWN\"}",
    );
    let (url, _) = saying(failing).await;
    let shadow = Shadow::of(&url).await;
    let failed = charged(&shadow).await;
    assert_eq!(
        (failed.status().as_u16(), &failed.headers()["retry-after"]),
        (503, &"7".parse().expect("a header"))
    );
    assert!(failed.headers().get("x-own").is_none(), "of one connection only");
    assert_eq!(why(&shadow, 1).await, json!({ "upstream_failed": 1 }));

    let chunked = b"HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ntransfer-encoding: chunked\r\n\r\n3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n";
    let (url, _) = saying(chunked.to_vec()).await;
    let shadow = Shadow::of(&url).await;
    let client = reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([])
        .redirect(reqwest::redirect::Policy::none());
    let request = client
        .build()
        .expect("a client")
        .post(format!("{}{CHARGE}", shadow.url));
    let led = request.send().await.expect("an answer");
    assert_eq!(
        (led.status().as_u16(), &led.headers()["location"]),
        (302, &"/elsewhere".parse().expect("a header"))
    );
    assert_eq!(led.text().await.expect("text"), r#"{"a":1}"#);
}

/// Half an answer must not look like a whole one.
#[tokio::test]
async fn an_answer_that_breaks_off_breaks_off() {
    let (url, _) = saying(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"receipt_id\":".to_vec()).await;
    let shadow = Shadow::of(&url).await;
    assert!(charged(&shadow).await.text().await.is_err());
    assert_eq!(why(&shadow, 1).await, json!({ "upstream_failed": 1 }));
}

/// One request, byte by byte; the head and what there is of the body.
async fn raw(shadow: &Shadow, bytes: &[u8]) -> String {
    let address: SocketAddr = shadow.url.trim_start_matches("http://").parse().expect("an address");
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    stream.write_all(bytes).await.expect("it reads");
    let mut read = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut read)).await;
    String::from_utf8_lossy(&read).into_owned()
}

#[tokio::test]
async fn a_request_arrives_as_it_was_sent_but_for_what_is_of_the_connection() {
    let (url, heard) = saying(answer_bytes()).await;
    let shadow = Shadow::of(&url).await;
    let body = "{\"broken\": \u{ac00}, ";
    let sent = format!(
        "POST /v2//request/../cancel.json?a=%2F&b HTTP/1.1\r\nHost: shadow.example\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\n\
         X-Forwarded-For: 203.0.113.7\r\nAuthorization: Basic eDp5\r\nContent-Type: text/odd\r\nBOOTPAY-SDK-TYPE: 307\r\n\
         Accept-Encoding: br\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
        body.len()
    );
    assert!(raw(&shadow, sent.as_bytes()).await.starts_with("HTTP/1.1 200"));
    let came = heard.borrow().to_lowercase();
    let host = url.trim_start_matches("http://");
    let length = format!("content-length: {}", body.len());
    for kept in [
        "authorization: basic edp5",
        "text/odd",
        "bootpay-sdk-type: 307",
        &format!("host: {host}"),
        &length,
        body,
    ] {
        assert!(came.contains(kept), "{kept}: {came}");
    }
    for gone in ["x-hop", "203.0.113.7", "chunked", " br", "shadow.example", "jadong"] {
        assert!(!came.contains(gone), "{gone}: {came}");
    }
    assert_eq!(came.matches("\r\n\r\n").count(), 1, "one request");
}

#[tokio::test]
async fn requests_that_cannot_be_passed_on_are_refused_and_nothing_is_sent() {
    let (url, heard) = saying(answer_bytes()).await;
    let shadow = Shadow::of(&url).await;
    let options = raw(&shadow, b"OPTIONS * HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").await;
    assert!(options.starts_with("HTTP/1.1 400"), "{options}");
    let tunnel = raw(
        &shadow,
        b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\nConnection: close\r\n\r\n",
    )
    .await;
    assert!(tunnel.starts_with("HTTP/1.1 400"), "{tunnel}");
    let long = http()
        .post(format!("{}{CHARGE}", shadow.url))
        .body(vec![b'x'; 2 * 1024 * 1024])
        .send()
        .await;
    // The connection may be closed over what it does not read.
    if let Ok(answer) = long {
        assert_eq!(answer.status().as_u16(), 413);
    }
    assert_eq!(heard.borrow().as_str(), "");
    let elsewhere = raw(
        &shadow,
        b"GET http://evil.example/v2/x HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    )
    .await;
    assert!(elsewhere.starts_with("HTTP/1.1 200"), "{elsewhere}");
    assert!(
        heard.borrow().starts_with("GET /v2/x HTTP/1.1"),
        "to the upstream, and nowhere else"
    );
}

/// The merchant has its answer before anything is compared.
#[tokio::test]
async fn a_merchant_that_leaves_costs_nothing_and_others_are_not_kept_waiting() {
    let (url, _) = saying(answer("200 OK", "{}")).await;
    let shadow = Shadow::of(&url).await;
    let address: SocketAddr = shadow.url.trim_start_matches("http://").parse().expect("an address");
    for _merchant in 0..50 {
        let mut stream = TcpStream::connect(address).await.expect("it listens");
        let half = b"POST /v2/subscribe/payment HTTP/1.1\r\nHost: h\r\nContent-Length: 99\r\n\r\n{";
        stream.write_all(half).await.expect("it reads");
    }
    let since = std::time::Instant::now();
    assert_eq!(charged(&shadow).await.status().as_u16(), 200);
    assert!(since.elapsed() < Duration::from_secs(20));
}
