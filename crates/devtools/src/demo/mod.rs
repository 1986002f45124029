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

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use tempfile::TempDir;
use terminal::lang::LangOption;

use start::DemoServers;

/// The options of `jadong demo`.
#[derive(Args)]
pub struct DemoOptions {
    /// Stay up afterwards, until Ctrl-C.
    #[arg(long)]
    keep: bool,
    #[command(flatten)]
    lang: LangOption,
}

/// A demo that is about to be played: whoever made it starts a sandbox on [`Demo::data`], plays, and stops the sandbox.
pub struct Demo {
    folder: TempDir,
    keep: bool,
}

impl Demo {
    /// Takes over the process's language and its logging, which goes to a file in a temporary folder.
    ///
    /// # Errors
    /// When there can be no folder, or logging was set up before.
    pub fn new(options: &DemoOptions) -> anyhow::Result<Self> {
        options.lang.choose();
        let folder = tempfile::Builder::new().prefix("jadong-demo-").tempdir();
        let folder = folder.context("making a temporary folder")?;
        logs::to_folder(&folder.path().join("logs"))?;
        Ok(Self {
            folder,
            keep: options.keep,
        })
    }

    /// The sandbox's data folder: what lies there is searched, and removed with the demo.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("sandbox")
    }

    /// Plays the seven steps, with the gateway and the simulated PG at these URLs.
    ///
    /// # Errors
    /// When the merchant does not start, a step fails, or personal data is found where it must not be.
    pub async fn play(&self, gateway_url: String, bank_url: String) -> anyhow::Result<()> {
        let servers = start::start(self.folder.path(), gateway_url, bank_url).await?;
        let played = self.play_with(&servers).await;
        // Also after a failed step.
        let stopped = servers.stop().await;
        played.and(stopped)
    }

    async fn play_with(&self, servers: &DemoServers) -> anyhow::Result<()> {
        summary::opening(servers);
        let issued = steps::play(servers).await?;
        let found = leak_check::search(self.folder.path())?;
        summary::closing(servers, &issued, &found, self.keep);
        found.must_be_clean()?;
        if self.keep {
            summary::addresses(servers, &issued);
            tokio::signal::ctrl_c().await.context("waiting for Ctrl-C")?;
        }
        Ok(())
    }
}
