//! The command line against a running sandbox, and by itself.

mod api_call;
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

use testkit::process::{Output, run};

use serde_json::Value;

/// Runs a command that must succeed.
async fn done(args: &[&str], env: &[(&str, &str)]) -> Output {
    run(args, env).await.success()
}

/// The same; its JSON.
async fn printed(args: &[&str], env: &[(&str, &str)]) -> Value {
    done(args, env).await.json()
}
