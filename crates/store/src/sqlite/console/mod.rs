//! What the console asks of the engine.

mod lists;
mod people;
mod sql;
