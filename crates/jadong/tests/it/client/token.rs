//! Legacy credentials: a token is asked for once, shared, and renewed once when it is not taken any more.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use client::{Client, Credentials, ErrorCode, Exchange, Observer, ReceiptId, UserData};

use tokio::net::TcpStream;
use tokio::sync::watch;

use super::sandbox::{Sandbox, charge};
use testkit::net::listener;

#[derive(Default)]
struct Seen(Mutex<Vec<(String, Option<u16>)>>);

impl Observer for Seen {
    fn exchanged(&self, exchange: &Exchange<'_>) {
        assert!(
            !exchange.sent.is_some_and(|sent| sent.contains("sandbox_private_key")),
            "the secret is shown"
        );
        let path = exchange.path.trim_start_matches("/v2/").to_owned();
        self.0.lock().expect("no panic").push((path, exchange.status));
    }
}

impl Seen {
    fn take(&self) -> Vec<(String, Option<u16>)> {
        std::mem::take(&mut *self.0.lock().expect("no panic"))
    }

    fn tokens(&self) -> usize {
        self.take().iter().filter(|(path, _)| path == "request/token").count()
    }
}

fn legacy(url: &str, private_key: &str) -> (Client, Arc<Seen>) {
    let seen = Arc::new(Seen::default());
    let client = Client::builder(Credentials::legacy("sandbox_application_id", private_key));
    let client = client.base_url(url).no_proxy().observer(seen.clone()).build();
    (client.expect("a client"), seen)
}

#[tokio::test]
async fn many_calls_share_one_token() {
    let sandbox = Sandbox::start(&[]).await;
    let (client, seen) = legacy(&sandbox.url, "sandbox_private_key");
    let unknown = ReceiptId::from("66550abf3324a61b141f9205");
    let calls = (0..20).map(|_| {
        let (client, unknown) = (client.clone(), unknown.clone());
        tokio::spawn(async move { client.lookup_receipt(&unknown, UserData::Without).await })
    });
    for call in calls.collect::<Vec<_>>() {
        let error = call.await.expect("no panic").expect_err("no such receipt");
        assert_eq!(error.code(), Some(&ErrorCode::ReceiptNotFound));
    }
    assert_eq!(seen.tokens(), 1);
    let token = client.access_token().await.expect("a token");
    assert!(token.expires_in().as_secs() > 1_500 && !format!("{token:?}").contains("token: \""));
}

/// A way to one gateway and then to another, which has never heard of the first one's tokens.
async fn switching_way(from: &Sandbox, to: &Sandbox) -> (String, watch::Sender<String>) {
    let (listener, address) = listener().await;
    let url = format!("http://{address}");
    let (switch, mut switched) = watch::channel(address_of(from));
    assert_ne!(address_of(from), address_of(to));
    tokio::spawn(async move {
        loop {
            let (mut client, _) = listener.accept().await.expect("a connection");
            let address = switched.borrow_and_update().clone();
            let mut server = TcpStream::connect(address).await.expect("the gateway listens");
            let mut until = switched.clone();
            tokio::spawn(async move {
                tokio::select! {
                    _ = tokio::io::copy_bidirectional(&mut client, &mut server) => {}
                    _ = until.changed() => {}
                }
            });
        }
    });
    (url, switch)
}

fn address_of(sandbox: &Sandbox) -> String {
    sandbox.url.trim_start_matches("http://").to_owned()
}

#[tokio::test]
async fn a_token_that_is_not_taken_any_more_is_renewed_once_and_the_charge_goes_through() {
    let (first, second) = (Sandbox::start(&[]).await, Sandbox::start(&[]).await);
    let key = second.key("sub_1", "12345678901234").await;
    let (url, switch) = switching_way(&first, &second).await;
    let (client, seen) = legacy(&url, "sandbox_private_key");
    client.access_token().await.expect("a token of the first");
    seen.take();
    switch.send(address_of(&second)).expect("it is listened to");
    // Until the client has noticed that its connection to the first is closed.
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(client.charge(&charge(&key, "order_1", 100)).await.is_ok());
    let paths = seen.take();
    let expected = [
        ("subscribe/payment", Some(401)),
        ("request/token", Some(200)),
        ("subscribe/payment", Some(200)),
    ];
    assert_eq!(paths, expected.map(|(path, status)| (path.to_owned(), status)));
    assert_eq!(second.debits().await, 1);
}

#[tokio::test]
async fn wrong_credentials_are_refused_once() {
    let sandbox = Sandbox::start(&[]).await;
    let (client, seen) = legacy(&sandbox.url, "wrong");
    let error = client.lookup_order(&"order".into()).await.expect_err("no token");
    assert_eq!(error.code(), Some(&ErrorCode::SecretNotMatched));
    assert_eq!(seen.take().len(), 1);
    let keys = Client::builder(Credentials::keys("sandbox_client_key", "wrong"))
        .base_url(&sandbox.url)
        .no_proxy();
    let error = keys
        .build()
        .expect("a client")
        .lookup_order(&"order".into())
        .await
        .expect_err("no access");
    assert_eq!(error.code(), Some(&ErrorCode::SecretNotMatched));
    assert!(!error.is_retryable() && !error.is_in_doubt());
}
