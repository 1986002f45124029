//! `jadong demo`: everything on free ports in a temporary folder, and one customer's billing key from ① to ⑦.
//!
//! Nothing is pretended: the gateway, the simulated PG and the merchant talk real HTTP, and what is printed is what
//! they said. The demo fails (and the command exits non-zero) when a step does not give what it promises.

mod actors;
mod json;
mod leak_check;
mod logs;
mod start;
mod steps;
mod style;
mod summary;
mod web;

use std::path::Path;

use anyhow::Context;

use start::DemoServers;

/// What happens when the seven steps are done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Stop everything and remove the folder.
    Nothing,
    /// Stay up, with URLs and credentials printed, until Ctrl-C.
    UntilCtrlC,
}

/// Plays the demo. Takes over the process's logging: it goes to a file in the temporary folder.
///
/// # Errors
/// When something does not start, a step fails, or personal data is found where it must not be.
pub async fn run(keep: Keep) -> anyhow::Result<()> {
    let folder = tempfile::Builder::new()
        .prefix("jadong-demo-")
        .tempdir()
        .context("making a temporary folder")?;
    logs::to_folder(&folder.path().join("logs"))?;
    let servers = start::start(folder.path()).await?;
    let played = play(&servers, folder.path(), keep).await;
    // Also after a failed step: what was started is stopped, and the folder goes with `folder`.
    let stopped = servers.stop().await;
    played.and(stopped)
}

async fn play(servers: &DemoServers, folder: &Path, keep: Keep) -> anyhow::Result<()> {
    summary::opening(servers);
    let issued = steps::play(servers).await?;
    let found = leak_check::search(folder)?;
    summary::closing(servers, &issued, &found, keep);
    found.must_be_clean()?;
    if keep == Keep::UntilCtrlC {
        summary::addresses(servers, &issued);
        tokio::signal::ctrl_c().await.context("waiting for Ctrl-C")?;
    }
    Ok(())
}
