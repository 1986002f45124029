//! `jadong bank`: the simulated PG by itself.

use std::io::Write;
use std::sync::Arc;

use seams::{OsEntropy, SystemClock};
use simulator::SimulatorConfig;

use crate::cli::BankOptions;
use crate::serve::StopSignals;

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
