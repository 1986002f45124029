//! `jadong in-doubt` and `jadong settle`: payments without a verdict, and a person's.

mod list;
mod settle;

pub use list::{InDoubtOptions, list};
pub use settle::{SettleOptions, settle};
