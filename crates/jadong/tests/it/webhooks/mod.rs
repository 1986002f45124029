//! Webhooks from end to end: a gateway and the simulated PG in this process, and merchants' endpoints of every temper.

mod answers;
mod cash_receipts;
mod clock;
mod crowd;
mod described;
mod life;
mod ordeal;
mod resend;
mod retries;
mod shares;
mod targets;

use std::time::Duration;

use gateway::Mode;
use testkit::TestGateway;

/// A gateway whose endpoints may be slow, many, or silent.
async fn start(mode: Mode) -> TestGateway {
    TestGateway::with(|plan| {
        plan.mode = mode;
        plan.requests_per_second = 10_000;
        plan.drain = Duration::from_secs(1);
    })
    .await
}
