//! How long times pass: from one thing that is due to the next.

use std::time::Duration;

use seams::Clock;

use super::{SANDBOX, TestGateway};

/// Longer than anybody is at one thing that is due: what is due later than this from now, nobody is at.
const AT_WORK_MS: i64 = 60_000;

impl TestGateway {
    /// Lets `time` pass: second by second while something is under way, here or in the place of the hosted API, else from event to event.
    pub async fn pass_quickly(&self, time: Duration) {
        let until_ms = self.clock.now_ms() + i64::try_from(time.as_millis()).expect("not long");
        while self.clock.now_ms() < until_ms {
            let now_ms = self.clock.now_ms();
            let mut wait_ms = self.next_due_ms().await - now_ms;
            if let Some(hosted) = &self.rest.hosted {
                wait_ms = wait_ms.min(hosted.next_due_ms().await - now_ms);
            }
            let step_ms = if wait_ms > AT_WORK_MS { wait_ms } else { 1_000 };
            let step_ms = step_ms.min(until_ms - now_ms).max(1);
            self.clock.advance(Duration::from_millis(step_ms.cast_unsigned()));
            tokio::time::sleep(Duration::from_millis(4)).await;
        }
    }

    /// When anything is due next; far away where nothing is.
    async fn next_due_ms(&self) -> i64 {
        let due = self.store.next_due(self.project(SANDBOX).id).await;
        due.expect("it can be read").map_or(i64::MAX / 2, |due| due.0)
    }
}
