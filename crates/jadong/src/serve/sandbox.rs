//! A sandbox in this process, for the demo.

use std::path::PathBuf;

use super::assemble::{self, RunningServe};
use crate::config::{self, Environment, Overrides};

/// Where a sandbox keeps its files.
pub struct SandboxFolders {
    pub data: PathBuf,
}

/// A running sandbox on free ports.
pub struct RunningSandbox {
    running: RunningServe,
    gateway_url: String,
    bank_url: String,
}

/// Starts gateway and simulated PG with the default configuration on free ports.
pub async fn start_sandbox(folders: SandboxFolders) -> anyhow::Result<RunningSandbox> {
    let overrides = Overrides {
        listen: Some("127.0.0.1:0".to_owned()),
        data: Some(folders.data),
        ..Overrides::default()
    };
    let config = config::load(&overrides, &Environment::default())?;
    let running = assemble::start(&config).await?;
    let bank_url = running
        .bank
        .as_ref()
        .map(simulator::RunningSimulator::url)
        .unwrap_or_default();
    Ok(RunningSandbox {
        gateway_url: format!("http://{}", running.gateway.address()),
        bank_url,
        running,
    })
}

impl RunningSandbox {
    pub fn gateway_url(&self) -> String {
        self.gateway_url.clone()
    }

    pub fn bank_url(&self) -> String {
        self.bank_url.clone()
    }

    pub async fn stop(self) -> anyhow::Result<()> {
        self.running.stop().await;
        Ok(())
    }
}
