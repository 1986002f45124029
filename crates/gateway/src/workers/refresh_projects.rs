//! The projects, read again every second: a command beside the server may change them.

use std::sync::Arc;

use crate::app::App;
use crate::support::Backoff;

const EVERY_MS: u64 = 1_000;

/// Reads the projects again and again, until the gateway stops.
pub async fn refresh_projects(app: Arc<App>) {
    let mut backoff = Backoff::of("projects");
    loop {
        let next = app.services.clocks.machine_now().plus_ms(backoff.pause_ms(EVERY_MS));
        tokio::select! {
            () = app.services.clocks.machine_sleep_until(next) => {}
            () = app.services.stopping.cancelled() => return,
        }
        if let Err(error) = app.services.ledger.projects.refresh(&app.services.ledger.store).await {
            // Those in memory stay.
            backoff.note(&error);
        }
    }
}
