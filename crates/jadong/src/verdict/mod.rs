//! `jadong in-doubt` and `jadong settle`: payments without a verdict, and a person's.

mod list;
mod settle;

pub use list::list;
pub use settle::{SettleOptions, settle};
