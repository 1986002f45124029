//! `jadong bench`: figures about this machine, each beside a baseline measured in the same run.

mod charge;
mod child;
mod client;
mod echo;
mod endpoints;
mod held;
mod issue;
mod keys;
mod load;
mod lookup;
mod process;
mod report;
mod reserve;
mod seed;
mod store_rate;
mod waiting;
mod webhook;

use crate::cli::BenchCommand;

pub async fn run(command: BenchCommand) -> anyhow::Result<()> {
    match command {
        BenchCommand::Issue(options) => issue::run(options).await,
        BenchCommand::Charge(options) => charge::run(options).await,
        BenchCommand::Reserve(options) => reserve::run(options).await,
        BenchCommand::Webhook(options) => webhook::run(options).await,
        BenchCommand::EchoServer => echo::serve().await,
    }
}
