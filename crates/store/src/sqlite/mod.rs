//! The embedded engine: one writer thread with group commit, and a few reader threads.

mod apply;
mod cancels;
mod cash_receipts;
mod clocks;
mod console;
mod deliveries;
mod hourly_counts;
mod inspect;
mod installation;
mod leases;
mod lock;
mod migrate;
mod open;
mod payment_queries;
mod payment_rows;
mod payments;
mod projects;
mod queries;
mod readers;
mod reserves;
mod rows;
mod scoped;
mod sql;
mod tokens;
mod whole;
mod writer;

pub use inspect::{Inspection, inspect, is_new, is_served};
pub use open::{OpenMode, Sqlite, SqliteOptions};
