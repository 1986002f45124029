//! `--ready-file`: where the gateway is and how to sign in to it, as JSON, for whoever started it.

use std::cell::Cell;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use gateway::sandbox_credentials;
use serde_json::{Value, json};

use super::assemble::RunningServe;
use crate::config::{Config, ConfiguredConsole, ConfiguredMode};

/// The file; gone when the gateway is that wrote it.
pub struct ReadyFile {
    path: PathBuf,
    is_ours: Cell<bool>,
}

impl ReadyFile {
    /// Finds out before anything starts whether it can be written; changes nothing.
    pub fn at(path: PathBuf) -> anyhow::Result<Self> {
        let named = || format!("--ready-file {}", path.display());
        anyhow::ensure!(!path.is_dir(), "{}: is a folder", named());
        tempfile::NamedTempFile::new_in(folder_of(&path)).with_context(named)?;
        let is_ours = Cell::new(false);
        Ok(Self { path, is_ours })
    }

    /// Takes away what a gateway left that was killed. Not before the data folder is ours: the file is that of the other until then.
    pub fn clear(&self) -> anyhow::Result<()> {
        match std::fs::remove_file(&self.path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(error).with_context(|| format!("--ready-file {}", self.path.display()))
            }
            _ => Ok(()),
        }
    }

    /// Whole from the first moment that it is there, and only its owner's to read.
    pub fn write(&self, config: &Config, running: &RunningServe) -> anyhow::Result<()> {
        let named = || format!("--ready-file {}", self.path.display());
        let mut file = tempfile::NamedTempFile::new_in(folder_of(&self.path)).with_context(named)?;
        file.as_file()
            .set_permissions(std::fs::Permissions::from_mode(0o600))
            .with_context(named)?;
        writeln!(file, "{:#}", told(config, running)).with_context(named)?;
        file.persist(&self.path).with_context(named)?;
        self.is_ours.set(true);
        Ok(())
    }
}

impl Drop for ReadyFile {
    fn drop(&mut self) {
        if self.is_ours.get() {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

fn told(config: &Config, running: &RunningServe) -> Value {
    let url = running.url(config);
    let admin_url = format!("http://{}", running.gateway.admin_address());
    let is_sandbox = config.mode == ConfiguredMode::Sandbox;
    let console = if is_sandbox { &url } else { &admin_url };
    let mut told = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "pid": std::process::id(),
        "mode": if is_sandbox { "sandbox" } else { "live" },
        "url": url,
        "admin_url": admin_url,
    });
    if config.console == ConfiguredConsole::Auto {
        told["console_url"] = format!("{console}/console").into();
    }
    if let Some(bank) = &running.bank {
        told["pg_url"] = bank.url().into();
    }
    // In live mode nobody's: there are many projects, and their secrets are not kept.
    if is_sandbox {
        told["client_key"] = sandbox_credentials::CLIENT_KEY.into();
        told["secret_key"] = sandbox_credentials::SECRET_KEY.into();
        told["application_id"] = sandbox_credentials::APPLICATION_ID.into();
        told["private_key"] = sandbox_credentials::PRIVATE_KEY.into();
        told["webhook_secret"] = running.sandbox_webhook_secret.clone().into();
    }
    told
}
