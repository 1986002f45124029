//! Everything that is tested over HTTP or as a process, in one binary: linked once, and each test a process of its own.

#![allow(clippy::too_many_lines, reason = "a test is read from its beginning to its end")]

mod api;
mod audit;
mod client;
mod cluster;
mod hosted;
mod money;
mod nodes;
mod process;
mod shadow;
mod tosspay;
mod webhooks;
