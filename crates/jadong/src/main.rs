//! The command line. Thin: every command is a room of its own.

// First: its macros are everybody's.
#[macro_use]
mod stdout;

mod admin_url;
mod ars;
mod bank_command;
mod bench;
mod cli;
mod clock;
mod completions;
mod config;
mod console;
mod crash;
mod demo;
mod doctor;
mod endpoint;
mod error;
mod examples;
mod explain;
mod http;
mod lang;
mod listen;
mod local_url;
mod log;
mod manual_command;
mod open_files;
mod openapi;
mod output;
mod pepper;
mod project;
#[cfg(test)]
mod reference;
mod sandbox_api;
mod serve;
mod table;
mod trigger;
mod verdict;
mod webhook;

use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Command};

fn main() -> ExitCode {
    let cli = Cli::parse();
    stdout::until_closed(|| match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("jadong: {error:#}");
            ExitCode::FAILURE
        }
    })
}

fn run(cli: Cli) -> anyhow::Result<()> {
    log::hide_panic_values();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("jadong")
        .build()?;
    runtime.block_on(async {
        match cli.command {
            Command::Serve(options) => serve::run(options.overrides()).await,
            Command::Demo { keep, lang } => {
                lang.choose();
                demo::run(if keep {
                    demo::Keep::UntilCtrlC
                } else {
                    demo::Keep::Nothing
                })
                .await
            }
            Command::Project { data, command } => project::run(data, command).await,
            Command::Webhook(options) => webhook::run(options).await,
            Command::Explain(options) => explain::run(options).await,
            Command::InDoubt(options) => verdict::list(options).await,
            Command::Settle(options) => verdict::settle(options).await,
            Command::Clock(options) => clock::run(options).await,
            Command::Console(options) => console::run(options).await,
            Command::Bank(options) => bank_command::run(options).await,
            Command::Bench { command } => bench::run(command).await,
            Command::Manual(options) => manual_command::run(&options),
            Command::Ars(options) => ars::run(options).await,
            Command::Listen(options) => listen::run(options).await,
            Command::Trigger(options) => trigger::run(options).await,
            Command::Doctor(options) => doctor::run(options).await,
            Command::Completions(options) => {
                completions::run(&options);
                Ok(())
            }
            Command::Error(options) => error::run(&options),
            Command::Openapi(options) => openapi::run(&options),
            Command::Config => {
                print!("{}", config::DEFAULTS);
                Ok(())
            }
        }
    })
}
