//! `jadong completions`: what a shell needs to complete commands and options.

use clap::{Args, Command};
use clap_complete::Shell;

/// The options of `jadong completions`.
#[derive(Args)]
pub struct CompletionsOptions {
    /// The shell
    shell: Shell,
}

/// Prints it for `program`.
pub fn run(options: &CompletionsOptions, mut program: Command) {
    // Aside first: the generator panics when it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut program, "jadong", &mut script);
    print!("{}", String::from_utf8_lossy(&script));
}
