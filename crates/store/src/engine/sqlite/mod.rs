//! The embedded engine: one writer thread with group commit, and a few reader threads.

mod inspect;
pub mod lock;
pub mod migrate;
mod open;
mod readers;
mod run;
mod whole;
mod writer;

pub use inspect::{Inspection, inspect, is_new, is_served};
pub use open::{OpenMode, Sqlite, SqliteOptions};
