//! What goes on without a request: finishing what the last process left, expiring consents, telling the PG of dead keys,
//! and telling merchants what happened.

mod cash_receipts;
mod dispatch_webhooks;
mod endpoint_queues;
mod expire_consents;
mod expire_keys_at_pg;
mod recover;
mod refresh_projects;
mod reserves;
mod resolve_payments;

pub use cash_receipts::cash_receipts;
pub use dispatch_webhooks::dispatch_webhooks;
pub use expire_consents::expire_consents;
pub use expire_keys_at_pg::expire_keys_at_pg;
pub use recover::recover;
pub use refresh_projects::refresh_projects;
pub use reserves::reserves;
pub use resolve_payments::resolve_payments;

use std::sync::Arc;
use std::time::Duration;

use domain::ProjectId;
use fairness::FairSemaphore;

use crate::app::App;
use crate::support::Slot;

/// How long something that was claimed waits for a place: well below any claim. What gets none is claimed again.
const TURN: Duration = Duration::from_secs(10);

/// A place for a project's work, in its turn; `None` when none comes in time, or the gateway stops.
fn turn(
    app: &Arc<App>,
    places: &FairSemaphore<ProjectId, 1>,
    of: ProjectId,
) -> impl Future<Output = Option<Slot>> + use<> {
    let (app, places) = (app.clone(), places.clone());
    async move {
        tokio::select! {
            place = tokio::time::timeout(TURN, places.acquire([app.services.ledger.share_of(of)])) => place.ok(),
            () = app.services.stopping.cancelled() => None,
        }
    }
}
