//! A gateway in front of the hosted API. Another gateway stands in its place, which is the same wire with a simulated PG behind it.

mod adopt;
mod consents;
mod crash;
mod doubt;
mod first_use;
mod first_use_command;
mod hints;
mod hints_unbelieved;
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

/// In front of another gateway, over a line that counts what is asked; nothing is to be lost on it, so a busy machine has time.
async fn front_over_a_calm_line() -> (TestGateway, Line) {
    TestGateway::over_a_line(|_| {}).await
}

/// The same, over a line that loses what it is told to lose, and whose answers are given up soon.
async fn front_over_a_line() -> (TestGateway, Line) {
    TestGateway::over_a_line(times).await
}
