//! Held consents: what ten thousand waiting merchants cost.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use super::client::{Connection, TRANSFER, request_body};
use super::process::resident_bytes;
use super::stage::Stage;

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
pub async fn measure(consents: usize) -> anyhow::Result<HeldConsents> {
    let stage = Stage::set(&[("JADONG_CONSENT_HOLD", "60s")]).await?;
    let pid = stage.server.pid();
    let resident_bytes_before = resident_bytes(pid)?;
    let mut requests = JoinSet::new();
    for number in 0..consents {
        let mut connection = Connection::open(&stage.server.address).await?;
        let body = request_body(&format!("held-{number}"), WAITS);
        requests.spawn(async move { connection.post(TRANSFER, body).await });
        // A burst past the listener's backlog would measure the kernel's retries.
        if number % 256 == 255 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    let measured = HeldConsents {
        consents: wait_until_held(&stage, consents).await?,
        resident_bytes_before,
        resident_bytes: resident_bytes(pid)?,
        threads: std::fs::read_dir(format!("/proc/{pid}/task"))?.count(),
    };
    requests.abort_all();
    stage.clear().await?;
    Ok(measured)
}

/// Waits until the gateway says that all are open, at most 45 seconds.
async fn wait_until_held(stage: &Stage, consents: usize) -> anyhow::Result<usize> {
    #[derive(Deserialize)]
    struct Ready {
        open_consents: usize,
    }
    let mut connection = Connection::open(&stage.server.address).await?;
    let mut open = 0;
    for _ in 0..450 {
        let ready: Ready = serde_json::from_slice(&connection.get("/readyz").await?)?;
        open = ready.open_consents;
        if open >= consents {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(open)
}
