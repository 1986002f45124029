//! The console of a sandbox behind proxies, and streams that end with what they were opened by.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::process::console::browser::{Browser, user};
use testkit::Merchant;
use testkit::process::TestDir;

const PASSWORD: &str = "correct horse battery";

#[tokio::test]
async fn whatever_a_proxy_adds_closes_it() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    for (name, value) in [
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "sandbox.example.com"),
        ("x-forwarded-port", "443"),
        ("forwarded", "proto=https"),
        ("via", "1.1 varnish"),
        ("x-real-ip", "203.0.113.9"),
        ("cf-ray", "1"),
    ] {
        let proxied = Browser::at(&gateway.url).with(name, value);
        let page = proxied.get("/console/audit").await;
        assert_eq!(
            (page.status, page.header("location")),
            (303, "/console/sign-in"),
            "{name}"
        );
        let act = proxied.post("/console/faults", "act=clear").await;
        assert_eq!(act.status, 403, "{name}");
    }
    // nginx with a plain `proxy_pass` adds none, and speaks HTTP/1.0.
    let mut stream = TcpStream::connect(gateway.address()).await.expect("connected");
    let asked = format!(
        "GET /console/audit HTTP/1.0\r\nHost: {}\r\nConnection: close\r\n\r\n",
        gateway.address()
    );
    stream.write_all(asked.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.contains(" 303 ") && !answer.contains("local"), "{answer}");
    assert_eq!(Browser::at(&gateway.url).get("/console/audit").await.status, 200);
    gateway.process.stop().await;
}

#[tokio::test]
async fn what_is_said_of_a_proxy_or_of_a_public_address_closes_it() {
    for (env, expected) in [
        (&[("JADONG_BEHIND_PROXY", "true")][..], 303),
        (&[("JADONG_BEHIND_PROXY", "true"), ("JADONG_TRUSTED_PROXIES", "1")], 303),
        (&[("JADONG_PUBLIC_URL", "https://sandbox.example.com")], 303),
        (&[("JADONG_PUBLIC_URL", "http://192.168.0.7:4141")], 303),
        (&[("JADONG_PUBLIC_URL", "http://localhost:4141")], 200),
    ] {
        let dir = TestDir::empty();
        let gateway = dir.serve(env).await;
        let page = Browser::at(&gateway.url).get("/console/receipts").await;
        assert_eq!(page.status, expected, "{env:?}");
        gateway.process.stop().await;
    }
}

#[tokio::test]
async fn behind_a_proxy_nobody_is_kept_out_by_who_guesses_at_another_name() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[("JADONG_BEHIND_PROXY", "true")]).await;
    for name in ["kim", "lee"] {
        assert_eq!(user(&dir, &["add", name], PASSWORD).await.code, Some(0));
    }
    let guesses = (0..20).map(|_| {
        let mut guesser = Browser::at(&gateway.url);
        tokio::spawn(async move { guesser.sign_in("kim", "wrong horse battery").await })
    });
    let mut statuses = Vec::new();
    for guess in guesses.collect::<Vec<_>>() {
        statuses.push(guess.await.expect("a guess"));
    }
    assert!(statuses.contains(&429), "{statuses:?}");
    assert_eq!(Browser::at(&gateway.url).sign_in("lee", PASSWORD).await, 303);
    gateway.process.stop().await;
}

/// Opens a stream of events, and waits until it ends; gives how long it took from `then` on.
async fn ends_after(address: &str, head: &str, then: impl Future<Output = ()>) -> Duration {
    let mut stream = TcpStream::connect(address).await.expect("connected");
    stream.write_all(head.as_bytes()).await.expect("sent");
    let mut piece = [0; 4096];
    let length = stream.read(&mut piece).await.expect("an answer");
    let begun = String::from_utf8_lossy(&piece[..length]).into_owned();
    assert!(begun.starts_with("HTTP/1.1 200 "), "{begun}");
    then.await;
    let since = Instant::now();
    let mut text = begun;
    while !text.ends_with("0\r\n\r\n") {
        let next = tokio::time::timeout(testkit::PATIENCE, stream.read(&mut piece)).await;
        let length = next.expect("the stream ends").unwrap_or(0);
        if length == 0 {
            break;
        }
        text.push_str(&String::from_utf8_lossy(&piece[..length]));
    }
    since.elapsed()
}

#[tokio::test]
async fn a_pages_stream_ends_with_its_session() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    assert_eq!(user(&dir, &["add", "kim"], PASSWORD).await.code, Some(0));
    let mut kim = Browser::elsewhere(&gateway.url);
    let stream = |kim: &Browser| {
        format!(
            "GET /console/live HTTP/1.1\r\nHost: console.example\r\nAccept: text/event-stream\r\n\
             Cookie: jadong_session={}\r\n\r\n",
            kim.token()
        )
    };
    assert_eq!(kim.sign_in("kim", PASSWORD).await, 303);
    let head = stream(&kim);
    ends_after(&gateway.address(), &head, async {
        assert_eq!(kim.post("/console/sign-out", "").await.status, 303);
    })
    .await;
    assert_eq!(kim.sign_in("kim", PASSWORD).await, 303);
    let head = stream(&kim);
    ends_after(&gateway.address(), &head, async {
        assert_eq!(user(&dir, &["remove", "kim"], "").await.code, Some(0));
    })
    .await;
    gateway.process.stop().await;
}

#[tokio::test]
async fn a_listeners_stream_and_a_token_end_with_the_secret_they_came_by() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = gateway.merchant();
    let asked = json!({ "application_id": "sandbox_application_id", "private_key": "sandbox_private_key" });
    let token = api.post("/v2/request/token", asked).await.text("access_token");
    let bearer = format!("GET /sandbox/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\r\n");
    let basic = "GET /sandbox/events HTTP/1.1\r\nHost: a\r\n\
        Authorization: Basic c2FuZGJveF9jbGllbnRfa2V5OnNhbmRib3hfc2VjcmV0X2tleQ==\r\n\r\n";
    let address = gateway.address();
    let rotate = async {
        let args = ["project", "rotate-key", "sandbox", "--overlap", "0s"];
        dir.run(&args, &[]).await.success();
    };
    let waiting = async { tokio::time::sleep(Duration::from_millis(500)).await };
    let (_, took) = tokio::join!(
        ends_after(&address, &bearer, waiting),
        ends_after(&address, basic, rotate)
    );
    assert!(took < Duration::from_secs(20), "{took:?}");
    let late = Merchant::at(&gateway.url).bearer(&token);
    let late = late.get("/v2/receipt/66542dfb4d18d5fc7b43e1b6").await;
    assert_eq!(late.status, 401, "the token has ended too");
    gateway.process.stop().await;
}
