//! Live mode keeps out of private networks.

use domain::webhook_delivery::DeliveryState;
use gateway::Mode;
use serde_json::json;

use super::start;
use testkit::endpoint::{Endpoint, Temper};

#[tokio::test]
async fn live_mode_refuses_private_targets_at_once() {
    let (gateway, endpoint) = (start(Mode::Live).await, Endpoint::start(&[Temper::Success]).await);
    let port = endpoint.address.port();
    // A project's URL was set by a command, which does not know the mode; a name is known when it is resolved.
    for (number, (url, result)) in [
        (format!("https://127.0.0.1:{port}/hook"), "refused: private address"),
        (
            format!("https://[::ffff:127.0.0.1]:{port}/hook"),
            "refused: private address",
        ),
        ("https://10.1.2.3/hook".to_owned(), "refused: private address"),
        (format!("https://localhost:{port}/hook"), "refused: private address"),
        (format!("http://shop.example:{port}/hook"), "refused: not https"),
        (
            "https://shop.example:99999/".to_owned(),
            "refused: no port from 1 to 65535",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        gateway.send_webhooks_to(&url).await;
        let receipt_id = gateway.paid(&format!("order_{number}"), json!({})).await;
        let [delivery] = gateway.delivered(&receipt_id).await.try_into().unwrap();
        assert_eq!(
            (delivery.state, delivery.attempts),
            (DeliveryState::Exhausted, 1),
            "{url}"
        );
        assert_eq!(delivery.last_result, result, "{url}");
    }
    assert!(endpoint.received().is_empty());
    gateway.stop().await;
}

/// What could not be delivered is refused before anything is debited, by every endpoint that takes a URL.
#[tokio::test]
async fn a_url_that_nothing_could_be_sent_to_is_refused_where_it_is_named() {
    let everywhere = [
        "https://example.com:99999/x",
        "https://",
        "https:///hook",
        "https://:8080/hook",
        "https://shop..example/",
        "https://user:secret@shop.example/",
        "https://shop.example/#hook",
        "https://shop.example/a b",
        "ftp://shop.example/",
        "shop.example/hook",
    ];
    let in_live_mode = [
        "http://shop.example/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://[::1]/",
    ];
    for (mode, more) in [(Mode::Sandbox, &[][..]), (Mode::Live, &in_live_mode[..])] {
        let gateway = start(mode).await;
        let merchant = gateway.merchant();
        let key = merchant.key().await;
        let receipt_id = gateway.paid("order_1", json!({})).await;
        for url in everywhere.iter().chain(more) {
            let charge = merchant
                .charge(&key, json!({ "order_id": "o", "feedback_url": url }))
                .await;
            let reserve = json!({ "billing_key": key, "order_name": "o", "order_id": "o", "price": 1000,
                "reserve_execute_at": "2026-02-01T00:00:00+09:00", "feedback_url": url });
            let reserve = merchant.post("/v2/subscribe/payment/reserve", reserve).await;
            let resend = json!({ "receipt_id": receipt_id, "webhook_url": url });
            let resend = merchant.post("/v2/request/webhook", resend).await;
            for (answer, field) in [
                (charge, "feedback_url"),
                (reserve, "feedback_url"),
                (resend, "webhook_url"),
            ] {
                assert_eq!(
                    (answer.verdict().as_str(), answer.text("field").as_str()),
                    ("400 WEBHOOK_URL_INVALID", field),
                    "{url}"
                );
                assert!(
                    answer.text("hint").starts_with("https://…"),
                    "{url}: {}",
                    answer.text("hint")
                );
            }
        }
        let fine = json!({ "order_id": "o", "feedback_url": "HTTPS://결제.Example/알림?a=1", "content_type": "Application/JSON; charset=UTF-8" });
        merchant.charge(&key, fine).await.expect(200);
        gateway.stop().await;
    }
}
