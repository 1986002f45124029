//! Faults of the simulated PG: what goes wrong with a project's next calls. Only a closed door is closed to everybody.

use domain::{ErrorCode, ProjectId, Refusal};

use super::Sandbox;
use super::ars_calls::{refusal, simulator};
use super::{FAULT_CALLS, FAULT_KINDS, NewFault, Scenarios, WaitingFault};
use crate::ledger::change_feed::Subject;

/// The faults that wait for calls of `project`, oldest first.
///
/// Errors: `ENDPOINT_NOT_FOUND` without a simulated PG, `PG_UNAVAILABLE`.
pub async fn waiting(sandbox: &Sandbox, project: ProjectId) -> Result<Vec<WaitingFault>, Refusal> {
    let waiting = simulator(sandbox)?.faults(project).await;
    waiting.map_err(|error| refusal(&error))
}

/// Adds one behind those that wait.
///
/// Errors: `FIELD_INVALID` for a call or a kind that does not exist, or a number out of range; `SANDBOX_REFUSED` (409) when
/// too many wait.
pub async fn add(sandbox: &Sandbox, project: ProjectId, fault: NewFault) -> Result<(), Refusal> {
    let simulator = simulator(sandbox)?;
    known(&fault.on, &FAULT_CALLS, "on")?;
    known(&fault.kind, &FAULT_KINDS, "kind")?;
    let added = simulator.add_fault(project, fault).await;
    added.map_err(|error| refusal(&error))?;
    sandbox.services.ledger.change_feed.publish(project, Subject::Faults);
    Ok(())
}

/// Forgets one of the project's own. Errors: `ENDPOINT_NOT_FOUND` when it has no such fault.
pub async fn remove(sandbox: &Sandbox, project: ProjectId, id: u64) -> Result<(), Refusal> {
    let removed = simulator(sandbox)?.remove_fault(project, id).await;
    removed.map_err(|error| refusal(&error))?;
    sandbox.services.ledger.change_feed.publish(project, Subject::Faults);
    Ok(())
}

/// Forgets the project's own.
pub async fn clear(sandbox: &Sandbox, project: ProjectId) -> Result<(), Refusal> {
    let cleared = simulator(sandbox)?.clear_faults(project).await;
    cleared.map_err(|error| refusal(&error))?;
    sandbox.services.ledger.change_feed.publish(project, Subject::Faults);
    Ok(())
}

/// The customers and accounts that behave in a way of their own.
pub async fn scenarios(sandbox: &Sandbox) -> Result<Scenarios, Refusal> {
    simulator(sandbox)?.scenarios().await.map_err(|error| refusal(&error))
}

fn known(name: &str, names: &[&str], field: &'static str) -> Result<(), Refusal> {
    if names.contains(&name) {
        return Ok(());
    }
    Err(Refusal::new(ErrorCode::FieldInvalid, field).hint(names.join(", ")))
}
