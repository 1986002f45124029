//! The commands and their options.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use devtools::bench::BenchCommand;
use devtools::demo::DemoOptions;
use terminal::lang::LangOption;

use crate::api_call::{GetOptions, PostOptions};
use crate::ars::ArsOptions;
use crate::audit::AuditOptions;
use crate::bank_command::BankOptions;
use crate::clock::ClockOptions;
use crate::completions::CompletionsOptions;
use crate::config::Overrides;
use crate::consent::ConsentOptions;
use crate::console::ConsoleOptions;
use crate::db::DbOptions;
use crate::doctor::DoctorOptions;
use crate::examples;
use crate::explain::ExplainOptions;
use crate::hold::HoldOptions;
use crate::in_doubt::{InDoubtOptions, ResolveOptions};
use crate::keys::KeysOptions;
use crate::listen::ListenOptions;
use crate::manual_command::ManualOptions;
use crate::measure::PgOptions;
use crate::nodes::NodesOptions;
use crate::open_store::StoreOptions;
use crate::project::ProjectCommand;
use crate::reconcile::ReconcileOptions;
use crate::reserves::ReservesOptions;
use crate::resume::ResumeOptions;
use crate::retention::RetentionOptions;
use crate::serve::Supervision;
use crate::shadow::ShadowOptions;
use crate::trigger::TriggerOptions;
use crate::webhook::options::WebhookOptions;

/// 계좌 자동이체 빌링키 게이트웨이 — a self-hosted gateway and sandbox for account billing keys.
#[derive(Parser)]
#[command(name = "jadong", version, propagate_version = true, after_help = examples::TOP)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Serve the API. Without any configuration: a sandbox with a simulated PG on 127.0.0.1:4141.
    #[command(after_help = examples::SERVE)]
    Serve(ServeOptions),
    /// Play the seven steps from an account to a billing key, with everything started for it.
    #[command(after_help = examples::DEMO)]
    Demo(DemoOptions),
    /// Projects and their credentials.
    #[command(after_help = examples::PROJECT)]
    Project {
        #[command(flatten)]
        store: StoreOptions,
        #[command(subcommand)]
        command: ProjectCommand,
    },
    /// Billing keys that were issued before this gateway was there.
    #[command(after_help = examples::KEYS)]
    Keys(KeysOptions),
    /// What a project's PG does: measure it where nobody has written it down.
    #[command(after_help = examples::PG)]
    Pg(PgOptions),
    /// Debits that were reserved before this gateway was there. Needs the running gateway.
    #[command(after_help = examples::RESERVES)]
    Reserves(ReservesOptions),
    /// The record of what payers agreed to: give it out signed, and check one that was given out.
    #[command(after_help = examples::CONSENT)]
    Consent(ConsentOptions),
    /// Webhooks that were sent, their secrets, and an ordeal for an endpoint.
    #[command(after_help = examples::WEBHOOK)]
    Webhook(WebhookOptions),
    /// Tell the life of a receipt: the request, every step, what the PG said, the verdict's steps, the webhooks.
    #[command(after_help = examples::EXPLAIN)]
    Explain(ExplainOptions),
    /// Payments without a verdict: how old, how much, the last step, and when the next one comes.
    #[command(after_help = examples::IN_DOUBT)]
    InDoubt(InDoubtOptions),
    /// The nodes that serve from the database: who is alive, who is about to stop, which version.
    #[command(after_help = examples::NODES)]
    Nodes(NodesOptions),
    /// The database: migrate it, look whether it is one to serve from.
    #[command(after_help = examples::DB)]
    Db(DbOptions),
    /// Resolve a payment that needs a person. Needs the running gateway, which asks the PG once more before.
    #[command(after_help = examples::RESOLVE, alias = "settle")]
    Resolve(ResolveOptions),
    /// Compare a day's debits and refunds with the PG, and with its settlement file. Needs the running gateway.
    #[command(after_help = examples::RECONCILE)]
    Reconcile(ReconcileOptions),
    /// Destroy records that were kept for long enough. Without --yes it only tells what would be destroyed.
    #[command(after_help = examples::RETENTION)]
    Retention(RetentionOptions),
    /// Hold debits and cancels at every node: after a recovery of the database, or when something is wrong. `resume` lets them go on.
    #[command(after_help = examples::HOLD)]
    Hold(HoldOptions),
    /// Let debits go on after a restore: first compare what happened since the backup with the PG. Needs the running gateway.
    #[command(after_help = examples::RESUME)]
    Resume(ResumeOptions),
    /// The clock of one sandbox project: what time it is for it, and moving it on. No other project's clock moves.
    #[command(after_help = examples::CLOCK)]
    Clock(ClockOptions),
    /// Read something from the API as a merchant's backend does, and print the answer.
    #[command(after_help = examples::GET)]
    Get(GetOptions),
    /// Send a request to the API as a merchant's backend does, and print the answer.
    #[command(after_help = examples::POST)]
    Post(PostOptions),
    /// The console: who may sign in.
    #[command(after_help = examples::CONSOLE)]
    Console(ConsoleOptions),
    /// Run the simulated PG by itself, for tests that kill the gateway and keep the truth.
    #[command(after_help = examples::BANK)]
    Bank(BankOptions),
    /// Measure this machine.
    #[command(after_help = examples::BENCH)]
    Bench {
        #[command(subcommand)]
        command: BenchCommand,
    },
    /// Read the manual here: without a page, its contents.
    #[command(after_help = examples::MANUAL)]
    Manual(ManualOptions),
    /// The simulated customers' telephones: who is being called, and answering in their place.
    #[command(after_help = examples::ARS)]
    Ars(ArsOptions),
    /// Play a whole scenario against a running sandbox, and tell what happens.
    #[command(after_help = examples::TRIGGER)]
    Trigger(TriggerOptions),
    /// Print a project's webhooks as they happen, and forward them to a local endpoint.
    #[command(after_help = examples::LISTEN)]
    Listen(ListenOptions),
    /// Answer a merchant from the hosted service, and say where Jadong would have answered otherwise.
    #[command(after_help = examples::SHADOW)]
    Shadow(ShadowOptions),
    /// Say what is wrong with this installation, and how to fix it. Changes nothing.
    #[command(after_help = examples::DOCTOR)]
    Doctor(DoctorOptions),
    /// Search what this installation keeps for what must never be kept. Changes nothing.
    #[command(after_help = examples::AUDIT)]
    Audit(AuditOptions),
    /// Print what a shell needs to complete commands and options.
    #[command(after_help = examples::COMPLETIONS)]
    Completions(CompletionsOptions),
    /// Explain an error code: why it comes, what to do, an example. Without a code: all of them.
    #[command(after_help = examples::ERROR)]
    Error(crate::error::ErrorOptions),
    /// Print the API's OpenAPI 3.1 document.
    #[command(after_help = examples::OPENAPI)]
    Openapi(crate::openapi::OpenapiOptions),
    /// Print the default configuration, which explains every setting.
    #[command(after_help = examples::CONFIG)]
    Config,
}

#[derive(Args)]
pub struct ServeOptions {
    /// Where the API listens; port 0 takes a free one [default: 127.0.0.1:4141]
    #[arg(long)]
    listen: Option<String>,
    /// The data folder [default: ./jadong-data]
    #[arg(long)]
    data: Option<PathBuf>,
    /// A configuration file; `jadong config` prints the defaults
    #[arg(long, env = "JADONG_CONFIG")]
    config: Option<PathBuf>,
    /// How long step 1 waits for the customer [default: 8s]
    #[arg(long)]
    consent_hold: Option<String>,
    /// Once it answers, write to this file (JSON) where it listens and, in a sandbox, its credentials; gone when it stops
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,
    /// Stop when standard input ends, as it does with the program that started this one
    #[arg(long)]
    stop_with_stdin: bool,
    #[command(flatten)]
    lang: LangOption,
}

impl ServeOptions {
    pub fn chosen(self) -> (Overrides, Supervision) {
        self.lang.choose();
        let overrides = Overrides {
            config: self.config,
            listen: self.listen,
            data: self.data,
            consent_hold: self.consent_hold,
        };
        let supervision = Supervision {
            ready_file: self.ready_file,
            stop_with_stdin: self.stop_with_stdin,
        };
        (overrides, supervision)
    }
}
