//! The gateway: HTTP by URL, the services that walk a request's six steps, and the workers that finish what a crash or
//! an unknown outcome left open.

mod auth;
mod board;
mod bustle;
mod cash_receipt;
mod clocks;
mod consent;
mod crash;
mod desk;
mod exchanges;
mod house;
pub mod http;
mod idempotency;
mod ids;
mod issuance;
mod key;
mod kind;
mod notices;
pub mod overview;
mod payment;
mod reach;
pub mod requests;
mod reserve;
mod restore;
mod sandbox;
mod settings;
mod start;
mod story;
mod webhook;
mod worker;

pub use auth::credentials::hash_secret;
pub use auth::operator::sign_operator;
pub use desk::{
    ACTS_A_PAGE, COUNTED_MAX, DOUBTS_A_PAGE, Day, Desk, Doubt, Hit, NotSignedIn, Pages, Person, ProjectShown, Role,
    SignedIn, hash_password, is_loopback_name,
};
pub use exchanges::Exchange;
pub use http::language::{Language, preferred as preferred_language};
pub use http::reply::JADONG_CONSENT;
pub use http::tls_acceptor;
pub use ids::IdMint;
pub use notices::{About, Looker, Notice};
pub use sandbox::{
    Account, Answering, Call, CallAnswer, Customer, FAULT_CALLS, FAULT_KINDS, NewFault, Scenarios, SimulatedCall,
    Simulator, SimulatorError, WaitingFault, WhichCalls,
};
pub use settings::{Closed, Limits, Mode, Settings, Timing, TlsFiles};
pub use start::{Parts, Running, StartError, start};
pub use store::{Act, LooseEnd, LooseKind, Part};
pub use story::{Event as StoryEvent, Story, Tone, state_word, step_of_rung, story};
pub use webhook::{probe as probe_webhook_target, sign as sign_webhook, webhook_secret};
