//! `/sandbox`

pub mod clock;
mod clock_restart;
mod first_use;
mod test_outcome;
