//! The merchant as a program of its own: `jadong-example-merchant --gateway-url http://127.0.0.1:4141`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use merchant::MerchantConfig;

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
    #[arg(long, env = "MERCHANT_LISTEN", default_value = "127.0.0.1:4180")]
    listen: SocketAddr,
    /// For one call to the gateway, in milliseconds; longer than the gateway's consent hold
    #[arg(long, env = "MERCHANT_CALL_TIMEOUT_MS", default_value_t = 15_000)]
    call_timeout_ms: u64,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let running = merchant::start(MerchantConfig {
        listen: args.listen,
        gateway_url: args.gateway_url,
        client_key: args.client_key,
        secret_key: args.secret_key,
        db_path: args.db,
        call_timeout: Duration::from_millis(args.call_timeout_ms),
    })
    .await?;
    println!("listening on http://{}", running.addr());
    tokio::signal::ctrl_c().await?;
    running.stop().await
}
