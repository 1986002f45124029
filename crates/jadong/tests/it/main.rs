//! Everything that is tested over HTTP or as a process, in one binary: linked once, and each test a process of its own.

mod api;
mod client;
mod money;
mod process;
mod webhooks;
