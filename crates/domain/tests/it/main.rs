//! What holds of every decision, and the pages that are written from the code.

#![allow(clippy::too_many_lines, reason = "a test is read from its beginning to its end")]

mod errors_documented;
mod names;
mod properties;
