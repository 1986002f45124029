//! More connections than there may be.

use std::time::Duration;

use serde_json::json;
use testkit::process::TestDir;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

#[tokio::test]
async fn one_connection_too_many_is_told_so_in_a_whole_answer() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[("JADONG_CONNECTIONS_MAX", "2")]).await;
    let mut open = Vec::new();
    for _ in 0..2 {
        open.push(TcpStream::connect(gateway.address()).await.expect("connected"));
    }
    // Both must have been accepted before the third comes.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let mut third = TcpStream::connect(gateway.address()).await.expect("connected");
    let mut answer = String::new();
    let read = third.read_to_string(&mut answer);
    tokio::time::timeout(testkit::PATIENCE, read)
        .await
        .expect("at once")
        .expect("whole");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    assert!(head.starts_with("HTTP/1.1 503 "), "{head}");
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .expect("a length");
    assert_eq!(length.parse::<usize>().expect("a number"), body.len(), "{body}");
    let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
    assert_eq!(body["error_code"], "GATEWAY_OVERLOADED");
    assert!(body["message"].is_string());
    let doc = body["doc"].as_str().expect("where it is explained");
    assert!(doc.ends_with("/docs/errors/GATEWAY_OVERLOADED"), "{doc}");

    // Room again once somebody has left.
    drop(open);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(gateway.merchant().get("/healthz").await.status, 200);
}

/// What an HTTP client sees, which sends its request before it reads.
#[tokio::test]
async fn a_client_that_is_turned_away_reads_the_whole_answer() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[("JADONG_CONNECTIONS_MAX", "2")]).await;
    let open = [
        TcpStream::connect(gateway.address()).await.expect("connected"),
        TcpStream::connect(gateway.address()).await.expect("connected"),
    ];
    tokio::time::sleep(Duration::from_millis(200)).await;
    for _ in 0..20 {
        let answer = gateway.merchant().ask(json!({})).await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (503, "GATEWAY_OVERLOADED"),
            "{}",
            answer.body
        );
    }
    drop(open);
}
