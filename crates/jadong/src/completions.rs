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
    // Aside first: the generator panics when it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Cli::command(), "jadong", &mut script);
    print!("{}", String::from_utf8_lossy(&script));
}
