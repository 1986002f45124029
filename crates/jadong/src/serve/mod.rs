//! `jadong serve`: puts a gateway together from the configuration and runs it until it is asked to stop.

mod assemble;
mod banner;
pub mod folder;
mod ports;
mod sandbox;
mod sandbox_clock;
mod simulator;
mod stop;

pub use assemble::pg_settings;
pub use sandbox::{start_sandbox, start_sandbox_with};
pub use stop::StopSignals;

use anyhow::bail;

use crate::config::{self, Environment, Overrides};
use crate::{admin_url, crash, log, open_files};

pub async fn run(overrides: Overrides) -> anyhow::Result<()> {
    let config = config::load(&overrides, &Environment::of_process())?;
    config::check(&config)?;
    log::start(&config)?;
    open_files::raise();
    crash::arm_from_environment()?;
    // Before anything says that it is up: whoever reads that may ask it to stop at once.
    let stop = StopSignals::listen()?;
    ports::check(&config)?;
    let running = assemble::start(&config).await?;
    admin_url::write(&config.data, running.gateway.admin_address())?;
    banner::print(&config, &running);
    let broken = tokio::select! {
        () = stop.asked() => None,
        part = running.gateway.broken() => Some(part),
    };
    tracing::info!("stopping: finishing what is in flight");
    running.stop().await;
    match broken {
        None => Ok(()),
        Some(part) => {
            bail!("{part} ended by itself, and without it nothing is safe; the next start takes up what is on disk")
        }
    }
}
