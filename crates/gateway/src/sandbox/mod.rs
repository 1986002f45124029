//! What only a sandbox can do.

mod bells;
pub mod faults;
mod feed;
mod listeners;
pub mod phone;
mod simulator;
mod skip;

pub use bells::{Bells, heard};
pub use feed::{Fed, Feed};
pub use listeners::Listeners;
pub use phone::Call;
pub use simulator::{
    Account, Answering, CallAnswer, Customer, FAULT_CALLS, FAULT_KINDS, NewFault, Scenarios, SimulatedCall, Simulator,
    SimulatorError, WaitingFault, WhichCalls,
};
pub use skip::{allowed, make_right, skip};
