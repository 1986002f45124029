//! The commands that measure, show and try: `jadong bench`, `jadong demo` and `jadong webhook ordeal`. Nothing that serves
//! depends on it.

#[macro_use]
extern crate terminal;

pub mod bench;
pub mod demo;
pub mod endpoint;
pub mod http;
pub mod local_url;
pub mod webhook_check;
