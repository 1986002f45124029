//! What the tests start with: a gateway in the test's own process, whose clock stands still until it is moved, or the
//! binary in a process of its own; the simulated PG, whose ledger is the truth; merchants, and the endpoints that their
//! webhooks go to.

pub mod answer;
pub mod application;
mod both;
mod database;
pub mod described;
mod dice;
pub mod endpoint;
pub mod in_process;
pub mod ledger;
mod line;
pub mod merchant;
pub mod net;
pub mod ordered;
pub mod process;
pub mod raw;
pub mod relay;
mod simulated_pg;
pub mod transcript;
mod wait;

pub use answer::Answer;
pub use application::{application, with};
pub use both::both;
pub use dice::Dice;
pub use in_process::{Apart, OTHER, PgUnderTest, SANDBOX, TestGateway};
pub use ledger::Ledger;
pub use line::{Line, Loses};
pub use merchant::Merchant;
pub use simulated_pg::SimulatedPg;
pub use wait::{PATIENCE, until};
