//! The merchant as a program of its own: `jadong-example-merchant --gateway-url http://127.0.0.1:4141`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use client::Retries;
use merchant::{MasterKey, MerchantConfig, Monthly, Webhooks};

/// A small merchant backend for account billing keys (계좌 자동이체 빌링키).
#[derive(Parser)]
#[command(version)]
struct Args {
    /// The gateway, without a path
    #[arg(long, env = "MERCHANT_GATEWAY_URL", default_value = "http://127.0.0.1:4141")]
    gateway_url: String,
    /// The project's client key
    #[arg(long, env = "MERCHANT_CLIENT_KEY", default_value = "sandbox_client_key")]
    client_key: String,
    /// The project's secret key; prefer the environment, a command line is visible to others
    #[arg(
        long,
        env = "MERCHANT_SECRET_KEY",
        default_value = "sandbox_secret_key",
        hide_env_values = true
    )]
    secret_key: String,
    /// The service DB (SQLite)
    #[arg(long, env = "MERCHANT_DB", default_value = "merchant.db")]
    db: PathBuf,
    /// Seals the billing keys in the service DB: 64 hex characters. Without it, from --master-key-file
    #[arg(long, env = "MERCHANT_MASTER_KEY", hide_env_values = true)]
    master_key: Option<String>,
    /// Made at the first start. Keep it where the service DB's backups are not
    #[arg(long, env = "MERCHANT_MASTER_KEY_FILE", default_value = "merchant.key")]
    master_key_file: PathBuf,
    #[arg(long, env = "MERCHANT_LISTEN", default_value = "127.0.0.1:4180")]
    listen: SocketAddr,
    /// For one call to the gateway, in milliseconds; longer than a debit may take
    #[arg(long, env = "MERCHANT_CALL_TIMEOUT_MS", default_value_t = 40_000)]
    call_timeout_ms: u64,
    /// whsec_…, from `jadong webhook secret`; without it no webhooks are taken
    #[arg(long, env = "MERCHANT_WEBHOOK_SECRET", hide_env_values = true)]
    webhook_secret: Option<String>,
    /// Where the gateway reaches this merchant's /webhooks, sent with each charge; without it, the project's URL counts
    #[arg(long, env = "MERCHANT_WEBHOOK_URL")]
    webhook_url: Option<String>,
    /// How often due months are looked for, in seconds; 0: only when POST /monthly says so
    #[arg(long, env = "MERCHANT_MONTHLY_EVERY_S", default_value_t = 5)]
    monthly_every_s: u64,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let master_key = match &args.master_key {
        Some(text) => MasterKey::from_hex(text)?,
        None => MasterKey::in_file(&args.master_key_file)?,
    };
    let running = merchant::start(MerchantConfig {
        listen: args.listen,
        gateway_url: args.gateway_url,
        client_key: args.client_key,
        secret_key: args.secret_key,
        db_path: args.db,
        master_key,
        call_timeout: Duration::from_millis(args.call_timeout_ms),
        // Jadong answers the same order id again.
        retries: Retries::ByIdentity,
        webhooks: match args.webhook_secret {
            Some(secret) => Webhooks::Signed {
                secret,
                url: args.webhook_url,
            },
            None => Webhooks::Off,
        },
        monthly: match args.monthly_every_s {
            0 => Monthly::ByHand,
            seconds => Monthly::Every(Duration::from_secs(seconds)),
        },
    })
    .await?;
    println!("listening on http://{}", running.addr());
    tokio::signal::ctrl_c().await?;
    running.stop().await
}
