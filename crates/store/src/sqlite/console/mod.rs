//! What the console asks of the engine.

mod doubts;
mod lists;
mod people;
mod sql;
