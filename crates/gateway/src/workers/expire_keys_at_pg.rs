//! Destroyed keys that the PG has not confirmed dead.

use std::sync::Arc;

use fairness::FairSemaphore;
use tokio::task::JoinSet;

use super::turn;
use crate::app::App;
use crate::services::key::expire_at_pg;
use crate::support::Backoff;

const PAGE: u32 = 500;
/// Told at once: a bank that hangs must not keep the keys of others waiting.
const AT_ONCE: usize = 16;
const EVERY_MS: u64 = 10_000;

/// Runs until the gateway stops.
pub async fn expire_keys_at_pg(app: Arc<App>) {
    let mut backoff = Backoff::of("destroyed keys");
    let places = FairSemaphore::new(AT_ONCE);
    loop {
        fail::fail_point!("keys_turn");
        match app.services.ledger.store.keys_to_expire(PAGE).await {
            Ok(keys) => {
                // The request that destroyed a key tells the PG itself; this is for what it left open.
                let left = keys.into_iter().filter(|key| {
                    key.destroyed_at
                        .is_some_and(|at| app.services.now_of(key.project_id).since_ms(at) > EVERY_MS)
                });
                let mut telling = JoinSet::new();
                for key in left {
                    let (telling_of, place) = (app.clone(), turn(&app, &places, key.project_id));
                    telling.spawn(async move {
                        if let Some(_place) = place.await {
                            expire_at_pg(&telling_of.services, &key).await;
                        }
                    });
                }
                while telling.join_next().await.is_some() {}
            }
            Err(error) => backoff.note(&error),
        }
        let next = app.services.clocks.machine_now().plus_ms(backoff.pause_ms(EVERY_MS));
        tokio::select! {
            () = app.services.clocks.machine_sleep_until(next) => {}
            () = app.services.stopping.cancelled() => return,
        }
    }
}
