//! What leaves, and when: against a PG of a few lines that keeps every byte it was sent.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::{EpochMs, Won};
use seams::{Clock, SystemClock};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::connector::{CallTime, DebitRequest, SendBy};
use crate::nicepay::NicePaySettings;

/// What a PG was sent, connection by connection.
type Received = Arc<Mutex<Vec<String>>>;

const REFUSAL: &str = r#"{"resultCode":"4001","resultMsg":"no"}"#;

/// Answers each request of a connection, and closes it after `answers`.
async fn pg(answers: usize) -> (String, Received) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let received = Received::default();
    let kept = received.clone();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(serve(socket, kept.clone(), answers));
        }
    });
    (url, received)
}

async fn serve(mut socket: TcpStream, kept: Received, answers: usize) {
    let number = {
        let mut kept = kept.lock().unwrap();
        kept.push(String::new());
        kept.len() - 1
    };
    let (mut buffer, mut answered) = ([0; 4096], 0);
    while answered < answers {
        let read = socket.read(&mut buffer).await.unwrap_or(0);
        if read == 0 {
            return;
        }
        let text = String::from_utf8_lossy(&buffer[..read]);
        kept.lock().unwrap()[number].push_str(&text);
        // A body is the last thing of a request, and ends so.
        if text.ends_with('}') {
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", REFUSAL.len());
            socket.write_all(format!("{head}{REFUSAL}").as_bytes()).await.unwrap();
            answered += 1;
        }
    }
}

fn connector(url: &str, clock: Arc<dyn Clock>) -> NicePay {
    let second = Duration::from_secs(1);
    let settings = NicePaySettings {
        base_url: url.to_owned(),
        client_key: "a".to_owned(),
        secret_key: "0".repeat(32).into(),
        connect_timeout: second,
        read_timeout: 2 * second,
        calls_max: 4,
        queue_wait: second,
    };
    NicePay::new(settings, clock).unwrap()
}

fn order(number: usize) -> DebitRequest {
    DebitRequest {
        order_id: format!("order-{number}-"),
        bid: "bid".to_owned(),
        order_name: "구독".to_owned(),
        price: Won::new(1000).unwrap(),
        tax_free: Won::ZERO,
    }
}

fn is_answered<T, R>(outcome: &Outcome<T, R>) -> bool {
    matches!(outcome, Outcome::Refused { .. })
}

/// How often an order's body has arrived.
fn arrived(received: &Received, number: usize) -> usize {
    let received = received.lock().unwrap();
    received
        .iter()
        .map(|text| text.matches(&format!("order-{number}-")).count())
        .sum()
}

/// A machine that stands still for an hour: from the `last`th look on, its clock, or the one that nobody can set, is so much on.
struct Stopped {
    looks: AtomicUsize,
    last: usize,
    wall_ms: i64,
    steady_ms: i64,
}

const HOUR_MS: i64 = 3_600_000;

impl Stopped {
    fn after(last: usize, wall_ms: i64, steady_ms: i64) -> Arc<dyn Clock> {
        Arc::new(Self {
            looks: AtomicUsize::new(0),
            last,
            wall_ms,
            steady_ms,
        })
    }
}

impl Clock for Stopped {
    fn now_ms(&self) -> i64 {
        let looked = self.looks.fetch_add(1, Ordering::Relaxed);
        if looked < self.last { 0 } else { self.wall_ms }
    }

    fn elapsed_ms(&self) -> i64 {
        if self.looks.load(Ordering::Relaxed) <= self.last {
            0
        } else {
            self.steady_ms
        }
    }

    fn sleep_until(&self, _: i64) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(std::future::pending())
    }
}

fn at(clock: &dyn Clock) -> CallTime {
    CallTime::of_machine(EpochMs(0)).sent_by(SendBy::within(Duration::from_secs(10), clock))
}

/// The looks: when the limit is set, before the wait for a turn, after it, and when the body is asked for.
#[tokio::test]
async fn a_call_whose_machine_stood_still_does_not_leave() {
    let (url, received) = pg(1).await;
    // The one clock may stop with the machine, or be set back while it stands.
    for (wall_ms, steady_ms) in [(HOUR_MS, 0), (0, HOUR_MS), (HOUR_MS, HOUR_MS), (-HOUR_MS, HOUR_MS)] {
        for last in 1..3 {
            let clock = Stopped::after(last, wall_ms, steady_ms);
            let pg = connector(&url, clock.clone());
            let outcome = pg.charge_call(order(last), at(&*clock)).await;
            let case = (last, wall_ms, steady_ms);
            assert_eq!(outcome, Outcome::NotSent(Unsent::Late), "{case:?}");
            assert_eq!(received.lock().unwrap().len(), 0, "{case:?}: not even a connection");
        }
    }
    for (wall_ms, steady_ms) in [(HOUR_MS, 0), (0, HOUR_MS)] {
        let clock = Stopped::after(3, wall_ms, steady_ms);
        let on_the_wire = connector(&url, clock.clone()).charge_call(order(3), at(&*clock)).await;
        assert_eq!(on_the_wire, Outcome::NotSent(Unsent::Late), "{wall_ms} {steady_ms}");
        assert_eq!(arrived(&received, 3), 0);
    }
    let clock = Stopped::after(4, HOUR_MS, HOUR_MS);
    let in_time = connector(&url, clock.clone()).charge_call(order(4), at(&*clock)).await;
    assert!(is_answered(&in_time), "{in_time:?}");
    assert_eq!(arrived(&received, 4), 1);
}

/// Its own look-ups go on, however late it is.
#[tokio::test]
async fn a_call_without_a_limit_leaves_whenever_it_comes_to_it() {
    let (url, received) = pg(1).await;
    let clock = Stopped::after(0, HOUR_MS, HOUR_MS);
    let pg = connector(&url, clock);
    let asked = pg.charge_call(order(1), CallTime::of_machine(EpochMs(0)));
    assert!(is_answered(&asked.await));
    assert_eq!(arrived(&received, 1), 1);
}

/// A connection that the PG has closed since is noticed before a byte of the body is given to it: the call goes out on a new one,
/// also though its body cannot be cloned.
#[tokio::test]
async fn a_pg_that_closes_idle_connections_is_asked_once_and_answers() {
    let (url, received) = pg(1).await;
    let pg = connector(&url, Arc::new(SystemClock));
    for number in 0..40 {
        let outcome = pg.charge_call(order(number), at(&SystemClock)).await;
        assert!(is_answered(&outcome), "{number}: {outcome:?}");
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
    for number in 0..40 {
        assert_eq!(arrived(&received, number), 1, "{number}");
    }
}

/// Where the close crosses the call, nobody knows: it is never sent again, and never called unsent once it may have arrived.
#[tokio::test]
async fn a_close_that_crosses_the_call_never_doubles_it() {
    let (url, received) = pg(1).await;
    let pg = connector(&url, Arc::new(SystemClock));
    for number in 0..200 {
        let outcome = pg.charge_call(order(number), at(&SystemClock)).await;
        let arrived = arrived(&received, number);
        assert!(arrived <= 1, "{number}: {arrived} times");
        match outcome {
            Outcome::NotSent(_) => assert_eq!(arrived, 0, "{number}"),
            Outcome::Unknown(_) => {}
            answered => assert!(is_answered(&answered) && arrived == 1, "{number}: {answered:?}"),
        }
    }
}

/// A PG that takes connections and reads nothing: what it was given is unknown, not unsent.
#[tokio::test]
async fn what_was_given_to_a_silent_pg_is_unknown() {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let pg = connector(
        &format!("http://{}", listener.local_addr().unwrap()),
        Arc::new(SystemClock),
    );
    let outcome = pg.charge_call(order(1), at(&SystemClock)).await;
    assert_eq!(outcome, Outcome::Unknown(Unknown::TimedOut));
}
