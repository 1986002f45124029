//! `jadong bench`: figures about this machine, each beside a baseline measured in the same run.

mod charge;
mod client;
mod echo;
mod endpoints;
mod held;
mod issue;
mod load;
mod lookup;
mod process;
mod report;
mod reserve;
mod seed;
mod stage;
mod store_rate;
mod webhook;

use clap::Subcommand;

/// The commands of `jadong bench`.
#[derive(Subcommand)]
pub enum BenchCommand {
    /// Full issuances (request and publish) over HTTP, with durability on.
    Issue(issue::IssueOptions),
    /// Durable debits against a PG that answers at once.
    Charge(charge::ChargeOptions),
    /// How fast reserves that are all due at once are executed, and whether each runs once.
    Reserve(reserve::ReserveOptions),
    /// How fast webhooks arrive, and whether endpoints that hang delay the others.
    Webhook(webhook::WebhookOptions),
    /// What this program's HTTP stack does when it has nothing to do; part of `issue`.
    #[command(hide = true)]
    EchoServer,
}

/// Measures and prints; as many files may be open as there are connections.
pub async fn run(command: BenchCommand) -> anyhow::Result<()> {
    match command {
        BenchCommand::Issue(options) => issue::run(options).await,
        BenchCommand::Charge(options) => charge::run(options).await,
        BenchCommand::Reserve(options) => reserve::run(options).await,
        BenchCommand::Webhook(options) => webhook::run(options).await,
        BenchCommand::EchoServer => echo::serve().await,
    }
}
