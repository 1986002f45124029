//! The clock of a sandbox that is older than its projects' own clocks: one lead for all, in a file beside the database.

use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context;
use store::Store;

/// Gives every project the lead that the whole sandbox had, once; the file is gone afterwards.
///
/// Errors: the file holds no number, or cannot be removed; the store's.
pub async fn take_over(data: &Path, store: &Store) -> anyhow::Result<()> {
    let path = data.join("sandbox-clock");
    let ahead_ms: i64 = match std::fs::read_to_string(&path) {
        Ok(text) => text
            .trim()
            .parse()
            .with_context(|| format!("{}: expected milliseconds", path.display()))?,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).with_context(|| path.display().to_string()),
    };
    if ahead_ms > 0 {
        for project in store.projects().await? {
            store.set_clock_offset(project.id, ahead_ms).await?;
        }
    }
    // Only once the leads are on disk; a lead never shrinks, so doing it again changes nothing.
    std::fs::remove_file(&path).with_context(|| path.display().to_string())
}
