//! A gateway in front of the hosted API. Another gateway stands in its place, which is the same wire with a simulated PG behind it.

mod adopt;
mod consents;
mod crash;
mod doubt;
mod measure;
mod pairs;
mod refunds;
mod story;

use std::time::Duration;

use testkit::{Line, PgUnderTest, TestGateway};

fn times(plan: &mut testkit::in_process::TestSettings) {
    plan.pg_read_timeout = Duration::from_millis(400);
}

/// In front of another gateway.
async fn front() -> TestGateway {
    TestGateway::with(|plan| {
        plan.pg = PgUnderTest::Hosted;
        times(plan);
    })
    .await
}

/// The same, over a line that loses what it is told to lose.
async fn front_over_a_line() -> (TestGateway, Line) {
    TestGateway::over_a_line(times).await
}
