//! The simulated customers' telephones: who is being called, and answering in the customer's place.

use std::sync::Arc;

use domain::issuance::Issuance;
use domain::{ErrorCode, ProjectId, ReceiptId, Refusal};

use super::Sandbox;
use super::{Answering, CallAnswer, SimulatedCall, Simulator, SimulatorError, WhichCalls};
use crate::ledger::change_feed::Subject;

/// The longest list of calls.
const CALLS_MAX: usize = 100;

/// A call to a customer of one project.
pub struct ArsCall {
    pub issuance: Issuance,
    pub at_pg: SimulatedCall,
}

/// The simulated PG. Errors: `ENDPOINT_NOT_FOUND` in live mode, and where the PG is another's.
pub fn simulator(sandbox: &Sandbox) -> Result<&Arc<dyn Simulator>, Refusal> {
    let none = || Refusal::of(ErrorCode::EndpointNotFound).hint("mode = sandbox, pg = simulated");
    sandbox.simulator.as_ref().ok_or_else(none)
}

/// What the simulated PG's refusal means to the caller.
pub fn refusal(error: &SimulatorError) -> Refusal {
    match error {
        SimulatorError::NoSuchCall => Refusal::new(ErrorCode::ReceiptNotFound, "receipt_id"),
        SimulatorError::NoSuchFault => Refusal::of(ErrorCode::EndpointNotFound).hint(error.to_string()),
        SimulatorError::OutOfRange => Refusal::new(ErrorCode::FieldInvalid, "times, slow_ms, for_ms"),
        SimulatorError::AlreadyOver | SimulatorError::TooMany => {
            Refusal::of(ErrorCode::SandboxRefused).hint(error.to_string())
        }
        SimulatorError::Unreachable(reason) => {
            tracing::warn!(reason, "the simulated PG does not answer its control calls");
            Refusal::of(ErrorCode::PgUnavailable)
        }
    }
}

/// The newest calls to customers of `project`, newest first, at most 100.
///
/// Errors: `ENDPOINT_NOT_FOUND` without a simulated PG, `PG_UNAVAILABLE`.
pub async fn calls(sandbox: &Sandbox, project: ProjectId, which: WhichCalls) -> Result<Vec<ArsCall>, Refusal> {
    let all = simulator(sandbox)?
        .calls(which)
        .await
        .map_err(|error| refusal(&error))?;
    let mut calls = Vec::new();
    for at_pg in all {
        // What is no receipt of ours was called by somebody who uses the PG directly.
        let Ok(receipt) = at_pg.order_id.parse() else { continue };
        if let Some(issuance) = issuance(sandbox, project, receipt).await? {
            calls.push(ArsCall { issuance, at_pg });
        }
        if calls.len() == CALLS_MAX {
            break;
        }
    }
    Ok(calls)
}

/// Answers a call of `project` that rings; the request that waits for it is answered at once.
///
/// Errors: `RC_NOT_FOUND` when the project has no such call, `SANDBOX_REFUSED` (409) when it is over.
pub async fn answer(
    sandbox: &Sandbox,
    project: ProjectId,
    receipt: ReceiptId,
    answer: CallAnswer,
) -> Result<(), Refusal> {
    let simulator = simulator(sandbox)?;
    if issuance(sandbox, project, receipt).await?.is_none() {
        return Err(Refusal::new(ErrorCode::ReceiptNotFound, "receipt_id"));
    }
    let answered = simulator.answer(receipt.to_string(), answer).await;
    answered.map_err(|error| refusal(&error))?;
    sandbox.services.consent_wakeups.wake(receipt);
    sandbox
        .services
        .ledger
        .change_feed
        .publish(project, Subject::Call(receipt));
    tracing::info!(receipt_id = %receipt, answer = answer.name(), "a simulated customer was answered for");
    Ok(())
}

/// Who answers calls to customers of `project` that start from now on.
pub async fn answering(sandbox: &Sandbox, project: ProjectId) -> Result<Answering, Refusal> {
    let answering = simulator(sandbox)?.answering(project).await;
    answering.map_err(|error| refusal(&error))
}

/// See [`answering`]. Calls that ring already go on as they began.
pub async fn set_answering(sandbox: &Sandbox, project: ProjectId, answering: Answering) -> Result<(), Refusal> {
    let set = simulator(sandbox)?.set_answering(project, answering).await;
    set.map_err(|error| refusal(&error))?;
    sandbox.services.ledger.change_feed.publish(project, Subject::Phone);
    Ok(())
}

async fn issuance(sandbox: &Sandbox, project: ProjectId, receipt: ReceiptId) -> Result<Option<Issuance>, Refusal> {
    let found = sandbox.services.store().issuance(project, receipt).await;
    found.map_err(Refusal::from)
}
