//! A gateway in front of the hosted API. Another gateway stands in its place, which is the same wire with a simulated PG behind it.

mod adopt;
mod consents;
mod doubt;
mod line;
mod refunds;
mod story;

use std::time::Duration;

use domain::project::ProjectPg;
use testkit::{PgUnderTest, SANDBOX, TestGateway};

use self::line::Line;

/// In front of another gateway.
async fn front() -> TestGateway {
    TestGateway::with(|plan| {
        plan.pg = PgUnderTest::Hosted;
        plan.pg_read_timeout = Duration::from_millis(400);
    })
    .await
}

/// The same, over a line that loses what it is told to lose.
async fn front_over_a_line() -> (TestGateway, Line) {
    let front = front().await;
    let line = Line::to(front.hosted().node.address).await;
    let pg = ProjectPg {
        url: Some(format!("http://{}", line.address)),
        ..front.project(SANDBOX).pg.clone()
    };
    let project = front.project(SANDBOX).id;
    front.store().set_pg(project, &pg).await.expect("nothing was asked yet");
    // Within a second every gateway knows.
    tokio::time::sleep(Duration::from_millis(20)).await;
    front.pass(Duration::from_secs(3), Duration::from_millis(100)).await;
    (front, line)
}
