//! A PostgreSQL server or cluster: a few writing connections with group commit, and a few that read.

mod batch;
mod distribute;
mod fault;
mod lane;
mod mark;
mod memory;
mod migrate;
mod mover;
mod options;
mod partitions;
mod queue;
mod reader;
mod readers;
mod run;
mod session;
mod slot;
mod tls;
mod values;

pub use distribute::{PlacedTable, distribute};
pub use memory::{Memory, OnRecord};
pub use migrate::migrate;
pub use mover::Mover;
pub use options::PostgresOptions;
pub use reader::Reader;
pub use run::Postgres;

#[cfg(test)]
mod tests;
