//! What the tidy test needs to read the repository: its files, Rust source without its comments and strings, and
//! the crates with what they depend on. The rules themselves are in `tests/`.

pub mod circles;
pub mod manifest;
pub mod markdown;
pub mod rust_source;
pub mod tree;
