//! Connectors over HTTP, against simulated PGs.

#![allow(clippy::too_many_lines, reason = "a test is read from its beginning to its end")]

mod tosspay;
