//! `jadong in-doubt` and `jadong resolve`: payments without a verdict, and a person's.

mod list;
mod resolve;

pub use list::{InDoubtOptions, list};
pub use resolve::{ResolveOptions, resolve, user};
