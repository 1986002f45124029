//! `/sandbox/…`: what only a sandbox answers.

pub mod calls;
pub mod clock;
pub mod faults;
pub mod phone;
