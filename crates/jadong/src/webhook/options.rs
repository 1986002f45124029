//! The options of `jadong webhook`.

use clap::{Args, Subcommand};
use devtools::webhook_check::CheckOptions;
use terminal::lang::LangOption;

use crate::open_store::StoreOptions;
use crate::output::JsonOption;

#[derive(Args)]
pub struct WebhookOptions {
    #[command(flatten)]
    pub store: StoreOptions,
    #[command(subcommand)]
    pub command: WebhookCommand,
}

#[derive(Subcommand)]
pub enum WebhookCommand {
    /// The newest deliveries, or those of one receipt: where each stands, and what the endpoint said.
    List {
        #[arg(long, value_name = "ID")]
        receipt: Option<String>,
        #[command(flatten)]
        lang: LangOption,
        #[command(flatten)]
        json: JsonOption,
    },
    /// Send a delivery again, now.
    Resend {
        delivery_id: String,
        #[command(flatten)]
        json: JsonOption,
    },
    /// Where a project's webhooks go; `none`: nowhere.
    Set {
        project: String,
        url: String,
        #[command(flatten)]
        json: JsonOption,
    },
    /// Take a new signing secret into use; prints it.
    RotateSecret {
        project: String,
        /// How long the old one signs too
        #[arg(long, default_value = "24h")]
        overlap: String,
        #[command(flatten)]
        json: JsonOption,
    },
    /// Print a project's signing secret.
    Secret {
        project: String,
        #[command(flatten)]
        json: JsonOption,
    },
    /// Play an endpoint through the deliveries that merchants' endpoints fail on. Needs no gateway.
    Ordeal(CheckOptions),
}
