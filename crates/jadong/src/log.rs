//! The log: structured, to standard error, which may be full, gone or stuck without anything else noticing. What must not be
//! logged cannot be: its types do not print.

use std::io::IsTerminal;

use anyhow::Context;
use terminal::lossy;
use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogFormat};

/// What the client of PostgreSQL tells below `info` has the values of statements: merchants' texts, keys, hashes.
const VALUES: [&str; 3] = ["tokio_postgres", "tokio_postgres::query", "tokio_postgres::prepare"];

/// Installs the log as configured, but for what has values.
pub fn start(config: &Config) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.log).map_err(|error| config.wrong("log", &error.to_string()))?;
    let filter = VALUES.iter().try_fold(filter, |filter, target| {
        Ok::<_, anyhow::Error>(filter.add_directive(format!("{target}=info").parse()?))
    })?;
    let way_out = lossy::open().context("the log cannot be started")?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(way_out)
        // It would be told on standard error, which is what has failed.
        .log_internal_errors(false);
    // On a terminal it colours unless NO_COLOR is set; asked to colour, it would in spite of that.
    let builder = if std::io::stderr().is_terminal() {
        builder
    } else {
        builder.with_ansi(false)
    };
    let installed = match config.log_format {
        LogFormat::Text => builder.with_target(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    installed.map_err(|error| anyhow::anyhow!("the log cannot be started: {error}"))
}

/// A panic says where it happened and, where it is a fixed sentence, what. A formatted value could be anybody's data.
pub fn hide_panic_values() {
    std::panic::set_hook(Box::new(|info| {
        let what = info
            .payload()
            .downcast_ref::<&'static str>()
            .copied()
            .unwrap_or("(value withheld)");
        match info.location() {
            Some(place) => eprintln!("panic at {}:{}: {what}", place.file(), place.line()),
            None => eprintln!("panic: {what}"),
        }
    }));
}
