//! How a command answers: for people, or for programs.

use clap::Args;
use serde::Serialize;

/// The option of every command that prints data.
#[derive(Args, Debug, Clone, Copy)]
pub struct JsonOption {
    /// Print JSON, for programs
    #[arg(long, global = true)]
    json: bool,
}

/// How a command answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    Text,
    Json,
}

impl JsonOption {
    pub fn output(self) -> Output {
        Output::of(self.json)
    }
}

impl Output {
    pub fn of(json: bool) -> Self {
        if json { Self::Json } else { Self::Text }
    }
}

/// Prints a value as JSON that people can read too.
pub fn print_json(value: &impl Serialize) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string_pretty(value)?);
    Ok(())
}
