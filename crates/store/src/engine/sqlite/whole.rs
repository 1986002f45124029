//! Looking for damage before anything is believed: a database with a flipped bit in a claim debits twice.

use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode};

use super::inspect::faults;
use crate::error::OpenError;

/// Checks the database for at most `within`; not at all for zero. Errors: `Damaged`; the engine's.
pub fn check(connection: &Connection, path: &Path, within: Duration) -> Result<(), OpenError> {
    if within.is_zero() {
        return Ok(());
    }
    let engine = |error: rusqlite::Error| OpenError::Engine {
        path: path.to_owned(),
        reason: error.to_string(),
    };
    let (done, wait) = sync_channel::<()>(0);
    let interrupt = connection.get_interrupt_handle();
    let found = std::thread::scope(|scope| {
        scope.spawn(move || {
            if wait.recv_timeout(within) == Err(RecvTimeoutError::Timeout) {
                interrupt.interrupt();
            }
        });
        let found = faults(connection);
        drop(done);
        found
    });
    match found {
        Ok(faults) if faults.is_empty() => Ok(()),
        Ok(faults) => Err(OpenError::Damaged {
            path: path.to_owned(),
            faults: faults.join("; "),
        }),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => {
            tracing::warn!(
                seconds = within.as_secs_f64(),
                "the database is too large to be checked in start_check; `jadong doctor` checks all of it"
            );
            Ok(())
        }
        Err(error) => Err(engine(error)),
    }
}
