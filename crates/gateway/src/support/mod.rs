//! What services and workers are built with: clocks, ids, registers of what is under way. Nothing here knows a project's rows.

mod activity;
mod backoff;
pub mod failpoints;
mod ids;
mod in_flight;
pub mod language;
mod nodes;
mod project_clocks;
pub mod secret_hash;
pub mod test_outcomes;
mod watches;

pub use activity::{ActivityGuard, ActivityTracker};
pub use backoff::Backoff;
pub use ids::{IdGenerator, draw_node};
pub use in_flight::{InFlight, InFlightGuard, Origin, Slot, Subscription, at_capacity};
pub use nodes::{Nodes, part_of};
pub use project_clocks::{ProjectClocks, Wakeups};
pub use watches::{FRESH_MS, Watches};
