//! What the tests start with: a gateway in the test's own process, whose clock stands still until it is moved, or the
//! binary in a process of its own; the simulated PG, whose ledger is the truth; merchants, and the endpoints that their
//! webhooks go to.

pub mod application;
pub mod described;
pub mod endpoint;
pub mod in_process;
pub mod merchant;
pub mod ordered;
pub mod pg;
pub mod process;
pub mod raw;
pub mod transcript;

pub use application::{application, with};
pub use in_process::{OTHER, SANDBOX, TestGateway};
pub use merchant::{Answer, Merchant};
