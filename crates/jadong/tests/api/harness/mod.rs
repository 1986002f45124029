//! What every test starts with.

pub mod application;
pub mod back_office;
pub mod client;
pub mod described;
pub mod operator;
pub mod ordered;
pub mod pg;
pub mod raw;
pub mod test_gateway;
pub mod threads;
pub mod transcript;

pub use application::{application, with};
pub use client::{Answer, Merchant};
pub use test_gateway::{OTHER, SANDBOX, TestGateway};
