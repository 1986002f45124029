//! The OpenAPI document: committed, valid, and never less than what was released.

mod breaks;
mod committed;
mod examples;
mod released;
