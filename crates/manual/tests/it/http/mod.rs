//! The manual as a browser meets it.

mod every_page;
mod headers;
mod pairs;
mod reader;
