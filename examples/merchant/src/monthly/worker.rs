//! The run that comes by itself.

use std::time::Duration;

use super::{run, today};
use crate::shop::Shop;

/// For ever: aborted when the merchant stops. A charge that is cut off is found out by the next start.
pub(crate) async fn work(shop: Shop, every: Duration) {
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = run(&shop, today()).await {
            tracing::error!(?error, "the monthly run stopped; the next one goes on");
        }
    }
}
