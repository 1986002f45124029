//! Destroyed keys that the PG has not confirmed dead.

use std::sync::Arc;

use super::Setback;
use crate::house::House;
use crate::key::expire_at_pg;

const PAGE: u32 = 100;
const EVERY_MS: u64 = 10_000;

/// Runs until the gateway stops.
pub async fn tell_pg(house: Arc<House>) {
    let mut setback = Setback::of("destroyed keys");
    loop {
        fail::fail_point!("keys_turn");
        match house.store.keys_to_expire(PAGE).await {
            Ok(keys) => {
                // The request that destroyed a key tells the PG itself; this is for what it left open.
                let left = keys.iter().filter(|key| {
                    key.destroyed_at
                        .is_some_and(|at| house.now_of(key.project_id).since_ms(at) > EVERY_MS)
                });
                for key in left {
                    expire_at_pg(&house, key).await;
                }
            }
            Err(error) => setback.note(&error),
        }
        let next = house.clocks.machine_now().plus_ms(setback.pause_ms(EVERY_MS));
        tokio::select! {
            () = house.clocks.machine_sleep_until(next) => {}
            () = house.stopping.cancelled() => return,
        }
    }
}
