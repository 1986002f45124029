//! The options of `jadong webhook`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use reqwest::Url;

use crate::lang::LangOption;
use crate::local_url;
use crate::output::JsonOption;

#[derive(Args)]
pub struct WebhookOptions {
    /// The gateway's data folder.
    #[arg(long, env = "JADONG_DATA", default_value = "./jadong-data", global = true)]
    pub data: PathBuf,
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
    Ordeal(OrdealOptions),
}

#[derive(Args)]
pub struct OrdealOptions {
    /// The merchant's endpoint (localhost:8000/webhook, or 8000 alone)
    #[arg(long, value_parser = local_url::read)]
    pub url: Url,
    /// The signing secret the endpoint knows; without it, what needs one is skipped
    #[arg(long, value_name = "whsec_…")]
    pub secret: Option<String>,
    /// Of the other webhook commands: there is no gateway here.
    #[arg(long, hide = true)]
    data: Option<PathBuf>,
    #[command(flatten)]
    pub lang: LangOption,
    /// The verdicts as JSON
    #[arg(long)]
    pub json: bool,
}
