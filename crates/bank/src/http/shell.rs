//! What every request sees.

use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use serde::Serialize;
use tokio::sync::{mpsc, oneshot};

use crate::config::BankConfig;
use crate::desk::Desk;
use crate::faults::{Call, Faults};

/// The desk, the shop's credentials, and the faults.
pub struct Shell {
    pub desk: Desk,
    pub faults: Faults,
    pub requests: Requests,
    /// To the door, which closes itself for a while.
    pub door: mpsc::Sender<Refuse>,
    pub secret_key: String,
    expected_auth: String,
}

/// Refuse connections for a while.
pub struct Refuse {
    pub for_ms: u64,
    /// Told once connections are refused.
    pub closed: oneshot::Sender<()>,
}

impl Shell {
    pub fn new(config: &BankConfig, desk: Desk, door: mpsc::Sender<Refuse>) -> Self {
        let pair = format!("{}:{}", config.client_key, config.secret_key);
        Self {
            desk,
            faults: Faults::default(),
            requests: Requests::default(),
            door,
            secret_key: config.secret_key.clone(),
            expected_auth: format!("Basic {}", STANDARD.encode(pair)),
        }
    }

    /// Whether the request carries the shop's credentials.
    pub fn knows(&self, headers: &HeaderMap) -> bool {
        // Not in constant time: these credentials guard a simulator.
        headers
            .get(AUTHORIZATION)
            .is_some_and(|given| given.as_bytes() == self.expected_auth.as_bytes())
    }
}

/// Requests that arrived since the process started, whatever came of them.
#[derive(Default)]
pub struct Requests {
    start: AtomicU64,
    find: AtomicU64,
    register: AtomicU64,
    expire: AtomicU64,
}

/// [`Requests`] at one moment.
#[derive(Serialize)]
pub struct RequestCounts {
    start: u64,
    find: u64,
    register: u64,
    expire: u64,
}

impl Requests {
    pub fn count(&self, call: Call) {
        let counter = match call {
            Call::Start => &self.start,
            Call::Find => &self.find,
            Call::Register => &self.register,
            Call::Expire => &self.expire,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub fn counts(&self) -> RequestCounts {
        RequestCounts {
            start: self.start.load(Ordering::Relaxed),
            find: self.find.load(Ordering::Relaxed),
            register: self.register.load(Ordering::Relaxed),
            expire: self.expire.load(Ordering::Relaxed),
        }
    }
}
