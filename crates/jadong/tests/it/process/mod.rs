//! The real binary, as its own process: killed, restarted, searched, teased, and asked to stop.

mod audit;
mod canary;
pub mod commands;
mod consent;
mod console;
mod crash;
mod disk;
mod errors;
mod explain;
mod in_doubt;
mod load;
mod money;
mod project;
mod reconcile;
mod reserves;
pub mod retention;
mod sandbox;
mod serve;
