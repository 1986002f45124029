//! The sandbox's clock over restarts: its lead over the machine's clock is a file beside the database.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use gateway::Steering;
use seams::SandboxClock;

/// The clock as it was left in `data`.
pub fn steering(data: &Path) -> anyhow::Result<Steering> {
    let path = data.join("sandbox-clock");
    let ahead_ms = match std::fs::read_to_string(&path) {
        Ok(text) => text
            .trim()
            .parse()
            .with_context(|| format!("{}: expected milliseconds", path.display()))?,
        Err(error) if error.kind() == ErrorKind::NotFound => 0,
        Err(error) => return Err(error).with_context(|| path.display().to_string()),
    };
    let keep = move |ahead_ms: i64| std::fs::write(&path, format!("{ahead_ms}\n")).map_err(|error| error.to_string());
    Ok(Steering {
        clock: SandboxClock::ahead_by_ms(ahead_ms),
        keep: Arc::new(keep),
    })
}
