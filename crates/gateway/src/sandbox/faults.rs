//! Faults of the simulated PG, the same for all projects of the sandbox: what goes wrong with its next calls.

use domain::{ErrorCode, Refusal};

use super::phone::{refusal, simulator};
use super::{FAULT_CALLS, FAULT_KINDS, NewFault, Scenarios, WaitingFault};
use crate::house::House;
use crate::notices::About;

/// The faults that wait, oldest first.
///
/// Errors: `ENDPOINT_NOT_FOUND` without a simulated PG, `PG_UNAVAILABLE`.
pub async fn waiting(house: &House) -> Result<Vec<WaitingFault>, Refusal> {
    simulator(house)?.faults().await.map_err(|error| refusal(&error))
}

/// Adds one behind those that wait.
///
/// Errors: `FIELD_INVALID` for a call or a kind that does not exist, or a number out of range; `SANDBOX_REFUSED` (409) when
/// too many wait.
pub async fn add(house: &House, fault: NewFault) -> Result<(), Refusal> {
    let simulator = simulator(house)?;
    known(&fault.on, &FAULT_CALLS, "on")?;
    known(&fault.kind, &FAULT_KINDS, "kind")?;
    simulator.add_fault(fault).await.map_err(|error| refusal(&error))?;
    house.notices.tell_all(About::Faults);
    Ok(())
}

/// Forgets all that wait.
pub async fn clear(house: &House) -> Result<(), Refusal> {
    simulator(house)?
        .clear_faults()
        .await
        .map_err(|error| refusal(&error))?;
    house.notices.tell_all(About::Faults);
    Ok(())
}

/// The customers and accounts that behave in a way of their own.
pub async fn scenarios(house: &House) -> Result<Scenarios, Refusal> {
    simulator(house)?.scenarios().await.map_err(|error| refusal(&error))
}

fn known(name: &str, names: &[&str], field: &'static str) -> Result<(), Refusal> {
    if names.contains(&name) {
        return Ok(());
    }
    Err(Refusal::new(ErrorCode::FieldInvalid, field).hint(names.join(", ")))
}
