//! Endpoints that are slow, many, or many URLs of one, hold up nobody else's webhooks, nor those of their own project to others.

use std::time::{Duration, Instant};

use domain::change::Change;
use domain::ids::ObjectId;
use domain::webhook_delivery::ContentType;
use domain::webhook_delivery::{NewDelivery, WebhookType};
use domain::{EpochMs, ProjectId, ReceiptId};
use gateway::Mode;
use seams::Clock;

use super::start;
use testkit::endpoint::{Endpoint, Temper};
use testkit::{OTHER, PATIENCE, SANDBOX, TestGateway};

/// As slow as an endpoint may be without being silent.
const SLOW: Temper = Temper::Slow(Duration::from_secs(4));
/// Less than one slow answer, on a busy machine too.
const SOON: Duration = Duration::from_millis(2_500);

/// A gateway whose clock goes on by itself, and a second project in it.
struct Town {
    gateway: TestGateway,
    other: ProjectId,
    ticking: tokio::task::JoinHandle<()>,
    written: u32,
}

impl Town {
    async fn start() -> Self {
        let gateway = start(Mode::Sandbox).await;
        let other = gateway.project(OTHER).id;
        let clock = gateway.clock.clone();
        let ticking = tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_millis(10)).await;
                clock.advance(Duration::from_millis(10));
            }
        });
        Self {
            gateway,
            other,
            ticking,
            written: 0,
        }
    }

    /// Writes a webhook to each URL into the outbox, in one commit.
    async fn write(&mut self, project: ProjectId, urls: impl IntoIterator<Item = String>) {
        let now = EpochMs(self.gateway.clock.now_ms());
        let mut changes = Vec::new();
        for url in urls {
            self.written += 1;
            let id = ReceiptId(ObjectId::from_parts(7, [1; 5], self.written));
            changes.push(Change::Deliver(Box::new(NewDelivery {
                id,
                project_id: project,
                receipt_id: id,
                url,
                content_type: ContentType::Json,
                webhook_type: WebhookType::PaymentCompleted,
                payload: r#"{"webhook_type":"PAYMENT_COMPLETED"}"#.to_owned(),
                created_at: now,
            })));
        }
        self.gateway.store().commit(project, changes).await.unwrap();
    }

    /// Writes ten webhooks to the endpoint, one after another, and says how long those in the middle took: all would wait if one
    /// had to, while a busy machine is late with one or two.
    async fn median_of_ten(&mut self, project: ProjectId, endpoint: &Endpoint) -> Duration {
        let mut took = Vec::new();
        for number in 0..10 {
            let (before, since) = (endpoint.received().len(), Instant::now());
            self.write(project, [format!("http://{}/{number}", endpoint.address)])
                .await;
            while endpoint.received().len() == before {
                assert!(
                    since.elapsed() < Duration::from_secs(30),
                    "webhook {number} does not come"
                );
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            took.push(since.elapsed());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        took.sort_unstable();
        took[took.len() / 2]
    }

    async fn stop(self) {
        self.ticking.abort();
        self.gateway.stop().await;
    }
}

async fn endpoints(count: usize, temper: Temper) -> Vec<Endpoint> {
    let mut endpoints = Vec::new();
    for _endpoint in 0..count {
        endpoints.push(Endpoint::start(&[temper]).await);
    }
    endpoints
}

fn urls(endpoints: &[Endpoint], each: usize) -> Vec<String> {
    let numbers = 0..each;
    numbers
        .flat_map(|number| endpoints.iter().map(move |endpoint| (number, endpoint)))
        .map(|(number, endpoint)| format!("http://{}/order/{number}?order={number}", endpoint.address))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eighty_slow_origins_do_not_delay_a_quick_one_of_the_same_project() {
    let mut town = Town::start().await;
    let own = town.gateway.project(SANDBOX).id;
    let (slow, quick) = (endpoints(80, SLOW).await, Endpoint::start(&[Temper::Success]).await);
    town.write(own, urls(&slow, 6)).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let took = town.median_of_ten(own, &quick).await;
    assert!(took < SOON, "{took:?}");
    town.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_urls_of_one_slow_origin_delay_nobody() {
    let mut town = Town::start().await;
    let (own, other) = (town.gateway.project(SANDBOX).id, town.other);
    let (slow, quick) = (endpoints(1, SLOW).await, Endpoint::start(&[Temper::Success]).await);
    town.write(own, urls(&slow, 3_000)).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let of_another = town.median_of_ten(other, &quick).await;
    assert!(of_another < SOON, "another project: {of_another:?}");
    let of_its_own = town.median_of_ten(own, &quick).await;
    assert!(of_its_own < SOON, "the same project: {of_its_own:?}");
    town.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_hundred_origins_that_hang_do_not_delay_another_project() {
    let mut town = Town::start().await;
    let (own, other) = (town.gateway.project(SANDBOX).id, town.other);
    let (hanging, quick) = (
        endpoints(300, Temper::Hangs).await,
        Endpoint::start(&[Temper::Success]).await,
    );
    town.write(own, urls(&hanging, 10)).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let took = town.median_of_ten(other, &quick).await;
    assert!(took < SOON, "{took:?}");
    town.stop().await;
}

/// The same origin, written in other ways: it is one, and is not sent more for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_origin_is_one_however_it_is_written() {
    let mut town = Town::start().await;
    let own = town.gateway.project(SANDBOX).id;
    let hanging = Endpoint::start(&[Temper::Hangs]).await;
    let port = hanging.address.port();
    let written = [
        "127.0.0.1",
        "127.1",
        "0x7f.0.0.1",
        "2130706433",
        "a@127.0.0.1",
        "127.0.0.1",
    ];
    let urls = (0..60).map(|number| {
        let scheme = if number % 2 == 0 { "http" } else { "HTTP" };
        format!("{scheme}://{}:{port}/{number}", written[number % written.len()])
    });
    town.write(own, urls).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(hanging.received().len(), 1, "one at first: it has not answered yet");
    town.stop().await;
}

/// A project that sends to another's endpoint does not use up what it takes at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stranger_who_floods_an_endpoint_does_not_keep_its_owner_out() {
    let mut town = Town::start().await;
    let (stranger, owner) = (town.gateway.project(SANDBOX).id, town.other);
    let endpoint = Endpoint::start(&[Temper::Slow(Duration::from_millis(50))]).await;
    town.write(stranger, urls(std::slice::from_ref(&endpoint), 2_000)).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let sent_before = endpoint.received().len();
    town.write(owner, [format!("http://{}/own", endpoint.address)]).await;
    let came = testkit::until(PATIENCE, async || {
        let received = endpoint.received();
        let own = received.iter().position(|received| received.path == "/own");
        own.ok_or(received.len())
    });
    let before_it = came.await - sent_before;
    assert!(before_it < 500, "{before_it} of the stranger's came before");
    town.stop().await;
}
