//! The commands and their options.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::ars::ArsOptions;
use crate::clock::ClockOptions;
use crate::completions::CompletionsOptions;
use crate::config::Overrides;
use crate::console::ConsoleOptions;
use crate::doctor::DoctorOptions;
use crate::examples;
use crate::explain::ExplainOptions;
use crate::in_doubt::{InDoubtOptions, ResolveOptions};
use crate::lang::LangOption;
use crate::listen::ListenOptions;
use crate::manual_command::ManualOptions;
use crate::resume::ResumeOptions;
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
    Demo {
        /// Stay up afterwards, until Ctrl-C.
        #[arg(long)]
        keep: bool,
        #[command(flatten)]
        lang: LangOption,
    },
    /// Projects and their credentials.
    #[command(after_help = examples::PROJECT)]
    Project {
        /// The gateway's data folder.
        #[arg(long, env = "JADONG_DATA", default_value = "./jadong-data", global = true)]
        data: PathBuf,
        #[command(subcommand)]
        command: ProjectCommand,
    },
    /// Webhooks: what was sent, where to, signed with what; and an ordeal for a merchant's endpoint.
    #[command(after_help = examples::WEBHOOK)]
    Webhook(WebhookOptions),
    /// Tell the life of a receipt: the request, every step, what the PG said, the verdict's steps, the webhooks.
    #[command(after_help = examples::EXPLAIN)]
    Explain(ExplainOptions),
    /// Payments without a verdict: how old, how much, the last step, and when the next one comes.
    #[command(after_help = examples::IN_DOUBT)]
    InDoubt(InDoubtOptions),
    /// Resolve a payment that needs a person. Needs the running gateway, which asks the PG once more before.
    #[command(after_help = examples::RESOLVE, alias = "settle")]
    Resolve(ResolveOptions),
    /// After a restore: compare what happened since the backup with the PG, then let debits go on. Needs the running gateway.
    #[command(after_help = examples::RESUME)]
    Resume(ResumeOptions),
    /// The clock of one sandbox project: what time it is for it, and moving it on. No other project's clock moves.
    #[command(after_help = examples::CLOCK)]
    Clock(ClockOptions),
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
    /// Say what is wrong with this installation, and how to mend it. Changes nothing.
    #[command(after_help = examples::DOCTOR)]
    Doctor(DoctorOptions),
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
    #[command(flatten)]
    lang: LangOption,
}

impl ServeOptions {
    pub fn overrides(self) -> Overrides {
        self.lang.choose();
        Overrides {
            config: self.config,
            listen: self.listen,
            data: self.data,
            consent_hold: self.consent_hold,
        }
    }
}

#[derive(Subcommand)]
pub enum ProjectCommand {
    /// Create a project; prints its credentials once.
    Create {
        name: String,
        /// `company_name` in answers [default: the project's name]
        #[arg(long)]
        company_name: Option<String>,
        /// Only these addresses may use it, for example 203.0.113.0/24; may be repeated
        #[arg(long = "allow-ip", value_name = "CIDR")]
        allow_ips: Vec<String>,
        /// Top-level `status` of an issued key: 1 as documented, 11 as recorded
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(i16))]
        issued_status: i16,
        /// A charge beside a debit of the same key and price without an outcome: answered with a notice, or refused
        #[arg(long, default_value = "notice", value_parser = ["notice", "refuse"])]
        guard: String,
        #[arg(long)]
        json: bool,
    },
    /// Change what a project wants of a charge beside a debit of the same key and price without an outcome.
    Set {
        name: String,
        /// It is debited with a notice that names the other, or refused
        #[arg(long, value_parser = ["notice", "refuse"])]
        guard: String,
        #[arg(long)]
        json: bool,
    },
    /// List the projects, without secrets.
    List {
        #[arg(long)]
        json: bool,
    },
    /// Replace a project's secrets; prints the new ones once.
    RotateKey {
        name: String,
        /// How long the old secrets stay valid
        #[arg(long, default_value = "24h")]
        overlap: String,
        #[arg(long)]
        json: bool,
    },
}

#[derive(Args)]
pub struct BankOptions {
    #[arg(long, default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,
    /// Where its journal is kept; without it, only in memory
    #[arg(long)]
    pub data: Option<PathBuf>,
    /// How long the default customer takes to answer
    #[arg(long, default_value_t = 300)]
    pub answer_delay_ms: u64,
    /// How long the PG waits for a customer
    #[arg(long, default_value_t = 180_000)]
    pub consent_limit_ms: u64,
}

#[derive(Subcommand)]
pub enum BenchCommand {
    /// Full issuances (request and publish) over HTTP, with durability on.
    Issue(BenchIssueOptions),
    /// Durable debits against a PG that answers at once.
    Charge(BenchChargeOptions),
    /// How fast reserves that are all due at once are executed, and whether each runs once.
    Reserve(BenchReserveOptions),
    /// How fast webhooks arrive, and whether endpoints that hang delay the others.
    Webhook(BenchWebhookOptions),
    /// What this program's HTTP stack does when it has nothing to do; part of `issue`.
    #[command(hide = true)]
    EchoServer,
}

#[derive(Args, Clone)]
pub struct BenchIssueOptions {
    /// How long the issuances run
    #[arg(long, default_value_t = 10)]
    pub seconds: u64,
    /// Connections, each with one request at a time
    #[arg(long, default_value_t = 64)]
    pub connections: usize,
    /// Also hold this many consents open and measure their memory
    #[arg(long, default_value_t = 0)]
    pub held: usize,
    /// Also measure lookups with this many keys on disk
    #[arg(long, default_value_t = 0)]
    pub keys: u64,
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Clone)]
pub struct BenchChargeOptions {
    /// How long the debits run
    #[arg(long, default_value_t = 10)]
    pub seconds: u64,
    /// Connections, each with one request at a time
    #[arg(long, default_value_t = 64)]
    pub connections: usize,
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Clone)]
pub struct BenchReserveOptions {
    /// How many reserves are due at once
    #[arg(long, default_value_t = 20_000)]
    pub reserves: u64,
    /// How many reserves wait on disk beside them
    #[arg(long, default_value_t = 0)]
    pub waiting: u64,
    /// How many issued keys are on disk beside them
    #[arg(long, default_value_t = 0)]
    pub keys: u64,
    #[arg(long, default_value_t = 64)]
    pub connections: usize,
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Clone)]
pub struct BenchWebhookOptions {
    /// Endpoints in all
    #[arg(long, default_value_t = 64)]
    pub endpoints: usize,
    /// How many of them take a delivery and never answer
    #[arg(long, default_value_t = 8)]
    pub hanging: usize,
    /// Charges a second, each with a webhook
    #[arg(long, default_value_t = 500)]
    pub rate: u64,
    /// How long each of the two rounds charges
    #[arg(long, default_value_t = 15)]
    pub seconds: u64,
    #[arg(long, default_value_t = 32)]
    pub connections: usize,
    #[arg(long)]
    pub json: bool,
}
