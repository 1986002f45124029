//! The installation's secret key: 32 random bytes beside the database, readable by its owner only.

use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use anyhow::{Context, bail};
use domain::fingerprint::Pepper;
use seams::Entropy;

const NAME: &str = "pepper.key";

/// Reads the key of `folder`. Errors: there is none.
pub fn read(folder: &Path) -> anyhow::Result<Pepper> {
    let path = folder.join(NAME);
    let read = || match std::fs::read_to_string(&path) {
        Ok(text) => parse(text.trim()),
        Err(error) if error.kind() == ErrorKind::NotFound => bail!("there is none; restore it from the backup"),
        Err(error) => Err(error.into()),
    };
    read().with_context(|| path.display().to_string())
}

/// Reads the key of `folder`, making it when there is none yet.
pub fn read_or_make(folder: &Path, entropy: &dyn Entropy) -> anyhow::Result<Pepper> {
    // A new folder is its owner's alone: the database holds billing keys.
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("cannot use {}", folder.display()))?;
    let path = folder.join(NAME);
    if path.exists() {
        return read(folder);
    }
    if folder.join("jadong.db").exists() {
        bail!(
            "{} is missing, but there is a database: restore it from the backup",
            path.display()
        );
    }
    make(&path, entropy).with_context(|| path.display().to_string())
}

fn parse(text: &str) -> anyhow::Result<Pepper> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).context("expected 64 hexadecimal characters")?;
    Ok(Pepper::new(bytes))
}

fn make(path: &Path, entropy: &dyn Entropy) -> anyhow::Result<Pepper> {
    let mut bytes = [0; 32];
    entropy.fill(&mut bytes);
    // Written aside and renamed, so that a crash leaves no half key.
    let aside = path.with_extension("new");
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&aside)?;
    writeln!(file, "{}", hex::encode(bytes))?;
    file.sync_all()?;
    std::fs::rename(&aside, path)?;
    Ok(Pepper::new(bytes))
}
