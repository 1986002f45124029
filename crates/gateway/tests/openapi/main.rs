//! The OpenAPI document: committed, valid, and never less than what was released.

#![allow(clippy::too_many_lines, reason = "a test is read from its beginning to its end")]

mod breaks;
mod committed;
mod examples;
mod released;
