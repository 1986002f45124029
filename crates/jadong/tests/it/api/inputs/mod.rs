//! How requests are read: what is one id, what is an amount, what cannot be read.

mod amounts;
mod bodies;
mod ids;
mod keys;
mod manners;
mod people;

/// A JSON text as `post_text` sends it.
const JSON: Option<&str> = Some("application/json");
