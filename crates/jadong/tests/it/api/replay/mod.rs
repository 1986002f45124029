//! Recordings: what official SDKs sent, byte for byte, and what the hosted service answered, key by key.

mod answers;
mod differences;
mod fixture;
mod requests;
