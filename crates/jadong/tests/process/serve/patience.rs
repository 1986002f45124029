//! Clients that say nothing, or say it too slowly, are let go after `client_patience`.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::gateway::{Gateway, House};

const PATIENCE: Duration = Duration::from_secs(1);
const SLACK: Duration = Duration::from_millis(1500);

async fn impatient(house: &House) -> Gateway {
    house.serve(&[("JADONG_CLIENT_PATIENCE", "1s")]).await
}

/// Sends `first`, then `drop` again and again as long as the connection takes it; gives what came back and after how
/// long the connection was closed.
async fn closed_after(address: &str, first: &str, drip: Option<&str>) -> (Duration, String) {
    let stream = TcpStream::connect(address).await.expect("connected");
    let (mut read, mut write) = stream.into_split();
    write.write_all(first.as_bytes()).await.expect("sent");
    let since = Instant::now();
    let drip = drip.map(str::to_owned);
    let dripping = tokio::spawn(async move {
        if let Some(drip) = drip {
            while write.write_all(drip.as_bytes()).await.is_ok() {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        // Still open on this side: nobody may wait for us to close.
        tokio::time::sleep(Duration::from_secs(60)).await;
        drop(write);
    });
    let mut answer = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(15), read.read_to_end(&mut answer)).await;
    let took = since.elapsed();
    dripping.abort();
    // A reset is an end as well; only silence is none.
    assert!(ended.is_ok(), "still open after {took:?}");
    (took, String::from_utf8_lossy(&answer).into_owned())
}

fn in_time(took: Duration) {
    assert!(
        took >= PATIENCE.mul_f32(0.8),
        "closed after {took:?}, before its time was over"
    );
    assert!(took <= PATIENCE + SLACK, "closed only after {took:?}");
}

#[tokio::test]
async fn a_silent_client_is_let_go() {
    let house = House::new();
    let gateway = impatient(&house).await;
    in_time(closed_after(&gateway.address(), "", None).await.0);
}

#[tokio::test]
async fn a_client_of_one_byte_is_let_go() {
    let house = House::new();
    let gateway = impatient(&house).await;
    in_time(closed_after(&gateway.address(), "P", None).await.0);
}

#[tokio::test]
async fn a_client_of_half_a_header_is_let_go() {
    let house = House::new();
    let gateway = impatient(&house).await;
    in_time(
        closed_after(&gateway.address(), "GET /healthz HTTP/1.1\r\nHost: a\r\nX-Half: ", None)
            .await
            .0,
    );
}

#[tokio::test]
async fn a_client_that_drips_its_header_is_let_go() {
    let house = House::new();
    let gateway = impatient(&house).await;
    in_time(
        closed_after(&gateway.address(), "GET /healthz HTTP/1.1\r\nX-Long: ", Some("a"))
            .await
            .0,
    );
}

/// A request whose body never arrives whole: refused, and the connection is closed.
async fn slow_body(drip: Option<&str>) {
    let house = House::new();
    let gateway = impatient(&house).await;
    let head = "POST /v2/request/subscribe/automatic-transfer HTTP/1.1\r\nHost: a\r\n\
        Authorization: Basic c2FuZGJveF9jbGllbnRfa2V5OnNhbmRib3hfc2VjcmV0X2tleQ==\r\n\
        Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n{\"pg\":";
    let (took, answer) = closed_after(&gateway.address(), head, drip).await;
    in_time(took);
    // A reset may overtake the answer where bytes are still under way.
    if drip.is_none() {
        assert!(
            answer.starts_with("HTTP/1.1 400 ") && answer.contains("BODY_NOT_JSON"),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn a_client_whose_body_stops_is_told_and_let_go() {
    slow_body(None).await;
}

#[tokio::test]
async fn a_client_that_drips_its_body_is_let_go() {
    slow_body(Some(" ")).await;
}

#[tokio::test]
async fn an_idle_kept_alive_connection_is_let_go() {
    let house = House::new();
    let gateway = impatient(&house).await;
    let (took, answer) = closed_after(&gateway.address(), "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", None).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    in_time(took);
}

#[tokio::test]
async fn the_metrics_listener_has_the_same_patience() {
    let house = House::new();
    let gateway = impatient(&house).await;
    let address = gateway
        .metrics
        .trim_start_matches("http://")
        .trim_end_matches("/metrics")
        .to_owned();
    in_time(closed_after(&address, "G", None).await.0);
}
