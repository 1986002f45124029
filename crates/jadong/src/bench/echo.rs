//! The HTTP baseline: what the stack does when it has nothing to do.

use std::time::{Duration, Instant};

use hyper::Method;
use tokio_util::sync::CancellationToken;

use super::client::{Connection, request_body};
use super::{child, load};
use crate::serve::stop_asked;

/// The child that is measured.
pub async fn serve() -> anyhow::Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("echo on http://{}", listener.local_addr()?);
    let stopping = CancellationToken::new();
    let server = tokio::spawn(gateway::http::serve_echo(listener, stopping.clone()));
    stop_asked().await?;
    stopping.cancel();
    server.await?;
    Ok(())
}

/// Echo requests a second over `connections`, with bodies as long as a request for a key.
pub async fn requests_per_second(connections: usize, lasts: Duration) -> anyhow::Result<f64> {
    let server = child::start(&["bench", "echo-server"], &[], "echo on ").await?;
    let ran = load::run(connections, lasts, |_index, deadline| {
        let address = server.address.clone();
        async move {
            let mut connection = Connection::open(&address).await?;
            let body = request_body("bench-0-000000", "01012345678");
            let mut exchanges = 0_u64;
            while Instant::now() < deadline {
                connection.call(Method::POST, "/echo", body.clone()).await?;
                exchanges += 1;
            }
            Ok(exchanges)
        }
    })
    .await?;
    server.stop().await?;
    Ok(ran.results.iter().sum::<u64>() as f64 / ran.elapsed.as_secs_f64())
}
