//! A sandbox in this process, for the demo and the shadow.

use std::path::PathBuf;

use anyhow::Context;
use simulator::RunningSimulator;

use super::assemble::{self, RunningServe};
use crate::config::{self, Config, Environment, Overrides};

/// Starts gateway and simulated PG with the default configuration on free ports.
pub async fn start_sandbox(data: PathBuf) -> anyhow::Result<RunningServe> {
    start_sandbox_with(data, |_| {}).await
}

/// The same, with what `change` has changed.
pub async fn start_sandbox_with(data: PathBuf, change: impl FnOnce(&mut Config)) -> anyhow::Result<RunningServe> {
    let overrides = Overrides {
        listen: Some("127.0.0.1:0".to_owned()),
        data: Some(data),
        ..Overrides::default()
    };
    let mut config = config::load(&overrides, &Environment::default())?;
    change(&mut config);
    assemble::start(&config).await.context("starting the gateway")
}

impl RunningServe {
    /// Where the API is.
    pub fn gateway_url(&self) -> String {
        format!("http://{}", self.gateway.address())
    }

    /// Where the simulated PG is; empty without one.
    pub fn bank_url(&self) -> String {
        self.bank.as_ref().map(RunningSimulator::url).unwrap_or_default()
    }
}
