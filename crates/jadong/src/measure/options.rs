//! What `jadong pg measure` is asked for.

use clap::{Args, Subcommand};
use terminal::lang::LangOption;

use crate::open_store::StoreOptions;

#[derive(Args)]
pub struct PgOptions {
    #[command(flatten)]
    pub store: StoreOptions,
    #[command(subcommand)]
    pub command: PgCommand,
}

#[derive(Subcommand)]
pub enum PgCommand {
    /// Measure what the hosted API does where nobody has written it down, with a project's own credentials there; the answers become
    /// the project's settings. What moves money or calls somebody is asked about first, and what was debited is given back.
    Measure(MeasureOptions),
}

#[derive(Args)]
pub struct MeasureOptions {
    /// The project, whose PG is `hosted`
    #[arg(long)]
    pub project: String,
    /// A billing key there, of an account of your own: it is debited, and the debits are given back. A consent that is agreed to gives one, too
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
    /// A billing key there of an account of your own that has less than the price on it
    #[arg(long, value_name = "KEY")]
    pub refused_key: Option<String>,
    /// Who is asked for a consent, you: a file with username, bank_code, bank_account, identity_no and phone, or - for the standard input. Nothing of it is stored
    #[arg(long, value_name = "FILE")]
    pub payer: Option<String>,
    /// What is done without a question, separated by commas; without a terminal nothing else is
    #[arg(long, value_name = "PROBES", value_delimiter = ',',
        value_parser = ["consent", "refused-consent", "charge", "used-order", "refund", "refused-charge"])]
    pub allow: Vec<String>,
    /// Measure with a live key pair, too
    #[arg(long)]
    pub live: bool,
    /// Of each debit, in won
    #[arg(long, value_name = "WON", default_value_t = 100)]
    pub price: u64,
    /// How long is waited for a person
    #[arg(long, value_name = "TIME", default_value = "5m")]
    pub wait: String,
    /// Measure nothing, and forget what was measured: the careful values hold again
    #[arg(long, conflicts_with_all = ["key", "refused_key", "payer", "allow", "live"])]
    pub forget: bool,
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub lang: LangOption,
}
