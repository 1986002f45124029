//! The command line. Thin: every command is a module of its own.

// Its `print!` and `println!` are everybody's.
#[macro_use]
extern crate terminal;

mod admin_call;
mod admin_url;
mod api_call;
mod ars;
mod audit;
mod bank_command;
mod cli;
mod clock;
mod completions;
mod config;
mod consent;
mod console;
mod crash;
mod csv_text;
mod db;
mod doctor;
mod error;
mod examples;
mod explain;
mod help;
mod hold;
mod in_doubt;
mod keys;
mod listen;
mod log;
mod manual_command;
mod mark;
mod measure;
mod new_file;
mod nodes;
mod open_files;
mod open_store;
mod openapi;
mod output;
mod pepper;
mod project;
mod reconcile;
#[cfg(test)]
mod reference;
mod reserves;
mod resume;
mod retention;
mod sandbox_api;
mod serve;
mod shadow;
mod table;
mod trigger;
mod webhook;

use std::process::ExitCode;
use std::time::Duration;

use clap::{CommandFactory, FromArgMatches};
use devtools::{bench, demo};
use rustix::fs::Mode;
use terminal::lang::LangOption;
use terminal::{lossy, stdout};

use cli::{Cli, Command};

#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let program = help::grouped(Cli::command(), LangOption::default().language());
    let cli = Cli::from_arg_matches(&program.get_matches()).unwrap_or_else(|error| error.exit());
    // What this program makes, a database with billing keys above all, is its owner's alone.
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
    let code = stdout::until_closed(|| match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("jadong: {error:#}");
            let is_usage = error.is::<config::Wrong>()
                || error.is::<audit::NotSearched>()
                || error.is::<consent::SignerNotChecked>();
            ExitCode::from(if is_usage { USAGE } else { FAILURE })
        }
    });
    lossy::finish();
    code
}

const FAILURE: u8 = 1;
/// A setting that cannot be meant is wrong usage, wherever it was set: starting again does not help.
const USAGE: u8 = 2;
/// How long the end waits for what blocks a thread: a disk or a pipe may do so for ever.
const UNSTICK: Duration = Duration::from_secs(2);

fn run(cli: Cli) -> anyhow::Result<()> {
    log::hide_panic_values();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("jadong")
        .build()?;
    let done = runtime.block_on(async {
        match cli.command {
            Command::Serve(options) => {
                let (overrides, supervision) = options.chosen();
                serve::run(overrides, supervision).await
            }
            Command::Demo(options) => {
                let demo = demo::Demo::new(&options)?;
                let sandbox = serve::start_sandbox(demo.data()).await?;
                let played = demo.play(sandbox.gateway_url(), sandbox.bank_url()).await;
                sandbox.stop().await;
                played
            }
            Command::Project { store, command } => project::run(store, command).await,
            Command::Keys(options) => keys::run(options).await,
            Command::Pg(options) => measure::run(options).await,
            Command::Webhook(options) => webhook::run(options).await,
            Command::Explain(options) => explain::run(options).await,
            Command::InDoubt(options) => in_doubt::list(options).await,
            Command::Db(options) => db::run(options).await,
            Command::Nodes(options) => nodes::run(options).await,
            Command::Resolve(options) => in_doubt::resolve(options).await,
            Command::Hold(options) => hold::run(options).await,
            Command::Reconcile(options) => reconcile::run(options).await,
            Command::Reserves(options) => reserves::run(options).await,
            Command::Retention(options) => retention::run(options).await,
            Command::Resume(options) => resume::run(options).await,
            Command::Clock(options) => clock::run(options).await,
            Command::Get(options) => api_call::get(options).await,
            Command::Post(options) => api_call::post(options).await,
            Command::Console(options) => console::run(options).await,
            Command::Bank(options) => bank_command::run(options).await,
            Command::Bench { command } => {
                open_files::raise();
                bench::run(command).await
            }
            Command::Manual(options) => manual_command::run(&options),
            Command::Ars(options) => ars::run(options).await,
            Command::Listen(options) => listen::run(options).await,
            Command::Shadow(options) => shadow::run(options).await,
            Command::Trigger(options) => trigger::run(options).await,
            Command::Audit(options) => audit::run(options).await,
            Command::Consent(options) => consent::run(options).await,
            Command::Doctor(options) => doctor::run(options).await,
            Command::Completions(options) => {
                completions::run(&options, Cli::command());
                Ok(())
            }
            Command::Error(options) => error::run(&options),
            Command::Openapi(options) => openapi::run(&options),
            Command::Config => {
                print!("{}", config::DEFAULTS);
                Ok(())
            }
        }
    });
    runtime.shutdown_timeout(UNSTICK);
    done
}
