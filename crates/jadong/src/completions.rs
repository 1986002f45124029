//! `jadong completions`: what a shell needs to complete commands and options.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::cli::Cli;

/// The options of `jadong completions`.
#[derive(Args)]
pub struct CompletionsOptions {
    /// The shell
    shell: Shell,
}

pub fn run(options: &CompletionsOptions) {
    clap_complete::generate(options.shell, &mut Cli::command(), "jadong", &mut std::io::stdout());
}
