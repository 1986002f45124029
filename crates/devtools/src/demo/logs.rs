//! The demo's logs go to a file, so that the terminal shows the seven steps and the proof can search what was logged.

use std::fs::File;
use std::path::Path;
use std::sync::Mutex;

use anyhow::Context;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;

/// Generous on purpose: the more is logged, the more the search for personal data means.
const LEVELS: &str = "debug,hyper=info,hyper_util=info,reqwest=info";

/// Sends this process's logs to `jadong.log` in `folder`, which is made.
///
/// # Errors
/// When the file cannot be made, or logging was set up before.
pub fn to_folder(folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)?;
    let file = File::create(folder.join("jadong.log")).context("creating the log file")?;
    let lines = tracing_subscriber::fmt()
        .json()
        .with_timer(Milliseconds)
        .with_env_filter(EnvFilter::new(LEVELS))
        .with_writer(Mutex::new(file))
        .log_internal_errors(false);
    lines
        .try_init()
        .map_err(|error| anyhow::anyhow!("logging was set up before the demo: {error}"))
}

/// Microseconds would be six digits, and could look like a birth date to the proof.
struct Milliseconds;

impl FormatTime for Milliseconds {
    fn format_time(&self, line: &mut Writer<'_>) -> std::fmt::Result {
        write!(line, "{:.3}", jiff::Timestamp::now())
    }
}
