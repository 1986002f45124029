//! What holds of every decision, and the pages that are written from the code.

mod errors_documented;
mod properties;
