//! What in a text reads like somebody's number: an account, a resident or business number, a telephone. For whoever looks into what
//! was kept, where there is nothing to compare it to: it must find what people write, and leave ids, times and amounts alone.

mod kind;
mod number;
#[cfg(test)]
mod tests;

pub use kind::{PersonalNumber, Reading, kinds};
pub use number::{Group, Number, each};
