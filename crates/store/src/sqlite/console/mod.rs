//! What the console asks of the engine.

mod in_doubt;
mod lists;
mod people;
mod sql;
