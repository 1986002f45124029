//! Held consents: what ten thousand waiting merchants cost.

use std::path::Path;
use std::time::Duration;

use hyper::Method;
use serde::Serialize;
use tokio::task::JoinSet;

use super::child::Served;
use super::client::{Connection, request_body};
use super::issue::start_server;
use super::process::resident_bytes;

/// The simulated customer who waits for somebody to answer through the control API.
const WAITS: &str = "01000000007";

#[derive(Serialize)]
pub struct HeldConsents {
    pub consents: usize,
    pub resident_bytes_before: u64,
    pub resident_bytes: u64,
    pub threads: usize,
}

/// Opens `consents` requests that nobody answers, and measures the gateway while all are held.
pub async fn measure(data: &Path, bank: &Served, consents: usize) -> anyhow::Result<HeldConsents> {
    let server = start_server(data, bank, &[("JADONG_CONSENT_HOLD", "60s")]).await?;
    let before = resident_bytes(server.pid())?;
    let mut requests = JoinSet::new();
    for number in 0..consents {
        let mut connection = Connection::open(&server.address).await?;
        requests.spawn(async move {
            let body = request_body(&format!("held-{number}"), WAITS);
            connection
                .call(Method::POST, "/v2/request/subscribe/automatic-transfer", body)
                .await
                .map(drop)
        });
        // A burst past the listener's backlog would measure the kernel's retries.
        if number % 256 == 255 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    let held = wait_until_held(&server, consents).await?;
    let measured = HeldConsents {
        consents: held,
        resident_bytes_before: before,
        resident_bytes: resident_bytes(server.pid())?,
        threads: std::fs::read_dir(format!("/proc/{}/task", server.pid()))?.count(),
    };
    requests.abort_all();
    server.stop().await?;
    Ok(measured)
}

/// Waits until the gateway says that all are open, at most 45 seconds.
async fn wait_until_held(server: &Served, consents: usize) -> anyhow::Result<usize> {
    let mut connection = Connection::open(&server.address).await?;
    let mut open = 0;
    for _ in 0..450 {
        let answer: serde_json::Value =
            serde_json::from_slice(&connection.call(Method::GET, "/readyz", String::new()).await?)?;
        open = usize::try_from(answer["open_consents"].as_u64().unwrap_or(0))?;
        if open >= consents {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(open)
}
