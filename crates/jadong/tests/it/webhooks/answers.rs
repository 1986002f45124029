//! What an endpoint answers besides yes and no, and what is known of one that says nothing.

use domain::EpochMs;
use domain::webhook_delivery::{Delivery, DeliveryState};
use gateway::{Mode, TlsFiles};
use serde_json::json;
use tokio::io::AsyncReadExt;

use super::start;
use testkit::TestGateway;
use testkit::endpoint::{Endpoint, Temper};
use testkit::net::{listener, vacant_address};

/// The delivery after its first attempt.
async fn once(gateway: &TestGateway, receipt_id: &str) -> Delivery {
    gateway
        .slowly(async || {
            let [delivery] = gateway.deliveries(receipt_id).await.try_into().unwrap();
            (delivery.attempts == 1).then_some(delivery)
        })
        .await
}

#[tokio::test]
async fn a_byte_order_mark_before_a_success_is_no_failure() {
    let (gateway, endpoint) = (start(Mode::Sandbox).await, Endpoint::start(&[Temper::Marked]).await);
    gateway.send_webhooks_to(&endpoint.url()).await;
    let receipt_id = gateway.paid("order_1", json!({})).await;
    let [delivery] = gateway.delivered(&receipt_id).await.try_into().unwrap();
    assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Delivered, 1));
    gateway.stop().await;
}

#[tokio::test]
async fn an_endpoint_that_is_gone_is_not_asked_again_but_for_the_next_change() {
    let tempers = [Temper::Status(410), Temper::Success];
    let (gateway, endpoint) = (start(Mode::Sandbox).await, Endpoint::start(&tempers).await);
    gateway.send_webhooks_to(&endpoint.url()).await;
    let receipt_id = gateway.paid("order_1", json!({})).await;
    let [delivery] = gateway.delivered(&receipt_id).await.try_into().unwrap();
    assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Exhausted, 1));
    assert_eq!(delivery.last_result, "410: gone, given up");
    gateway.merchant().cancel(&receipt_id, json!({})).await.expect(200);
    let deliveries = gateway.delivered(&receipt_id).await;
    assert_eq!(
        deliveries.iter().map(|one| one.state).collect::<Vec<_>>(),
        [DeliveryState::Exhausted, DeliveryState::Delivered]
    );
    gateway.stop().await;
}

/// It makes the wait longer, never shorter, and never longer than twelve hours.
#[tokio::test]
async fn a_retry_after_is_waited_for_within_bounds() {
    for (when, least_s, most_s) in [
        ("90", 85, 91),
        ("1", 4, 6),
        ("999999", 43_195, 43_201),
        ("Fri, 02 Jan 2026 01:04:05 GMT", 24_000, 25_201),
        ("Thu, 01 Jan 2026 00:00:00 GMT", 4, 6),
        ("soon", 4, 6),
    ] {
        let tempers = [Temper::Later(when), Temper::Success];
        let (gateway, endpoint) = (start(Mode::Sandbox).await, Endpoint::start(&tempers).await);
        gateway.send_webhooks_to(&endpoint.url()).await;
        let receipt_id = gateway.paid("order_1", json!({})).await;
        let delivery = once(&gateway, &receipt_id).await;
        let now = EpochMs(seams::Clock::now_ms(&gateway.clock));
        let wait_s = delivery.next_at.since_ms(now) / 1000;
        assert!(
            (least_s..=most_s).contains(&wait_s),
            "{when}: {wait_s} s, {}",
            delivery.last_result
        );
        assert!(delivery.last_result.starts_with("503"), "{}", delivery.last_result);
        gateway.stop().await;
    }
}

/// A port that takes connections and closes them, with or without reading.
async fn closing(reads: bool) -> u16 {
    let (listener, address) = listener().await;
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            if reads {
                let _ = stream.read(&mut [0; 64 * 1024]).await;
            }
        }
    });
    address.port()
}

/// A port with a certificate for `name` that nobody but its owner has signed.
async fn self_signed(name: &str) -> u16 {
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new(vec![name.to_owned()])
        .unwrap()
        .self_signed(&key)
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let files = TlsFiles {
        certificates: folder.path().join("cert.pem"),
        key: folder.path().join("key.pem"),
    };
    std::fs::write(&files.certificates, certificate.pem()).unwrap();
    std::fs::write(&files.key, key.serialize_pem()).unwrap();
    let acceptor = gateway::tls_acceptor(&files).unwrap();
    let (listener, address) = listener().await;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = acceptor.accept(stream).await;
        }
    });
    address.port()
}

#[tokio::test]
async fn no_connection_says_of_which_kind() {
    let gateway = start(Mode::Sandbox).await;
    let nobody = vacant_address().port();
    let plain = Endpoint::start(&[Temper::Success]).await;
    for (number, (url, expected)) in [
        (format!("http://127.0.0.1:{nobody}/hook"), "refused"),
        (format!("https://127.0.0.1:{}/hook", plain.address.port()), "TLS"),
        (
            format!("http://127.0.0.1:{}/hook", closing(true).await),
            "closed or reset",
        ),
        (
            format!("http://127.0.0.1:{}/hook", closing(false).await),
            "closed or reset",
        ),
        (
            format!("https://127.0.0.1:{}/hook", self_signed("127.0.0.1").await),
            "nobody known has signed it",
        ),
        (
            format!("https://127.0.0.1:{}/hook", self_signed("shop.example").await),
            "the certificate is not valid",
        ),
        ("http://no-such-host.invalid/hook".to_owned(), "DNS"),
    ]
    .into_iter()
    .enumerate()
    {
        let order = json!({ "feedback_url": url });
        let receipt_id = gateway.paid(&format!("order_{number}"), order).await;
        let delivery = once(&gateway, &receipt_id).await;
        assert_eq!(delivery.state, DeliveryState::Pending, "{url}");
        let result = delivery.last_result;
        // A machine whose name server does not answer cannot say more.
        let is_mute = expected == "DNS" && result.contains("timed out");
        assert!(
            is_mute || (result.starts_with("no connection: ") && result.contains(expected)),
            "{url}: {result}"
        );
    }
    gateway.stop().await;
}
