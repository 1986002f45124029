//! A webhook is sent again at once, also in a project whose clock was moved.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::process::console::browser::Browser;
use testkit::process::TestDir;
use testkit::process::api::Api;

const ANSWER: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 16\r\nconnection: close\r\n\r\n{\"success\":true}";

/// Takes every webhook, and counts them.
async fn endpoint() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
    let got = Arc::new(AtomicUsize::new(0));
    let counted = got.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 16 * 1024];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(ANSWER.as_bytes()).await;
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });
    (url, got)
}

async fn until(got: &AtomicUsize, wanted: usize) {
    for _look in 0..100 {
        if got.load(Ordering::SeqCst) >= wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{} of {wanted} webhooks", got.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_moved_clock_does_not_put_it_off() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = Api::new(&gateway.url);
    let (url, got) = endpoint().await;
    let (_, key) = api.issue("sub_1", "01012345678").await;
    let skip = json!({ "advance": "40d" }).to_string();
    api.call(Method::POST, "/sandbox/clock", Some(skip))
        .await
        .expect("an answer");
    let body =
        json!({"billing_key": key, "order_name": "구독", "price": 9900, "order_id": "order-1", "feedback_url": url});
    let paid = api
        .call(Method::POST, "/v2/subscribe/payment", Some(body.to_string()))
        .await;
    let receipt = paid.expect("an answer").text("receipt_id");
    until(&got, 1).await;
    let browser = Browser::at(&gateway.url);
    let path = format!("/console/receipts/{receipt}/webhooks/");
    let mut resend = None;
    // It is written down as delivered a moment after it was.
    for _look in 0..50 {
        let page = browser.get(&format!("/console/receipts/{receipt}")).await;
        let form = page.body.split("action=\"").find(|part| part.starts_with(&path));
        resend = form.and_then(|part| part.split('"').next()).map(str::to_owned);
        if resend.is_some() && page.body.contains("전달됨") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let sent = browser.post(&resend.expect("a form"), "").await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    until(&got, 2).await;
    gateway.process.stop().await;
}
