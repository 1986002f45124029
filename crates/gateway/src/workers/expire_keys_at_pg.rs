//! Destroyed keys that the PG has not confirmed dead. What it does not confirm is told again when the lease has run out.

use std::sync::Arc;

use domain::due::DueKind;
use domain::key::BillingKey;
use store::Leased;

use super::{LeasedWork, Turns};
use crate::app::App;
use crate::services::key::expire_at_pg;

/// Told at once: a bank that hangs must not keep the keys of others waiting.
const AT_ONCE: usize = 16;
const EVERY_MS: u64 = 10_000;
const PAGE: u32 = 500;

/// Runs until the gateway stops.
pub async fn expire_keys_at_pg(app: Arc<App>) {
    let work = LeasedWork {
        page: PAGE,
        ..LeasedWork::of(&app, AT_ONCE)
    };
    let mut turns = Turns::by_machine(&app, "destroyed keys", EVERY_MS);
    loop {
        fail::fail_point!("keys_turn");
        let leased = work.lease(&mut turns, DueKind::KeyExpiry, async |request, busy| {
            app.services.store().lease_key_expiries(request, busy).await
        });
        for leased in leased.await {
            work.spawn(leased.of.id.0, leased, tell);
        }
        if !turns.next().await {
            return;
        }
    }
}

async fn tell(app: Arc<App>, leased: Leased<BillingKey>) {
    expire_at_pg(&app.services, &leased.of).await;
}
