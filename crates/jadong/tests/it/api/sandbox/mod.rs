//! `/sandbox`

mod clock;
mod clock_restart;
