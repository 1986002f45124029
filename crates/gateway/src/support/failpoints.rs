//! Named points at which a crash test ends the process, as if the power had gone. Nothing without the test's feature.

/// Ends the process with `SIGKILL` when a test asked for it at this point; see `docs/operating/failpoints.md`.
macro_rules! crash_point {
    ($name:literal) => {
        fail::fail_point!($name);
    };
}

/// Loses what comes after, as if the store had refused it, when a test asked for it.
macro_rules! lost_point {
    ($name:literal, $error:expr) => {
        fail::fail_point!($name, |_| Err($error));
    };
}

pub(crate) use {crash_point, lost_point};
