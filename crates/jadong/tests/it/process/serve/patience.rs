//! Clients that say nothing, say it too slowly, or do not read what they asked for, are let go after `client_patience`.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::json;
use testkit::process::{Gateway, TestDir};
use testkit::until;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

const PATIENCE: Duration = Duration::from_secs(1);
const SLACK: Duration = Duration::from_secs(5);

async fn impatient(dir: &TestDir) -> Gateway {
    dir.serve(&[("JADONG_CLIENT_PATIENCE", "1s")]).await
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
    let dir = TestDir::empty();
    let gateway = impatient(&dir).await;
    in_time(closed_after(&gateway.address(), "", None).await.0);
}

#[tokio::test]
async fn a_client_of_one_byte_is_let_go() {
    let dir = TestDir::empty();
    let gateway = impatient(&dir).await;
    in_time(closed_after(&gateway.address(), "P", None).await.0);
}

#[tokio::test]
async fn a_client_of_half_a_header_is_let_go() {
    let dir = TestDir::empty();
    let gateway = impatient(&dir).await;
    in_time(
        closed_after(&gateway.address(), "GET /healthz HTTP/1.1\r\nHost: a\r\nX-Half: ", None)
            .await
            .0,
    );
}

#[tokio::test]
async fn a_client_that_drips_its_header_is_let_go() {
    let dir = TestDir::empty();
    let gateway = impatient(&dir).await;
    in_time(
        closed_after(&gateway.address(), "GET /healthz HTTP/1.1\r\nX-Long: ", Some("a"))
            .await
            .0,
    );
}

/// A request whose body never arrives whole: refused, and the connection is closed.
async fn slow_body(drip: Option<&str>) {
    let dir = TestDir::empty();
    let gateway = impatient(&dir).await;
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

const ASK: &str = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";

#[tokio::test]
async fn an_idle_connection_is_kept_for_keep_alive() {
    let dir = TestDir::empty();
    let env = [("JADONG_CLIENT_PATIENCE", "1s"), ("JADONG_KEEP_ALIVE", "3s")];
    let gateway = dir.serve(&env).await;
    let (took, answer) = closed_after(&gateway.address(), ASK, None).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(took >= PATIENCE * 2, "closed after {took:?}");
    assert!(took <= PATIENCE * 3 + SLACK, "closed only after {took:?}");
}

/// Whoever kept a connection through a pause is answered on it, twice; and has no longer for the next head than for the first.
#[tokio::test]
async fn the_next_head_on_an_idle_connection_must_come_in_time() {
    let dir = TestDir::empty();
    let gateway = impatient(&dir).await;
    for (next, is_whole) in [(ASK, true), ("G", false), ("GET /healthz HTTP/1.1\r\nX-Half: ", false)] {
        let mut stream = TcpStream::connect(gateway.address()).await.expect("connected");
        let mut answer = [0; 4096];
        for _ in 0..2 {
            stream.write_all(ASK.as_bytes()).await.expect("sent");
            let read = stream.read(&mut answer).await.expect("an answer");
            assert!(answer[..read].starts_with(b"HTTP/1.1 200 "));
            tokio::time::sleep(PATIENCE * 2).await;
        }
        stream.write_all(next.as_bytes()).await.expect("sent");
        let since = Instant::now();
        let read = tokio::time::timeout(PATIENCE + SLACK, stream.read(&mut answer)).await;
        let read = read.expect("an answer or an end").unwrap_or(0);
        assert_eq!(read > 0, is_whole, "{next:?}");
        if !is_whole {
            in_time(since.elapsed());
        }
    }
}

#[tokio::test]
async fn the_metrics_listener_has_the_same_patience() {
    let dir = TestDir::empty();
    let gateway = impatient(&dir).await;
    in_time(closed_after(&admin(&gateway), "G", None).await.0);
}

fn admin(gateway: &Gateway) -> String {
    let address = gateway.metrics.trim_start_matches("http://");
    address.trim_end_matches("/metrics").to_owned()
}

/// Asks for the largest answer so many times, and has room for almost nothing of it.
async fn unread(address: &str, path: &str, times: usize) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4 * 1024).expect("a small one");
    let mut stream = socket
        .connect(address.parse().expect("an address"))
        .await
        .expect("connected");
    let asked = format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n").repeat(times);
    // What does not fit is as unread as the answers.
    let _ = tokio::time::timeout(Duration::from_millis(200), stream.write_all(asked.as_bytes())).await;
    stream
}

/// The connection takes the only place that there is: another one is served when it has ended.
async fn until_served(gateway: &Gateway) -> Duration {
    let since = Instant::now();
    until(testkit::PATIENCE, async || {
        let answer = gateway.merchant().try_get("/healthz").await;
        let is_served = answer.is_some_and(|answer| answer.status == 200);
        is_served.then_some(()).ok_or("still open")
    })
    .await;
    since.elapsed()
}

#[tokio::test]
async fn a_client_that_reads_nothing_is_let_go() {
    for (path, times) in [
        ("/openapi.json", 200),
        ("/openapi.json", 40),
        ("/docs/errors/PG_UNAVAILABLE", 2_000),
    ] {
        let dir = TestDir::empty();
        let env = [("JADONG_CLIENT_PATIENCE", "1s"), ("JADONG_CONNECTIONS_MAX", "1")];
        let gateway = dir.serve(&env).await;
        let open = unread(&gateway.address(), path, times).await;
        let took = until_served(&gateway).await;
        assert!(took <= PATIENCE + SLACK, "{path}: closed only after {took:?}");
        drop(open);
    }
}

/// Asks for 3,000 answers, reads nothing for so long, and then what there is: not all of them, and an end.
async fn assert_ended(address: &str, path: &str, patience: Duration) {
    let mut open = unread(address, path, 3_000).await;
    tokio::time::sleep(patience + SLACK).await;
    let mut answers = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(20), open.read_to_end(&mut answers)).await;
    assert!(ended.is_ok(), "still sending after {} bytes", answers.len());
    let whole = String::from_utf8_lossy(&answers).matches("HTTP/1.1 200").count();
    assert!(whole < 3_000, "all were answered: the test asks for too little");
}

#[tokio::test]
async fn the_metrics_listener_lets_go_of_those_who_read_nothing_too() {
    let dir = TestDir::empty();
    let gateway = impatient(&dir).await;
    assert_ended(&admin(&gateway), "/metrics", PATIENCE).await;
}

#[tokio::test]
async fn so_does_the_simulated_pg() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let address = gateway.pg().url.trim_start_matches("http://").to_owned();
    assert_ended(&address, "/control/ledger", Duration::from_secs(10)).await;
}

/// Reading little by little, for many times the patience.
#[tokio::test]
async fn a_slow_reader_gets_everything() {
    let dir = TestDir::empty();
    let gateway = impatient(&dir).await;
    let mut stream = unread(&gateway.address(), "/openapi.json", 2).await;
    let (mut read, mut piece) = (Vec::new(), [0; 4 * 1024]);
    let since = Instant::now();
    while !is_whole(&read) {
        let count = stream.read(&mut piece).await.expect("not cut");
        assert!(count > 0, "ended after {} bytes and {:?}", read.len(), since.elapsed());
        read.extend_from_slice(&piece[..count]);
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
    assert!(since.elapsed() > 3 * PATIENCE, "{:?} is not slow", since.elapsed());
}

/// Whether both answers are there.
fn is_whole(read: &[u8]) -> bool {
    let text = String::from_utf8_lossy(read);
    let lengths: Vec<usize> = text
        .lines()
        .filter_map(|line| line.strip_prefix("content-length: "))
        .filter_map(|length| length.trim().parse().ok())
        .collect();
    lengths.len() == 2 && read.len() >= lengths.iter().sum::<usize>()
}

/// A customer who is waited for, and a stream on which nothing happens, are no unread answers.
#[tokio::test]
async fn a_connection_on_which_nothing_is_written_is_not_let_go() {
    let dir = TestDir::empty();
    let env = [("JADONG_CLIENT_PATIENCE", "1s"), ("JADONG_CONSENT_HOLD", "4s")];
    let gateway = dir.serve(&env).await;
    let api = gateway.merchant();
    let held = api
        .ask(json!({ "subscription_id": "sub_1", "phone": "01000000007" }))
        .await;
    assert_eq!((held.status, held.number("status")), (200, Some(41)), "{}", held.body);
}

#[tokio::test]
async fn those_who_read_nothing_do_not_hold_up_a_stop() {
    let dir = TestDir::empty();
    let mut gateway = dir.serve(&[]).await;
    let mut open = Vec::new();
    for _client in 0..50 {
        open.push(unread(&gateway.address(), "/openapi.json", 40).await);
    }
    let asked = Instant::now();
    gateway.process.signal(Signal::TERM);
    let status = gateway
        .process
        .ended(Duration::from_secs(15))
        .await
        .expect("it ends soon");
    assert_eq!(status.code(), Some(0), "{}", dir.log_text());
    assert!(asked.elapsed() < Duration::from_secs(8), "{:?}", asked.elapsed());
    drop(open);
}
