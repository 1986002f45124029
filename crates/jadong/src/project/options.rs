//! The commands of `jadong project`, and their options.

use clap::Subcommand;

use super::pg::PgOptions;

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
        #[command(flatten)]
        pg: PgOptions,
        #[arg(long)]
        json: bool,
    },
    /// Change what a project wants of a charge beside a debit without an outcome, or of an unknown key, its PG, or its credentials there.
    #[command(group = clap::ArgGroup::new("what").args(["guard", "pg", "pg_credentials", "adopt_on_first_use"])
        .required(true).multiple(true))]
    Set {
        name: String,
        /// A charge beside a debit of the same key and price without an outcome: debited with a notice, or refused
        #[arg(long, value_parser = ["notice", "refuse"])]
        guard: Option<String>,
        /// A billing key that is not known here is looked up at the PG when it is used, and taken over where it is there [without a value: on]
        #[arg(long, value_name = "SWITCH", value_parser = ["on", "off"], num_args = 0..=1, require_equals = true, default_missing_value = "on")]
        adopt_on_first_use: Option<String>,
        /// With it: no reserve waits at the PG any more: what it debits by itself, nobody here knows of
        #[arg(long, requires = "adopt_on_first_use")]
        reserves_cancelled: bool,
        #[command(flatten)]
        pg: PgOptions,
        #[arg(long)]
        json: bool,
    },
    /// Print where a project's PG sends its webhooks: they are read as hints of what to look at. For the hosted Bootpay API.
    PgWebhook {
        name: String,
        /// Take a new address into use; the one before is refused from now on
        #[arg(long)]
        rotate: bool,
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
