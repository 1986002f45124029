//! `jadong bank`: the simulated PG by itself.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use seams::{OsEntropy, SystemClock};
use simulator::SimulatorConfig;

use crate::serve::StopSignals;

#[derive(Args)]
pub struct BankOptions {
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Where its journal is kept; without it, only in memory
    #[arg(long)]
    data: Option<PathBuf>,
    /// How long the default customer takes to answer
    #[arg(long, default_value_t = 300)]
    answer_delay_ms: u64,
    /// How long the PG waits for a customer
    #[arg(long, default_value_t = 180_000)]
    consent_limit_ms: u64,
}

pub async fn run(options: BankOptions) -> anyhow::Result<()> {
    if !options.listen.ip().is_loopback() {
        anyhow::bail!("--listen must be a loopback address: the control API has no password");
    }
    let config = SimulatorConfig {
        folder: options.data,
        answer_delay_ms: options.answer_delay_ms,
        consent_limit_ms: options.consent_limit_ms,
        ..SimulatorConfig::sandbox(options.listen)
    };
    let stop = StopSignals::listen()?;
    let running = simulator::start(config, Arc::new(SystemClock), Arc::new(OsEntropy)).await?;
    // That nobody reads it is no reason to stop.
    let _ = writeln!(std::io::stdout(), "simulated PG on {}", running.url());
    stop.asked().await;
    running.stop().await;
    Ok(())
}
