//! The gateway: HTTP by URL, the services that walk a request's six steps, and the workers that finish what a crash or
//! an unknown outcome left open.

mod activity;
mod app;
mod assemble;
mod auth;
mod cash_receipt;
mod change_feed;
mod failpoints;
pub mod http;
mod idempotency;
mod ids;
mod in_flight;
mod issuance;
mod key;
mod not_found;
mod operator;
mod payment;
mod pg_call_log;
mod pg_reachability;
mod project_clocks;
pub mod request_history;
mod reserve;
mod restore;
mod sandbox;
mod settings;
pub mod stats;
mod timeline;
mod webhook;
mod worker;

pub use assemble::{Dependencies, Running, StartError, start};
pub use auth::credentials::hash_secret;
pub use auth::operator::sign_operator;
pub use change_feed::{ChangeEvent, Subject, Subscriber};
pub use http::language::{Language, preferred as preferred_language};
pub use http::response::JADONG_CONSENT;
pub use http::tls_acceptor;
pub use ids::IdMint;
pub use operator::{
    ACTS_A_PAGE, COUNTED_MAX, DOUBTS_A_PAGE, Day, InDoubt, NotSignedIn, OperatorService, Pages, Person, ProjectShown,
    Role, SearchResult, SignedIn, hash_password, is_loopback_name,
};
pub use pg_call_log::PgCall;
pub use sandbox::{
    Answering, ArsCall, CallAnswer, FAULT_CALLS, FAULT_KINDS, NewFault, Scenarios, SimulatedAccount, SimulatedCall,
    SimulatedCustomer, Simulator, SimulatorError, WaitingFault, WhichCalls,
};
pub use settings::{Closed, Limits, Mode, Settings, Timing, TlsFiles};
pub use store::{AuditEntry, Page, PendingKind, PendingOperation};
pub use timeline::{Severity, Timeline, TimelineEvent as StoryEvent, state_word, step_of_resolution, timeline};
pub use webhook::{probe as probe_webhook_target, sign as sign_webhook, webhook_secret};
