//! A project whose PG is Toss Pay: its customers agree on a page.

use std::time::Duration;

use serde_json::{Value, json};
use testkit::endpoint::{Endpoint, Temper};
use testkit::{Answer, PgUnderTest, TestGateway};

const MINUTE: Duration = Duration::from_secs(60);

async fn gateway() -> TestGateway {
    TestGateway::with(|plan| {
        plan.pg = PgUnderTest::Tosspay;
        plan.pg_read_timeout = Duration::from_millis(400);
    })
    .await
}

/// The customer's finger, on the page at the link.
async fn click(link: &str, act: &str) -> u16 {
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    let clicked = http.build().unwrap().post(format!("{link}/{act}")).send().await;
    clicked.unwrap().status().as_u16()
}

fn link_of(asked: &Answer) -> String {
    asked.json()["consent_url"].as_str().expect("a link").to_owned()
}

async fn eventually_published(gateway: &TestGateway, receipt_id: &str) -> String {
    let merchant = gateway.merchant();
    gateway
        .eventually(async || {
            let published = merchant.publish(receipt_id).await;
            (published.verdict() == "200").then(|| published.text("billing_key"))
        })
        .await
}

async fn status(gateway: &TestGateway, receipt_id: &str, is_wanted: impl Fn(&Value) -> bool) -> Value {
    let merchant = gateway.merchant();
    gateway
        .eventually(async || Some(merchant.look_up(receipt_id).await).filter(|seen| is_wanted(seen)))
        .await
}

#[tokio::test]
async fn a_link_is_clicked_and_becomes_a_key_whose_lost_debits_are_found_and_lost_refunds_done_once() {
    let gateway = gateway().await;
    let endpoint = Endpoint::start(&[Temper::Success]).await;
    gateway.send_webhooks_to(&endpoint.url()).await;
    let merchant = gateway.merchant();
    // Nobody waits for a customer who has only just got the link.
    let asked = merchant.ask(json!({})).await.expect(200);
    assert_eq!(asked.header("jadong-consent"), Some("waiting"));
    let (receipt_id, link) = (asked.text("receipt_id"), link_of(&asked));
    assert_eq!(asked.json()["status"], json!(41));
    let again = merchant.ask(json!({})).await.expect(200);
    assert!(again.is_replayed());
    assert_eq!(
        (again.text("receipt_id"), link_of(&again)),
        (receipt_id.clone(), link.clone())
    );
    assert_eq!(merchant.look_up(&receipt_id).await["consent_url"], json!(link));
    let early = merchant.publish(&receipt_id).await;
    assert_eq!(early.verdict(), "400 SUBSCRIBE_REQUEST_FAILED");

    assert_eq!(click(&link, "agree").await, 303);
    let key = eventually_published(&gateway, &receipt_id).await;
    assert_eq!(merchant.look_up(&receipt_id).await.get("consent_url"), None);
    let ledger = gateway.pg.ledger().await;
    assert_eq!(ledger.keys_of(&receipt_id), 1);

    let paid = merchant
        .charge(&key, json!({ "order_id": "order_1" }))
        .await
        .expect(200);
    gateway.pg.fault("charge", "drop-after", 1).await;
    let lost = merchant.charge(&key, json!({ "order_id": "order_2" })).await;
    assert_eq!(lost.verdict(), "400 RC_CONFIRM_CRITICAL_FAILED");
    let payment = lost.text("receipt_id");
    status(&gateway, &payment, |seen| seen["status"] == json!(1)).await;
    let again = merchant
        .charge(&key, json!({ "order_id": "order_2" }))
        .await
        .expect(200);
    assert!(again.is_replayed());

    gateway.pg.fault("cancel", "drop-after", 1).await;
    let lost = merchant
        .cancel(&payment, json!({ "cancel_price": 300, "cancel_id": "part" }))
        .await;
    assert_eq!(lost.verdict(), "400 RC_CANCEL_CRITICAL_ERROR");
    status(&gateway, &payment, |seen| seen["cancelled_price"] == json!(300)).await;
    merchant.cancel(&payment, json!({})).await.expect(200);
    let ledger = gateway.pg.ledger().await;
    assert_eq!(
        (ledger.debited(&payment), ledger.debited(&paid.text("receipt_id"))),
        ((1, 0), (1, 1000))
    );
    assert_eq!(ledger.requests.charge, 2, "none is sent again");
    assert_eq!(ledger.requests.cancel, 3, "the lost one was, and gave back once");

    let told = gateway.webhooks_of(&payment).await;
    let kinds: Vec<_> = told.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(
        kinds,
        ["PAYMENT_COMPLETED", "PAYMENT_PARTIAL_CANCELLED", "PAYMENT_CANCELLED"]
    );
    merchant
        .delete(&format!("/v2/subscribe/billing_key/{key}"))
        .await
        .expect(200);
    let dead = merchant.charge(&key, json!({ "order_id": "order_3" })).await;
    assert_eq!(dead.verdict(), "400 SUBSCRIBE_BK_EXPIRED");
    gateway.stop().await;
}

#[tokio::test]
async fn a_refusal_ends_the_consent() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    // By its own name too.
    let asked = merchant.ask(json!({ "pg": "토스페이" })).await.expect(200);
    assert_eq!(asked.json()["pg"], json!("토스페이"));
    assert_eq!(click(&link_of(&asked), "refuse").await, 303);
    let receipt_id = asked.text("receipt_id");
    let seen = status(&gateway, &receipt_id, |seen| seen["status"] != json!(41)).await;
    assert_eq!(seen.get("consent_url"), None);
    let refused = merchant.publish(&receipt_id).await;
    assert_eq!(refused.verdict(), "400 SUBSCRIBE_PUBLISH_NOT_READY");
    gateway.stop().await;
}

/// The link can be used for longer than the consent lasts here: what comes of it then is nobody's, and ends.
#[tokio::test]
async fn a_key_that_came_too_late_or_that_nobody_published_is_ended() {
    for clicked_after in [MINUTE, 11 * MINUTE] {
        let gateway = gateway().await;
        let merchant = gateway.merchant();
        let asked = merchant.ask(json!({})).await.expect(200);
        gateway.pass(clicked_after, Duration::from_secs(1)).await;
        assert_eq!(click(&link_of(&asked), "agree").await, 303, "{clicked_after:?}");
        gateway.pass(20 * MINUTE - clicked_after, Duration::from_secs(1)).await;
        let ended = gateway
            .eventually(async || {
                let ledger = gateway.pg.control(reqwest::Method::GET, "ledger", json!({})).await;
                ledger["keys"][0]["expired_at_ms"].as_i64()
            })
            .await;
        assert!(ended > 0);
        gateway.stop().await;
    }
}

/// Nothing was debited, as far as anybody knows: a person decides, after the ten minutes that Toss asks for.
#[tokio::test]
async fn a_debit_that_never_arrived_is_a_persons_after_ten_minutes() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    let asked = merchant.ask(json!({})).await.expect(200);
    click(&link_of(&asked), "agree").await;
    let key = eventually_published(&gateway, &asked.text("receipt_id")).await;
    gateway.pg.fault("charge", "drop-before", 1).await;
    let lost = merchant.charge(&key, json!({ "order_id": "order_1" })).await;
    let payment = lost.text("receipt_id");
    gateway.pass(9 * MINUTE, Duration::from_secs(1)).await;
    let is_persons = async || {
        let steps = gateway.history(&payment).await;
        steps.iter().any(|(to, _, _)| to == "needs_person")
    };
    assert!(!is_persons().await);
    gateway.pass(20 * MINUTE, Duration::from_secs(1)).await;
    assert!(is_persons().await);
    assert_eq!(
        merchant.look_up(&payment).await["status"],
        json!(2),
        "neither paid nor declined"
    );
    let again = merchant.charge(&key, json!({ "order_id": "order_1" })).await;
    assert_eq!(again.verdict(), "400 RC_CONFIRM_CRITICAL_FAILED");
    assert_eq!(gateway.pg.ledger().await.requests.charge, 1);
    gateway.stop().await;
}

/// A refund was done, and its answer was lost. What the same one is refused with afterwards is no word on the first.
#[tokio::test]
async fn a_refund_that_was_done_is_not_ended_by_a_refusal_of_its_repetition() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    let asked = merchant.ask(json!({})).await.expect(200);
    assert_eq!(click(&link_of(&asked), "agree").await, 303);
    let key = eventually_published(&gateway, &asked.text("receipt_id")).await;
    let paid = merchant.charge(&key, json!({})).await.expect(200).text("receipt_id");
    gateway.pg.fault("cancel", "drop-after", 1).await;
    gateway.pg.fault("cancel", "refuse", 1_000).await;
    let part = json!({ "cancel_price": 300, "cancel_id": "part" });
    let lost = merchant.cancel(&paid, part.clone()).await;
    assert_eq!(lost.verdict(), "400 RC_CANCEL_CRITICAL_ERROR");
    let before = gateway.pg.ledger().await.requests.cancel;
    gateway.pass(10 * MINUTE, Duration::from_secs(2)).await;
    assert!(
        gateway.pg.ledger().await.requests.cancel > before,
        "it was sent again, and refused"
    );
    let still = merchant.cancel(&paid, part).await;
    assert_eq!(still.verdict(), "400 RC_CANCEL_CRITICAL_ERROR", "{}", still.body);
    gateway.pg.clear_faults().await;
    gateway.pass(60 * MINUTE, Duration::from_secs(20)).await;
    status(&gateway, &paid, |seen| seen["cancelled_price"] == json!(300)).await;
    assert_eq!(gateway.pg.ledger().await.debited(&paid), (1, 700));
    gateway.stop().await;
}
