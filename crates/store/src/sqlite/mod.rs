//! The embedded engine: one writer thread with group commit, and a few reader threads.

mod apply;
mod cancels;
mod cash_receipts;
mod claims;
mod clocks;
mod console;
mod counts;
mod deliveries;
mod due;
mod examine;
mod installation;
mod lock;
mod migrate;
mod open;
mod payment_calls;
mod payment_rows;
mod payments;
mod projects;
mod read;
mod readers;
mod reserves;
mod rows;
mod sql;
mod tokens;
mod whole;
mod writer;

pub(crate) use cash_receipts::history_of as cash_receipt_history;
pub use examine::{Examined, examine, is_new, is_served};
pub use open::{Sqlite, SqliteOptions, Tenancy};
