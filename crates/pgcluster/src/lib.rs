//! A PostgreSQL server for tests. One is shared by all test processes of a build and ends by itself a few seconds after the
//! last of them; each test has a database of its own, copied from a template that was migrated once. A test that stops, promotes
//! or configures a server has a whole one to itself ([`Own`]).
//!
//! Needs PostgreSQL's programs, as Debian's package `postgresql` has them. Everything panics that goes wrong: these are tests.

mod own;
mod patroni;
mod programs;
mod shared;

pub use own::{Own, SmallDisk};
pub use patroni::{Member, Patroni};
pub use shared::{Database, Shared};

/// Of the superuser `postgres` of every server here.
pub const PASSWORD: &str = "only-for-tests";

/// `postgres://` with the superuser's name and password.
fn url(host: &str, port: u16, database: &str) -> String {
    format!("postgres://postgres:{PASSWORD}@{host}:{port}/{database}")
}
