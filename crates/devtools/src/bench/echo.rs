//! The HTTP baseline: what the stack does when it has nothing to do.

use tokio_util::sync::CancellationToken;

use super::client::{Connection, request_body};
use super::load::{self, BASELINE, rounds};
use super::stage::Served;

/// The child that is measured, until it is told to end.
pub async fn serve() -> anyhow::Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("echo on http://{}", listener.local_addr()?);
    gateway::http::serve_echo(listener, CancellationToken::new()).await;
    Ok(())
}

/// Echo requests a second over `connections`, with bodies as long as a request for a key.
pub async fn requests_per_second(connections: usize) -> anyhow::Result<f64> {
    let mut server = Served::start(&["bench", "echo-server"], &[], "echo on ").await?;
    let opened = Connection::open_all(&server.address, connections).await?;
    let ran = load::run(opened, BASELINE, |mut connection, _index, deadline| async move {
        let body = request_body("bench-0-000000", "01012345678");
        let mut exchanges = 0_u64;
        for _ in rounds(deadline) {
            connection.post("/echo", body.clone()).await?;
            exchanges += 1;
        }
        Ok(exchanges)
    })
    .await?;
    server.stop().await?;
    Ok(ran.per_second(ran.results.iter().sum()))
}
