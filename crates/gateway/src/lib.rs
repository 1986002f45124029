//! The gateway: HTTP by URL, the services that issue, debit, refund and tell merchants of it, and the workers that finish
//! what a crash or an unknown outcome left open.

mod app;
mod assemble;
mod auth;
mod background;
pub mod http;
mod ledger;
mod operator;
mod ops;
mod running;
mod sandbox;
pub mod sandbox_credentials;
mod services;
mod settings;
mod support;
mod wire;
mod workers;

pub use assemble::{Dependencies, StartError, start};

pub use auth::operator::sign_operator;
pub use http::response::JADONG_CONSENT;
pub use http::tls_acceptor;
pub use ledger::mandate_record::{MandateRecords, MandateSeal};
pub use ledger::{ChangeEvent, Subject, Subscriber};
pub use operator::timeline::{Severity, Timeline, TimelineEvent, state_word, step_of_resolution, timeline};
pub use operator::{
    ACTS_A_PAGE, Attention, COUNTED_MAX, Day, EXPORTED_MAX, FirstSteps, InDoubt, NotSignedIn, OperatorService, Pages,
    Person, ProjectForDevelopers, ProjectShown, Role, SearchResult, SignedIn, UNRESOLVED_PER_PAGE, WebhookEndpoint,
    hash_password, is_loopback_name,
};
pub use ops::pg_call_log::PgCall;
pub use ops::{MetricsText, request_history, stats};
pub use running::Running;
pub use sandbox::{
    Answering, ArsCall, CallAnswer, FAULT_CALLS, FAULT_KINDS, NewFault, Scenarios, SimulatedAccount, SimulatedCall,
    SimulatedCustomer, Simulator, SimulatorError, WaitingFault, WhichCalls,
};
pub use services::hints::pg_webhook_token;
pub use services::key::{adopting, claim as claim_key, is_of_another};
pub use services::mandate::sealed_file::{NotVerified, VerifiedFile, VerifiedRecord, verify as verify_sealed_file};
pub use services::mandate::{ConsentRecord, RecordForm, consent_record};
pub use services::pg_credentials::{open as open_pg_credentials, seal as seal_pg_credentials};
pub use services::retention::{Destroying, DestructionReport, NotDestroyed, OldRecords, Retention};
pub use services::webhook::{probe as probe_webhook_target, sign as sign_webhook, webhook_secret};
pub use settings::{Closed, DailyReconcile, Limits, Mode, Settings, Timing, TlsFiles};
pub use store::{AuditEntry, Page, PaymentFilter, PendingKind, PendingOperation};
pub use support::IdGenerator;
pub use support::language::{Language, preferred as preferred_language};
pub use support::secret_hash::hash_secret;
