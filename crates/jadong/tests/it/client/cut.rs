//! A connection that breaks after the debit and before the answer.

use client::{Client, Consent, KeyRequest, ReceiptStatus, Retries};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use super::sandbox::{Sandbox, builder, charge, payer, verdict};
use testkit::net::listener;

/// A way to the gateway on which the first `cuts` answers are lost: the request arrives, the answer does not come back.
async fn lossy_way(to: String, cuts: usize) -> String {
    let (listener, address) = listener().await;
    let url = format!("http://{address}");
    tokio::spawn(async move {
        for number in 0.. {
            let (client, _) = listener.accept().await.expect("a connection");
            let server = TcpStream::connect(&to).await.expect("the gateway listens");
            tokio::spawn(pass(client, server, number < cuts));
        }
    });
    url
}

async fn pass(mut client: TcpStream, mut server: TcpStream, is_cut: bool) {
    if !is_cut {
        let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
        return;
    }
    let (mut from_client, _to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let mut answer = [0; 1];
    // Both sockets are closed when the answer begins: by then it is on the gateway's disk.
    tokio::select! {
        _ = tokio::io::copy(&mut from_client, &mut to_server) => {}
        _ = from_server.read(&mut answer) => {}
    }
}

async fn client_over(sandbox: &Sandbox, cuts: usize, retries: Retries) -> Client {
    let to = sandbox.url.trim_start_matches("http://").to_owned();
    builder(&lossy_way(to, cuts).await)
        .retries(retries)
        .build()
        .expect("a client")
}

#[tokio::test]
async fn without_risk_a_charge_is_not_sent_again_and_says_that_it_is_in_doubt() {
    let sandbox = Sandbox::start(&[]).await;
    let key = sandbox.key("sub_1", "12345678901234").await;
    let client = client_over(&sandbox, 1, Retries::WithoutRisk).await;
    let lost = client
        .charge(&charge(&key, "order_1", 100))
        .await
        .expect_err("the answer is lost");
    assert!(lost.is_in_doubt() && !lost.is_retryable(), "{lost:?}");
    assert!(lost.api().is_none());
    assert_eq!(
        verdict(&client, "order_1").await.status,
        ReceiptStatus::Paid,
        "so it was right to say so"
    );
}

#[tokio::test]
async fn by_identity_the_same_charge_is_sent_again_and_debits_once() {
    let sandbox = Sandbox::start(&[]).await;
    let key = sandbox.key("sub_1", "12345678901234").await;
    let client = client_over(&sandbox, 2, Retries::ByIdentity).await;
    let paid = client
        .charge(&charge(&key, "order_1", 100))
        .await
        .expect("answered at the third time");
    assert!(paid.is_replay);
    assert_eq!(sandbox.debits().await, 1);
}

#[tokio::test]
async fn a_key_whose_publish_is_lost_is_found() {
    let sandbox = Sandbox::start(&[]).await;
    let request = KeyRequest::new("sub_1", "월 구독", payer("01012345678", "12345678901234"));
    let asked = sandbox.client().request_key(&request).await.expect("open");
    assert_eq!(asked.consent, Consent::Agreed);
    let client = client_over(&sandbox, 1, Retries::WithoutRisk).await;
    let key = client.await_key(asked.receipt_id).await.expect("found by its receipt");
    assert!(sandbox.client().lookup_key(&key.billing_key).await.is_ok());
}
