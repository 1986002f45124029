//! Named points at which a crash test ends the process, as if the power had gone. Nothing without the test's feature.

/// Ends the process with `SIGKILL` when a test asked for it at this point; see `docs/operating/failpoints.md`.
macro_rules! crash_point {
    ($name:literal) => {
        fail::fail_point!($name);
    };
}

pub(crate) use crash_point;
