//! What every request sees.

use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use serde::Serialize;
use tokio::sync::{mpsc, oneshot};

use crate::config::SimulatorConfig;
use crate::engine::Engine;
use crate::faults::{Faults, FaultyCall};

/// The engine, the shop's credentials, and the faults.
pub struct Shell {
    pub engine: Engine,
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
    pub fn new(config: &SimulatorConfig, engine: Engine, door: mpsc::Sender<Refuse>) -> Self {
        let pair = format!("{}:{}", config.client_key, config.secret_key);
        Self {
            engine,
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
pub struct Requests([AtomicU64; FaultyCall::COUNT]);

/// [`Requests`] at one moment.
#[derive(Serialize)]
pub struct RequestCounts {
    start: u64,
    find: u64,
    register: u64,
    expire: u64,
    charge: u64,
    find_payment: u64,
    net_cancel: u64,
    cancel: u64,
    receipt: u64,
    find_receipt: u64,
}

impl Requests {
    pub fn count(&self, call: FaultyCall) {
        self.0[call as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub fn counts(&self) -> RequestCounts {
        let count = |call: FaultyCall| self.0[call as usize].load(Ordering::Relaxed);
        RequestCounts {
            start: count(FaultyCall::Start),
            find: count(FaultyCall::Find),
            register: count(FaultyCall::Register),
            expire: count(FaultyCall::Expire),
            charge: count(FaultyCall::Charge),
            find_payment: count(FaultyCall::FindPayment),
            net_cancel: count(FaultyCall::NetCancel),
            cancel: count(FaultyCall::Cancel),
            receipt: count(FaultyCall::Receipt),
            find_receipt: count(FaultyCall::FindReceipt),
        }
    }
}
