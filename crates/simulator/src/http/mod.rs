//! The HTTP shell: routes, credentials, the wire, and the faults around it.

mod asked;
mod banks;
mod body;
mod consents;
mod control;
mod counter;
mod expire;
mod payments;
mod receipts;
mod regist;
mod reply;
mod route;
mod serve;
mod shell;
mod toss;

pub use control::Control;
pub use serve::serve;
pub use shell::{Refuse, Shell};
pub use toss::{TOSS_LIVE_KEY, TOSS_TEST_KEY};
