//! `/sandbox/…`: what only a sandbox answers.

pub mod clock;
