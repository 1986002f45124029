//! What every answer carries, and what becomes of a connection whose request was answered before it was read.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::process::commands::https::certificate;
use testkit::process::TestDir;

/// Sends bytes, and gives everything until the connection ends or is silent for a second.
async fn exchanged(address: &str, sent: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.expect("connected");
    stream.write_all(sent).await.expect("sent");
    let mut answer = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(Ok(length @ 1..)) =
        tokio::time::timeout(std::time::Duration::from_secs(1), stream.read(&mut piece)).await
    {
        answer.extend_from_slice(&piece[..length]);
    }
    String::from_utf8_lossy(&answer).to_lowercase()
}

#[tokio::test]
async fn an_answer_before_the_body_was_read_reads_it_away_or_says_that_the_connection_ends() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let address = gateway.address();
    let next = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
    // Refused for its credentials: nobody reads its body.
    let head = "POST /v2/cancel HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
    let short = exchanged(
        &address,
        format!("{head}Content-Length: 9\r\n\r\n{{\"a\": 1 }}{next}").as_bytes(),
    )
    .await;
    assert!(
        short.starts_with("http/1.1 401 ") && short.contains("http/1.1 200 "),
        "{short}"
    );
    assert!(!short.contains("connection: close"), "{short}");

    let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n5\r\n{{\"a\":\r\n2\r\n1}}\r\n0\r\n\r\n{next}");
    let chunked = exchanged(&address, chunked.as_bytes()).await;
    assert!(
        chunked.contains("http/1.1 401 ") && chunked.contains("http/1.1 200 "),
        "{chunked}"
    );

    for unread in [
        format!("{head}Content-Length: 5000\r\n\r\n{{\"a\":"),
        format!("{head}Content-Length: 500000000\r\n\r\n{{"),
        format!("{head}Transfer-Encoding: chunked\r\n\r\n5\r\n{{\"a\":\r\n"),
        format!("{head}Expect: 100-continue\r\nContent-Length: 9\r\n\r\n"),
        "POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 700\r\n\r\n".to_owned(),
        "POST /console/sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n".to_owned(),
    ] {
        let answer = exchanged(&address, unread.as_bytes()).await;
        assert!(answer.starts_with("http/1.1 4"), "{unread}: {answer}");
        assert!(answer.contains("\r\nconnection: close\r\n"), "{unread}: {answer}");
        assert!(!answer.contains("100 continue"), "{unread}: {answer}");
    }
    gateway.process.stop().await;
}

#[tokio::test]
async fn every_answer_is_kept_by_nobody_and_a_second_host_is_refused() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    for path in [
        "/healthz",
        "/v2/receipt/1",
        "/nowhere",
        "/openapi.json",
        "/docs",
        "/manual/en",
        "/sandbox/phone",
    ] {
        let answer = exchanged(
            &gateway.address(),
            format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes(),
        )
        .await;
        assert!(
            answer.contains("\r\nx-content-type-options: nosniff\r\n"),
            "{path}: {answer}"
        );
        assert!(answer.contains("\r\ncache-control: "), "{path}: {answer}");
        assert!(!answer.contains("strict-transport-security"), "{path}: {answer}");
    }
    let body = r#"{"application_id":"sandbox_application_id","private_key":"sandbox_private_key"}"#;
    let token = format!(
        "POST /v2/request/token HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let token = exchanged(&gateway.address(), token.as_bytes()).await;
    assert!(
        token.starts_with("http/1.1 200 ") && token.contains("access_token"),
        "{token}"
    );
    assert!(token.contains("\r\ncache-control: no-store\r\n"), "{token}");
    for second in ["Host: b", "host: a", "Host:"] {
        let two = format!("GET /healthz HTTP/1.1\r\nHost: a\r\n{second}\r\n\r\n");
        let answer = exchanged(&gateway.address(), two.as_bytes()).await;
        assert!(
            answer.starts_with("http/1.1 400 ") && answer.contains("connection: close"),
            "{second}: {answer}"
        );
    }
    gateway.process.stop().await;
}

#[tokio::test]
async fn over_tls_browsers_are_told_to_come_back_over_tls() {
    let dir = TestDir::empty();
    let (certificates, key) = certificate(&dir, (2020, 1, 1), (2099, 1, 1));
    let tls = [
        ("JADONG_TLS_CERTIFICATES", certificates.as_str()),
        ("JADONG_TLS_KEY", key.as_str()),
    ];
    let gateway = dir.serve(&tls).await;
    let root = reqwest::Certificate::from_pem(&std::fs::read(&certificates).expect("a file")).expect("a certificate");
    let http = reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([root])
        .build()
        .expect("a client");
    let url = format!("{}/v2/receipt/1", gateway.url);
    let answer = http.get(&url).send().await.expect("an answer");
    let policy = |answer: &reqwest::Response| answer.headers().get("strict-transport-security").cloned();
    assert_eq!(policy(&answer).expect("the header"), "max-age=31536000");
    let local = http
        .get(&url)
        .header("host", "localhost:4141")
        .send()
        .await
        .expect("an answer");
    assert_eq!(policy(&local), None, "localhost is every program's");
    gateway.process.stop().await;
}
