//! What goes on without a request: finishing what the last process left, expiring consents, telling the PG of dead keys,
//! and telling merchants what happened.

mod cash_receipts;
mod deliveries;
mod expire;
mod lanes;
mod recover;
mod reserves;
mod setback;
mod tell_pg;
mod verdicts;

pub use cash_receipts::cash_receipts;
pub use deliveries::deliveries;
pub use expire::expire_consents;
pub use recover::recover;
pub use reserves::reserves;
pub use setback::Setback;
pub use tell_pg::tell_pg;
pub use verdicts::verdicts;

use std::sync::Arc;
use std::time::Duration;

use crowd::Turns;
use domain::ProjectId;

use crate::board::Place;
use crate::house::House;

/// How long something that was claimed waits for a place: well below any claim. What gets none is claimed again.
const TURN: Duration = Duration::from_secs(10);

/// A place for a project's work, in its turn; `None` when none comes in time, or the gateway stops.
fn turn(
    house: &Arc<House>,
    places: &Turns<ProjectId, 1>,
    of: ProjectId,
) -> impl Future<Output = Option<Place>> + use<> {
    let (house, places) = (house.clone(), places.clone());
    async move {
        tokio::select! {
            place = tokio::time::timeout(TURN, places.turn([house.share_of(of)])) => place.ok(),
            () = house.stopping.cancelled() => None,
        }
    }
}
