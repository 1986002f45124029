//! The audit log: what a person is about to do is on disk before it is done, and its outcome after.

use domain::Refusal;
use store::AuditEntry;

use super::OperatorService;
use super::role::Person;
use crate::ledger::change_feed::Subject;

/// Rows of one page.
pub const ACTS_A_PAGE: u32 = 100;

/// What is about to be done.
#[derive(Debug, Clone)]
pub struct AuditedAction {
    /// Such as `cancel`.
    pub act: &'static str,
    /// What to: an id, or a name.
    pub object: String,
    /// Amounts and ids. Words that a person typed come masked: they may hold anything.
    pub note: String,
}

impl OperatorService {
    /// Writes down the action, does it, and writes down what came of it. What cannot be written down is not done. All of it is a task
    /// of its own: a browser that goes away takes neither the action nor its outcome with it.
    pub async fn audited<T, Doing>(
        &self,
        person: &Person,
        action: AuditedAction,
        doing: impl FnOnce(Self) -> Doing + Send + 'static,
    ) -> Result<T, Refusal>
    where
        T: Send + 'static,
        Doing: Future<Output = Result<T, Refusal>> + Send,
    {
        let (operator, person) = (self.clone(), person.clone());
        let done = async move { operator.do_audited(&person, &action, doing(operator.clone())).await };
        self.app.services.run_to_end(done).await
    }

    async fn do_audited<T>(
        &self,
        person: &Person,
        action: &AuditedAction,
        doing: impl Future<Output = Result<T, Refusal>>,
    ) -> Result<T, Refusal> {
        self.write_down(person, action, "asked").await?;
        let done = doing.await;
        let outcome = match &done {
            Ok(_) => "done",
            Err(refusal) => refusal.code.name(),
        };
        if let Err(refusal) = self.write_down(person, action, outcome).await {
            tracing::error!(
                code = refusal.code.name(),
                act = action.act,
                object = action.object,
                outcome,
                "the audit log lacks an outcome"
            );
        }
        done
    }

    /// Writes down that somebody tried what their role does not allow. In the background: they are refused in any case.
    pub fn audit_refusal(&self, person: &Person, path: &str) {
        let (operator, person) = (self.clone(), person.clone());
        let action = AuditedAction {
            act: "not_allowed",
            object: domain::mask::free_text(&path.chars().take(120).collect::<String>()),
            note: String::new(),
        };
        self.app.services.tasks.spawn(async move {
            if let Err(refusal) = operator.write_down(&person, &action, "refused").await {
                tracing::error!(code = refusal.code.name(), "a refused act is not in the audit log");
            }
        });
    }

    /// Adds one row.
    pub async fn write_down(&self, person: &Person, action: &AuditedAction, outcome: &str) -> Result<(), Refusal> {
        let act = AuditEntry {
            at: self.app.services.clocks.machine_now(),
            person: person.name.clone(),
            role: person.role.name().to_owned(),
            act: action.act.to_owned(),
            object: action.object.clone(),
            outcome: outcome.to_owned(),
            note: action.note.clone(),
            address: person.address.clone(),
        };
        self.app.services.store().add_audit_entry(act).await?;
        self.app.services.ledger.change_feed.publish_to_all(Subject::Act);
        Ok(())
    }

    /// A page of the log with row numbers, newest first, before row `before`.
    pub async fn audit_entries(&self, before: Option<i64>) -> Result<Vec<(i64, AuditEntry)>, Refusal> {
        let acts = self.app.services.store().audit_entries(before, ACTS_A_PAGE).await;
        acts.map_err(Refusal::from)
    }
}
