//! The services of a billing key.

mod adopt;
mod destroy;
mod lookup;

pub use adopt::{KeyLookups, adopting, by_key_or_adopted, claim, is_of_another};
pub use destroy::{Reserves, destroy, expire_at_pg};
pub use lookup::by_key;
