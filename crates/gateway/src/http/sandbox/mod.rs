//! `/sandbox/…`: what only a sandbox answers.

pub mod calls;
pub mod clock;
pub mod events;
pub mod faults;
pub mod phone;
pub mod timeline;
