//! What every test starts with.

pub mod application;
pub mod back_office;
pub mod client;
pub mod described;
pub mod house;
pub mod operator;
pub mod ordered;
pub mod pg;
pub mod raw;
pub mod threads;
pub mod transcript;

pub use application::{application, with};
pub use client::{Answer, Merchant};
pub use house::{House, OTHER, SANDBOX};
