//! The simulated customers' telephones, and what the simulated PG does next.

use domain::{ProjectId, ReceiptId, Refusal};

use super::{AuditedAction, OperatorService, Person};
use crate::sandbox::ars_calls::{self, ArsCall};
use crate::sandbox::{
    Answering, CallAnswer, FAULT_CALLS, FAULT_KINDS, NewFault, Scenarios, WaitingFault, WhichCalls, faults,
};

impl OperatorService {
    /// Whether there is a simulated PG whose customers can be answered for.
    #[must_use]
    pub fn has_phones(&self) -> bool {
        self.app.sandbox.simulator.is_some()
    }

    /// The newest calls to customers of `project`, newest first, at most 100.
    ///
    /// Errors: `ENDPOINT_NOT_FOUND` without a simulated PG, `PG_UNAVAILABLE`.
    pub async fn calls(&self, project: ProjectId, which: WhichCalls) -> Result<Vec<ArsCall>, Refusal> {
        ars_calls::calls(&self.app.sandbox, project, which).await
    }

    /// Answers a call of `project` that rings.
    ///
    /// Errors: `RC_NOT_FOUND` when the project has no such call, `SANDBOX_REFUSED` when it is over.
    pub async fn answer_call(
        &self,
        person: &Person,
        project: ProjectId,
        receipt: ReceiptId,
        answer: CallAnswer,
    ) -> Result<(), Refusal> {
        let action = action("answer_call", receipt.to_string(), answer.name());
        let answering =
            async move |operator: Self| ars_calls::answer(&operator.app.sandbox, project, receipt, answer).await;
        self.audited(person, action, answering).await
    }

    /// Who answers calls to customers of `project` that start from now on.
    pub async fn answering(&self, project: ProjectId) -> Result<Answering, Refusal> {
        ars_calls::answering(&self.app.sandbox, project).await
    }

    /// See [`answering`](Self::answering). Calls that ring already go on as they began.
    pub async fn set_answering(
        &self,
        person: &Person,
        project: ProjectId,
        answering: Answering,
    ) -> Result<(), Refusal> {
        let action = action("set_answering", "phone".to_owned(), answering.name());
        let setting =
            async move |operator: Self| ars_calls::set_answering(&operator.app.sandbox, project, answering).await;
        self.audited(person, action, setting).await
    }

    /// The faults that wait at the simulated PG for calls of `project`, oldest first.
    pub async fn faults(&self, project: ProjectId) -> Result<Vec<WaitingFault>, Refusal> {
        faults::waiting(&self.app.sandbox, project).await
    }

    /// Adds one behind those that wait. Errors: `FIELD_INVALID`, `SANDBOX_REFUSED` when too many wait.
    pub async fn add_fault(&self, person: &Person, project: ProjectId, fault: NewFault) -> Result<(), Refusal> {
        let named = |names: &[&'static str], name: &str| names.iter().find(|known| **known == name).copied();
        let on = named(&FAULT_CALLS, &fault.on).unwrap_or("unknown");
        let kind = named(&FAULT_KINDS, &fault.kind).unwrap_or("unknown");
        let action = action("add_fault", on.to_owned(), kind);
        let adding = async move |operator: Self| faults::add(&operator.app.sandbox, project, fault).await;
        self.audited(person, action, adding).await
    }

    /// Forgets one of the project's own. Errors: `ENDPOINT_NOT_FOUND` when it has no such fault.
    pub async fn remove_fault(&self, person: &Person, project: ProjectId, id: u64) -> Result<(), Refusal> {
        let action = action("remove_fault", id.to_string(), "");
        let removing = async move |operator: Self| faults::remove(&operator.app.sandbox, project, id).await;
        self.audited(person, action, removing).await
    }

    /// Forgets the project's own.
    pub async fn clear_faults(&self, person: &Person, project: ProjectId) -> Result<(), Refusal> {
        let action = action("clear_faults", "faults".to_owned(), "");
        let clearing = async move |operator: Self| faults::clear(&operator.app.sandbox, project).await;
        self.audited(person, action, clearing).await
    }

    /// The customers and accounts that behave in a way of their own.
    pub async fn scenarios(&self) -> Result<Scenarios, Refusal> {
        faults::scenarios(&self.app.sandbox).await
    }
}

fn action(act: &'static str, object: String, note: &str) -> AuditedAction {
    AuditedAction {
        act,
        object,
        note: note.to_owned(),
    }
}
