//! What a call of the PG is answered with: the engine at the caller's time, and the shop's key.

use http::HeaderMap;

use super::shell::Shell;
use crate::core::debit::DebitScenario;
use crate::core::scenario::Scenario;
use crate::engine::EngineSession;

pub struct Counter<'a> {
    pub visit: EngineSession<'a>,
    pub secret_key: &'a str,
}

/// The sandbox project that calls, where it says so.
pub fn project_of(headers: &HeaderMap) -> Option<&str> {
    headers.get(nicepay::SANDBOX_PROJECT)?.to_str().ok()
}

impl<'a> Counter<'a> {
    /// At the machine's time, unless the caller is a sandbox whose clock was moved.
    pub fn of(shell: &'a Shell, headers: &'a HeaderMap) -> Self {
        let ahead = headers
            .get(nicepay::SANDBOX_AHEAD_MS)
            .and_then(|ahead| ahead.to_str().ok());
        let ahead_ms: i64 = ahead.and_then(|ahead| ahead.parse().ok()).unwrap_or(0);
        Self {
            visit: shell.engine.visit(ahead_ms.max(0)).of(project_of(headers)),
            secret_key: &shell.secret_key,
        }
    }

    /// The same where the call says how the customer or the account behaves.
    pub fn asked(self, customer: Option<Scenario>, account: Option<DebitScenario>) -> Self {
        Self {
            visit: self.visit.asked(customer, account),
            ..self
        }
    }
}
