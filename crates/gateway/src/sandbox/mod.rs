//! What only a sandbox can do.

mod advance_clock;
pub mod ars_calls;
mod event_stream;
pub mod faults;
mod simulator;

pub use advance_clock::{advance, allowed, make_right};
pub use ars_calls::ArsCall;
pub use event_stream::{EventStream, StreamEvent};
pub use pg::FAULT_KINDS;
pub use simulator::{
    Answering, CallAnswer, FAULT_CALLS, NewFault, Scenarios, SimulatedAccount, SimulatedCall, SimulatedCustomer,
    Simulator, SimulatorError, WaitingFault, WhichCalls,
};

use std::sync::Arc;

use dashmap::DashMap;
use domain::ProjectId;
use tokio::sync::Mutex;

use crate::services::Services;
use crate::support::ActivityTracker;

pub struct Sandbox {
    services: Arc<Services>,
    /// The simulated PG's control; `None` in live mode, or when the PG is another's.
    pub simulator: Option<Arc<dyn Simulator>>,
    /// Background work under way.
    pub activity: ActivityTracker,
    /// Whose turn it is to move a project's clock.
    clock_move_locks: DashMap<ProjectId, Arc<Mutex<()>>>,
}

impl Sandbox {
    pub fn new(services: Arc<Services>, simulator: Option<Arc<dyn Simulator>>) -> Self {
        Self {
            simulator,
            activity: ActivityTracker::new(services.settings.mode),
            clock_move_locks: DashMap::new(),
            services,
        }
    }
}
