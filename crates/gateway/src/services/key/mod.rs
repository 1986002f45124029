//! The services of a billing key.

mod destroy;
mod lookup;

pub use destroy::{Reserves, destroy, expire_at_pg};
pub use lookup::by_key;
