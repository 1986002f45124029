//! Whether a write is durable: what `GET /readyz` asks.

use std::time::Duration;

use domain::{ErrorCode, Refusal};
use store::{CommitError, Store};
use tokio::sync::Mutex;
use tokio::time::Instant;

/// For so long one durable write answers everybody who asks: the question needs no credentials.
const FRESH: Duration = Duration::from_secs(1);
/// A disk that takes longer than this for one row is not ready.
const PATIENCE: Duration = Duration::from_secs(5);

/// When a row was last written, and what came of it.
#[derive(Default)]
pub struct Readiness {
    last: Mutex<Option<(Instant, Option<ErrorCode>)>>,
}

impl Readiness {
    /// Writes a row, or says what came of that a moment ago. Whoever asks meanwhile waits for the same write.
    pub async fn check(&self, store: &Store) -> Result<(), Refusal> {
        let mut last = self.last.lock().await;
        let fresh = last.filter(|(at, _)| at.elapsed() < FRESH);
        let found = match fresh {
            Some((_, found)) => found,
            None => {
                let found = write(store).await;
                *last = Some((Instant::now(), found));
                found
            }
        };
        found.map_or(Ok(()), |code| Err(Refusal::of(code)))
    }
}

/// What is said of a write that was not made; `None` when it was.
async fn write(store: &Store) -> Option<ErrorCode> {
    match tokio::time::timeout(PATIENCE, store.check()).await {
        Ok(Ok(())) => None,
        // One that shared its group with another's failure says nothing of the disk: once more.
        Ok(Err(CommitError::NotDone(_) | CommitError::InDoubt(_))) => {
            match tokio::time::timeout(PATIENCE, store.check()).await {
                Ok(Ok(())) => None,
                Ok(Err(error)) => Some(Refusal::from(error).code),
                Err(_) => Some(ErrorCode::StoreUnavailable),
            }
        }
        Ok(Err(error)) => Some(Refusal::from(error).code),
        Err(_) => Some(ErrorCode::StoreUnavailable),
    }
}
