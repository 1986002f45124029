//! Credentials are the store's: what one gateway gives out or ends is known to all.

use std::time::{Duration, Instant};

use domain::project::SecretKind;
use serde_json::json;

use super::{stop, two};
use testkit::endpoint::{Endpoint, Temper};
use testkit::{Merchant, PATIENCE, until};

const LOOK: &str = "/v2/lookup/order/order_1";

#[tokio::test]
async fn a_token_of_one_opens_the_other() {
    let (gateway, other) = two().await;
    let asked = json!({ "application_id": "sandbox_application_id", "private_key": "sandbox_private_key" });
    let token = gateway
        .anybody()
        .post("/v2/request/token", asked.clone())
        .await
        .expect(200);
    let token = token.text("access_token");
    let bearer = other.anybody().bearer(&token);
    assert_eq!(bearer.get(LOOK).await.status, 200);
    let again = other.anybody().post("/v2/request/token", asked).await.expect(200);
    assert_eq!(again.text("access_token"), token, "the same one for 25 minutes");
    stop(gateway, other).await;
}

#[tokio::test]
async fn a_secret_that_was_replaced_opens_neither_after_a_second() {
    let (gateway, other) = two().await;
    gateway.rotate(SecretKind::SecretKey, "fresh", Duration::ZERO).await;
    gateway.projects_read().await;
    for node in [&gateway.node, &other] {
        let old = node.merchant().get(LOOK).await;
        assert_eq!(old.verdict(), "401 APP_SK_NOT_MATCHED");
        let fresh = node.anybody().basic("sandbox_client_key", "fresh");
        assert_eq!(fresh.get(LOOK).await.status, 200);
    }
    stop(gateway, other).await;
}

/// A pause of the whole machine leaves it with what was true before.
#[tokio::test]
async fn a_secret_that_was_replaced_during_a_pause_opens_nothing_after_it() {
    let (gateway, other) = two().await;
    let frozen = gateway.node.freeze().await;
    gateway.rotate(SecretKind::SecretKey, "fresh", Duration::ZERO).await;
    // Its request is there when it wakes up, before its reader has had a turn.
    let (old, fresh) = (
        gateway.merchant(),
        gateway.anybody().basic("sandbox_client_key", "fresh"),
    );
    let waking = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        gateway.clock.advance(Duration::from_secs(60));
        drop(frozen);
    };
    let (old, fresh, ()) = tokio::join!(old.get(LOOK), fresh.get(LOOK), waking);
    assert_eq!((old.verdict().as_str(), fresh.status), ("401 APP_SK_NOT_MATCHED", 200));
    stop(gateway, other).await;
}

/// The clock stands still: nobody reads the projects again by itself.
#[tokio::test]
async fn a_project_and_a_secret_of_this_moment_open_every_gateway() {
    let (gateway, other) = two().await;
    gateway.make_project("fresh", None).await;
    gateway.rotate(SecretKind::SecretKey, "newer", Duration::ZERO).await;
    for node in [&gateway.node, &other] {
        let fresh = node.merchant_named("fresh");
        assert_eq!(fresh.get(LOOK).await.status, 200);
        let token = node.anybody().basic("fresh_application_id", "fresh_private_key");
        let token = token
            .post("/v2/request/token", json!({}))
            .await
            .expect(200)
            .text("access_token");
        assert_eq!(node.anybody().bearer(&token).get(LOOK).await.status, 200);
        let newer = node.anybody().basic("sandbox_client_key", "newer");
        assert_eq!(newer.get(LOOK).await.status, 200);
    }
    stop(gateway, other).await;
}

#[tokio::test]
async fn a_token_of_a_new_project_opens_a_gateway_that_has_not_seen_it() {
    let (gateway, other) = two().await;
    gateway.make_project("fresh", None).await;
    let pair = gateway.anybody().basic("fresh_client_key", "fresh_secret_key");
    let token = pair
        .post("/v2/request/token", json!({}))
        .await
        .expect(200)
        .text("access_token");
    assert_eq!(other.anybody().bearer(&token).get(LOOK).await.status, 200);
    stop(gateway, other).await;
}

/// What is guessed is looked for in the store four times a second and not once a guess; who guesses right is not kept out.
#[tokio::test]
async fn guesses_share_a_read_of_the_store() {
    let (gateway, other) = two().await;
    let guess = |number: u32| {
        gateway
            .anybody()
            .basic(&format!("guess_{number}"), "sandbox_secret_key")
    };
    let get = |merchant: Merchant| async move { merchant.get(LOOK).await.verdict() };
    let began = Instant::now();
    for number in 0..5 {
        assert_eq!(get(guess(number)).await, "401 APP_CLIENT_KEY_NOT_FOUND");
    }
    assert!(
        began.elapsed() >= Duration::from_millis(1000),
        "one read a guess: {:?}",
        began.elapsed()
    );
    let began = Instant::now();
    let guesses = (0..100).map(|number| tokio::spawn(get(guess(number))));
    for guessed in guesses.collect::<Vec<_>>() {
        assert_eq!(guessed.await.unwrap(), "401 APP_CLIENT_KEY_NOT_FOUND");
    }
    assert!(
        began.elapsed() < Duration::from_secs(20),
        "each waits for its own: {:?}",
        began.elapsed()
    );
    gateway.make_project("fresh", None).await;
    let crowd = (0..50).map(|number| tokio::spawn(get(guess(number))));
    let crowd: Vec<_> = crowd.collect();
    assert_eq!(get(gateway.node.merchant_named("fresh")).await, "200");
    for guessed in crowd {
        guessed.await.unwrap();
    }
    stop(gateway, other).await;
}

#[tokio::test]
async fn a_webhook_of_a_project_that_its_sender_has_not_seen_is_sent_at_the_first_try() {
    let (gateway, other) = two().await;
    let endpoint = Endpoint::start(&[Temper::Success]).await;
    gateway.make_project("fresh", Some(endpoint.url())).await;
    let merchant = gateway.node.merchant_named("fresh");
    let key = merchant.key().await;
    let receipt_id = merchant.charge(&key, json!({})).await.expect(200).text("receipt_id");
    // The other one sends it, and has not read the projects since they were two.
    let frozen = gateway.node.freeze().await;
    gateway.clock.advance(Duration::from_millis(300));
    let sent = until(PATIENCE, async || {
        let sent = gateway.deliveries(&receipt_id).await;
        let is_tried = sent.iter().any(|delivery| delivery.attempts > 0);
        if is_tried { Ok(sent) } else { Err(sent) }
    });
    let sent = sent.await;
    assert_eq!((sent.len(), sent[0].attempts, endpoint.received().len()), (1, 1, 1));
    drop(frozen);
    stop(gateway, other).await;
}
