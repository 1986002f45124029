//! The embedded engine: one writer thread with group commit, and a few reader threads.

mod apply;
mod lock;
mod migrate;
mod open;
mod projects;
mod read;
mod readers;
mod rows;
mod sql;
mod tokens;
mod writer;

pub use open::{Sqlite, SqliteOptions, Tenancy};
