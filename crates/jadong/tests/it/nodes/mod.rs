//! Several gateways over one store, in this process: what is true of one must be true of all of them together. The simulated
//! PG's ledger says what happened.

mod adoption;
mod cancels;
mod cash_receipts;
mod charges;
mod credentials;
mod frozen;
mod harness;
mod issuances;
mod keys;
mod odd;
mod reserves;
mod watching;
mod webhooks;

use testkit::TestGateway;
use testkit::in_process::{Apart, Frozen, Node, TestSettings};

/// How often two acts meet; every time a little earlier or later.
const ROUNDS: u64 = 13;

/// Two gateways: the first one, which the test reaches the clock, the PG and the store by, and another.
pub async fn two() -> (TestGateway, Node) {
    two_with(|_| {}).await
}

async fn two_with(change: impl FnOnce(&mut TestSettings)) -> (TestGateway, Node) {
    let gateway = TestGateway::with(|plan| {
        plan.apart = Apart::Apart;
        // What merchants reach them all by.
        plan.public_url = Some("https://pay.shop.example".to_owned());
        change(plan);
    })
    .await;
    // What it finds of its own first moment is of those before it.
    gateway.clock.advance(std::time::Duration::from_millis(1));
    let other = gateway.another().await;
    (gateway, other)
}

/// Lets `work` go on until `point` is reached, which it must not outlast.
async fn until_reached<T: std::fmt::Debug>(point: &mut Frozen, work: impl Future<Output = T>) {
    tokio::select! {
        done = work => panic!("{done:?}"),
        () = point.reached() => {}
    }
}

/// Stops both, the store last.
pub async fn stop(gateway: TestGateway, other: Node) {
    other.leave().await;
    gateway.stop().await;
}
