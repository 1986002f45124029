//! The simulated PG over a real socket, as its clients see it.

#![allow(clippy::too_many_lines, reason = "a test is read from its beginning to its end")]

mod canary;
mod client;
mod control;
mod debits;
mod faults;
mod journal;
mod money_faults;
mod money_journal;
mod payments;
mod protocol;
mod receipts;
mod shop;
mod till;
mod toss;
mod visits;
