//! The projects, read again every second: a command beside the server may change them.

use std::sync::Arc;

use super::Turns;
use crate::app::App;

const EVERY_MS: u64 = 1_000;

/// Reads the projects again and again, until the gateway stops.
pub async fn refresh_projects(app: Arc<App>) {
    let mut turns = Turns::by_machine(&app, "projects", EVERY_MS);
    while turns.next().await {
        // Those in memory stay where they cannot be read.
        let (services, now) = (&app.services, app.services.clocks.machine_now());
        turns.given(services.ledger.projects.refresh(services.store(), now).await);
    }
}
