//! Crash points for tests: `JADONG_CRASH_AT=name:n` ends the process with SIGKILL when the point is passed the n-th time.
//! Only in builds with the feature `failpoints`.

/// Arms the crash point that the environment names.
#[cfg(feature = "failpoints")]
pub fn arm_from_environment() -> anyhow::Result<()> {
    use std::sync::atomic::{AtomicU32, Ordering};

    use anyhow::Context;

    let Ok(wanted) = std::env::var("JADONG_CRASH_AT") else {
        return Ok(());
    };
    let (name, nth) = wanted.split_once(':').context("JADONG_CRASH_AT is name:n")?;
    let nth: u32 = nth.parse().context("JADONG_CRASH_AT is name:n")?;
    let passed = AtomicU32::new(0);
    fail::cfg_callback(name, move || {
        if passed.fetch_add(1, Ordering::SeqCst) + 1 == nth {
            let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        }
    })
    .map_err(|error| anyhow::anyhow!(error))
}

#[cfg(not(feature = "failpoints"))]
pub fn arm_from_environment() -> anyhow::Result<()> {
    Ok(())
}
