//! The command line against a running sandbox, and by itself.

mod ars;
mod doctor;
mod help;
pub mod https;
mod lang;
pub mod listen;
mod log;
mod ordeal;
mod pipe;
mod trigger;
mod webhook;

use serde_json::Value;

use testkit::process::{Said, run};

/// Runs a command that must succeed.
async fn done(args: &[&str], env: &[(&str, &str)]) -> Said {
    let said = run(args, env).await;
    assert_eq!(said.code, Some(0), "jadong {args:?}\n{}\n{}", said.out, said.err);
    said
}

/// The same; its JSON.
async fn json(args: &[&str], env: &[(&str, &str)]) -> Value {
    let said = done(args, env).await;
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {}", said.out))
}
