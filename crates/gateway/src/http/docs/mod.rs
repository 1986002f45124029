//! `/docs/…`: what a developer reads while the gateway runs. Needs no credentials and no network.

pub mod document;
pub mod error;
pub mod reference;
