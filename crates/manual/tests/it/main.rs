//! The pages over HTTP, the pictures that are drawn from the code, and what the code can contradict.

#![allow(clippy::too_many_lines, reason = "a test is read from its beginning to its end")]

mod http;
mod pictures;
mod reference;
