//! Destroyed keys that the PG has not confirmed dead.

use std::sync::Arc;

use domain::due::DueKind;
use domain::key::BillingKey;
use fairness::FairSemaphore;
use store::{Busy, LeaseRequest, Leased};
use tokio::task::JoinSet;

use super::{Turns, turn};
use crate::app::App;
use crate::services::key::expire_at_pg;
use crate::services::payment::resolution::lease_until;

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
        let mut telling = JoinSet::new();
        for leased in lease(&app, &mut turns).await.unwrap_or_default() {
            let (telling_of, place) = (app.clone(), turn(&app, &places, leased.project));
            telling.spawn(async move {
                if let Some(_place) = place.await {
                    expire_at_pg(&telling_of.services, &leased.of).await;
                }
            });
        }
        while telling.join_next().await.is_some() {}
        if !turns.next().await {
            return;
        }
    }
}

/// A write only when a read has found something. What the PG does not confirm is told again when the lease has run out.
async fn lease(app: &App, turns: &mut Turns) -> Option<Vec<Leased<BillingKey>>> {
    let (store, now) = (app.services.store(), app.services.clocks.machine_now());
    if !turns.given(store.has_due(DueKind::KeyExpiry, now, &Busy::default()).await)? {
        return None;
    }
    let request = LeaseRequest {
        now,
        until: lease_until(&app.services, now),
        limit: PAGE,
        lease: app.services.ids.lease(),
    };
    turns.given(store.lease_key_expiries(request).await)
}
