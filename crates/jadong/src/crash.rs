//! Crash points for tests: `JADONG_CRASH_AT=name:n` ends the process with SIGKILL when the point is passed the n-th time,
//! `JADONG_PANIC_AT=name:n` panics there. Only in builds with the feature `failpoints`.

/// Arms the points that the environment names.
#[cfg(feature = "failpoints")]
pub fn arm_from_environment() -> anyhow::Result<()> {
    arm("JADONG_CRASH_AT", || {
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    })?;
    arm("JADONG_PANIC_AT", || panic!("a test wanted it"))
}

#[cfg(feature = "failpoints")]
fn arm(variable: &str, what: fn()) -> anyhow::Result<()> {
    use std::sync::atomic::{AtomicU32, Ordering};

    use anyhow::Context;

    let Ok(wanted) = std::env::var(variable) else {
        return Ok(());
    };
    let (name, nth) = wanted
        .split_once(':')
        .with_context(|| format!("{variable} is name:n"))?;
    let nth: u32 = nth.parse().with_context(|| format!("{variable} is name:n"))?;
    let passed = AtomicU32::new(0);
    fail::cfg_callback(name, move || {
        if passed.fetch_add(1, Ordering::SeqCst) + 1 == nth {
            what();
        }
    })
    .map_err(|error| anyhow::anyhow!(error))
}

#[cfg(not(feature = "failpoints"))]
pub fn arm_from_environment() -> anyhow::Result<()> {
    Ok(())
}
