//! The simulated PG over a real socket, as its clients see it.

mod canary;
mod client;
mod control;
mod faults;
mod journal;
mod protocol;
mod shop;
