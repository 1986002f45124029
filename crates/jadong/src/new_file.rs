//! A file that a command gives out: new, and its owner's alone.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, bail};

/// Makes it. Errors: there is one; `option` names another.
pub fn make(path: &Path, option: &str) -> anyhow::Result<File> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("{} is there already; name another file with {option}", path.display())
        }
        other => other.with_context(|| path.display().to_string()),
    }
}

/// Fills it, and answers when it is on disk.
pub fn fill(mut file: File, path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .with_context(|| path.display().to_string())
}
