//! The configuration: defaults, then a file, then the environment, then options.

mod check;
mod check_times;
mod environment;
mod given;
mod load;
mod wrong;

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;

pub use check::{check, refuse_other_mode};
pub use environment::Environment;
use given::Given;
pub use load::{Overrides, load};
pub use wrong::Wrong;

/// The text of the default configuration, which is also its manual.
pub const DEFAULTS: &str = include_str!("jadong.default.toml");

/// Every setting; see `jadong.default.toml` for what each means.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub mode: ConfiguredMode,
    pub listen: SocketAddr,
    pub admin_listen: String,
    pub console: ConfiguredConsole,
    pub data: PathBuf,
    pub store: String,
    pub allow_asynchronous_replication: bool,
    pub pepper: String,
    pub restore_mark: PathBuf,
    pub start_check: ConfiguredSpan,
    pub public_url: String,
    pub tls_certificates: PathBuf,
    pub tls_key: PathBuf,
    pub behind_proxy: bool,
    pub trusted_proxies: u8,
    pub consent_hold: ConfiguredSpan,
    pub consent_limit: ConfiguredSpan,
    pub publish_wait: ConfiguredSpan,
    pub send_within: ConfiguredSpan,
    pub start_grace: ConfiguredSpan,
    pub net_cancel_within: ConfiguredSpan,
    pub verdict_quiet: ConfiguredSpan,
    pub reserve_retry_within: ConfiguredSpan,
    pub debits_closed: String,
    pub reconcile_at: String,
    pub reconcile_webhook_url: String,
    pub retention_years: u32,
    pub client_patience: ConfiguredSpan,
    pub keep_alive: ConfiguredSpan,
    pub drain_delay: ConfiguredSpan,
    pub drain: ConfiguredSpan,
    pub connections_max: usize,
    pub body_bytes_max: usize,
    pub open_consents_max: usize,
    pub open_payments_max: usize,
    pub reserves_at_once: usize,
    pub requests_per_second: u32,
    pub polls_per_second: u32,
    pub write_queue_max: usize,
    pub write_group_max: usize,
    pub reader_threads: usize,
    pub pg: ConfiguredPg,
    pub pg_url: String,
    pub pg_client_key: String,
    pub pg_secret_key: String,
    pub pg_connect_timeout: ConfiguredSpan,
    pub pg_read_timeout: ConfiguredSpan,
    pub pg_calls_max: usize,
    pub pg_queue_wait: ConfiguredSpan,
    pub bank_listen: String,
    pub log: String,
    pub log_format: LogFormat,
    /// Where the settings come from.
    #[serde(skip)]
    given: Given,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConfiguredMode {
    Sandbox,
    Live,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConfiguredConsole {
    Auto,
    Off,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConfiguredPg {
    Simulated,
    Nicepay,
    /// Projects have their own.
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Text,
    Json,
}

/// A length of time as people write it: `300ms`, `8s`, `10m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct ConfiguredSpan(pub std::time::Duration);

impl TryFrom<String> for ConfiguredSpan {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let span: jiff::SignedDuration = text
            .parse()
            .map_err(|_| format!("{text:?} is no length of time; write 300ms, 8s or 10m"))?;
        let span = std::time::Duration::try_from(span).map_err(|_| format!("{text:?} is negative"))?;
        Ok(Self(span))
    }
}

impl Config {
    /// A setting, its value and where that comes from, as an error names it; the value of a secret is left out.
    pub fn told(&self, setting: &str) -> String {
        let defaults: Option<toml::Table> = DEFAULTS.parse().ok();
        let default = defaults.as_ref().and_then(|defaults| defaults.get(setting));
        self.given.told(setting, default)
    }

    /// What is wrong with a setting.
    pub fn wrong(&self, setting: &str, why: &str) -> Wrong {
        Wrong(format!("{}: {why}", self.told(setting)))
    }

    /// The admin listener's address.
    pub fn admin_address(&self) -> Result<SocketAddr, Wrong> {
        self.beside("admin_listen", &self.admin_listen, 1)
    }

    /// The simulated PG's address.
    pub fn bank_address(&self) -> Result<SocketAddr, Wrong> {
        self.beside("bank_listen", &self.bank_listen, 2)
    }

    /// `auto` is loopback, `offset` ports above the API; a free port when that takes one.
    fn beside(&self, setting: &str, text: &str, offset: u16) -> Result<SocketAddr, Wrong> {
        if text != "auto" {
            let meant = wrong::address(&toml::Value::String(text.to_owned()));
            return text
                .parse()
                .map_err(|_| self.wrong(setting, &format!("is no address; write {meant}, or auto")));
        }
        let port = match self.listen.port() {
            0 => 0,
            port => port.checked_add(offset).unwrap_or(0),
        };
        Ok(SocketAddr::from(([127, 0, 0, 1], port)))
    }
}
