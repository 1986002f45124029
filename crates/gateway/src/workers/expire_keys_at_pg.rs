//! Destroyed keys that the PG has not confirmed dead.

use std::sync::Arc;

use domain::key::BillingKey;
use fairness::FairSemaphore;
use tokio::task::JoinSet;

use super::{Turns, turn};
use crate::app::App;
use crate::services::key::expire_at_pg;

const PAGE: u32 = 500;
/// Told at once: a bank that hangs must not keep the keys of others waiting.
const AT_ONCE: usize = 16;
const EVERY_MS: u64 = 10_000;

/// Runs until the gateway stops.
pub async fn expire_keys_at_pg(app: Arc<App>) {
    let mut turns = Turns::by_machine(&app, "destroyed keys", EVERY_MS);
    let places = FairSemaphore::new(AT_ONCE);
    loop {
        fail::fail_point!("keys_turn");
        let keys = turns.given(app.services.store().keys_to_expire(PAGE).await);
        // The request that destroyed a key tells the PG itself; this is for what it left open.
        let is_left = |key: &BillingKey| {
            let now = app.services.now_of(key.project_id);
            key.destroyed_at.is_some_and(|at| now.since_ms(at) > EVERY_MS)
        };
        let mut telling = JoinSet::new();
        for key in keys.unwrap_or_default().into_iter().filter(is_left) {
            let (telling_of, place) = (app.clone(), turn(&app, &places, key.project_id));
            telling.spawn(async move {
                if let Some(_place) = place.await {
                    expire_at_pg(&telling_of.services, &key).await;
                }
            });
        }
        while telling.join_next().await.is_some() {}
        if !turns.next().await {
            return;
        }
    }
}
