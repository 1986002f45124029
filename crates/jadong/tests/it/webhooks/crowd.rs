//! Endpoints that hang hold up nobody but themselves.

use std::time::{Duration, Instant};

use domain::change::Change;
use domain::ids::ObjectId;
use domain::webhook_delivery::ContentType;
use domain::webhook_delivery::{NewDelivery, WebhookType};
use domain::{EpochMs, ReceiptId};
use gateway::Mode;
use seams::Clock;

use super::start;
use testkit::endpoint::{Endpoint, Temper};
use testkit::{SANDBOX, TestGateway};

const ENDPOINTS: u32 = 64;
const HANGING: u32 = 8;
const ROUNDS: u32 = 12;
const EVERY: Duration = Duration::from_millis(100);

/// One delivery to each endpoint; the path says which round it belongs to.
fn round(gateway: &TestGateway, endpoints: &[Endpoint], number: u32) -> Vec<Change> {
    let now = EpochMs(gateway.clock.now_ms());
    let new = endpoints.iter().zip(number * ENDPOINTS..).map(|(endpoint, counter)| {
        let id = ReceiptId(ObjectId::from_parts(7, [1; 5], counter));
        NewDelivery {
            id,
            project_id: gateway.project(SANDBOX).id,
            receipt_id: id,
            url: format!("http://{}/{number}", endpoint.address),
            content_type: ContentType::Json,
            webhook_type: WebhookType::PaymentCompleted,
            payload: r#"{"webhook_type":"PAYMENT_COMPLETED"}"#.to_owned(),
            created_at: now,
        }
    });
    new.map(|delivery| Change::Deliver(Box::new(delivery))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_that_hang_do_not_delay_fifty_six_others() {
    let gateway = start(Mode::Sandbox).await;
    let mut endpoints = Vec::new();
    for number in 0..ENDPOINTS {
        let temper = if number < HANGING {
            Temper::Hangs
        } else {
            Temper::Success
        };
        endpoints.push(Endpoint::start(&[temper]).await);
    }
    let clock = gateway.clock.clone();
    let ticking = tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_millis(10)).await;
            clock.advance(Duration::from_millis(10));
        }
    });
    let mut written = Vec::new();
    for number in 0..ROUNDS {
        gateway
            .store()
            .commit(gateway.project(SANDBOX).id, round(&gateway, &endpoints, number))
            .await
            .unwrap();
        written.push(Instant::now());
        tokio::time::sleep(EVERY).await;
    }
    let healthy = &endpoints[HANGING as usize..];
    let wanted = ((ENDPOINTS - HANGING) * ROUNDS) as usize;
    let mut took: Vec<Duration> = loop {
        let received = healthy.iter().flat_map(Endpoint::received);
        let took: Vec<Duration> = received
            .map(|received| {
                received
                    .at
                    .saturating_duration_since(written[received.path.trim_start_matches('/').parse::<usize>().unwrap()])
            })
            .collect();
        if took.len() >= wanted {
            break took;
        }
        let waited = written[0].elapsed();
        assert!(waited < Duration::from_secs(20), "{} of {wanted}", took.len());
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    took.sort_unstable();
    // Behind one that hangs it would be five seconds; a busy machine is late with a few.
    let nine_of_ten = took[took.len() * 9 / 10];
    assert!(nine_of_ten < Duration::from_millis(2_500), "{nine_of_ten:?}");
    assert_eq!(took.len(), wanted, "each once");
    assert!(endpoints[0].received().len() <= 4, "an endpoint is sent four at once");
    ticking.abort();
    gateway.stop().await;
}
