//! Skipping time: from one thing that is due to the next, each done before time goes on, so that a year passes in order.

use std::time::Duration;

use domain::EpochMs;
use seams::Clock;

use super::Steering;
use crate::house::House;

/// Stops at this many things; the caller may skip on from there.
const STEPS_MAX: u32 = 100_000;
/// How long, of the machine's time, one due thing is waited for: a webhook's time-out, and some.
const PATIENCE: Duration = Duration::from_secs(8);
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// Where time stands after a skip.
pub struct Skipped {
    pub now: EpochMs,
    /// Moments at which something was due.
    pub steps: u32,
}

/// Moves the sandbox's clock to `to`, stopping wherever something is due until it is done.
pub async fn skip(house: &House, steering: &Steering, to: EpochMs) -> Result<Skipped, store::ReadError> {
    let mut steps = 0;
    while steps < STEPS_MAX && !house.stopping.is_cancelled() {
        quiet(house).await?;
        match house.store.next_due().await? {
            Some(due) if due <= to => steering.clock.skip_to(due.0),
            _ => break,
        }
        steps += 1;
    }
    steering.clock.skip_to(to.0);
    if let Err(reason) = (steering.keep)(steering.clock.ahead_ms()) {
        tracing::warn!(reason, "the sandbox's clock will not survive a restart");
    }
    quiet(house).await?;
    Ok(Skipped {
        now: EpochMs(steering.clock.now_ms()),
        steps,
    })
}

/// Waits until nothing is due and nothing is under way.
async fn quiet(house: &House) -> Result<(), store::ReadError> {
    let until = tokio::time::Instant::now() + PATIENCE;
    while tokio::time::Instant::now() < until {
        let is_due = house.store.next_due().await?.is_some_and(|due| due <= house.now());
        if !is_due && house.payments.len() == 0 && house.bustle.is_still() {
            return Ok(());
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(())
}
