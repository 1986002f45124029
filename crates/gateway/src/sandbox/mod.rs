//! What only a sandbox can do.

mod advance_clock;
pub mod ars_calls;
mod consent_wakeups;
mod event_stream;
pub mod faults;
mod simulator;
mod webhook_copies;

pub use advance_clock::{advance, allowed, make_right};
pub use ars_calls::ArsCall;
pub use consent_wakeups::{ConsentWakeups, wait_for_wakeup};
pub use event_stream::{EventStream, StreamEvent};
pub use simulator::{
    Answering, CallAnswer, FAULT_CALLS, FAULT_KINDS, NewFault, Scenarios, SimulatedAccount, SimulatedCall,
    SimulatedCustomer, Simulator, SimulatorError, WaitingFault, WhichCalls,
};
pub use webhook_copies::WebhookCopies;
