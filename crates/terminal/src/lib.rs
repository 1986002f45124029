//! What a command says to a person: in which language, and to a standard output and a standard error that may be full, stuck
//! or gone. `#[macro_use] extern crate terminal` puts its `print!`, `println!` and `eprintln!` before the standard library's.

// First: its macros are everybody's.
#[macro_use]
pub mod stdout;

pub mod lang;
pub mod lossy;
