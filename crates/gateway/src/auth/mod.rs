//! Who asks: credentials, tokens, allowed addresses, and how often.

pub mod address;
pub mod credentials;
pub mod gate;
pub mod operator;
pub mod projects;
pub mod rate;
pub mod token;
