//! Waiting for what another process or task does in its own time.

use std::fmt::Debug;
use std::time::{Duration, Instant};

/// How long a start, an end, or anything else may take on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Looks twenty times a second until there is something to find. Panics with what was seen last when it takes longer than
/// `limit`.
#[track_caller]
pub fn until<T, E: Debug, F: AsyncFnMut() -> Result<T, E>>(limit: Duration, mut look: F) -> impl Future<Output = T> {
    let caller = std::panic::Location::caller();
    async move {
        let since = Instant::now();
        loop {
            match look().await {
                Ok(found) => return found,
                Err(seen) if since.elapsed() > limit => panic!("{caller}: not within {limit:?}: {seen:?}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::until;

    #[tokio::test]
    async fn it_looks_until_there_is_something() {
        let mut looks = 0;
        let found = until(Duration::from_secs(20), async || {
            looks += 1;
            if looks < 3 { Err("nothing") } else { Ok(looks) }
        });
        assert_eq!(found.await, 3);
    }

    #[tokio::test]
    #[should_panic(expected = "two of three")]
    async fn it_says_what_was_seen_last() {
        until(Duration::ZERO, async || Err::<(), _>("two of three")).await;
    }
}
