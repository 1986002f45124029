//! What a call asks to become of itself, in `Jadong-Sandbox-Outcome`: how the customer or the account behaves, or a fault.

use http::HeaderMap;
use nicepay::codes;
use serde::de::DeserializeOwned;

use super::route::Route;
use crate::core::debit::DebitScenario;
use crate::core::refusal::PgRefusal;
use crate::core::scenario::Scenario;
use crate::faults::{Fault, FaultKind, On};

/// One of them is said.
#[derive(Default)]
pub struct Asked {
    pub customer: Option<Scenario>,
    pub account: Option<DebitScenario>,
    pub fault: Option<Fault>,
}

impl Asked {
    /// `None`: the call asks for nothing. Errors: `U301` for an outcome that there is not, or that this call cannot have.
    pub fn of(route: &Route<'_>, headers: &HeaderMap) -> Result<Option<Self>, PgRefusal> {
        let Some(asked) = headers.get(nicepay::SANDBOX_OUTCOME) else {
            return Ok(None);
        };
        let name = asked.to_str().unwrap_or_default();
        let asked = match route {
            Route::Start => Self {
                customer: named(name),
                fault: fault(name),
                ..Self::default()
            },
            Route::Charge { .. } => Self {
                account: named(name),
                fault: fault(name),
                ..Self::default()
            },
            Route::Cancel { .. } => Self {
                fault: fault(name),
                ..Self::default()
            },
            _ => Self::default(),
        };
        if asked.customer.is_none() && asked.account.is_none() && asked.fault.is_none() {
            return Err(PgRefusal(codes::BAD_PARAMETER));
        }
        Ok(Some(asked))
    }
}

fn named<T: DeserializeOwned>(name: &str) -> Option<T> {
    serde_json::from_value(name.into()).ok()
}

fn fault(name: &str) -> Option<Fault> {
    let kind: FaultKind = named(name)?;
    Some(Fault {
        id: 0,
        project: None,
        on: On::ANY,
        kind,
        times: 1,
        slow_ms: SLOW_MS,
    })
}

/// How late an answer is where nobody says how late.
pub const SLOW_MS: u64 = 500;
