//! `jadong serve`: puts a gateway together from the configuration and runs it until it is asked to stop.

mod assemble;
mod banner;
pub mod folder;
mod ports;
mod ready;
mod sandbox;
mod sandbox_clock;
mod simulator;
mod stop;

pub use assemble::pg_settings;
pub use sandbox::{start_sandbox, start_sandbox_with};
pub use stop::StopSignals;

use std::path::PathBuf;

use anyhow::bail;
use ready::ReadyFile;

use crate::config::{self, Environment, Overrides};
use crate::{admin_url, crash, log, open_files};

/// What whoever starts a gateway asks for, beside its configuration.
#[derive(Debug, Default)]
pub struct Supervision {
    /// Written when the gateway answers.
    pub ready_file: Option<PathBuf>,
    /// Ends when standard input does.
    pub stop_with_stdin: bool,
}

pub async fn run(overrides: Overrides, supervision: Supervision) -> anyhow::Result<()> {
    let config = config::load(&overrides, &Environment::of_process())?;
    config::check(&config)?;
    log::start(&config)?;
    open_files::raise();
    crash::arm_from_environment()?;
    // Before anything says that it is up: whoever reads that may ask it to stop at once.
    let stop = StopSignals::listen()?;
    ports::check(&config)?;
    let ready = supervision.ready_file.map(ReadyFile::at).transpose()?;
    let running = assemble::start_then(&config, || ready.as_ref().map_or(Ok(()), ReadyFile::clear)).await?;
    admin_url::write(&config.data, running.gateway.admin_address())?;
    banner::print(&config, &running);
    if let Some(ready) = &ready {
        ready.write(&config, &running)?;
    }
    let broken = tokio::select! {
        () = stop.asked() => None,
        () = stop::stdin_ended(), if supervision.stop_with_stdin => None,
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
