//! The fakes of the real connectors' PGs, and a connector to begin with.

pub mod hosted;
pub mod nicepay;
mod simulated;
pub mod template;
pub mod tosspay;
