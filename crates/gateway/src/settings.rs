//! What can be set. `jadong.default.toml` explains every setting; the binary reads it into this.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Whose money it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Simulated PG, fixed credentials, nobody's money.
    Sandbox,
    Live,
}

/// The gateway's settings.
#[derive(Debug, Clone)]
pub struct Settings {
    pub mode: Mode,
    pub listen: SocketAddr,
    /// Where `/metrics` is; never the public listener.
    pub admin_listen: SocketAddr,
    /// `gateway_url` in answers; `None` means the address listened on.
    pub public_url: Option<String>,
    pub tls: Option<TlsFiles>,
    /// Proxies in front that set `X-Forwarded-For`; 0 means none is believed.
    pub trusted_proxies: u8,
    pub timing: Timing,
    pub limits: Limits,
}

/// PEM files.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    pub certificates: PathBuf,
    pub key: PathBuf,
}

/// How long things may take.
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    /// How long step 1 waits for the customer.
    pub consent_hold: Duration,
    /// How long a consent stays open.
    pub consent_limit: Duration,
    /// How long publish waits for the verdict on an unknown outcome.
    pub publish_wait: Duration,
    /// After this long without the PG knowing an order, the request never reached it.
    pub start_grace: Duration,
    /// How long a client may take to send its request head, and to send its body.
    pub client_patience: Duration,
    /// How long a shutdown waits for what is in flight.
    pub drain: Duration,
}

/// How much there may be of things.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub connections: usize,
    pub body_bytes: usize,
    pub open_consents: usize,
    /// Requests a second of one project.
    pub requests_per_second: u32,
    /// Questions a second to the PG about open consents.
    pub polls_per_second: u32,
}
